import { ExactSum } from './exact';

/**
 * Rolling windows over a column: entry i looks at the `window` values that end with i. It is NaN until the window is full,
 * and while a value that is no number lies in it: such a value starts the window anew.
 */

/** A column of `rows` entries. */
export function columnOf(rows: number, value: (at: number) => number): Float64Array {
  const column = new Float64Array(rows);
  for (let at = 0; at < rows; at++) column[at] = value(at);
  return column;
}

/** a / b, NaN where b is 0. */
export const ratio = (a: number, b: number): number => (b === 0 ? NaN : a / b);

export function rollingSum(values: Float64Array, window: number): Float64Array {
  const result = new Float64Array(values.length).fill(NaN);
  const sum = new ExactSum();
  let run = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      sum.clear();
      run = 0;
      continue;
    }
    sum.add(value);
    if (++run > window) sum.add(-values[at - window]!);
    if (run >= window) result[at] = sum.value;
  }
  return result;
}

export function rollingMean(values: Float64Array, window: number): Float64Array {
  const result = rollingSum(values, window);
  for (let at = 0; at < result.length; at++) result[at] = result[at]! / window;
  return result;
}

/** A deviation below this share of the mean is rounding, not spread. Source: 7-monthly, features. */
const NO_SPREAD = 1e-12;

/** The sample's standard deviation. Each window is looked at afresh: differences from its mean lose nothing to the size of the numbers. */
export function rollingDeviation(values: Float64Array, window: number): Float64Array {
  const result = rollingMean(values, window);
  for (let at = window - 1; at < result.length; at++) {
    const mean = result[at]!;
    let squares = 0;
    for (let k = at - window + 1; k <= at; k++) squares += (values[k]! - mean) * (values[k]! - mean);
    const deviation = Math.sqrt(squares / (window - 1));
    result[at] = deviation < NO_SPREAD * Math.abs(mean) ? 0 : deviation;
  }
  return result;
}

/** The slope per bar of the least-squares line through the window, against 0 … window−1. */
export function rollingSlope(values: Float64Array, window: number): Float64Array {
  const result = new Float64Array(values.length).fill(NaN);
  const middle = (window - 1) / 2;
  const spread = (window * (window * window - 1)) / 12;
  let run = 0;
  for (let at = 0; at < values.length; at++) {
    run = Number.isFinite(values[at]!) ? run + 1 : 0;
    if (run < window) continue;
    const first = at - window + 1;
    const base = values[first]!;
    let moment = 0;
    // Measured from the first value: nothing is lost to the size of the numbers, and a flat window gives exactly 0.
    for (let k = 1; k < window; k++) moment += (k - middle) * (values[first + k]! - base);
    result[at] = moment / spread;
  }
  return result;
}

export const rollingMax = (values: Float64Array, window: number): Float64Array => rollingExtreme(values, window, 1);
export const rollingMin = (values: Float64Array, window: number): Float64Array => rollingExtreme(values, window, -1);

/** @param sign 1 for the highest, −1 for the lowest */
function rollingExtreme(values: Float64Array, window: number, sign: 1 | -1): Float64Array {
  const result = new Float64Array(values.length).fill(NaN);
  /** Indexes in [head, tail) whose values fall: each is the extreme once those before it have left the window. */
  const queue = new Int32Array(values.length);
  let [head, tail, run] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      head = tail;
      run = 0;
      continue;
    }
    while (tail > head && sign * values[queue[tail - 1]!]! <= sign * value) tail--;
    queue[tail++] = at;
    if (queue[head]! <= at - window) head++;
    if (++run >= window) result[at] = values[queue[head]!]!;
  }
  return result;
}

/** The average rank, among the window's, of its last value, in percent: 100 is the highest, ties share the mean of their ranks. */
export function rollingPercentile(values: Float64Array, window: number): Float64Array {
  const result = new Float64Array(values.length).fill(NaN);
  const sorted = new Float64Array(window + 1);
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      count = 0;
      continue;
    }
    if (count === window) {
      const leaving = lowerBound(sorted, count--, values[at - window]!);
      sorted.copyWithin(leaving, leaving + 1, count + 1);
    }
    const below = lowerBound(sorted, count, value);
    sorted.copyWithin(below + 1, below, count);
    sorted[below] = value;
    count++;
    let above = below + 1;
    while (above < count && sorted[above] === value) above++;
    if (count === window) result[at] = ((below + above + 1) / 2 / window) * 100;
  }
  return result;
}

/** Index of the first of `count` ascending values that is ≥ `value`. */
function lowerBound(sorted: Float64Array, count: number, value: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
