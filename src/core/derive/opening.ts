import { within, type TradingDays } from './days';
import { roundTo, roundToCents } from './round';
import { HOUR, MINUTE, dateText, secondsOf } from './tradingday';

/** The minute in which New York's stock exchange opens, ms after midnight. */
export const OPENING = 9.5 * HOUR;

/** That minute's bar. Format: `{ticker}_opening_range.json`. Points with two decimals. */
export interface OpeningRange {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly range_pts: number;
  /** Of the open, percent, four decimals. */
  readonly range_pct: number;
  /** The bar's open, unix seconds. */
  readonly timestamp: number;
}

/** Of the day at an index of the list; undefined without a bar in that minute. */
export function openingOf(days: TradingDays, at: number): OpeningRange | undefined {
  const day = days.list[at]!;
  const { first, end } = within(days, day, OPENING, OPENING + MINUTE);
  if (first >= end) return undefined;
  const { time, open, high, low, close } = days.bars;
  const range = high[first]! - low[first]!;
  return {
    date: dateText(day.date),
    open: roundToCents(open[first]!),
    high: roundToCents(high[first]!),
    low: roundToCents(low[first]!),
    close: roundToCents(close[first]!),
    range_pts: roundToCents(range),
    range_pct: roundTo((range / open[first]!) * 100, 4),
    timestamp: secondsOf(time[first]!),
  };
}
