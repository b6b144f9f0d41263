/**
 * Bars in columns: index i of every array is one bar.
 * `time` is the bar's OPEN instant in unix milliseconds UTC. Prices are in points, as the source writes them.
 * `volume` is NaN where the source has none.
 */
export interface Bars {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export const countBars = (bars: Bars): number => bars.time.length;

/** A growing Bars: doubles its arrays, so appending is O(1) amortised and costs 48 bytes a bar. */
export class BarBuilder {
  #columns: Bars;
  #length = 0;

  /** @param expected how many bars there will probably be: room for them is set aside, which costs little until it is used */
  constructor(expected = 1024) {
    this.#columns = allocate(Math.max(16, expected));
  }

  get length(): number {
    return this.#length;
  }

  /** @param time open instant, unix ms UTC; prices in points; volume NaN when unknown */
  push(time: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (this.#length === this.#columns.time.length) this.#columns = grow(this.#columns, this.#length * 2);
    const at = this.#length++;
    const to = this.#columns;
    to.time[at] = time;
    to.open[at] = open;
    to.high[at] = high;
    to.low[at] = low;
    to.close[at] = close;
    to.volume[at] = volume;
  }

  /** Room for so many bars, whose values `put` gives later; the index of the first. */
  reserve(bars: number): number {
    const at = this.#length;
    this.#length += bars;
    if (this.#length > this.#columns.time.length) this.#columns = grow(this.#columns, this.#length * 2);
    return at;
  }

  /** @param bars their values from index `at` on, which were reserved */
  put(at: number, bars: Bars): void {
    const to = this.#columns;
    to.time.set(bars.time, at);
    to.open.set(bars.open, at);
    to.high.set(bars.high, at);
    to.low.set(bars.low, at);
    to.close.set(bars.close, at);
    to.volume.set(bars.volume, at);
  }

  /** The bars pushed so far. The builder must not be used afterwards: the arrays are shared, not copied. */
  finish(): Bars {
    return mapColumns(this.#columns, (column) => column.subarray(0, this.#length));
  }
}

function allocate(length: number): Bars {
  const column = (): Float64Array => new Float64Array(length);
  return { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

function grow(bars: Bars, length: number): Bars {
  return mapColumns(bars, (column) => {
    const larger = new Float64Array(length);
    larger.set(column);
    return larger;
  });
}

/** Applies one function to each of the six columns. */
export function mapColumns(bars: Bars, change: (column: Float64Array) => Float64Array): Bars {
  return {
    time: change(bars.time),
    open: change(bars.open),
    high: change(bars.high),
    low: change(bars.low),
    close: change(bars.close),
    volume: change(bars.volume),
  };
}

/** The bars at the given indexes, in that order. */
export function pickBars(bars: Bars, indexes: ArrayLike<number>): Bars {
  return mapColumns(bars, (column) => Float64Array.from(indexes, (index) => column[index]!));
}

/** Bars one after the other, in new arrays. */
export function joinBars(parts: readonly Bars[]): Bars {
  const rows = parts.reduce((sum, part) => sum + countBars(part), 0);
  const join = (name: keyof Bars): Float64Array => {
    const joined = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      joined.set(part[name], at);
      at += countBars(part);
    }
    return joined;
  };
  return { time: join('time'), open: join('open'), high: join('high'), low: join('low'), close: join('close'), volume: join('volume') };
}
