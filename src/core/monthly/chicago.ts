import { zoneNamed, type Zone } from '../base/time';

/** The exchange's wall clock: sessions, days and the hours of the time features are Chicago's. */

const SECONDS_A_DAY = 86_400;

/** Regular trading hours, seconds after midnight in Chicago: from 07:30:00, before 15:00:00. Source: 7-monthly, stage 4. */
export const RTH_OPEN = 7.5 * 3600;
export const RTH_CLOSE = 15 * 3600;

/** Found on first use: it takes 50 ms. */
const chicago = (): Zone => zoneNamed('America/Chicago');

/** @param time unix seconds UTC @returns the wall clock, as seconds read as if UTC */
export const chicagoSeconds = (time: number): number => time + chicago().offsetAt(time * 1000) / 1000;

/** Days since 1970-01-01 of a wall clock (`chicagoSeconds`). */
export const dayOf = (local: number): number => Math.floor(local / SECONDS_A_DAY);

/** Seconds after midnight of a wall clock (`chicagoSeconds`). */
export const secondOfDay = (local: number): number => local - dayOf(local) * SECONDS_A_DAY;

export function isRegularHours(local: number): boolean {
  const second = secondOfDay(local);
  return second >= RTH_OPEN && second < RTH_CLOSE;
}
