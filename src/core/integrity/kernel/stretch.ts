/**
 * Rows that the kernel vouches for: read one after the other from the start of the first, they are plain and follow on
 * from each other, so that the reference would find nothing to say against them. The first `warm` of them are for the
 * reference all the same: what is usual before them is not known to the kernel.
 */
export interface Stretch {
  /** Place of the first row in the file. */
  readonly start: number;
  /** How many rows. */
  readonly rows: number;
  readonly warm: number;
  /** Place of the last row. */
  readonly last: number;
  /** The row before the last one: its time (µs), its file_seq, its prices, and the latest 64 moves of the price up to it. */
  readonly time: number;
  readonly sequence: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly moves: Float64Array;
  /** Steps longer than 1.5 times the interval, which are for the reference to judge. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  /** The row after the step, 1 = the first of the stretch. */
  readonly row: number;
  /** Its place in the file. */
  readonly place: number;
  /** Times of the row before and of this one, µs. */
  readonly before: number;
  readonly after: number;
}

/** What was vouched for in a range of a file: the kernel's two tables, as they are. */
export interface Vouched {
  readonly stretches: ArrayBuffer;
  readonly gaps: ArrayBuffer;
}

/** Sizes of their entries, bytes (assembly/stretch.ts). */
export const STRETCH_BYTES = 584;
export const GAP_BYTES = 24;
const WINDOW = 64;

/** @param from place of the range in the file */
export function readStretches({ stretches, gaps }: Vouched, from: number): Stretch[] {
  const [table, gapTable] = [new DataView(stretches), new DataView(gaps)];
  const read: Stretch[] = [];
  let gap = 0;
  for (let at = 0; at < stretches.byteLength; at += STRETCH_BYTES) {
    const int = (index: number): number => table.getInt32(at + index * 4, true);
    const double = (index: number): number => table.getFloat64(at + index * 8, true);
    const count = int(4);
    read.push({
      start: from + int(0),
      rows: int(1),
      warm: int(2),
      last: from + int(3),
      time: double(3),
      sequence: double(4),
      high: double(5),
      low: double(6),
      close: double(7),
      moves: new Float64Array(stretches, at + 64, WINDOW),
      gaps: Array.from({ length: count }, (_, i) => readGap(gapTable, (gap + i) * GAP_BYTES, from)),
    });
    gap += count;
  }
  return read;
}

const readGap = (table: DataView, at: number, from: number): Gap => ({
  row: table.getInt32(at, true),
  place: from + table.getInt32(at + 4, true),
  before: table.getFloat64(at + 8, true),
  after: table.getFloat64(at + 16, true),
});

/** The share of so many bytes that stretches cover. */
export const shareOf = (stretches: readonly Stretch[], bytes: number): number => stretches.reduce((sum, { start, last }) => sum + last - start, 0) / bytes;
