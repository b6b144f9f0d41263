import type { Timeframe } from '../base/timeframe';
import { durationOf } from '../base/timeframe';
import type { Zone } from '../base/time';
import { zoneNamed } from '../base/time';
import { LIKELY_ZONES } from '../base/zones';

/** Whether a stamp names the instant a bar opened or closed. */
export type Stamp = 'open' | 'close';

/** How the times written in a vendor's file are understood. */
export interface Reading {
  readonly zone: string;
  readonly stamp: Stamp;
}

/**
 * What the file's times are: wall-clock times of some zone; instants that carry their zone (`Z`, unix time, a UTC
 * format); or the dates of daily and weekly bars, which are labels and belong to no zone.
 */
export type TimeKind = 'local' | 'instant' | 'date';

/** A clock that stays at one offset all year, where the exchange's does not. */
export const isFixedOffset = (zone: string): boolean => /^UTC[+-]/.test(zone);

/** Daily and weekly bars are labelled by date: neither zone nor stamp convention moves them. */
export const isLabelled = (timeframe: Timeframe): boolean => timeframe === '1D' || timeframe === '1W';

/** The readings other than the given one that could explain a file, the simplest first. */
export function otherReadings(given: Reading, timeframe: Timeframe, kind: TimeKind): Reading[] {
  if (kind === 'date' || isLabelled(timeframe)) return [];
  const otherStamp: Stamp = given.stamp === 'open' ? 'close' : 'open';
  const zones = kind === 'local' ? LIKELY_ZONES.filter((zone) => zone !== given.zone) : [];
  return [
    { zone: given.zone, stamp: otherStamp },
    ...zones.map((zone) => ({ zone, stamp: given.stamp })),
    ...zones.map((zone) => ({ zone, stamp: otherStamp })),
  ];
}

/**
 * The open instants the same file would have had under another reading: back to the written wall clock, and placed anew.
 * @param times open instants, unix ms UTC, in file order
 * @returns open instants, unix ms UTC; NaN where the wall-clock time does not exist in the other zone
 */
export function reread(times: Float64Array, given: Reading, other: Reading, timeframe: Timeframe): Float64Array {
  const toStamp = given.stamp === 'close' ? durationOf(timeframe) : 0;
  const toOpen = other.stamp === 'close' ? durationOf(timeframe) : 0;
  if (given.zone === other.zone) return times.map((time) => time + toStamp - toOpen);
  const from = zoneNamed(given.zone);
  const to = zoneNamed(other.zone);
  let previous = -Infinity;
  return times.map((time) => {
    const utc = placeAfter(to, from.localOf(time + toStamp), previous);
    if (!Number.isNaN(utc)) previous = utc;
    return utc - toOpen;
  });
}

/** A repeated wall-clock time means the earlier instant unless that would not come after the row before. */
function placeAfter(zone: Zone, local: number, previous: number): number {
  const once = zone.utcOf(local);
  if (once !== undefined) return once;
  const placed = zone.place(local);
  if (placed.kind !== 'ambiguous') return placed.kind === 'one' ? placed.utc : NaN;
  return placed.earlier > previous ? placed.earlier : placed.later;
}
