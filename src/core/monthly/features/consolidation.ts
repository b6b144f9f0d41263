import type { Seconds } from '../seconds';
import { columnOf, ratio, rollingMax, rollingMin } from './windows';

/** How close to the edge of a range, as a share of its size, counts as touching it again. */
const EDGE = 0.05;

/**
 * short_range_high, _low, _size, position_in_short_range, medium_range_high, _low, _size, range_compression_ratio,
 * short_range_retouches, medium_range_retouches
 */
export function consolidationFeatures(seconds: Seconds): Float64Array[] {
  const { close } = seconds;
  const [short, medium] = [rangeOf(seconds, 300), rangeOf(seconds, 900)];
  return [
    short.high,
    short.low,
    short.size,
    columnOf(close.length, (at) => ratio(close[at]! - short.low[at]!, short.size[at]!)),
    medium.high,
    medium.low,
    medium.size,
    columnOf(close.length, (at) => ratio(short.size[at]!, medium.size[at]!)),
    retouches(close, short),
    retouches(close, medium),
  ];
}

interface Range {
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Points. */
  readonly size: Float64Array;
}

function rangeOf(seconds: Seconds, window: number): Range {
  const [high, low] = [rollingMax(seconds.high, window), rollingMin(seconds.low, window)];
  return { high, low, size: columnOf(high.length, (at) => high[at]! - low[at]!) };
}

/** 1 at either edge of the range, else 0; 0 while there is no range. */
const retouches = (close: Float64Array, { high, low, size }: Range): Float64Array =>
  columnOf(close.length, (at) => (close[at]! >= high[at]! - EDGE * size[at]! || close[at]! <= low[at]! + EDGE * size[at]! ? 1 : 0));
