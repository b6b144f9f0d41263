/** How a market's trading days are described; clock times are minutes after midnight in Chicago. */

/** `08:15` → 495 */
export const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

export interface DailyHours {
  /** First trade date with these hours, `2012-11-19`. */
  readonly since: string;
  /** A session opens at 17:00 on the evening before. */
  readonly close: number;
  /** The last close of the week, where Friday's is another. */
  readonly fridayClose?: number;
  /** A halt inside the session, [from, to). */
  readonly pause?: readonly [from: number, to: number];
}

export interface SpecialDay {
  readonly name: string;
  /** No session ends on this day, or it ends at this minute; `usual` = at the ordinary time. */
  readonly close: 'closed' | 'usual' | number;
  /** From this minute on the sources disagree, until `close`. */
  readonly perhapsFrom?: number;
  /** The stock exchanges are closed: no regular hours, and the session belongs to the next trade date. */
  readonly stocksClosed: boolean;
}

export type Market = Exchange | { readonly name: string; readonly aroundTheClock: true };

export interface Exchange {
  readonly name: string;
  readonly aroundTheClock?: false;
  /** In order of `since`; the first is used before it too. */
  readonly hours: readonly DailyHours[];
  /** What is special about a date (`2025-11-27`), as traded in this market. */
  special(date: string): SpecialDay | undefined;
  /** Minutes of an ordinary day that are in doubt on a date. */
  doubts(date: string): readonly { readonly from: number; readonly to: number; readonly reason: string }[];
  /** Closures that follow no holiday: wall clock in Chicago, `2025-11-27 20:45`. */
  readonly halts: readonly Halt[];
}

export interface Halt {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Trading stopped some time in this span, not all through it. */
  readonly perhaps?: boolean;
}

/** Stopped trading on every Globex market. */
export const OUTAGES: readonly Halt[] = [
  // The Sunday evening open came at 21:00: CME's spokeswoman to Bloomberg News, 25 August 2014.
  { from: '2014-08-24 17:00', to: '2014-08-24 21:00', reason: 'Globex outage of 24 August 2014' },
  // Last quotes 18:39, halted, reopened 21:45: The Wall Street Journal, 28 February 2019.
  { from: '2019-02-26 18:39', to: '2019-02-26 21:45', reason: 'Globex outage of 26 February 2019' },
  // A data centre overheated; last trades 20:44, pre-open 07:00, open 07:30: CME's notices of 28 November 2025.
  { from: '2025-11-27 20:45', to: '2025-11-28 07:30', reason: 'Globex outage of 28 November 2025' },
];
