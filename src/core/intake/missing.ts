import type { CalendarContinuity, Completeness, Continuity, Gap, MissingRange } from '../../protocol/results';
import { isoInstant } from '../base/time';
import { durationOf, type Timeframe } from '../base/timeframe';
import type { Calendar, Explanation, Span } from '../calendar/types';
import { lowerBound } from './sorted';

const HOUR = 3_600_000;
const DAY = durationOf('1D');

/** Explains every missing bar among the steps that end at index start…end, so that the steps into and out of the range count. */
export function judgeByCalendar(
  times: Float64Array,
  start: number,
  end: number,
  timeframe: Timeframe,
  calendar: Calendar,
): Pick<Continuity, 'gaps' | 'largest'> & { calendar: CalendarContinuity } {
  const duration = durationOf(timeframe);
  const tally = new Tally();
  const missing: MissingRange[] = [];
  const gaps: Gap[] = [];
  for (let i = Math.max(start, 1); i <= Math.min(end, times.length - 1); i++) {
    if (times[i]! - times[i - 1]! <= duration) continue;
    const found = missingBetween(times[i - 1]!, times[i]!, timeframe, calendar, tally);
    missing.push(...found);
    const missingBars = found.reduce((sum, { cause, bars }) => sum + (cause === 'unexpected' ? bars : 0), 0);
    if (missingBars > 0) gaps.push({ after: isoInstant(times[i - 1]!), before: isoInstant(times[i]!), hours: (times[i]! - times[i - 1]!) / HOUR, missingBars });
  }
  const largest = gaps.reduce<Gap | undefined>((most, gap) => (most === undefined || gap.missingBars > most.missingBars ? gap : most), undefined);
  const completeness = completenessOf(times.subarray(start, end), timeframe, calendar);
  return { gaps, ...(largest === undefined ? {} : { largest }), calendar: { name: calendar.name, explained: tally.list(), missing, completeness } };
}

/** What is missing between the opens of two successive bars; what is explained goes into the tally. */
function missingBetween(before: number, after: number, timeframe: Timeframe, calendar: Calendar, tally: Tally): MissingRange[] {
  if (timeframe === '1D') return missingDays({ from: dayOf(before) + DAY, to: dayOf(after) }, calendar);
  return calendar.explain(before + durationOf(timeframe), after).flatMap((part) => {
    tally.add(part);
    return isDoubtful(part) ? [rangeOf(part, part.cause, calendar.expectedBars(part.from, part.to, timeframe))] : [];
  });
}

const dayOf = (time: number): number => Math.floor(time / DAY) * DAY;

/** A daily bar is labelled by its trade date: what counts is how many of those are missing. */
function missingDays(span: Span, calendar: Calendar): MissingRange[] {
  const bars = calendar.expectedBars(span.from, span.to, '1D');
  return bars === 0 ? [] : [rangeOf({ ...span, reason: 'the market was open' }, 'unexpected', bars)];
}

const isDoubtful = (part: Explanation): part is Explanation & { cause: MissingRange['cause'] } => part.cause === 'unexpected' || part.cause === 'thin' || part.cause === 'may-be-closed';

const rangeOf = ({ from, to, reason }: Span & { reason: string }, cause: MissingRange['cause'], bars: number): MissingRange => ({ from: isoInstant(from), to: isoInstant(to), bars, cause, reason });

/** How often each reason explains missing bars, and for how long. */
class Tally {
  readonly #reasons = new Map<string, { cause: Explanation['cause']; reason: string; times: number; hours: number }>();

  add({ cause, reason, from, to }: Explanation): void {
    const key = `${cause} ${reason}`;
    const before = this.#reasons.get(key) ?? { cause, reason, times: 0, hours: 0 };
    this.#reasons.set(key, { cause, reason, times: before.times + 1, hours: before.hours + (to - from) / HOUR });
  }

  list(): CalendarContinuity['explained'] {
    return [...this.#reasons.values()].filter(({ cause }) => cause !== 'unexpected').sort((a, b) => b.hours - a.hours);
  }
}

/** Month by month from the first bar to the last, months without any bar included. */
function completenessOf(times: Float64Array, timeframe: Timeframe, calendar: Calendar): Record<string, Completeness> {
  const months: Record<string, Completeness> = {};
  if (times.length === 0) return months;
  const first = timeframe === '1D' ? dayOf(times[0]!) : times[0]!;
  const last = times.at(-1)! + durationOf(timeframe);
  for (let month = startOfMonth(first, 0); month < last; month = startOfMonth(month, 1)) {
    const span = { from: Math.max(month, first), to: Math.min(startOfMonth(month, 1), last) };
    months[isoInstant(month).slice(0, 7)] = timeframe === '1D' ? daily(times, span, calendar) : intraday(times, span, timeframe, calendar);
  }
  return months;
}

const startOfMonth = (time: number, later: number): number => Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth() + later, 1);

function daily(times: Float64Array, { from, to }: Span, calendar: Calendar): Completeness {
  const bars = lowerBound(times, to) - lowerBound(times, from);
  return { bars, expected: calendar.expectedBars(from, to, '1D'), regularBars: 0, regularExpected: 0 };
}

function intraday(times: Float64Array, { from, to }: Span, timeframe: Timeframe, calendar: Calendar): Completeness {
  const there = (hours: 'all' | 'regular'): number => countIn(times, calendar.openSpans(from, to, hours), durationOf(timeframe));
  const expected = (hours: 'all' | 'regular'): number => calendar.expectedBars(from, to, timeframe, hours);
  return { bars: there('all'), expected: expected('all'), regularBars: there('regular'), regularExpected: expected('regular') };
}

/** Bars whose slot holds a part of any of the spans, each counted once. */
function countIn(times: Float64Array, spans: readonly Span[], duration: number): number {
  let counted = 0;
  let next = 0;
  for (const span of spans) {
    const start = lowerBound(times, Math.floor(span.from / duration) * duration, next);
    next = lowerBound(times, span.to, start);
    counted += next - start;
  }
  return counted;
}
