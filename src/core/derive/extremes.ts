import { isKept, rangeOf, type TradingDays } from './days';
import { roundToCents } from './round';
import { clockText, secondsOf } from './tradingday';

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

/** Of the day at an index of the list; undefined when it has too few bars. */
export function extremesOf({ bars, local, list }: TradingDays, at: number): DailyExtremes | undefined {
  const day = list[at]!;
  const range = isKept(day) ? rangeOf(bars, day) : undefined;
  if (range === undefined) return undefined;
  const [high, low] = [roundToCents(range.high), roundToCents(range.low)];
  return {
    hod_time: clockText(local[range.highAt]!),
    lod_time: clockText(local[range.lowAt]!),
    hod_ts: secondsOf(bars.time[range.highAt]!),
    lod_ts: secondsOf(bars.time[range.lowAt]!),
    hod_price: high,
    lod_price: low,
    daily_high: high,
    daily_low: low,
    daily_open: roundToCents(bars.open[day.first]!),
  };
}
