import type { Complaint, InventoryEntry } from '../../protocol/inventory';
import { minuteUtc } from '../base/time';
import { durationOf, type Timeframe } from '../base/timeframe';
import type { Calendar } from '../calendar/types';
import { LONG_STEP, type Step, type TimeSurvey } from '../table/survey';

/** What a master's long steps mean: by the calendar of its instrument or, where there is none, by their length. */

const HOUR = durationOf('1h');
const DAY = durationOf('1D');

/** Steps longer than this are counted as gaps; a weekend of index futures is 49 h. */
export const GAP = 48 * HOUR;
/** Longer than any holiday weekend: worth a warning. */
const WORRYING_GAP = 96 * HOUR;

export interface GapFindings {
  readonly gaps: NonNullable<InventoryEntry['gaps']>;
  readonly complaints: readonly Complaint[];
}

/** @param timeframe an intraday one: daily and weekly bars are days apart anyway */
export function judgeGaps(survey: TimeSurvey, ticker: string | undefined, timeframe: Timeframe, calendar: Calendar | undefined): GapFindings {
  const complain = (step: Step, also: string): Complaint => {
    const message = `There are no bars from ${minuteUtc(step.from)} to ${minuteUtc(step.to)}, ${spell(step.to - step.from)}${also}.`;
    const complaint = { code: 'gaps', severity: 'warning', message } as const;
    return ticker === undefined ? complaint : { ...complaint, remedy: { title: 'List all gaps', command: ['continuity', ticker, timeframe] } };
  };
  if (calendar === undefined) return judgeByLength(survey, (step) => complain(step, ''));
  const unexpected = survey.longSteps.filter(({ from, to }) => openTime(calendar, from + durationOf(timeframe), to) > 0);
  const lengths = unexpected.map(({ from, to }) => openTime(calendar, from, to));
  const largest = unexpected[lengths.indexOf(Math.max(...lengths))];
  const more = unexpected.length > 1 ? `; there are ${unexpected.length} such gaps` : '';
  return {
    gaps: { count: unexpected.length, largestHours: largest === undefined ? 0 : hours(largest.to - largest.from), thresholdHours: hours(LONG_STEP), calendar: calendar.name },
    complaints: largest === undefined ? [] : [complain(largest, `, though the market was open (${calendar.name})${more}`)],
  };
}

function judgeByLength({ gaps, largestGap, largestGapFrom }: TimeSurvey, complain: (step: Step) => Complaint): GapFindings {
  const isWorrying = largestGap > WORRYING_GAP && largestGapFrom !== undefined;
  return {
    gaps: { count: gaps, largestHours: hours(largestGap), thresholdHours: hours(GAP) },
    complaints: isWorrying ? [complain({ from: largestGapFrom, to: largestGapFrom + largestGap })] : [],
  };
}

/** Time in which bars were to be expected, ms. */
const openTime = (calendar: Calendar, from: number, to: number): number =>
  calendar.explain(from, to).reduce((sum, span) => sum + (span.cause === 'unexpected' ? span.to - span.from : 0), 0);

const hours = (milliseconds: number): number => Math.round((milliseconds / HOUR) * 100) / 100;

const spell = (milliseconds: number): string => (milliseconds < 2 * DAY ? `${Math.round(milliseconds / HOUR)} hours` : `${Math.round(milliseconds / DAY)} days`);
