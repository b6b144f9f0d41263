import type { Closes } from './agreement';
import { near } from './agreement';
import { lowerBound } from './sorted';

const MINUTE = 60_000;
/** A wrong zone is at most 26 h away (UTC−12 to UTC+14). */
export const WIDEST_SHIFT = 26 * 60 * MINUTE;
/** Comparisons worth making for one vote: bounds the time taken where bars are dense, as in 1-second masters. */
const BUDGET = 20_000_000;

/**
 * The constant shift for which most moves of the sample match: every move votes for each whole-minute shift that would
 * put it on an equal move of the master.
 * @param pairs bars 2k and 2k+1 are one move: two successive bars of the file with different closes
 * @returns ms to add to the file's instants; undefined when nothing got a vote
 */
export function voteForShift(pairs: Closes, master: Closes, tolerance: number): number | undefined {
  const votes = new Int32Array((2 * WIDEST_SHIFT) / MINUTE + 1);
  const stride = strideFor(pairs, master);
  for (let i = 1; i < pairs.time.length; i += stride) {
    const time = pairs.time[i]!;
    const start = lowerBound(master.time, time - WIDEST_SHIFT);
    for (let at = start; at < master.time.length && master.time[at]! <= time + WIDEST_SHIFT; at++) {
      if (!near(pairs.close[i]!, master.close[at]!, tolerance)) continue;
      const shift = master.time[at]! - time;
      if (shift % MINUTE === 0 && hasClose(master, at, pairs.time[i - 1]! + shift, pairs.close[i - 1]!, tolerance)) {
        votes[(shift + WIDEST_SHIFT) / MINUTE]!++;
      }
    }
  }
  const best = votes.reduce((most, count, index) => (count > votes[most]! ? index : most), 0);
  return votes[best] === 0 ? undefined : best * MINUTE - WIDEST_SHIFT;
}

/** Steps over whole pairs so that the vote stays within its budget. */
function strideFor(pairs: Closes, master: Closes): number {
  const middle = pairs.time[pairs.time.length >> 1]!;
  const window = lowerBound(master.time, middle + WIDEST_SHIFT) - lowerBound(master.time, middle - WIDEST_SHIFT);
  return 2 * Math.max(1, Math.ceil(((pairs.time.length / 2) * window) / BUDGET));
}

/** Whether the master has a bar at `time` (at or before index `from`) with this close. */
function hasClose(master: Closes, from: number, time: number, close: number, tolerance: number): boolean {
  let at = from;
  while (at > 0 && master.time[at]! > time) at--;
  return master.time[at] === time && near(close, master.close[at]!, tolerance);
}
