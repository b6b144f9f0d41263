/** The first index from `from` on whose time is not before `time`; gallops, so that walking forward through both arrays is cheap. */
export function lowerBound(times: Float64Array, time: number, from = 0): number {
  let step = 1;
  let low = from;
  while (low + step < times.length && times[low + step]! < time) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, times.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True when every time is later than the one before it. */
export function isStrictlyIncreasing(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (!(times[i]! > times[i - 1]!)) return false;
  return true;
}
