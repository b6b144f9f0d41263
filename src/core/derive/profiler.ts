import type { Bars } from '../base/bar';
import { rangeOf, within, type Range, type Span, type TradingDay, type TradingDays } from './days';
import { percentFrom, roundToCents } from './round';
import { SESSIONS, sessionRange, type Session } from './session';
import { DAY, SESSION_OPEN, clockText, dateText, instantOf, isoText, secondsOf } from './tradingday';

export type Status = 'None' | 'Long True' | 'Short True' | 'Long False' | 'Short False';

/** One session of one trading day. Format: `{ticker}_profiler.json`. Prices in points and percentages, two decimals. */
export interface SessionProfile {
  readonly date: string;
  readonly session: Session['name'];
  readonly open: number;
  /** Close of the last bar before the session within 24 h, else the open. */
  readonly prior_close: number;
  readonly range_high: number;
  readonly range_low: number;
  readonly mid: number;
  /** `HH:MM` */
  readonly high_time: string;
  readonly low_time: string;
  /** From the open. */
  readonly high_pct: number;
  readonly low_pct: number;
  readonly close_pct: number;
  readonly status: Status;
  /** ISO with offset, as are `start_time` and `end_time`: the session's bounds. */
  readonly status_time: string | null;
  readonly broken: boolean;
  /** `HH:MM` */
  readonly broken_time: string | null;
  /** Unix seconds, as is all that ends in `_ts`. */
  readonly broken_ts: number | null;
  readonly start_time: string;
  readonly start_ts: number;
  readonly end_time: string;
  readonly end_ts: number;
  readonly high_ts: number;
  readonly low_ts: number;
  readonly status_ts: number | null;
  readonly daily_open: number;
  readonly daily_high: number;
  readonly daily_low: number;
}

/** The sessions, in order, of the day at an index of the list; those without bars are left out. */
export function profileOf(days: TradingDays, at: number): SessionProfile[] {
  const day = days.list[at]!;
  const whole = rangeOf(days.bars, day)!;
  return SESSIONS.flatMap((session) => {
    const range = sessionRange(days, day, session);
    return range === undefined ? [] : [profile(days, day, whole, session, range)];
  });
}

function profile(days: TradingDays, day: TradingDay, whole: Range, session: Session, range: Range): SessionProfile {
  const { bars, local } = days;
  const [start, end] = [session.from, session.to].map((clock) => instantOf(day.date * DAY + clock)) as [number, number];
  const open = bars.open[range.first]!;
  const { status, at: settled } = statusOf(bars, range, within(days, day, session.to, session.next));
  const broken = session.canBreak ? firstAcross(bars, range.mid, within(days, day, session.next, SESSION_OPEN)) : undefined;
  return {
    date: dateText(day.date),
    session: session.name,
    open: roundToCents(open),
    prior_close: roundToCents(priorClose(bars, range.first, start) ?? open),
    range_high: roundToCents(range.high),
    range_low: roundToCents(range.low),
    mid: roundToCents(range.mid),
    high_time: clockText(local[range.highAt]!),
    low_time: clockText(local[range.lowAt]!),
    high_pct: percentFrom(range.high, open),
    low_pct: percentFrom(range.low, open),
    close_pct: percentFrom(bars.close[range.end - 1]!, open),
    status,
    status_time: settled === undefined ? null : isoText(bars.time[settled]!),
    broken: broken !== undefined,
    broken_time: broken === undefined ? null : clockText(local[broken]!),
    broken_ts: broken === undefined ? null : secondsOf(bars.time[broken]!),
    start_time: isoText(start),
    start_ts: secondsOf(start),
    end_time: isoText(end),
    end_ts: secondsOf(end),
    high_ts: secondsOf(bars.time[range.highAt]!),
    low_ts: secondsOf(bars.time[range.lowAt]!),
    status_ts: settled === undefined ? null : secondsOf(bars.time[settled]!),
    daily_open: roundToCents(bars.open[day.first]!),
    daily_high: roundToCents(whole.high),
    daily_low: roundToCents(whole.low),
  };
}

function priorClose({ time, close }: Bars, first: number, start: number): number | undefined {
  const before = first - 1;
  return before >= 0 && time[before]! >= start - DAY ? close[before]! : undefined;
}

/** Which side of a session's range is left first, and whether the other side follows; at the bar that settles it. */
function statusOf(bars: Bars, { high, low }: Range, { first, end }: Span): { status: Status; at?: number } {
  for (let at = first; at < end; at++) {
    const [up, down] = [bars.high[at]! > high, bars.low[at]! < low];
    if (up && down) return { status: bars.open[at]! < (bars.high[at]! + bars.low[at]!) / 2 ? 'Long False' : 'Short False', at };
    if (!up && !down) continue;
    const back = firstBeyond(bars, up ? { below: low } : { above: high }, { first: at + 1, end });
    const side = up ? 'Long' : 'Short';
    return back === undefined ? { status: `${side} True`, at } : { status: `${side} False`, at: back };
  }
  return { status: 'None' };
}

function firstBeyond({ high, low }: Bars, bound: { above: number } | { below: number }, { first, end }: Span): number | undefined {
  for (let at = first; at < end; at++) if ('above' in bound ? high[at]! > bound.above : low[at]! < bound.below) return at;
  return undefined;
}

function firstAcross({ high, low }: Bars, price: number, { first, end }: Span): number | undefined {
  for (let at = first; at < end; at++) if (low[at]! <= price && price <= high[at]!) return at;
  return undefined;
}
