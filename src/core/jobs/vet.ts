import { readFile } from 'node:fs/promises';
import type { BackupEntry } from '../../protocol/results';
import { Failure, failureFrom } from '../base/failure';
import { requireSound } from '../store/sound';
import { describeParquet, readEveryValue } from '../table/parquet';

/**
 * What can be told of a backup whose digest is unknown: a Parquet file is read whole and its times must rise, JSON must
 * parse. That it is what it was when it was made, nobody can tell.
 * @param file where it lies
 * @throws Failure `refused` when it is torn or its bars are out of order
 */
export async function vetBackup(file: string, { backup, file: name }: BackupEntry): Promise<void> {
  const attempted = `restore ${name} from ${backup}`;
  try {
    if (/\.parquet$/i.test(name)) await vetParquet(file);
    else if (/\.json$/i.test(name)) JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `${error.message}.` : failureFrom(error, attempted, file).facts.why;
    throw new Failure('refused', {
      attempted,
      file: backup,
      why: `the journal does not tell its digest, and it is not sound: ${why}`,
      remedy: 'Nothing was changed. Choose another backup: barkeep backup --list.',
      cause: error,
    });
  }
}

async function vetParquet(file: string): Promise<void> {
  const { timeColumn } = await describeParquet(file);
  await readEveryValue(file);
  if (timeColumn !== undefined) await requireSound(file);
}
