// Reads the bars of rows that were vouched for (scan.ts): by the same reading of a row, so that one that is not plain, or
// does not rise in time, ends it.
import * as plan from './plan';
import * as row from './row';
import { resetTime } from './time';

export { PLAN } from './plan';

/** The most rows read at a time. */
export const ROWS: usize = 4096;
/** time (ms), open, high, low, close, volume of the rows read: so many doubles each. */
const COLUMNS = memory.data(6 * 4096 * 8, 16);
/** Where reading ended: after the last row read. */
export let end: usize = 0;

/** The address from which on memory is free for the bytes of a file. */
export function input(): usize {
  return (__heap_base + 63) & ~63;
}

export function columns(): usize {
  return COLUMNS;
}

export function begin(): void {
  row.reset();
  resetTime();
}

/** Reads the rows from one address on, as far as they are whole; returns how many. */
export function read(from: usize, limit: usize): usize {
  memory.fill(limit, 0, 64);
  const volume = volumeColumn();
  let rows: usize = 0;
  let before = i64.MIN_VALUE;
  for (end = from; rows < ROWS && end < limit; rows++) {
    if (!row.readRow(end, limit) || row.time <= before) break;
    before = row.time;
    put(0, rows, Math.floor(<f64>row.time / 1000));
    put(1, rows, plan.prices() == 1 ? row.close : row.open);
    put(2, rows, row.high);
    put(3, rows, row.low);
    put(4, rows, row.close);
    put(5, rows, volume < 0 ? NaN : wholeNumber(row.cellStart(volume), row.cellEnd(volume)));
    end = row.end;
  }
  return rows;
}

// @ts-ignore: decorator
@inline function put(column: usize, at: usize, value: f64): void {
  store<f64>(COLUMNS + ((column * ROWS + at) << 3), value);
}

/** −1 when there is none. */
function volumeColumn(): isize {
  for (let column: usize = 0; column < plan.width(); column++) if (plan.kind(column) == plan.VOLUME) return column;
  return -1;
}

/** Of a cell of digits, perhaps with a point and zeros. */
function wholeNumber(from: usize, to: usize): f64 {
  let value: i64 = 0;
  for (let at = from; at < to; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  return <f64>value;
}
