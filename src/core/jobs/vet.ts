import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackupEntry, LeftOut, Torn } from '../../protocol/keeping';
import { Failure, failureFrom } from '../base/failure';
import { measureFile, type Written } from '../disk/digest';
import { requireSound } from '../store/sound';
import { whyUnread, type FoundFile } from '../store/walk';
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
    await readWhole(file, name);
    if (isParquet(name) && (await describeParquet(file)).timeColumn !== undefined) await requireSound(file);
  } catch (error) {
    throw new Failure('refused', {
      attempted,
      file: backup,
      why: `the journal does not tell its digest, and it is not sound: ${whyOf(error, attempted, file)}`,
      remedy: 'Nothing was changed. Choose another backup: barkeep backup --list.',
      inEditor: { remedy: 'Nothing was changed. Choose another backup.' },
      cause: error,
    });
  }
}

/** A file that can be copied: its bytes, and whether they are all that its format promises; or why it cannot. */
export type Looked = { readonly original: Written; readonly torn: readonly Torn[] } | { readonly leftOut: LeftOut };

/** Reads a file that is to be copied from end to end. @throws Failure `cancelled` */
export async function lookOver(folder: string, { file, noFile }: Pick<FoundFile, 'file' | 'noFile'>, signal: AbortSignal): Promise<Looked> {
  if (noFile !== undefined) return { leftOut: { file, why: noFile } };
  const whole = path.join(folder, file);
  try {
    return { original: await measureFile(whole, signal), torn: await tornness(whole, file) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { leftOut: { file, why: whyUnread(error, whole) } };
  }
}

/** Nothing, or why a Parquet or JSON file that can be read makes no sense to its end. @param name relative to the data folder */
async function tornness(file: string, name: string): Promise<Torn[]> {
  try {
    await readWhole(file, name);
    return [];
  } catch (error) {
    return [{ file: name, why: whyOf(error, `read ${name}`, file) }];
  }
}

async function readWhole(file: string, name: string): Promise<void> {
  if (isParquet(name)) await readEveryValue(file);
  else if (/\.json$/i.test(name)) JSON.parse(await readFile(file, 'utf8'));
}

const isParquet = (name: string): boolean => /\.parquet$/i.test(name);

const whyOf = (error: unknown, attempted: string, file: string): string => (error instanceof SyntaxError ? `${error.message}.` : failureFrom(error, attempted, file).facts.why);
