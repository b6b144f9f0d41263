/** One-second bars in columns; index i of every array is one bar. */
export interface Seconds {
  /** Start of the interval, unix SECONDS UTC, integers. */
  readonly time: Float64Array;
  /** Points. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Contracts. */
  readonly volume: Float64Array;
  /** Index into the dictionary of the table the bars belong to; carried forward where the grid was filled. */
  readonly instrument: Int32Array;
}

/** Bars with the dictionary of their instruments: entry i of `symbols` and of `ids` is one instrument. */
export interface SecondsTable {
  readonly seconds: Seconds;
  readonly symbols: readonly string[];
  /** The vendor's instrument_id per dictionary entry. */
  readonly ids: readonly number[];
}
