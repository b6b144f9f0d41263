// Reads one row of the plain form that nearly all rows have: unquoted cells of printable ASCII, whole numerals, times in
// their fixed form, a line break of LF or CRLF. Any other row is left to the reference.
import * as plan from './plan';
import { place, readClock, readDate, readRest, readUnix, time } from './time';

/** The row last read: where it ends (past its line break), and whether that is CRLF. */
export let end: usize = 0;
export let isCrlf: bool = false;
/** How far reading came when the row was not plain: at the limit, more bytes may mend that. */
export let stop: usize = 0;

/** Values of the row last read; those of columns that the file has not stay 0. */
export let sequence: i64 = 0;
export let open: f64 = 0;
export let high: f64 = 0;
export let low: f64 = 0;
export let close: f64 = 0;
export let checksum: usize = 0;
export let instrument: usize = 0;
export let instrumentLength: usize = 0;
export { time };

/** Bounds of each cell: two addresses. */
const CELLS = memory.data(512, 16);
// @ts-ignore: decorator
@inline export function cellStart(column: usize): usize { return load<u32>(CELLS + (column << 3)); }
// @ts-ignore: decorator
@inline export function cellEnd(column: usize): usize { return load<u32>(CELLS + (column << 3), 4); }

/** Powers of ten up to the most decimals of a number of 15 digits. */
const POWERS = memory.data<f64>([1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

/** The longest fixed forms: a date, a checksum. */
const DATE: usize = 10;
const DIGEST: usize = 64;

let value: f64 = 0;
let whole: i64 = 0;

/** Forgets the rows of another file. */
export function reset(): void {
  sequence = 0;
  open = high = low = close = 0;
  instrumentLength = 0;
}

/** Reads the row at `at`; false when it is not plain. The bytes from `limit` on are 0. */
export function readRow(at: usize, limit: usize): bool {
  const from = at;
  const last = plan.width() - 1;
  const delimiter = plan.delimiter();
  for (let column: usize = 0; column <= last; column++) {
    store<u32>(CELLS + (column << 3), <u32>at);
    const close = readCell(plan.kind(column), at, limit);
    if (close == 0) return false;
    store<u32>(CELLS + (column << 3), <u32>close, 4);
    at = close + 1;
    if (column < last && <u32>load<u8>(close) != delimiter) return fail(close);
  }
  at--;
  if (at - from > plan.longest()) return fail(at);
  isCrlf = load<u8>(at) == 13;
  if (isCrlf) at++;
  if (load<u8>(at) != 10) return fail(at);
  end = at + 1;
  if (plan.prices() == 4) {
    if (!(high >= low && high >= open && high >= close && low <= open && low <= close)) return fail(0);
    if (!(low > 0)) return fail(0);
  } else if (plan.prices() == 1) {
    if (!(close > 0)) return fail(0);
  }
  if (!plan.isTimed()) return true;
  if (!place()) return fail(0);
  return !plan.onMinutes() || time % 60_000_000 == 0 || fail(0);
}

function fail(at: usize): bool {
  stop = at;
  return false;
}

// @ts-ignore: decorator
@inline function failAt(at: usize): usize {
  stop = at;
  return 0;
}

/** Where the cell that starts at `at` ends; 0 when it is not plain. */
// @ts-ignore: decorator
@inline function readCell(kind: u32, at: usize, limit: usize): usize {
  switch (kind) {
    case plan.OPEN: {
      const close = readNumber(at);
      open = plan.scaled(value);
      return close;
    }
    case plan.HIGH: {
      const close = readNumber(at);
      high = plan.scaled(value);
      return close;
    }
    case plan.LOW: {
      const close = readNumber(at);
      low = plan.scaled(value);
      return close;
    }
    case plan.CLOSE: {
      const cellClose = readNumber(at);
      close = plan.scaled(value);
      if (plan.prices() == 1) {
        high = close;
        low = close;
      }
      return cellClose;
    }
    case plan.VOLUME: {
      const close = readNumber(at);
      return close != 0 && Math.floor(value) == value ? close : failAt(close == 0 ? stop : 0);
    }
    case plan.NUMBER:
      return readNumber(at);
    case plan.SEQUENCE: {
      const close = readWhole(at);
      sequence = whole;
      return close != 0 && whole >= 1 ? close : failAt(close == 0 ? stop : 0);
    }
    case plan.TIME: {
      if (at + DATE > limit) return failAt(limit);
      const close = readDate(at);
      if (close == 0) return failAt(0);
      const rest = readRest(close);
      return rest == 0 ? failAt(at + 40 > limit ? limit : 0) : rest;
    }
    case plan.CLOCK: {
      const close = readClock(at);
      return close == 0 ? failAt(at + 30 > limit ? limit : 0) : close;
    }
    case plan.DATE: {
      if (at + DATE > limit) return failAt(limit);
      const close = readDate(at);
      return close == 0 ? failAt(0) : close;
    }
    case plan.UNIX: {
      const close = readUnix(at);
      return close == 0 ? failAt(at + 30 > limit ? limit : 0) : close;
    }
    case plan.CHECKSUM:
      checksum = at;
      return at + DIGEST < limit ? at + DIGEST : failAt(limit);
    case plan.INSTRUMENT: {
      const close = readText(at);
      instrument = at;
      instrumentLength = close - at;
      return close;
    }
    default:
      return readText(at);
  }
}

/** Reads digits, 15 at most, with at most one point among them. */
function readNumber(at: usize): usize {
  const from = at;
  let point: usize = 0;
  let mantissa: i64 = 0;
  for (;;) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit <= 9) {
      mantissa = mantissa * 10 + digit;
    } else {
      if (digit != <u32>(46 - 48) || point != 0) break;
      point = at;
    }
    at++;
  }
  const digits = at - from - (point == 0 ? 0 : 1);
  if (digits - 1 > 14) return failAt(at);
  value = <f64>mantissa;
  if (point != 0) value /= load<f64>(POWERS + ((at - point - 1) << 3));
  return at;
}

/** Reads digits, 15 at most. */
function readWhole(at: usize): usize {
  const from = at;
  whole = 0;
  for (;;) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    whole = whole * 10 + digit;
    at++;
  }
  return at - from - 1 <= 14 ? at : failAt(at);
}

/** Goes over printable ASCII without quotes; whether a delimiter or a line break follows is for the caller to see. */
function readText(at: usize): usize {
  const delimiter = plan.delimiter();
  let byte = <u32>load<u8>(at);
  while (byte != delimiter && byte >= 32 && byte <= 126 && byte != 34) byte = load<u8>(++at);
  return at;
}
