import type { Seconds } from '../../../src/core/monthly/seconds';

/** 2025-10-15 08:00:00 in Chicago, unix seconds: within regular hours. */
export const MORNING = Date.parse('2025-10-15T13:00:00Z') / 1000;

type Bar = readonly [open: number, high: number, low: number, close: number];

/** Bars one second apart from `MORNING`; given one price, it is all four. */
export function secondsFrom(bars: readonly (Bar | number)[], volume: (at: number) => number = () => 1): Seconds {
  const price = (which: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(bars, (bar) => (typeof bar === 'number' ? bar : bar[which]));
  return {
    time: Float64Array.from(bars, (_, at) => MORNING + at),
    open: price(0),
    high: price(1),
    low: price(2),
    close: price(3),
    volume: Float64Array.from(bars, (_, at) => volume(at)),
    instrument: new Int32Array(bars.length),
  };
}

/** `count` times the same. */
export const flat = (count: number, price: number): number[] => Array.from({ length: count }, () => price);
