import path from 'node:path';
import { UTC, zoneNamed, type Zone } from '../base/time';
import { LIKELY_ZONES } from '../base/zones';
import { calendarFor } from '../calendar/calendar';
import type { Exceptions } from '../calendar/exceptions';
import type { Calendar } from '../calendar/types';

/** By which calendars a file is to be judged, and what may be said where its zone is not known. */

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

/** None when the instrument is not known. */
export function calendarsOf(instrument: string, name: string, exceptions: Exceptions | undefined): readonly Calendar[] {
  const tickers = instrument === '' ? tickersIn(name) : [instrument];
  return tickers.map((ticker) => calendarFor(ticker, exceptions)).filter((calendar) => calendar !== undefined).slice(0, 1);
}

/** One of each calendar of an exchange that closes. */
const USUAL = ['ES', 'CL'];

/** Of an instrument that is not known any of them may be its own. */
export function likelyCalendars(instrument: string, name: string, exceptions: Exceptions | undefined): readonly Calendar[] {
  const own = calendarsOf(instrument, name, exceptions);
  return own.length > 0 ? own : USUAL.flatMap((ticker) => calendarFor(ticker, exceptions) ?? []);
}

/** Exchanges close for an hour at least; shorter pauses are found inside sessions alone. */
const PAUSE = 0.75 * HOUR;
export const isPause = (from: number, to: number): boolean => to - from >= PAUSE;

/** Any week will do. */
export const neverCloses = (calendar: Calendar): boolean => calendar.expectedBars(0, WEEK, '1h') * HOUR === WEEK;

/** In a zone in use it lies outside regular hours, the only ones that some exports have. */
export function mayBeClosed(from: number, to: number, calendars: readonly Calendar[]): boolean {
  if (to - from > WEEK) return false;
  return LIKELY_ZONES.map(zoneNamed).some((zone) => calendars.some((calendar) => calendar.openSpans(instantOf(zone, from, 'later'), instantOf(zone, to, 'earlier'), 'regular').length === 0));
}

/** A local time that never was lies, as good as, where the clock would have shown it without the change. */
export function instantOf(zone: Zone, local: number, which: 'earlier' | 'later'): number {
  if (zone === UTC) return local;
  const placed = zone.place(local);
  if (placed.kind === 'one') return placed.utc;
  return placed.kind === 'ambiguous' ? placed[which] : local - zone.offsetAt(local);
}

/**
 * What a file's name may call its instrument, the likeliest first: `ES history.txt`, `ES_1m.csv`, `ES 12-25.Last.txt`,
 * `MinuteDataExport_ES_20251113_212600_UTC.csv`, `CME_MINI_ES1!, 1.csv`.
 */
export function tickersIn(name: string): string[] {
  const base = path.basename(name);
  const exported = /^(?:Minute|Tick)?DataExport_([^_]+)_/.exec(base)?.[1];
  const charted = /^[A-Z_]+_([A-Z0-9]+!?), /.exec(base)?.[1];
  const contract = /^[^ ]+ (?:\d\d|##)-(?:\d\d|##)/.exec(base)?.[0];
  const first = /^[^ _.,]+/.exec(base)?.[0];
  return [exported, charted, contract, first].filter((ticker) => ticker !== undefined);
}
