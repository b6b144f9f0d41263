import type { BackupEntry, Holding } from '../../protocol/keeping';
import { Failure } from '../base/failure';
import { backupPath } from '../disk/backup';
import { describeParquet } from '../table/parquet';
import type { JobContext } from './context';

/** What bars a Parquet file holds; undefined for another file, or one that is missing or torn. */
export async function holdingOf(file: string, name: string): Promise<Holding | undefined> {
  if (!/\.parquet$/i.test(name)) return undefined;
  try {
    const { rows, start, end } = await describeParquet(file);
    return { rows, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  } catch (error) {
    // It can be listed, and chosen, all the same: restoring verifies it.
    if (error instanceof Failure && (error.kind === 'io' || error.kind === 'usage')) return undefined;
    throw error;
  }
}

/** The same backup with what bars it holds. */
export async function withHolding({ folder }: JobContext, entry: BackupEntry): Promise<BackupEntry> {
  const holds = await holdingOf(backupPath(folder, entry.backup), entry.file);
  return holds === undefined ? entry : { ...entry, holds };
}
