import path from 'node:path';
import { isoInstant, stampOf } from '../base/time';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { freeName } from '../disk/freeName';
import { QUARANTINE } from '../store/layout';
import type { Doubtful } from './sift';

/** Bars that failed a check, with the reason: kept for a person to look at, never merged. */

const HEADER = 'time,open,high,low,close,volume,reason';
const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '' : String(value));

export const quarantineText = (rejected: readonly Doubtful[]): string =>
  [HEADER, ...rejected.map(({ time, open, high, low, close, volume, reason }) => [isoInstant(time), ...[open, high, low, close, volume].map(cell), reason].join(','))].map((line) => `${line}\n`).join('');

/** Writes `quarantine/{ticker}_{stamp}.csv` in the data folder; the stamp is of `now`, unix ms UTC; `….2.csv` and so on when another update of that second has the name. @returns its path, relative to the folder; undefined without such rows */
export async function quarantine(disk: Disk, folder: string, ticker: string, rejected: readonly Doubtful[], now: number): Promise<string | undefined> {
  if (rejected.length === 0) return undefined;
  const text = quarantineText(rejected);
  const { target, isThere } = await freeName(path.join(folder, QUARANTINE, `${ticker}_${stampOf(now)}`), text);
  if (!isThere) await writeText(disk, target, text);
  return `${QUARANTINE}/${path.basename(target)}`;
}
