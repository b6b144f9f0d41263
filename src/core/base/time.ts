import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';
import { Failure } from './failure';

/**
 * Time zones by integer arithmetic. luxon (this file is its only user) finds the offset changes of a year once, when a
 * time in it is met; converting a row is then a comparison and an addition. "Local" milliseconds are a wall clock read as
 * if it were UTC.
 */

export type Placed =
  | { readonly kind: 'one'; readonly utc: number }
  /** The wall clock was turned forward over this time: it never existed. */
  | { readonly kind: 'nonexistent' }
  /** The wall clock showed this time twice. */
  | { readonly kind: 'ambiguous'; readonly earlier: number; readonly later: number };

interface Span {
  /** First UTC instant, unix ms, at which the offset holds. */
  readonly from: number;
  /** Local minus UTC, ms. */
  readonly offset: number;
}

const FIRST_YEAR = 1960;
const LAST_YEAR = 2060;
const DAY = 86_400_000;
/** The last instant a Date can hold, ms. */
const MAX_DATE = 8.64e15;

/** Local times (ms, `to` exclusive) that all have one offset, ms. */
export interface SteadySpan {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

export class Zone {
  readonly name: string;
  /** Local minus UTC at an instant, ms: asked as rarely as can be. */
  readonly #ask: (utc: number) => number;
  /** All of [#knownFrom, #knownTo), which grows by whole years as times are met. */
  #spans: readonly Span[] = [];
  #knownFrom = Infinity;
  #knownTo = -Infinity;
  /** The last local range for which the answer was one offset: rows come in order, so it nearly always holds. */
  #sureFrom = Infinity;
  #sureTo = -Infinity;
  #sureOffset = 0;

  constructor(name: string, offsetAt: (utc: number) => number) {
    this.name = name;
    this.#ask = offsetAt;
  }

  /** Where a wall-clock time (ms, read as if UTC) lies in UTC: once, never, or twice. */
  place(local: number): Placed {
    if (local >= this.#sureFrom && local < this.#sureTo) return { kind: 'one', utc: local - this.#sureOffset };
    const utc = this.utcOf(local);
    if (utc !== undefined) return { kind: 'one', utc };
    const found = this.#candidates(local);
    if (found.length === 0) return { kind: 'nonexistent' };
    return { kind: 'ambiguous', earlier: Math.min(...found), later: Math.max(...found) };
  }

  /** As `place`, without allocating: the UTC instant when there is exactly one, else undefined. */
  utcOf(local: number): number | undefined {
    if (local >= this.#sureFrom && local < this.#sureTo) return local - this.#sureOffset;
    const found = this.#candidates(local);
    if (found.length !== 1) return undefined;
    this.#remember(found[0]!);
    return found[0];
  }

  /** Local minus UTC at a UTC instant, ms. */
  offsetAt(utc: number): number {
    this.#know(utc, utc);
    return this.#spans[this.#spanAt(utc)]!.offset;
  }

  /** The wall clock at a UTC instant, as ms read as if UTC. */
  localOf(utc: number): number {
    return utc + this.offsetAt(utc);
  }

  /** Offset changes within [from, to) UTC ms: each with its instant and the offsets before and after, ms. */
  changes(from: number, to: number): { at: number; before: number; after: number }[] {
    this.#know(from, to);
    const changes = [];
    for (let i = 1; i < this.#spans.length; i++) {
      const span = this.#spans[i]!;
      if (span.from >= from && span.from < to) {
        changes.push({ at: span.from, before: this.#spans[i - 1]!.offset, after: span.offset });
      }
    }
    return changes;
  }

  /** The spans of local time, a day clear of any change of the offset, from about one UTC instant to about another, ms. */
  steadySpans(from: number, to: number): SteadySpan[] {
    this.#know(from, to);
    return this.#spans.map((_, at) => this.#steady(at)).filter((span) => span.from < span.to);
  }

  /** Before and after the years there are, the first and last offset hold. */
  #know(from: number, to: number): void {
    if (from >= this.#knownFrom && to < this.#knownTo) return;
    const [earliest, latest] = [startOfYear(-Infinity, 0), startOfYear(Infinity, 1)];
    const [knownFrom, knownTo] = [Math.max(this.#knownFrom, earliest), Math.min(this.#knownTo, latest)];
    const first = Math.min(knownFrom, startOfYear(from, 0));
    const end = Math.max(knownTo, startOfYear(to, 1));
    const fresh = this.#spans.length === 0 ? changesIn(first, end, this.#ask) : [...changesIn(first, knownFrom, this.#ask), ...this.#spans.slice(1), ...changesIn(knownTo, end, this.#ask)];
    this.#spans = [{ from: -Infinity, offset: this.#ask(first) }, ...fresh];
    this.#knownFrom = first === earliest ? -Infinity : first;
    this.#knownTo = end === latest ? Infinity : end;
  }

  #spanAt(utc: number): number {
    let low = 0;
    let high = this.#spans.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#spans[middle]!.from <= utc) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #candidates(local: number): number[] {
    this.#know(local - 2 * DAY, local + 2 * DAY);
    const near = this.#spanAt(local - DAY);
    const found: number[] = [];
    for (let i = near; i < this.#spans.length && this.#spans[i]!.from <= local + DAY; i++) {
      const utc = local - this.#spans[i]!.offset;
      if (this.#spanAt(utc) === i) found.push(utc);
    }
    return found;
  }

  #remember(utc: number): void {
    const { from, to, offset } = this.#steady(this.#spanAt(utc));
    this.#sureOffset = offset;
    this.#sureFrom = from;
    this.#sureTo = to;
  }

  /** A day clear of either change, or of what is not known: inside it no other offset can give the same wall clock. */
  #steady(at: number): SteadySpan {
    const { from, offset } = this.#spans[at]!;
    const next = this.#spans[at + 1];
    return { from: Math.max(from, this.#knownFrom) + offset + DAY, to: Math.min(next?.from ?? Infinity, this.#knownTo) + offset - DAY, offset };
  }
}

/** True when `zoneNamed` would accept the name. */
export function isZoneName(name: string): boolean {
  // luxon keeps the zones it has made: asking whether one is valid makes it anew, in milliseconds.
  return fixedZone(name) !== null || IANAZone.create(name).isValid;
}

/** luxon's types leave out that this is null for what is no fixed offset. */
function fixedZone(name: string): Pick<FixedOffsetZone, 'offset'> | null {
  const zone: Pick<FixedOffsetZone, 'offset'> | null = FixedOffsetZone.parseSpecifier(name);
  return zone;
}

const zones = new Map<string, Zone>();

/**
 * A zone by its IANA name (`America/Chicago`), `UTC`, or a fixed offset (`UTC+2`).
 * @throws Failure `usage` when the name is unknown.
 */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new Zone(name, offsetsOf(name));
  zones.set(name, zone);
  return zone;
}

export const UTC = zoneNamed('UTC');

function offsetsOf(name: string): (utc: number) => number {
  if (!isZoneName(name)) {
    throw new Failure('usage', {
      attempted: `use the time zone "${name}"`,
      why: 'there is no such zone.',
      remedy: 'Use a name such as America/Chicago, America/New_York or UTC.',
    });
  }
  const zone = fixedZone(name) ?? IANAZone.create(name);
  return (utc) => zone.offset(utc) * 60_000;
}

/** The first instant of the year of a time, or of one some years later, within the years that are looked at. */
function startOfYear(utc: number, later: number): number {
  const year = Math.abs(utc) < MAX_DATE ? new Date(utc).getUTCFullYear() : utc;
  return Date.UTC(Math.min(LAST_YEAR, Math.max(FIRST_YEAR, (year || FIRST_YEAR) + later)), 0, 1);
}

/** No zone changes its offset, and back, within a week. */
function changesIn(from: number, to: number, offset: (utc: number) => number): Span[] {
  const changes: Span[] = [];
  let before = offset(from);
  for (let at = from; at < to; at += 7 * DAY) {
    const next = Math.min(at + 7 * DAY, to);
    const after = offset(next);
    if (after !== before) changes.push(changeBetween(at, next, offset));
    before = after;
  }
  return changes;
}

function changeBetween(from: number, to: number, offset: (utc: number) => number): Span {
  const before = offset(from);
  let low = from;
  let high = to;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return { from: high, offset: offset(high) };
}

/** A luxon format (`yyyy-MM-dd HH:mm ZZZZ` shows `EST`/`EDT`) of a UTC instant, unix ms, in a zone. */
export function formatInstant(utc: number, zone: string, format = 'yyyy-MM-dd HH:mm ZZZZ'): string {
  return DateTime.fromMillis(utc, { zone, locale: 'en-US' }).toFormat(format);
}

/** `2025-07-27T22:00:00.000Z` */
export const isoInstant = (utc: number): string => new Date(utc).toISOString();

/** `2025-09-12 20:59 UTC`, for a person. @param utc unix ms UTC */
export const minuteUtc = (utc: number): string => `${isoInstant(utc).slice(0, 16).replace('T', ' ')} UTC`;

/** The same to the millisecond, without seconds and milliseconds that are zero: `2025-09-12 20:59:05 UTC`. @param utc unix ms UTC */
export const momentUtc = (utc: number): string => `${isoInstant(utc).slice(0, -1).replace(/(:00)?\.000$/, '').replace('T', ' ')} UTC`;

const UTC_TEXT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?Z?$/;

/** `2025-11-03`, `2025-11-03T14:30`, `2025-11-03 14:30:05.250Z`, of UTC, as unix ms; undefined for what is written otherwise, or is no day: 2025-02-31. */
export function parseUtc(text: string): number | undefined {
  const written = text.replace(/Z$/, '').replace(' ', 'T');
  const at = UTC_TEXT.test(text) ? Date.parse(written.includes('T') ? `${written}Z` : written) : NaN;
  return Number.isNaN(at) || !isoInstant(at).startsWith(written.slice(0, 10)) ? undefined : at;
}

/** `20251203_145300`, UTC: the stamp in names of files we write. */
export function stampOf(utc: number): string {
  return isoInstant(utc).slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
}
