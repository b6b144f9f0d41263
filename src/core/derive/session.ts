import { rangeOf, within, type Range, type TradingDay, type TradingDays } from './days';
import { HOUR } from './tradingday';

/** The sessions of a trading day, all New York wall clock as ms after midnight of the trading date. */
export interface Session {
  readonly name: 'Asia' | 'London' | 'NY1' | 'NY2';
  /** Its bars: start inclusive, end exclusive. */
  readonly from: number;
  readonly to: number;
  /** When the next session starts: its status is settled by then. */
  readonly next: number;
  /** NY2's middle is never asked for. */
  readonly canBreak: boolean;
}

export const SESSIONS: readonly Session[] = [
  { name: 'Asia', from: -6 * HOUR, to: -4.5 * HOUR, next: 2.5 * HOUR, canBreak: true },
  { name: 'London', from: 2.5 * HOUR, to: 3.5 * HOUR, next: 7.5 * HOUR, canBreak: true },
  { name: 'NY1', from: 7.5 * HOUR, to: 8.5 * HOUR, next: 11.5 * HOUR, canBreak: true },
  { name: 'NY2', from: 11.5 * HOUR, to: 12.5 * HOUR, next: 17 * HOUR, canBreak: false },
];

/** The high, low and middle of a session of a day; undefined when it has no bars. */
export const sessionRange = (days: TradingDays, day: TradingDay, { from, to }: Session): Range | undefined => rangeOf(days.bars, within(days, day, from, to));
