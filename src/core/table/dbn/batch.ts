import type { BarRun } from './runs';

/** Bars decoded from a run of records: index i below `count` of every array is one bar. The next run overwrites them. */
export interface BarBatch {
  count: number;
  publisher: Uint16Array;
  instrument: Uint32Array;
  /** Start of the interval: whole unix seconds UTC, and the nanoseconds beyond; NaN and 0 when undefined. */
  time: Float64Array;
  nanos: Int32Array;
  /** Points: the double nearest to the decimal price; NaN when undefined. */
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** Exact below 2^53; NaN when undefined (all bits set). */
  volume: Float64Array;
}

export function newBatch(room: number): BarBatch {
  const column = (): Float64Array => new Float64Array(room);
  return {
    count: 0,
    publisher: new Uint16Array(room),
    instrument: new Uint32Array(room),
    time: column(),
    nanos: new Int32Array(room),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

const WORD = 2 ** 32;
const BILLION = 1e9;

/** A price, whose two words are an i64 of 1e-9: exact as an integer up to 9 million points, then divided once. */
const price = (low: number, high: number): number => (high === 0x7fff_ffff && low === -1 ? NaN : (high * WORD + (low >>> 0)) / BILLION);

/** Decodes a run into a batch that has room for it. */
export function decodeRun({ words, stride, count }: BarRun, to: BarBatch): void {
  const { publisher, instrument, time, nanos, open, high, low, close, volume } = to;
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    publisher[i] = words[at]! >>> 16;
    instrument[i] = words[at + 1]!;
    const timeLow = words[at + 2]!;
    const timeHigh = words[at + 3]!;
    if (timeHigh === -1 && timeLow === -1) {
      time[i] = NaN;
      nanos[i] = 0;
    } else {
      // A double of nanoseconds is off by up to 256; the remainder modulo 2^32 puts the second right.
      let second = Math.floor(((timeHigh >>> 0) * WORD + (timeLow >>> 0)) / BILLION);
      let rest = (timeLow - Math.imul(second, BILLION)) | 0;
      if (rest < 0) {
        second--;
        rest += BILLION;
      } else if (rest >= BILLION) {
        second++;
        rest -= BILLION;
      }
      time[i] = second;
      nanos[i] = rest;
    }
    open[i] = price(words[at + 4]!, words[at + 5]!);
    high[i] = price(words[at + 6]!, words[at + 7]!);
    low[i] = price(words[at + 8]!, words[at + 9]!);
    close[i] = price(words[at + 10]!, words[at + 11]!);
    const volumeLow = words[at + 12]!;
    const volumeHigh = words[at + 13]!;
    volume[i] = volumeHigh === -1 && volumeLow === -1 ? NaN : (volumeHigh >>> 0) * WORD + (volumeLow >>> 0);
  }
  to.count = count;
}
