import { countBars, type Bars } from '../base/bar';
import type { Zone } from '../base/time';
import { roundToCents } from './round';
import { clockText, dateText, newYork, tradingDayOf } from './tradingday';

/** A trading day's high and low: when each was first reached and at what price. Format: `{ticker}_daily_hod_lod.json`. */
export interface DailyExtremes {
  /** `HH:MM`, New York. */
  readonly hod_time: string;
  readonly lod_time: string;
  /** Open of that minute's bar, unix seconds. */
  readonly hod_ts: number;
  readonly lod_ts: number;
  /** Points, two decimals. */
  readonly hod_price: number;
  readonly lod_price: number;
  readonly daily_high: number;
  readonly daily_low: number;
  readonly daily_open: number;
}

/** Days with fewer 1-minute bars are left out: holidays and torn days have no meaningful extremes. */
export const FEWEST_BARS = 100;

/** @param bars 1-minute, ascending. @returns trading date (`2025-07-28`, in order) → extremes */
export function dailyExtremes(bars: Bars): Record<string, DailyExtremes> {
  const zone = newYork();
  const dayOf = (at: number): number => tradingDayOf(zone.localOf(bars.time[at]!));
  const days: Record<string, DailyExtremes> = {};
  for (let first = 0; first < countBars(bars); ) {
    const day = dayOf(first);
    let next = first + 1;
    while (next < countBars(bars) && dayOf(next) === day) next++;
    if (next - first >= FEWEST_BARS) days[dateText(day)] = extremesWithin(bars, first, next, zone);
    first = next;
  }
  return days;
}

/** @param first index of the first bar @param end index after the last */
function extremesWithin(bars: Bars, first: number, end: number, zone: Zone): DailyExtremes {
  let [high, low] = [first, first];
  for (let at = first + 1; at < end; at++) {
    if (bars.high[at]! > bars.high[high]!) high = at;
    if (bars.low[at]! < bars.low[low]!) low = at;
  }
  const [highest, lowest] = [roundToCents(bars.high[high]!), roundToCents(bars.low[low]!)];
  return {
    hod_time: clockText(zone.localOf(bars.time[high]!)),
    lod_time: clockText(zone.localOf(bars.time[low]!)),
    hod_ts: Math.floor(bars.time[high]! / 1000),
    lod_ts: Math.floor(bars.time[low]! / 1000),
    hod_price: highest,
    lod_price: lowest,
    daily_high: highest,
    daily_low: lowest,
    daily_open: roundToCents(bars.open[first]!),
  };
}
