// Times in the forms in which nearly all files write them; any other form is left to the reference (timestamp.ts).
import { clockForm, dateForm, isZoned, spanFrom, spanOffset, spans, spanTo, unixUnit } from './plan';

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400_000_000;

/** The time last read, µs since 1970; local times as if they were UTC. */
export let time: i64 = 0;
/** The date last read, as bytes, and its first µs: most rows have the date of the row before. */
let known: bool = false;
let known0: u64 = 0;
let known1: u32 = 0;
let knownDay: i64 = 0;
/** The steady span last used. */
let span: usize = 0;

/** Forgets what was known of another file. */
export function resetTime(): void {
  known = false;
  span = 0;
}

/** A number of two digits; far above any part of a time when they are none. */
// @ts-ignore: decorator
@inline function two(at: usize): u32 {
  const tens = <u32>load<u8>(at) - 48;
  const ones = <u32>load<u8>(at, 1) - 48;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100_000;
}

/** Reads a date; where it ends, or 0. Then `time` is its first µs. */
export function readDate(at: usize): usize {
  const bytes0 = load<u64>(at);
  if (dateForm() == 0) {
    if (!known || bytes0 != known0) {
      if (!isDay(two(at) * 100 + two(at + 2), two(at + 4), two(at + 6))) return 0;
      known0 = bytes0;
    }
    time = knownDay;
    return at + 8;
  }
  const bytes1 = <u32>load<u16>(at, 8);
  if (!known || bytes0 != known0 || bytes1 != known1) {
    const separator: u32 = dateForm() == 1 ? 45 : 47;
    const first: usize = dateForm() == 1 ? 4 : 2;
    if (<u32>load<u8>(at + first) != separator || <u32>load<u8>(at + first + 3) != separator) return 0;
    const valid = dateForm() == 1 ? isDay(two(at) * 100 + two(at + 2), two(at + 5), two(at + 8)) : isDay(two(at + 6) * 100 + two(at + 8), two(at), two(at + 3));
    if (!valid) return 0;
    known0 = bytes0;
    known1 = bytes1;
  }
  time = knownDay;
  return at + 10;
}

/** Sets `knownDay`; false when there is no such date. The count of days is Howard Hinnant's `days_from_civil`. */
function isDay(year: u32, month: u32, day: u32): bool {
  known = false;
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const days: u32 = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  if (day > days) return false;
  const y = <i64>year - (month <= 2 ? 1 : 0);
  const era = y / 400;
  const ofEra = y - era * 400;
  const ofYear = (153 * ((<i64>month + 9) % 12) + 2) / 5 + day - 1;
  knownDay = (era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468) * DAY;
  known = true;
  return true;
}

/** Reads what follows the date in the same cell; where it ends, or 0. Adds to `time`. */
export function readRest(at: usize): usize {
  if (clockForm() == 0) return at;
  const separator = load<u8>(at);
  if (separator != 32 && separator != 84) return 0;
  return readClock(at + 1);
}

/** Reads a time of day, and its zone if there is one; where it ends, or 0. Adds to `time`. */
export function readClock(at: usize): usize {
  const colons = clockForm() == 2;
  const gap: usize = colons ? 3 : 2;
  const hours = two(at);
  const minutes = two(at + gap);
  let seconds: u32 = 0;
  if (colons && load<u8>(at, 2) != 58) return 0;
  at += gap + 2;
  if (!colons) {
    seconds = two(at);
    at += 2;
  } else if (load<u8>(at) == 58) {
    seconds = two(at + 1);
    at += 3;
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return 0;
  time += <i64>(hours * 3600 + minutes * 60 + seconds) * SECOND;
  const next = load<u8>(at);
  if (next == 46 || (next == 32 && !colons)) {
    at = readFraction(at + 1);
    if (at == 0) return 0;
  }
  return isZoned() ? readOffset(at) : at;
}

/** One to nine digits; beyond µs they are dropped. */
function readFraction(at: usize): usize {
  let value: i64 = 0;
  let unit: i64 = SECOND;
  const from = at;
  for (;;) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    if (unit > 1) {
      value = value * 10 + digit;
      unit /= 10;
    }
    at++;
  }
  if (at == from || at - from > 9) return 0;
  time += value * unit;
  return at;
}

/** `Z` or `±hh:mm`. */
function readOffset(at: usize): usize {
  const sign = load<u8>(at);
  if (sign == 90) return at + 1;
  if ((sign != 43 && sign != 45) || load<u8>(at, 3) != 58) return 0;
  const hours = two(at + 1);
  const minutes = two(at + 4);
  if (hours > 15 || minutes > 59) return 0;
  const offset = <i64>(hours * 60 + minutes) * 60 * SECOND;
  time -= sign == 45 ? -offset : offset;
  return at + 6;
}

/** Reads whole unix time; where it ends, or 0. The unit must suit the magnitude. */
export function readUnix(at: usize): usize {
  const from = at;
  let value: i64 = 0;
  for (;;) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  const digits = at - from;
  if (digits == 0 || digits > 19) return 0;
  const unit = unixUnit();
  if (unit == 3) {
    if (digits < 17 || value < 0) return 0;
    time = value / 1000;
    return time > 10_000_000_000_000 && time < 9_000_000_000_000_000 ? at : 0;
  }
  if (digits > 16) return 0;
  if (unit == 2) {
    time = value;
    return value > 10_000_000_000_000 && value < 9_000_000_000_000_000 ? at : 0;
  }
  if (unit == 1) {
    time = value * 1000;
    return value > 10_000_000_000 && value < 9_000_000_000_000 ? at : 0;
  }
  time = value * SECOND;
  return value < 9_000_000_000 ? at : 0;
}

/** Makes the local `time` an instant; false where the zone's offset changes within a day. */
export function place(): bool {
  const count = spans();
  if (count == 0) return true;
  const local = <f64>time;
  if (!(local >= spanFrom(span) && local < spanTo(span))) {
    span = 0;
    while (span < count && !(local >= spanFrom(span) && local < spanTo(span))) span++;
    if (span == count) {
      span = 0;
      return false;
    }
  }
  time -= <i64>spanOffset(span);
  return true;
}
