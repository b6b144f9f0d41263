import type { Bars } from '../base/bar';
import { lowerBound } from './sorted';

/**
 * How far the closes of a file agree with the master's at the same instants.
 *
 * Quiet markets repeat closes, so many bars match at a wrong shift too. A *move* cannot: it is a pair of successive bars
 * of the file whose closes differ, and it matches only when both closes do. Closes measure; moves prove.
 */
export interface Agreement {
  /** Bars of the file that the master has as well, and how many of them have the same close. */
  readonly compared: number;
  readonly matched: number;
  /** Moves with both bars in the master, and how many of them match. */
  readonly moves: number;
  readonly movesMatched: number;
  /** The first stretch in which fewer than half of the bars match: unix ms of its first and last bar. */
  readonly weakStretch?: { readonly from: number; readonly to: number };
}

/** Compared bars per stretch. */
const STRETCH = 100;

/** Closes by time; `time` may hold NaN (nowhere) and steps back. */
export interface Closes {
  readonly time: Float64Array;
  readonly close: Float64Array;
}

/** Compares every bar of the file with the master's bar of the same instant (whose times must rise strictly). */
export function compareCloses(file: Closes, master: Closes, tolerance: number): Agreement {
  const stretch = new Stretches();
  let compared = 0;
  let matched = 0;
  let moves = 0;
  let movesMatched = 0;
  let before: 'absent' | 'same' | 'other' = 'absent';
  forEachCommon(file.time, master.time, (i, at) => {
    const close = file.close[i]!;
    const same = at >= 0 && near(close, master.close[at]!, tolerance);
    if (at >= 0) {
      compared++;
      if (same) matched++;
      stretch.add(file.time[i]!, same);
      if (before !== 'absent' && !near(close, file.close[i - 1]!, tolerance)) {
        moves++;
        if (same && before === 'same') movesMatched++;
      }
    }
    before = at < 0 ? 'absent' : same ? 'same' : 'other';
  });
  return { compared, matched, moves, movesMatched, ...(stretch.weak === undefined ? {} : { weakStretch: stretch.weak }) };
}

/** Calls `visit` for every file bar in order with the index of the master's bar of that instant, or −1. */
export function forEachCommon(file: Float64Array, master: Float64Array, visit: (i: number, at: number) => void): void {
  let at = 0;
  let last = -Infinity;
  for (let i = 0; i < file.length; i++) {
    const time = file[i]!;
    if (!Number.isNaN(time)) {
      // Most often the next bar of both.
      const next = time > last && master[at]! < time ? at + 1 : at;
      at = master[next] === time ? next : lowerBound(master, time, time < last ? 0 : at);
      last = time;
    }
    visit(i, master[at] === time ? at : -1);
  }
}

/** Within the tolerance, allowing for prices that have no exact binary form. */
export const near = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance + 1e-9 * Math.abs(a);

/**
 * The tolerance for closes, in points: half a tick. Without a known tick it is 0.1, and less where the file's own
 * prices move in smaller steps (0.1 would accept anything for a currency future near 1.1).
 */
export function toleranceFor(bars: Bars, tick?: number): number {
  return tick === undefined ? Number(Math.min(0.1, smallestStep(bars.close) / 2).toPrecision(6)) : tick / 2;
}

/** The smallest change between successive prices, leaving out the noise of computed prices (under a millionth). */
function smallestStep(prices: Float64Array): number {
  let smallest = Infinity;
  for (let i = 1; i < prices.length; i++) {
    const step = Math.abs(prices[i]! - prices[i - 1]!);
    if (step < smallest && step > 1e-6 * Math.abs(prices[i]!)) smallest = step;
  }
  return smallest;
}

/** Cuts the compared bars into stretches and keeps the first weak one. */
class Stretches {
  weak: { from: number; to: number } | undefined;
  #from = NaN;
  #count = 0;
  #same = 0;

  add(time: number, same: boolean): void {
    if (this.#count === 0) this.#from = time;
    this.#count++;
    if (same) this.#same++;
    if (this.#count < STRETCH) return;
    if (this.#same < STRETCH / 2) this.weak ??= { from: this.#from, to: time };
    this.#count = 0;
    this.#same = 0;
  }
}
