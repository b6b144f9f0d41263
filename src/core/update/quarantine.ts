import path from 'node:path';
import { isoInstant, stampOf } from '../base/time';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { QUARANTINE } from '../store/layout';
import type { Doubtful } from './sift';

/** Bars that failed a check, with the reason: kept for a person to look at, never merged. */

const HEADER = 'time,open,high,low,close,volume,reason';
const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '' : String(value));

export const quarantineText = (rejected: readonly Doubtful[]): string =>
  [HEADER, ...rejected.map(({ time, open, high, low, close, volume, reason }) => [isoInstant(time), ...[open, high, low, close, volume].map(cell), reason].join(','))].map((line) => `${line}\n`).join('');

/** Writes `quarantine/{ticker}_{stamp}.csv` in the data folder; the stamp is of `now`, unix ms UTC. @returns its path, relative to the folder; undefined without such rows */
export async function quarantine(disk: Disk, folder: string, ticker: string, rejected: readonly Doubtful[], now: number): Promise<string | undefined> {
  if (rejected.length === 0) return undefined;
  const name = `${QUARANTINE}/${ticker}_${stampOf(now)}.csv`;
  await writeText(disk, path.join(folder, name), quarantineText(rejected));
  return name;
}
