import type { Timeframe } from '../base/timeframe';
import { durationOf } from '../base/timeframe';
import { isoInstant } from '../base/time';
import type { Calendar, Span } from '../calendar/types';
import type { Continuity, Gap } from '../../protocol/results';
import { judgeByCalendar } from './missing';
import { lowerBound } from './sorted';

const HOUR = 3_600_000;
export const DEFAULT_GAP_HOURS = 48;

export interface ContinuityOptions {
  /** Name of the master, for the report. */
  readonly master: string;
  readonly timeframe: Timeframe;
  /** Steps longer than this many hours are gaps. */
  readonly thresholdHours?: number;
  /** Only this UTC year: instants in [1 January, next 1 January), so 31 December belongs to it. */
  readonly year?: number;
  /** Only these instants, unix ms UTC: from inclusive, to exclusive. */
  readonly span?: Span;
  /** When the market trades: then gaps are the steps in which it was open, and the threshold plays no part. */
  readonly calendar?: Calendar;
}

/**
 * Where bars are missing: every step between successive opens that is longer than the threshold or, with a calendar, that
 * leaves out open time.
 * With a year or span, rows and months count the bars in it; a gap counts when any part of it lies there, so that one
 * over New Year, or one that swallows the whole year, is not lost.
 * @param times open instants, unix ms UTC, strictly increasing
 */
export function continuityOf(times: Float64Array, options: ContinuityOptions): Continuity {
  const { master, timeframe, thresholdHours = DEFAULT_GAP_HOURS, year } = options;
  const span = year === undefined ? options.span : { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1) };
  const start = span === undefined ? 0 : lowerBound(times, span.from);
  const end = span === undefined ? times.length : lowerBound(times, span.to, start);
  return {
    master,
    rows: end - start,
    first: end > start ? isoInstant(times[start]!) : null,
    last: end > start ? isoInstant(times[end - 1]!) : null,
    ...(year === undefined ? {} : { year }),
    ...(options.calendar === undefined
      ? { thresholdHours, ...findGaps(times, start, end, durationOf(timeframe), thresholdHours * HOUR) }
      : { thresholdHours: 0, ...judgeByCalendar(times, start, end, timeframe, options.calendar) }),
    months: countMonths(times.subarray(start, end)),
  };
}

/** The gaps among the steps that end at index start…end (so the steps into and out of the range count), and the largest step. */
function findGaps(times: Float64Array, start: number, end: number, duration: number, threshold: number): Pick<Continuity, 'gaps' | 'largest'> {
  const gaps: Gap[] = [];
  let widest = duration;
  let largest: Gap | undefined;
  for (let i = Math.max(start, 1); i <= Math.min(end, times.length - 1); i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > threshold) gaps.push(gapBetween(times[i - 1]!, times[i]!, duration));
    if (step <= widest) continue;
    widest = step;
    largest = gapBetween(times[i - 1]!, times[i]!, duration);
  }
  return { gaps, ...(largest === undefined ? {} : { largest }) };
}

const gapBetween = (after: number, before: number, duration: number): Gap => ({
  after: isoInstant(after),
  before: isoInstant(before),
  hours: (before - after) / HOUR,
  missingBars: Math.max(0, Math.round((before - after) / duration) - 1),
});

/** Bars per UTC month, `2025-07` → count, in order. */
function countMonths(times: Float64Array): Record<string, number> {
  const months: Record<string, number> = {};
  for (let i = 0; i < times.length; ) {
    const first = new Date(times[i]!);
    const next = lowerBound(times, Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1), i);
    months[isoInstant(times[i]!).slice(0, 7)] = next - i;
    i = next;
  }
  return months;
}
