import { chicagoSeconds, secondOfDay } from '../chicago';
import type { Seconds } from '../seconds';
import { columnOf } from './windows';

/** Parts of the regular session, decimal hours in Chicago: from, and before. */
const PARTS = [
  [7.5, 8.5], // is_pre_open
  [8.5, 9.25], // is_rth_open
  [9.25, 11], // is_morning
  [11, 13], // is_lunch
  [13, 14.5], // is_afternoon
  [14.5, 15], // is_rth_close
] as const;

/** is_eth, which is 0 because months hold regular hours only, and the parts of the session */
export function clockFeatures({ time }: Seconds): Float64Array[] {
  const hours = columnOf(time.length, (at) => secondOfDay(chicagoSeconds(time[at]!)) / 3600);
  return [new Float64Array(time.length), ...PARTS.map(([from, to]) => columnOf(time.length, (at) => (hours[at]! >= from && hours[at]! < to ? 1 : 0)))];
}
