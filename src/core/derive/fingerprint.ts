import { createHash } from 'node:crypto';
import type { Bars } from '../base/bar';
import type { GroupPrint } from '../table/groups';
import { DAY, HOUR } from './tradingday';

/** What tells whether the bars of a day are the same as they were: their number and a hash of all their values. */
export interface DayPrint {
  /** Days from 22:00 to 22:00 UTC, counted from 1970-01-01 as the day that ends. */
  readonly day: number;
  readonly bars: number;
  /** The first 64 bits of a SHA-256, hexadecimal. */
  readonly hash: string;
}

/** Of a whole master. */
export interface Fingerprint {
  readonly days: readonly DayPrint[];
  readonly groups: readonly GroupPrint[];
}

/** A day begins here, ms before midnight UTC: the earliest a trading day can in New York. */
export const PRINT_OPENS = 2 * HOUR;

/** Unix ms. */
export const startOf = (day: number): number => day * DAY - PRINT_OPENS;

/** Days that lie in row groups which are the same as they were; the last of them may go on, and is left out. */
export function unchangedDays(before: Fingerprint, groups: readonly GroupPrint[]): readonly DayPrint[] {
  let same = 0;
  for (const [at, { rows, sha256 }] of before.groups.entries()) {
    if (groups[at]?.sha256 !== sha256) break;
    same += rows;
  }
  let end = 0;
  const within = before.days.findIndex(({ bars }) => (end += bars) > same);
  return before.days.slice(0, Math.max(0, (within < 0 ? before.days.length : within) - 1));
}

/** @param bars ascending */
export function digestDays(bars: Bars): DayPrint[] {
  const { time } = bars;
  const prints: DayPrint[] = [];
  for (let first = 0; first < time.length; ) {
    const day = Math.floor((time[first]! + PRINT_OPENS) / DAY);
    const close = startOf(day + 1);
    let end = first + 1;
    while (end < time.length && time[end]! < close) end++;
    prints.push({ day, bars: end - first, hash: hashOf(bars, first, end) });
    first = end;
  }
  return prints;
}

/** Of the bit patterns of all values, column by column. */
function hashOf({ time, open, high, low, close, volume }: Bars, first: number, end: number): string {
  const hash = createHash('sha256');
  for (const column of [time, open, high, low, close, volume]) hash.update(new Uint8Array(column.buffer, column.byteOffset + first * 8, (end - first) * 8));
  return hash.digest('hex').slice(0, 16);
}
