import type { Coverage, DayCoverage } from '../../protocol/coverage';
import { isoInstant } from '../base/time';
import { durationOf, type Timeframe } from '../base/timeframe';
import type { Calendar, Span } from '../calendar/types';
import { judgeByCalendar } from './missing';
import { isStrictlyIncreasing, lowerBound } from './sorted';

/** Which bars there are, day by day and within a day. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How a file's bars are judged; without a timeframe or a calendar they are only counted. */
export interface Judging {
  readonly timeframe?: Timeframe;
  readonly calendar?: Calendar;
}

/** @param times open instants, unix ms UTC, in any order; NaN where missing */
export function coverageOf(times: Float64Array, judging: Judging): Omit<Coverage, 'file'> {
  const sorted = inOrder(times);
  if (sorted.length === 0) return { bars: [], expected: [], missing: [] };
  const [first, last] = [Math.floor(sorted[0]! / DAY), Math.floor(sorted.at(-1)! / DAY)];
  const days = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * DAY);
  const none = (): number[] => days.map(() => 0);
  const bars = none();
  for (const time of sorted) bars[Math.floor(time / DAY) - first]!++;
  const shared = { first: dayName(days[0]!), bars };
  const { timeframe, calendar } = judging;
  if (timeframe === undefined || calendar === undefined) return { ...shared, expected: none(), missing: none() };
  const expected = days.map((day) => calendar.expectedBars(day, day + DAY, timeframe));
  const missing = none();
  for (const range of missingIn(sorted, 0, sorted.length, timeframe, calendar)) {
    for (let at = Math.floor(Date.parse(range.from) / DAY) - first; at < days.length && days[at]! < Date.parse(range.to); at++) {
      if (range.cause === 'unexpected') missing[at]! += barsIn(range, days[at]!, timeframe, calendar);
    }
  }
  return { ...shared, calendar: calendar.name, expected, missing };
}

/**
 * One UTC day.
 * @param times as above, of the day itself with the last one before it and the first one after
 * @param day its midnight, unix ms UTC
 */
export function dayCoverageOf(times: Float64Array, day: number, { timeframe, calendar }: Judging): Omit<DayCoverage, 'file'> {
  const sorted = inOrder(times);
  const [start, end] = [lowerBound(sorted, day), lowerBound(sorted, day + DAY)];
  const judged = timeframe !== undefined && calendar !== undefined;
  const hours = Array.from({ length: 24 }, (_, at) => {
    const [from, to] = [day + at * HOUR, day + (at + 1) * HOUR];
    return { bars: lowerBound(sorted, to) - lowerBound(sorted, from), expected: judged && durationOf(timeframe) <= HOUR ? calendar.expectedBars(from, to, timeframe) : 0 };
  });
  const within = (span: Span): Span => ({ from: Math.max(span.from, day), to: Math.min(span.to, day + DAY) });
  const missing = !judged ? [] : missingIn(sorted, start, end, timeframe, calendar).flatMap((range) => {
    const { from, to } = within({ from: Date.parse(range.from), to: Date.parse(range.to) });
    return from < to ? [{ ...range, from: isoInstant(from), to: isoInstant(to), bars: barsIn(range, day, timeframe, calendar) }] : [];
  });
  const closed = !judged ? [] : calendar.explain(day, day + DAY).flatMap(({ from, to, cause, reason }) =>
    cause === 'unexpected' || cause === 'thin' ? [] : [{ from: isoInstant(from), to: isoInstant(to), cause, reason }]);
  return { day: dayName(day), bars: end - start, hours, missing, closed };
}

const missingIn = (times: Float64Array, start: number, end: number, timeframe: Timeframe, calendar: Calendar): ReturnType<typeof judgeByCalendar>['calendar']['missing'] =>
  judgeByCalendar(times, start, end, timeframe, calendar).calendar.missing;

/** Bars of a missing range that belong to a day. */
function barsIn(range: { readonly from: string; readonly to: string; readonly bars: number }, day: number, timeframe: Timeframe, calendar: Calendar): number {
  const [from, to] = [Math.max(Date.parse(range.from), day), Math.min(Date.parse(range.to), day + DAY)];
  return from >= to || range.bars === 0 ? 0 : calendar.expectedBars(from, to, timeframe);
}

function inOrder(times: Float64Array): Float64Array {
  return isStrictlyIncreasing(times) ? times : Float64Array.from(new Set(times.filter((time) => !Number.isNaN(time)))).sort();
}

const dayName = (instant: number): string => isoInstant(instant).slice(0, 10);
