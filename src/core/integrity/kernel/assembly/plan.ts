// What the columns of a file are: written by ../plan.ts before the first row, then only read.

/** Ints, then doubles, column kinds, the columns in the order in which they are hashed, and the zone's steady spans. */
export const PLAN = memory.data(8192, 16);

// @ts-ignore: decorator
@inline function int(at: usize): i32 {
  return load<i32>(PLAN + (at << 2));
}
// @ts-ignore: decorator
@inline export function width(): usize { return int(0); }
// @ts-ignore: decorator
@inline export function delimiter(): u32 { return int(1); }
/** 0 `yyyyMMdd`, 1 `yyyy-MM-dd`, 2 `MM/dd/yyyy`. */
// @ts-ignore: decorator
@inline export function dateForm(): i32 { return int(2); }
/** 0 none, 1 `HHmmss[ f…]`, 2 `HH:mm[:ss[.f…]]`. */
// @ts-ignore: decorator
@inline export function clockForm(): i32 { return int(3); }
// @ts-ignore: decorator
@inline export function isZoned(): bool { return int(4) != 0; }
/** 0 s, 1 ms, 2 µs, 3 ns. */
// @ts-ignore: decorator
@inline export function unixUnit(): i32 { return int(5); }
/** Rows have a time, and it must rise; else only file_seq must. */
// @ts-ignore: decorator
@inline export function isTimed(): bool { return int(6) != 0; }
/** Times must lie on whole minutes. */
// @ts-ignore: decorator
@inline export function onMinutes(): bool { return int(7) != 0; }
/** 0 no prices, 1 a trade's one price, 4 open to close. */
// @ts-ignore: decorator
@inline export function prices(): i32 { return int(8); }
// @ts-ignore: decorator
@inline export function isSequenced(): bool { return int(9) != 0; }
/** Columns that go into the checksum; 0 when there is none. */
// @ts-ignore: decorator
@inline export function hashed(): usize { return int(10); }
// @ts-ignore: decorator
@inline export function spans(): usize { return int(11); }
/** Outliers are looked for. */
// @ts-ignore: decorator
@inline export function weighs(): bool { return int(12) != 0; }
/** Bytes of the longest row. */
// @ts-ignore: decorator
@inline export function longest(): usize { return int(13); }

/** µs; 0 when steps are not judged. */
// @ts-ignore: decorator
@inline export function interval(): i64 { return <i64>load<f64>(PLAN + 128); }
// @ts-ignore: decorator
@inline export function scaled(price: f64): f64 {
  const by = load<f64>(PLAN + 136);
  return by == 1 ? price : price / by;
}
/** A price beyond so many usual moves is an outlier. */
// @ts-ignore: decorator
@inline export function factor(): f64 { return load<f64>(PLAN + 144); }

// @ts-ignore: decorator
@inline export function kind(column: usize): u32 { return load<u8>(PLAN + 256 + column); }
// @ts-ignore: decorator
@inline export function hashedColumn(at: usize): usize { return load<u8>(PLAN + 320 + at); }

/** Kinds of columns. */
export const OTHER = 0;
/** A date and a time of day in one cell. */
export const TIME = 1;
export const CLOCK = 2;
export const UNIX = 3;
export const OPEN = 4;
export const HIGH = 5;
export const LOW = 6;
export const CLOSE = 7;
export const VOLUME = 8;
export const NUMBER = 9;
export const SEQUENCE = 10;
export const CHECKSUM = 11;
export const INSTRUMENT = 12;
/** A date whose time of day has a column of its own. */
export const DATE = 13;

/** Local times of a span have one offset: from (local µs), to, offset (µs). */
// @ts-ignore: decorator
@inline export function spanFrom(at: usize): f64 { return load<f64>(PLAN + 512 + at * 24); }
// @ts-ignore: decorator
@inline export function spanTo(at: usize): f64 { return load<f64>(PLAN + 512 + at * 24, 8); }
// @ts-ignore: decorator
@inline export function spanOffset(at: usize): f64 { return load<f64>(PLAN + 512 + at * 24, 16); }
