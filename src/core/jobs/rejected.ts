import { createHash } from 'node:crypto';
import type { Repair } from '../../protocol/repair';
import { differs, writeAtomic } from '../disk/atomic';
import { measureFile, type Written } from '../disk/digest';
import { rejectedLines, type Survey } from '../integrity/repair/survey';
import { isFile } from '../store/layout';
import type { Source } from '../table/csv/source';
import type { JobContext } from './context';
import { streamInto } from './rewriting';

/** The list of what a repair takes out: `{file}.rejected.csv` with row, line, code and the text as it stood. */

export interface Removal {
  readonly source: Source;
  readonly survey: Survey;
  readonly repairs: ReadonlySet<Repair>;
}

/** Bytes and SHA-256 of the list; of nothing when nothing is taken out. */
export async function measureRejected({ operation }: JobContext, { source, survey, repairs }: Removal): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  const put = (part: Buffer): Promise<void> => {
    hash.update(part);
    bytes += part.length;
    return Promise.resolve();
  };
  if (survey.removedRecords > 0) await rejectedLines(source, survey, repairs, put, operation, 'list what is taken out');
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes the list of what is taken out; one of the same content, from a run that was interrupted, is left as it is. */
export async function putRejected(context: JobContext, target: string, rejected: Written, { source, survey, repairs }: Removal): Promise<string> {
  const { file, isThere } = await freeName(target, rejected.sha256);
  if (isThere) return file;
  await writeAtomic(context.disk, file, {
    needs: rejected.bytes,
    produce: (temporary) => streamInto(context.disk, temporary, file, (put) => rejectedLines(source, survey, repairs, put, context.operation, `write ${file}`)),
    async verify(temporary) {
      const { sha256 } = await measureFile(temporary);
      if (sha256 !== rejected.sha256) throw differs(file, `SHA-256 is ${sha256}, not ${rejected.sha256}.`);
    },
  });
  return file;
}

/** `{file}.rejected.csv`, or `….rejected.2.csv` and so on while files of other content have the name. */
export async function freeName(target: string, sha256: string): Promise<{ file: string; isThere: boolean }> {
  for (let turn = 1; ; turn++) {
    const file = turn === 1 ? `${target}.rejected.csv` : `${target}.rejected.${turn}.csv`;
    const there = await isFile(file);
    if (!there) return { file, isThere: false };
    if ((await measureFile(file)).sha256 === sha256) return { file, isThere: true };
  }
}
