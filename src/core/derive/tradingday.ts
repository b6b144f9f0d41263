import { zoneNamed, type Zone } from '../base/time';

/**
 * The trading day of index futures: from 18:00 New York time of the previous calendar day. What older data holds between
 * 17:00 and 17:59 belongs to the day that is ending. Sunday 18:00 opens Monday.
 */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Found on first use: it takes 50 ms. */
export const newYork = (): Zone => zoneNamed('America/New_York');

/** The wall-clock hour at which the next trading day begins, ms after midnight. */
export const SESSION_OPEN = 18 * HOUR;

/** The trading date of a New York wall clock (ms, read as if UTC), as days since 1970-01-01. */
export const tradingDayOf = (local: number): number => Math.floor((local + DAY - SESSION_OPEN) / DAY);

/** A number for each week of trading dates, Monday to Sunday. */
export const weekOf = (date: number): number => Math.floor((date + 3) / 7);

/** `2025-07-28` */
export const dateText = (date: number): string => new Date(date * DAY).toISOString().slice(0, 10);

const two = (value: number): string => String(value).padStart(2, '0');
const CLOCKS: readonly string[] = Array.from({ length: 1440 }, (_, minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);

/** `09:30` of a wall clock (ms, read as if UTC). */
export const clockText = (local: number): string => CLOCKS[Math.floor((((local % DAY) + DAY) % DAY) / MINUTE)]!;

/**
 * The instant (unix ms) at which New York's wall clock shows a time: the earlier of two; for a time that was skipped, the
 * moment of the change.
 */
export function instantOf(local: number): number {
  const zone = newYork();
  const placed = zone.place(local);
  if (placed.kind === 'one') return placed.utc;
  if (placed.kind === 'ambiguous') return placed.earlier;
  return zone.changes(local - DAY, local + DAY).find(({ before, after }) => after > before)?.at ?? local - zone.offsetAt(local);
}

/** `2025-07-27T18:00:00-04:00` of an instant, in New York. */
export function isoText(instant: number): string {
  const offset = newYork().offsetAt(instant);
  const minutes = Math.abs(offset) / MINUTE;
  return `${new Date(instant + offset).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Unix seconds of an instant in ms. */
export const secondsOf = (instant: number): number => Math.floor(instant / 1000);
