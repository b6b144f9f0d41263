import type { BackupEntry } from '../../protocol/keeping';
import { failureFrom } from '../base/failure';
import { backupPath } from './backup';
import { sha256OfFile } from './digest';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere } from './files';
import { appendJournal } from './journal';

/** How many backups of a file are kept: the newest ones, and the newest one of each of so many days, weeks and months (UTC). */
export interface Retention {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export const RETENTION: Retention = { last: 10, daily: 14, weekly: 8, monthly: 24 };

const DAY = 86_400_000;

/** The day, the week (from Monday) and the month that a time lies in, UTC. */
const PERIODS: Readonly<Record<'daily' | 'weekly' | 'monthly', (made: number) => string>> = {
  daily: (made) => String(Math.floor(made / DAY)),
  weekly: (made) => String(Math.floor((made / DAY + 3) / 7)),
  monthly: (made) => new Date(made).toISOString().slice(0, 7),
};

/**
 * Which backups of one file a policy keeps: never none.
 * @param entries newest first
 * @returns the others, newest first
 */
export function superfluous(entries: readonly BackupEntry[], policy: Retention): BackupEntry[] {
  const kept = new Set(entries.slice(0, Math.max(1, policy.last)));
  for (const name of ['daily', 'weekly', 'monthly'] as const) {
    const newest = new Map<string, BackupEntry>();
    for (const entry of entries) {
      const period = PERIODS[name](entry.made);
      if (!newest.has(period)) newest.set(period, entry);
    }
    for (const entry of [...newest.values()].slice(0, policy[name])) kept.add(entry);
  }
  return entries.filter((entry) => !kept.has(entry));
}

export type Verdict = 'sound' | 'damaged' | 'missing' | 'unreadable' | 'unknown';

/** What a backup is found to be when it is read again: `unknown` when the journal does not tell its digest. @throws Failure `cancelled` */
export const examine = (dataFolder: string, { backup, sha256 }: BackupEntry, signal?: AbortSignal): Promise<Verdict> => compare(backupPath(dataFolder, backup), sha256, signal);

/** Reads a copy again. That it is not there is a finding about it, and so is that the disk cannot read it. @param sha256 what it should have; null when nothing tells */
export async function compare(file: string, sha256: string | null, signal?: AbortSignal): Promise<Verdict> {
  try {
    const found = await sha256OfFile(file, signal);
    if (sha256 === null) return 'unknown';
    return found === sha256 ? 'sound' : 'damaged';
  } catch (error) {
    const { kind } = failureFrom(error, `read ${file}`, file);
    if (kind === 'usage') return 'missing';
    if (kind === 'io') return 'unreadable';
    throw error;
  }
}

/** Removes a backup; the journal says so first. The caller holds the file's lock. */
export async function removeBackup(disk: Disk, dataFolder: string, { backup, file, bytes, sha256 }: BackupEntry): Promise<void> {
  const whole = backupPath(dataFolder, backup);
  await appendJournal(disk, dataFolder, { what: 'prune', file, backup, why: 'retention', bytes, ...(sha256 === null ? {} : { sha256Before: sha256 }) });
  try {
    await ifThere(disk.files.unlink(whole));
  } catch (error) {
    throw diskFailure(error, `remove the backup ${backup}`, whole, 0);
  }
}
