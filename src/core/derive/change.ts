import type { Bars } from '../base/bar';
import { isKept, tradingDays, type TradingDays } from './days';
import { startOf, type DayPrint } from './fingerprint';
import { DAY, SESSION_OPEN, instantOf, newYork, tradingDayOf, weekOf } from './tradingday';

/** The stretch in which two versions of a master differ, unix ms: from inclusive, to exclusive. */
export interface Change {
  readonly from: number;
  readonly to: number;
}

/** From the first day that differs to the last; undefined when none does, or nothing is known. */
export function changeBetween(before: readonly DayPrint[], after: readonly DayPrint[]): Change | undefined {
  const old = new Map(before.map(({ day, bars, hash }) => [day, `${bars} ${hash}`]));
  const days: number[] = [];
  for (const { day, bars, hash } of after) {
    if (old.get(day) !== `${bars} ${hash}`) days.push(day);
    old.delete(day);
  }
  days.push(...old.keys());
  if (days.length === 0) return undefined;
  const [first, last] = days.reduce(([low, high], day) => [Math.min(low, day), Math.max(high, day)], [Infinity, -Infinity]);
  return { from: startOf(first), to: startOf(last + 1) };
}

/** A change, the trading days it reaches, and enough days around them to make those anew. */
export interface Part {
  readonly change: Change;
  readonly days: TradingDays;
  /** Trading dates to be made anew, both inclusive: those changed, and those that look back at them. */
  readonly first: number;
  readonly last: number;
}

/** Days read before and after a change at first: three weeks hold a kept day and a week's end but for holes. */
const AROUND = 21;

/**
 * Reads the bars around a change, more until the days to be made anew have all that they look back at: the kept day
 * before, and the end of the week before.
 * @param extent the master's first and last print @param read bars in [from, to), unix ms
 */
export async function readAround(change: Change, extent: { first: number; last: number }, read: (from: number, to: number) => Promise<Bars>): Promise<Part> {
  const dateOf = (instant: number): number => tradingDayOf(newYork().localOf(instant));
  const [first, changed] = [dateOf(change.from), dateOf(change.to - 1)];
  for (let around = AROUND; ; around *= 4) {
    const [from, to] = [first - around, changed + around];
    const days = tradingDays(await read(opening(from), opening(to + 1)));
    // A print's day may hold bars of the trading day before.
    const [wholeBefore, wholeAfter] = [from < extent.first - 1, to > extent.last + 1];
    const last = wholeAfter ? Infinity : lastReached(days, changed);
    if ((wholeBefore || hasEnoughBefore(days, first)) && last !== undefined) return { change, days, first, last };
  }
}

const opening = (date: number): number => instantOf((date - 1) * DAY + SESSION_OPEN);

const hasEnoughBefore = ({ list }: TradingDays, first: number): boolean =>
  list.some((day) => day.date < first && isKept(day)) && list.some(({ date }) => weekOf(date) < weekOf(first));

/** The next kept day looks back at the days changed, and so does every day of the next week; undefined when not all of these were read. */
function lastReached({ list }: TradingDays, changed: number): number | undefined {
  const kept = list.find((day) => day.date > changed && isKept(day));
  const week = list.find(({ date }) => weekOf(date) > weekOf(changed));
  if (kept === undefined || week === undefined) return undefined;
  const last = Math.max(kept.date, week.date + 6 - ((week.date + 3) % 7));
  return list.at(-1)!.date > last ? last : undefined;
}
