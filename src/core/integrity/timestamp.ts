import { parseDigits, parseNumber } from '../table/csv/number';

/**
 * Times straight from bytes, in microseconds since 1970 (a double holds them exactly until the year 2255; finer digits
 * are dropped). Local times are read as if they were UTC.
 */

/** `yyyyMMdd`, `yyyy-MM-dd`, `MM/dd/yyyy`, or `dd/MM/yyyy` where that was said: no file can prove it. */
type DateForm = 'compact' | 'dashed' | 'slashed' | 'slashedDayFirst';

/** Which number of a date with slashes comes first. */
export type DateOrder = 'month-first' | 'day-first';

export type TimeFormat =
  | {
      readonly kind: 'text';
      readonly date: DateForm;
      /** none, `HHmmss[ f…]` or `HH:mm[:ss[.f…]]`. */
      readonly clock: 'none' | 'compact' | 'colons';
      /** The time ends in `Z` or an offset such as `-05:00`: it is an instant, not a local time. */
      readonly zoned: boolean;
    }
  | { readonly kind: 'unix'; readonly unit: 's' | 'ms' | 'us' | 'ns' };

const DATES = ['compact', 'dashed', 'slashed'] as const;
const CLOCKS = ['none', 'compact', 'colons'] as const;
const UNITS = ['s', 'ms', 'us', 'ns'] as const;

/** Every format there is, the more telling first. */
export const TIME_FORMATS: readonly TimeFormat[] = [
  ...DATES.flatMap((date) => CLOCKS.flatMap((clock) => [false, true].map((zoned) => ({ kind: 'text' as const, date, clock, zoned })))),
  ...UNITS.map((unit) => ({ kind: 'unix' as const, unit })),
].filter((format) => format.kind === 'unix' || format.clock !== 'none' || !format.zoned);

/** The same with dates in that order. */
export const timeFormats = (dates: DateOrder | undefined): readonly TimeFormat[] =>
  dates !== 'day-first' ? TIME_FORMATS : TIME_FORMATS.map((format) => (isSlashed(format) ? { ...format, date: 'slashedDayFirst' } : format));

/** True for dates of which only the order tells the month. */
export const isSlashed = (format: TimeFormat | undefined): format is TimeFormat & { kind: 'text' } =>
  format?.kind === 'text' && (format.date === 'slashed' || format.date === 'slashedDayFirst');

/** `yyyy-MM-dd HH:mm:ss` and the like, for messages. */
export function describeFormat(format: TimeFormat): string {
  if (format.kind === 'unix') return `unix time in ${format.unit}`;
  const date = { compact: 'yyyyMMdd', dashed: 'yyyy-MM-dd', slashed: 'MM/dd/yyyy', slashedDayFirst: 'dd/MM/yyyy' }[format.date];
  const clock = { none: '', compact: ' HHmmss', colons: ' HH:mm:ss' }[format.clock];
  return `${date}${clock}${format.zoned ? ' with a zone' : ''}`;
}

/** True when the format's times are instants and need no zone. */
export const isInstant = (format: TimeFormat): boolean => format.kind === 'unix' || format.zoned;

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const SECOND = 1_000_000;
const NOTHING: Buffer = Buffer.alloc(0);

/** Reads the times of one column (or of a date and a clock column) in one format. */
export class TimeReader {
  readonly #format: TimeFormat;
  /** Where reading goes on. */
  #at = 0;
  #bytes = NOTHING;
  #end = 0;
  /** The last date read as yyyymmdd, and its first microsecond: most rows have the date of the row before. */
  #date = 0;
  #day = NaN;
  /** The date cell they were read from, when dates have a cell of their own. */
  #dateCell = NOTHING;
  /** Clocks of the form `HH:mm:ss`, without a zone: read without detours. */
  readonly #isPlain: boolean;
  /** `yyyyMMdd HHmmss`, likewise. */
  readonly #isCompact: boolean;

  constructor(format: TimeFormat) {
    this.#format = format;
    this.#isCompact = format.kind === 'text' && format.date === 'compact' && format.clock === 'compact' && !format.zoned;
    this.#isPlain = format.kind === 'text' && format.clock === 'colons' && !format.zoned;
  }

  /** Microseconds, or NaN when the cell is not a time of this format. */
  read(bytes: Buffer, start: number, end: number): number {
    if (this.#isCompact && end - start === 15 && bytes[start + 8] === SPACE) {
      const time = this.#dayOf(fourDigits(bytes, start) * 10_000 + fourDigits(bytes, start + 4)) + compactClock(bytes, start + 9);
      if (time >= 0) return time;
    }
    this.#enter(bytes, start, end);
    const format = this.#format;
    if (format.kind === 'unix') return unixTime(bytes, this.#at, this.#end, format.unit);
    const day = this.#readDate(format.date);
    if (format.clock === 'none') return this.#at === this.#end ? day : NaN;
    if (!this.#skipSeparator()) return NaN;
    if (this.#end - this.#at === 8 && this.#isPlain) {
      const time = plainClock(bytes, this.#at);
      if (time >= 0) return day + time;
    }
    return day + this.#readClock(format.clock, format.zoned);
  }

  /** As `read`, for a date in one cell and its time of day in another. */
  readPair(bytes: Buffer, dateStart: number, dateEnd: number, clockStart: number, clockEnd: number): number {
    const format = this.#format;
    if (format.kind === 'unix') return NaN;
    if (!this.#isSameDate(bytes, dateStart, dateEnd)) this.#readDateCell(bytes, dateStart, dateEnd, format.date);
    if (this.#isPlain && clockEnd - clockStart === 8) {
      const time = plainClock(bytes, clockStart);
      if (time >= 0) return this.#day + time;
    }
    this.#enter(bytes, clockStart, clockEnd);
    return this.#day + this.#readClock(format.clock, format.zoned);
  }

  #isSameDate(bytes: Buffer, start: number, end: number): boolean {
    const known = this.#dateCell;
    if (known.length !== end - start) return false;
    for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
    return true;
  }

  #readDateCell(bytes: Buffer, start: number, end: number, date: DateForm): void {
    this.#enter(bytes, start, end);
    this.#readDate(date);
    if (this.#at !== this.#end) this.#day = this.#date = NaN;
    this.#dateCell = Buffer.from(bytes.subarray(start, end));
  }

  #enter(bytes: Buffer, start: number, end: number): void {
    while (start < end && bytes[start] === SPACE) start++;
    while (end > start && bytes[end - 1] === SPACE) end--;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  #readDate(date: DateForm): number {
    if (date === 'compact') return this.#dayOf(this.#four() * 10_000 + this.#four());
    if (date !== 'dashed') {
      const first = this.#oneOrTwo();
      const second = this.#expect(SLASH) ? this.#oneOrTwo() : NaN;
      const [month, day] = date === 'slashed' ? [first, second] : [second, first];
      return this.#dayOf(this.#expect(SLASH) ? this.#four() * 10_000 + month * 100 + day : NaN);
    }
    const year = this.#four();
    const month = this.#expect(MINUS) ? this.#two() : NaN;
    return this.#dayOf(this.#expect(MINUS) ? year * 10_000 + month * 100 + this.#two() : NaN);
  }

  #dayOf(date: number): number {
    if (date === this.#date) return this.#day;
    this.#date = date;
    this.#day = startOfDay(date);
    return this.#day;
  }

  #readClock(clock: 'none' | 'compact' | 'colons', zoned: boolean): number {
    const time = clock === 'colons' ? this.#readColons() : this.#readCompact();
    if (!zoned) return this.#at === this.#end ? time : NaN;
    return time - this.#readOffset();
  }

  /** `HHmmss`, its leading zero perhaps lost, then perhaps a space and a fraction. */
  #readCompact(): number {
    const short = this.#at + 5 === this.#end || (this.#at + 5 < this.#end && !isDigit(this.#bytes[this.#at + 5]));
    const time = timeOfDay(short ? this.#one() : this.#two(), this.#two(), this.#two());
    if (this.#at < this.#end && (this.#bytes[this.#at] === SPACE || this.#bytes[this.#at] === POINT)) {
      this.#at++;
      return time + this.#fraction();
    }
    return time;
  }

  /** `HH:mm`, `HH:mm:ss` or `HH:mm:ss.f…` */
  #readColons(): number {
    const hours = this.#oneOrTwo();
    const minutes = this.#expect(COLON) ? this.#two() : NaN;
    const seconds = this.#expect(COLON) ? this.#two() : 0;
    const time = timeOfDay(hours, minutes, seconds);
    return this.#expect(POINT) ? time + this.#fraction() : time;
  }

  /** `Z` or `±hh[[:]mm]`, microseconds to subtract. */
  #readOffset(): number {
    if (this.#at < this.#end && (this.#bytes[this.#at] === SMALL_Z || this.#bytes[this.#at] === LARGE_Z)) {
      this.#at++;
      return this.#at === this.#end ? 0 : NaN;
    }
    const sign = this.#expect(MINUS) ? -1 : this.#expect(PLUS) ? 1 : NaN;
    const hours = this.#two();
    this.#expect(COLON);
    const minutes = this.#at === this.#end ? 0 : this.#two();
    if (this.#at !== this.#end || hours > 15 || minutes > 59) return NaN;
    return sign * (hours * HOUR + minutes * MINUTE);
  }

  /** 1 to 9 digits after the point, as whole microseconds. */
  #fraction(): number {
    let value = 0;
    let count = 0;
    for (; this.#at < this.#end && isDigit(this.#bytes[this.#at]); this.#at++, count++) {
      if (count < 6) value = value * 10 + this.#bytes[this.#at]! - ZERO;
    }
    if (count === 0 || count > 9) return NaN;
    return value * TENS[Math.min(count, 6)]!;
  }

  #skipSeparator(): boolean {
    const byte = this.#bytes[this.#at];
    if (this.#at >= this.#end || (byte !== SPACE && byte !== LARGE_T)) return false;
    this.#at++;
    while (byte === SPACE && this.#at < this.#end && this.#bytes[this.#at] === SPACE) this.#at++;
    return true;
  }

  #expect(byte: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #one(): number {
    const at = this.#at;
    if (at >= this.#end) return NaN;
    this.#at = at + 1;
    const digit = this.#bytes[at]! - ZERO;
    return digit >= 0 && digit <= 9 ? digit : NaN;
  }

  #two(): number {
    const at = this.#at;
    this.#at = at + 2;
    return at + 2 > this.#end ? NaN : twoDigits(this.#bytes, at);
  }

  #four(): number {
    return this.#two() * 100 + this.#two();
  }

  #oneOrTwo(): number {
    const two = this.#at + 1 < this.#end && isDigit(this.#bytes[this.#at + 1]);
    return two ? this.#two() : this.#one();
  }
}

const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
const LARGE_T = 84;
const LARGE_Z = 90;
const SMALL_Z = 122;

/** Factor that makes `count` digits after the point whole microseconds. */
const TENS = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= ZERO + 9;

/** No two digits: larger than any field, so that no date or clock made with it is valid. */
const NO_DIGITS = 10_000;

function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_DIGITS;
}

const fourDigits = (bytes: Buffer, at: number): number => twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);

/** Microseconds of `HHmmss`; NaN when it is not that. */
const compactClock = (bytes: Buffer, at: number): number => timeOfDay(twoDigits(bytes, at), twoDigits(bytes, at + 2), twoDigits(bytes, at + 4));

/** Microseconds of `HH:mm:ss`, or -1 when it is not that. */
function plainClock(bytes: Buffer, at: number): number {
  const hours = twoDigits(bytes, at);
  const minutes = twoDigits(bytes, at + 3);
  const seconds = twoDigits(bytes, at + 6);
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON || hours > 23 || minutes > 59 || seconds > 59) return -1;
  return (hours * 3600 + minutes * 60 + seconds) * SECOND;
}

function timeOfDay(hours: number, minutes: number, seconds: number): number {
  return hours <= 23 && minutes <= 59 && seconds <= 59 ? hours * HOUR + minutes * MINUTE + seconds * SECOND : NaN;
}

/** First microsecond of a date given as yyyymmdd; NaN when there is no such date. */
function startOfDay(date: number): number {
  const year = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  const day = date % 100;
  if (!(year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1)) return NaN;
  const ms = Date.UTC(year, month - 1, day);
  return new Date(ms).getUTCDate() === day ? (ms / 86_400_000) * DAY : NaN;
}

/** The unit is told by the magnitude: above 1e16 ns, above 1e13 µs, above 1e10 ms, else s. */
function unixTime(bytes: Buffer, start: number, end: number, unit: (typeof UNITS)[number]): number {
  if (unit === 'ns') {
    const us = end - start >= 17 ? parseDigits(bytes, start, end - 3) : NaN;
    return us > 1e13 && parseDigits(bytes, end - 3, end) >= 0 ? us : NaN;
  }
  const value = parseNumber(bytes, start, end);
  const size = Math.abs(value);
  if (unit === 'us') return size > 1e13 && size <= 1e16 ? Math.floor(value) : NaN;
  if (unit === 'ms') return size > 1e10 && size <= 1e13 ? Math.floor(value * 1000) : NaN;
  return size <= 1e10 ? Math.floor(value * SECOND) : NaN;
}
