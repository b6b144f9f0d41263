import type { Cause } from '../core/calendar/types';
import type { MissingRange } from './results';

/** Which bars a file has, day by day. Days are UTC days, `2025-11-03`. */
export interface Coverage {
  /** Relative to the data folder. */
  readonly file: string;
  /** The calendar that says which bars are expected; absent: nothing can be called missing. */
  readonly calendar?: string;
  /** The day of the first bar; absent without bars. */
  readonly first?: string;
  /** One number for every day from `first` to that of the last bar. */
  readonly bars: readonly number[];
  /** Bars the calendar expects; 0: closed. Zeros without a calendar. */
  readonly expected: readonly number[];
  /** Bars that are missing though the market was open. Zeros without a calendar. */
  readonly missing: readonly number[];
}

/** One day of it. Instants are ISO UTC. */
export interface DayCoverage {
  readonly file: string;
  readonly day: string;
  readonly bars: number;
  /** By UTC hour. */
  readonly hours: readonly { readonly bars: number; readonly expected: number }[];
  /** Every stretch without bars that the calendar does not explain with certainty. */
  readonly missing: readonly MissingRange[];
  /** When the market was closed, and why. */
  readonly closed: readonly { readonly from: string; readonly to: string; readonly cause: Cause; readonly reason: string }[];
}

/** How a day stands: all there; some bars missing; all of them; none by the calendar; none, and no calendar to tell. */
export type DayState = 'present' | 'degraded' | 'missing' | 'closed' | 'unknown';

export function dayState(bars: number, missing: number, hasCalendar: boolean): DayState {
  if (missing > 0) return bars > 0 ? 'degraded' : 'missing';
  return bars > 0 ? 'present' : hasCalendar ? 'closed' : 'unknown';
}
