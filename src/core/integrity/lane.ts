import { RecentBars } from './outlier';
import { Reach } from './reach';

/**
 * The rows of one instrument. Interleaved files are normal, so everything about order in time is kept per lane;
 * a file without an instrument column has one lane.
 */
export class Lane {
  /** As in the file; empty when the file has no instrument column. */
  readonly instrument: string;
  /** Row, line and time (µs) of the latest row with a time; NaN before the first. */
  row = 0;
  line = 0;
  time = NaN;
  /** The times (µs) there are so far. */
  readonly reach = new Reach();
  /** The wall clock (µs) of the latest row, while times are local. */
  local = NaN;
  /** The hour that is being repeated is passed for the second time. */
  second = false;
  /** For exact duplicates (repeats.ts): the highest key so far and the rows that have it. */
  readonly top = new TopRun();
  /** For price-outlier (outlier.ts). */
  readonly recent = new RecentBars();

  constructor(instrument: string) {
    this.instrument = instrument;
  }

  /** The latest row with a time becomes this one. */
  moveTo(time: number, row: number, line: number): void {
    this.time = time;
    this.row = row;
    this.line = line;
    this.reach.add(time, row, line);
  }
}

export interface Seen {
  readonly row: number;
  readonly line: number;
}

/** The rows that share the highest key so far. While keys rise there is one, and only its position is remembered. */
export class TopRun {
  key = -Infinity;
  row = 0;
  line = 0;
  /** Position of the first row in the scanner's bytes; -1 once `rows` holds its content. */
  start = -1;
  end = -1;
  /** Content → first row with it; empty until a second row has the key, or the bytes move on. */
  rows = new Map<string, Seen>();
}
