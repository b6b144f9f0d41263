import { Cron } from 'croner';
import { Failure } from '../../base/failure';
import { zoneNamed } from '../../base/time';
import { calendarFor } from '../../calendar/calendar';

/** When runs are due: a cron expression on the wall clock of a zone, on trading days. Pure. */
export interface Schedule {
  readonly expression: string;
  readonly zone: string;
  /** Only on trading days of this instrument; empty: on every day of the expression. */
  readonly tradingDays: string;
}

const DAY = 86_400_000;
/** How far ahead a due time is looked for: longer than any run of holidays. */
const HORIZON = 60 * DAY;

/** @throws Failure `usage` naming what is wrong */
export function requireSchedule({ expression, zone, tradingDays }: Schedule): void {
  const attempted = `keep the schedule "${expression}"`;
  zoneNamed(zone);
  try {
    new Cron(expression, { timezone: zone, paused: true });
  } catch (error) {
    throw new Failure('usage', { attempted, why: `it is no cron expression (${error instanceof Error ? error.message : String(error)}).`, remedy: 'Use minute hour day month weekday, such as "0 7 * * 1-5".', cause: error });
  }
  if (tradingDays === '' || calendarFor(tradingDays) !== undefined) return;
  throw new Failure('usage', { attempted, why: `no calendar is known for ${tradingDays}, whose trading days it keeps.`, remedy: 'Name an instrument such as ES, or none ("") for every day.' });
}

/** The first due time after an instant, unix ms; undefined when there is none within two months. */
export function nextDue(schedule: Schedule, after: number): number | undefined {
  const cron = new Cron(schedule.expression, { timezone: schedule.zone, paused: true });
  for (let at = after; at < after + HORIZON; ) {
    const next = cron.nextRun(new Date(at))?.getTime();
    if (next === undefined) return undefined;
    if (isTradingDay(schedule, next)) return next;
    at = next;
  }
  return undefined;
}

function isTradingDay({ zone, tradingDays }: Schedule, at: number): boolean {
  const calendar = tradingDays === '' ? undefined : calendarFor(tradingDays);
  if (calendar === undefined) return true;
  const date = new Date(zoneNamed(zone).localOf(at)).toISOString().slice(0, 10);
  return calendar.sessions(at - 2 * DAY, at + 2 * DAY).some(({ tradeDate }) => tradeDate === date);
}

/** A run that is due: the last due time that has passed, and how many before it passed as well. Unix ms. */
export interface Due {
  readonly at: number;
  readonly missed: number;
}

/** More missed times than this are not counted. */
const MOST_MISSED = 1000;

/** The last due time dealt with, or now when that was told by a clock that ran a day or more ahead and was corrected. */
export const forgiven = (last: number, now: number): number => (last > now + DAY ? now : last);

/**
 * What is due now, when the last due time dealt with was `last`: nothing, or one run, however many times have passed. A
 * clock that was set back makes nothing due twice.
 */
export function dueNow(schedule: Schedule, last: number, now: number): Due | undefined {
  let [at, passed] = [last, 0];
  for (; passed < MOST_MISSED; passed++) {
    const next = nextDue(schedule, at);
    if (next === undefined || next > now) break;
    at = next;
  }
  return passed === 0 ? undefined : { at, missed: passed - 1 };
}
