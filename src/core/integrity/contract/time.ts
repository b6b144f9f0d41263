import { TIME_FORMATS, TimeReader } from '../timestamp';

/** Dates and times of Table Schema. A reader gives a number that orders values (ms; local times as if UTC), or undefined. */
export type Reader = (text: string) => number | undefined;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(\.\d{1,9})?$/;
const DATETIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;

export const readDate: Reader = (text) => {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year === undefined ? undefined : dayOf(Number(year), Number(month), Number(day));
};

export const readTime: Reader = (text) => {
  const [, hour, minute, second, fraction = ''] = TIME.exec(text) ?? [];
  return hour === undefined ? undefined : clockOf(Number(hour), Number(minute), Number(second), Number(`0${fraction}`));
};

/** ISO 8601 with a `T`, as XML Schema's dateTime. */
export const readDatetime: Reader = (text) => {
  const [, date, time, zone = ''] = DATETIME.exec(text) ?? [];
  return date === undefined ? undefined : sum(readDate(date), readTime(time!), offsetOf(zone));
};

/** Any time this program reads from a file. */
export const readAnyTime: Reader = (text) => {
  const bytes = Buffer.from(text);
  for (const format of TIME_FORMATS) {
    if (format.kind === 'unix') continue;
    const time = new TimeReader(format).read(bytes, 0, bytes.length);
    if (!Number.isNaN(time)) return time / 1000;
  }
  return undefined;
};

const sum = (...parts: readonly (number | undefined)[]): number | undefined => parts.reduce((all, part) => (all === undefined || part === undefined ? undefined : all + part), 0);

function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

const clockOf = (hour: number, minute: number, second: number, fraction = 0): number | undefined =>
  hour > 23 || minute > 59 || second > 59 ? undefined : ((hour * 60 + minute) * 60 + second) * 1000 + fraction * 1000;

/** Ms to add: `+02:00` → −7,200,000; none and `Z` → 0. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 15 || Number(minutes) > 59) return undefined;
  return (sign === '+' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The directives of C's strptime that are read, each with its form. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d\\d',
  m: '\\d{1,2}',
  d: '\\d{1,2}',
  H: '\\d{1,2}',
  I: '\\d{1,2}',
  M: '\\d{1,2}',
  S: '\\d{1,2}',
  f: '\\d{1,9}',
  p: '[AaPp][Mm]',
  b: MONTHS.join('|'),
  z: 'Z|[+-]\\d\\d:?\\d\\d',
};

/** A reader for a pattern such as `%d/%m/%Y %H:%M`; the directive that is not known, when there is one. */
export function patternReader(pattern: string): Reader | { readonly unknown: string } {
  const names: string[] = [];
  const unknown = [...pattern.matchAll(/%(.?)/gs)].map(([directive, letter]) => (letter === '%' || Object.hasOwn(DIRECTIVES, letter!) ? undefined : directive)).find((directive) => directive !== undefined);
  if (unknown !== undefined) return { unknown };
  const form = pattern.replace(/%(.)|[^%]/gs, (literal, letter: string | undefined) => {
    if (letter === undefined || letter === '%') return (letter ?? literal).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    names.push(letter);
    return `(${DIRECTIVES[letter]!})`;
  });
  const shape = new RegExp(`^${form}$`, 'i');
  return (text) => {
    const found = shape.exec(text);
    return found === null ? undefined : fromParts(new Map(names.map((name, at) => [name, found[at + 1]!])));
  };
}

function fromParts(parts: ReadonlyMap<string, string>): number | undefined {
  const part = (name: string, otherwise: number): number => Number(parts.get(name) ?? otherwise);
  const short = part('y', 70);
  const year = part('Y', short < 69 ? 2000 + short : 1900 + short);
  const named = parts.get('b');
  const month = named === undefined ? part('m', 1) : MONTHS.indexOf(named.toLowerCase()) + 1;
  const half = part('I', 12);
  if (half < 1 || half > 12) return undefined;
  const hour = parts.has('I') ? (half % 12) + (parts.get('p')?.toLowerCase() === 'pm' ? 12 : 0) : part('H', 0);
  const fraction = Number(`0.${parts.get('f') ?? '0'}`);
  return sum(dayOf(year, month, part('d', 1)), clockOf(hour, part('M', 0), part('S', 0), fraction), offsetOf(parts.get('z') ?? ''));
}
