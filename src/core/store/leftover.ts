import { hostname } from 'node:os';
import path from 'node:path';
import { TEMPORARY } from '../disk/atomic';
import { isDead } from '../disk/life';
import { readLock } from '../disk/lock';
import { lockPath, parseName } from './layout';
import type { FoundFile } from './walk';

export const isTemporary = (file: string): boolean => file.endsWith(TEMPORARY);

/** A temporary file nobody writes to for so long (ms) has no writer; only asked where no lock tells. */
const ABANDONED = 600_000;

/** True when the writer of a temporary file is known, or must be assumed, to be gone. */
export async function isLeftover(folder: string, temporary: FoundFile, now: number): Promise<boolean> {
  const { category, ticker } = parseName(temporary.file.slice(0, -TEMPORARY.length));
  if (ticker === undefined || (category !== 'market' && category !== 'derived')) return now - temporary.updated > ABANDONED;
  // What is the store's is written under the ticker's lock only.
  const holder = await readLock(lockPath(folder, ticker));
  if (holder === undefined) return true;
  return (holder.host ?? hostname()) === hostname() && isDead(holder, holder.since);
}

/** What the list may leave out: locks, claims and the journal are our own bookkeeping. */
export const isBookkeeping = (file: string): boolean => /\.lock(\.|$)/.test(path.basename(file)) || file === 'backups/journal.jsonl';
