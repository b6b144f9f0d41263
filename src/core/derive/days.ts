import { countBars, type Bars } from '../base/bar';
import type { Zone } from '../base/time';
import { DAY, MINUTE, SESSION_OPEN, newYork, tradingDayOf, weekOf } from './tradingday';

/** One-minute bars seen as trading days: what every step but resampling works on. */
export interface TradingDays {
  /** Ascending. */
  readonly bars: Bars;
  /** New York's wall clock at each bar's open, ms read as if UTC. */
  readonly local: Float64Array;
  /** In order; every day has a bar. */
  readonly list: readonly TradingDay[];
}

/** The bars from index `first` to before `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

export interface TradingDay extends Span {
  /** Days since 1970-01-01. */
  readonly date: number;
}

/** Days with fewer bars, holidays and torn days, have no meaningful extremes. */
export const FEWEST_BARS = 100;
export const isKept = ({ first, end }: Span): boolean => end - first >= FEWEST_BARS;

/** @param bars 1-minute, ascending */
export function tradingDays(bars: Bars): TradingDays {
  const local = wallClocks(bars.time, newYork());
  const list: TradingDay[] = [];
  for (let first = 0; first < countBars(bars); ) {
    const date = tradingDayOf(local[first]!);
    const close = date * DAY + SESSION_OPEN;
    let end = first + 1;
    while (end < local.length && local[end]! < close) end++;
    list.push({ date, first, end });
    first = end;
  }
  return { bars, local, list };
}

function wallClocks(time: Float64Array, zone: Zone): Float64Array {
  const local = new Float64Array(time.length);
  const changes = time.length === 0 ? [] : zone.changes(time[0]!, Infinity);
  let offset = time.length === 0 ? 0 : zone.offsetAt(time[0]!);
  let next = 0;
  for (let at = 0; at < time.length; at++) {
    while (next < changes.length && time[at]! >= changes[next]!.at) offset = changes[next++]!.after;
    local[at] = time[at]! + offset;
  }
  return local;
}

/**
 * The bars of a day whose wall clock lies in [from, to), both ms after midnight of the trading date: the evening before
 * is negative. No bound used may lie between 01:00 and 02:00, which clocks show twice when they go back.
 */
export function within({ local }: TradingDays, day: TradingDay, from: number, to: number): Span {
  const midnight = day.date * DAY;
  return { first: firstFrom(local, day, midnight + from), end: firstFrom(local, day, midnight + to) };
}

/** The first index in a span whose value is not below a bound; its end when there is none. */
export function firstFrom(values: Float64Array, { first, end }: Span, bound: number): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The highest and lowest price of a stretch of bars, where each was first reached, and the price half-way. */
export interface Range extends Span {
  readonly highAt: number;
  readonly lowAt: number;
  /** Points, exact. */
  readonly high: number;
  readonly low: number;
  readonly mid: number;
}

/** Undefined without bars. */
export function rangeOf({ high, low }: Bars, { first, end }: Span): Range | undefined {
  if (first >= end) return undefined;
  let [highAt, lowAt] = [first, first];
  for (let at = first + 1; at < end; at++) {
    if (high[at]! > high[highAt]!) highAt = at;
    if (low[at]! < low[lowAt]!) lowAt = at;
  }
  const [highest, lowest] = [high[highAt]!, low[lowAt]!];
  return { first, end, highAt, lowAt, high: highest, low: lowest, mid: (highest + lowest) / 2 };
}

/** The kept day before the one at an index of the list. */
export function keptBefore({ list }: TradingDays, at: number): TradingDay | undefined {
  for (let before = at - 1; before >= 0; before--) if (isKept(list[before]!)) return list[before];
  return undefined;
}

/** The last bar of the latest week before that of the day at an index of the list. */
export function weekEndBefore({ list }: TradingDays, at: number): number | undefined {
  const week = weekOf(list[at]!.date);
  for (let before = at - 1; before >= 0; before--) if (weekOf(list[before]!.date) < week) return list[before]!.end - 1;
  return undefined;
}

/** The open of the first bar of a day at or after a time (ms after midnight of its date). */
export function openAt(days: TradingDays, day: TradingDay, clock: number): number | undefined {
  const { first } = within(days, day, clock, clock + MINUTE);
  return first < day.end ? days.bars.open[first]! : undefined;
}
