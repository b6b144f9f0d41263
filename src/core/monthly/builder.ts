import type { Seconds } from './seconds';

type Columns = { -readonly [Name in keyof Seconds]: Seconds[Name] };

/** A growing Seconds: doubles its arrays, 52 bytes a bar. */
export class SecondsBuilder {
  #columns: Columns = allocate(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(time: number, open: number, high: number, low: number, close: number, volume: number, instrument: number): void {
    if (this.#length === this.#columns.time.length) this.#grow();
    const at = this.#length++;
    const to = this.#columns;
    to.time[at] = time;
    to.open[at] = open;
    to.high[at] = high;
    to.low[at] = low;
    to.close[at] = close;
    to.volume[at] = volume;
    to.instrument[at] = instrument;
  }

  /** The bars pushed so far. The builder must not be used afterwards: the arrays are shared, not copied. */
  finish(): Seconds {
    return cut(this.#columns, 0, this.#length);
  }

  #grow(): void {
    const larger = allocate(this.#length * 2);
    for (const name of NAMES) larger[name].set(this.#columns[name]);
    this.#columns = larger;
  }
}

const NAMES = ['time', 'open', 'high', 'low', 'close', 'volume', 'instrument'] as const;

/** Room for so many bars, all zero. */
export function allocate(rows: number): Columns {
  const column = (): Float64Array => new Float64Array(rows);
  return { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column(), instrument: new Int32Array(rows) };
}

/** The bars `from` up to `to`, sharing memory. */
export function cut(seconds: Seconds, from: number, to: number): Seconds {
  return {
    time: seconds.time.subarray(from, to),
    open: seconds.open.subarray(from, to),
    high: seconds.high.subarray(from, to),
    low: seconds.low.subarray(from, to),
    close: seconds.close.subarray(from, to),
    volume: seconds.volume.subarray(from, to),
    instrument: seconds.instrument.subarray(from, to),
  };
}
