import type { Timeframe } from '../base/timeframe';

/** Instants, unix ms UTC: from inclusive, to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Why a market is closed at a time, or that it is open. `may-be-closed`: the sources disagree, or nobody says. */
export type Hours = 'open' | 'weekend' | 'maintenance' | 'holiday' | 'early-close' | 'halt' | 'may-be-closed' | 'exception';

/** Why there is no bar. `thin`: the market was open, but for so short a time at such an hour that perhaps nobody traded. */
export type Cause = Exclude<Hours, 'open'> | 'thin' | 'unexpected';

/** One stretch of missing bars with one cause, and that cause in words: `Thanksgiving Day`, `daily maintenance`. */
export interface Explanation extends Span {
  readonly cause: Cause;
  readonly reason: string;
}

export interface Session {
  /** The business day the session belongs to, `2025-11-28`; a session halted for a US holiday belongs to the next one. */
  readonly tradeDate: string;
  /** First and last instant of trading, unix ms UTC. */
  readonly open: number;
  readonly close: number;
  /** Halts inside it, in order. */
  readonly breaks: readonly Span[];
  /** 08:30–15:00 Chicago, cut at an early close; absent while the stock exchanges are closed. */
  readonly regular?: Span;
}

/** When one market trades. All instants are unix ms UTC; nothing here reads a clock or a disk. */
export interface Calendar {
  readonly name: string;
  /** Sessions that overlap [from, to), in order. Years the calendar does not know have none. */
  sessions(from: number, to: number): Session[];
  /** True while the market is certainly open. */
  isOpen(utc: number): boolean;
  /** Why there are no bars in [from, to): from the end of one bar to the open of the next. Gapless and in order. */
  explain(from: number, to: number): Explanation[];
  /** When the market is certainly open within [from, to), cut there, in order; `regular`: only in regular hours. */
  openSpans(from: number, to: number, hours?: 'all' | 'regular'): Span[];
  /**
   * How many bars a market that trades in every minute would have in [from, to): slots of the timeframe's UTC grid that hold open
   * time, for daily bars trade dates. `regular` counts only regular hours. Weekly bars are not judged: 0.
   */
  expectedBars(from: number, to: number, timeframe: Timeframe, hours?: 'all' | 'regular'): number;
}

/** Something that overrules a market's ordinary hours. */
export interface Patch extends Span {
  readonly hours: Exclude<Hours, 'weekend' | 'maintenance' | 'early-close'>;
  readonly reason: string;
}
