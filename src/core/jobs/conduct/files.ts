import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, errnoOf, failureFrom } from '../../base/failure';

/** The CSV of an export under the name it has by now: exporters add `.DONE` when they are ready. */

export interface FoundFile {
  readonly file: string;
  /** What tells it from a file that takes its place; nothing that outlives a copy. */
  readonly version: string;
}

/** @throws Failure `usage` when it is gone */
export async function findFile(raw: string, csv: string): Promise<FoundFile> {
  const found = await ifInRaw(raw, csv);
  if (found !== undefined) return found;
  const remedy = 'Put it back, or begin anew: barkeep conduct --anew.';
  throw new Failure('usage', { attempted: `take in ${csv}`, file: path.join(raw, csv), why: 'the file is not there any more.', remedy, inEditor: { remedy: 'Put it back, or begin anew with Run Pipeline.' } });
}

/** Undefined when it is gone. @throws Failure `io` */
export async function ifInRaw(raw: string, csv: string): Promise<FoundFile | undefined> {
  try {
    const names = new Set(await readdir(raw));
    for (const name of [csv, `${csv}.DONE`, `${csv}.gz.DONE`].filter((each) => names.has(each))) {
      const version = await versionOf(path.join(raw, name));
      if (version !== undefined) return { file: path.join(raw, name), version };
    }
    return undefined;
  } catch (error) {
    throw failureFrom(error, `look for ${csv} in ${raw}`, raw);
  }
}

/** Undefined when the file is gone. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size}:${mtimeMs}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export const replaced = (csv: string, when: string): Failure =>
  new Failure('refused', { attempted: `take in ${csv}`, why: `another file has taken its place ${when}.`, remedy: 'Resuming takes in the file that is there now.' });
