import { hostname } from 'node:os';
import path from 'node:path';
import { TEMPORARY } from '../disk/atomic';
import { BACKUPS } from '../disk/journal';
import { isDead } from '../disk/life';
import { readLock } from '../disk/lock';
import { isQuarantined, lockPath, NOTES, parseName, QUARANTINE } from './layout';
import type { FoundFile } from './walk';

export const isTemporary = (file: string): boolean => file.endsWith(TEMPORARY);

/** A temporary file nobody writes to for so long (ms) has no writer; only asked where no lock tells. */
const ABANDONED = 600_000;

/**
 * The ticker whose lock the writer of a temporary file holds; undefined when no lock is known to govern it.
 * @param temporary relative to the data folder: beside a master or derived file, a backup of one, or a note on one
 */
export function governorOf(temporary: string): string | undefined {
  const target = temporary.slice(0, -TEMPORARY.length);
  const backedUp = new RegExp(`^${BACKUPS}/(.+)\\.\\d{8}_\\d{6}(_\\d{3})?\\.bak$`).exec(target)?.[1];
  const noted = new RegExp(`^\\${NOTES}/derived/(.+)\\.json$`).exec(target)?.[1];
  const aside = isQuarantined(target) ? target.slice(QUARANTINE.length + 1) : undefined;
  const { category, ticker } = parseName(backedUp ?? noted ?? aside ?? target);
  return category === 'market' || category === 'derived' ? ticker : undefined;
}

/** True when the writer of a temporary file is known, or must be assumed, to be gone. */
export async function isLeftover(folder: string, temporary: FoundFile, now: number): Promise<boolean> {
  const ticker = governorOf(temporary.file);
  if (ticker === undefined) return now - temporary.updated > ABANDONED;
  // What is the store's is written under the ticker's lock only.
  const holder = await readLock(lockPath(folder, ticker));
  if (holder === undefined) return true;
  return (holder.host ?? hostname()) === hostname() && isDead(holder, holder.since);
}

/** True for what only Barkeep writes: its notes, its backups, and what updates set aside. */
export const isOurs = (file: string): boolean => [BACKUPS, NOTES, QUARANTINE].some((folder) => file.startsWith(`${folder}/`));

/** What the list may leave out: locks, claims and the journal are our own bookkeeping. */
export const isBookkeeping = (file: string): boolean => /\.lock(\.|$)/.test(path.basename(file)) || file === 'backups/journal.jsonl';
