import { readFile } from 'node:fs/promises';
import { errnoOf, failureFrom } from '../base/failure';

/** `{stem}.csv`, or `{stem}.2.csv` and so on while files of other content have the name. */
export async function freeName(stem: string, text: string): Promise<{ target: string; isThere: boolean }> {
  for (let turn = 1; ; turn++) {
    const target = turn === 1 ? `${stem}.csv` : `${stem}.${turn}.csv`;
    const content = await contentOf(target);
    if (content === undefined || content === text) return { target, isThere: content === text };
  }
}

/** The text of a file; undefined when there is none. */
export async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw failureFrom(error, `read ${file}`, file);
  }
}
