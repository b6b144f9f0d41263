import type { DailyExtremes } from './extremes';
import type { SessionProfile } from './profiler';
import { SESSIONS, type Session } from './session';

/** How a ticker's days and sessions are spread: made from the daily highs and lows and the profiler, not from bars. */

/** Every kept day and every session, in order. */
export interface History {
  readonly days: readonly DailyExtremes[];
  readonly sessions: readonly SessionProfile[];
}

/** For the day as a whole, then for each session. */
export interface PerSession<T> {
  readonly day: T;
  readonly sessions: Readonly<Record<Session['name'], T>>;
}

/** When an extreme is reached. Times `HH:MM`, New York, in the order of the trading day from 18:00; null without days. */
export interface TimeSpread {
  /** Half-way between the middle two when their number is even, whole minutes. */
  readonly median: string | null;
  /** The most frequent minute, the earlier of equals. */
  readonly mode: string | null;
  readonly count: number;
  readonly histogram: readonly { readonly hour: string; readonly count: number }[];
}

/** Format: `{ticker}_hod_lod.json`. */
export type ExtremeTimes = PerSession<{ readonly high: TimeSpread; readonly low: TimeSpread }>;

export function extremeTimes({ days, sessions }: History): ExtremeTimes {
  return perSession(
    { high: spreadOf(days.map((day) => day.hod_time)), low: spreadOf(days.map((day) => day.lod_time)) },
    (name) => {
      const own = sessions.filter(({ session }) => session === name);
      return { high: spreadOf(own.map((each) => each.high_time)), low: spreadOf(own.map((each) => each.low_time)) };
    },
  );
}

const perSession = <T>(day: T, of: (name: Session['name']) => T): PerSession<T> => ({
  day,
  sessions: Object.fromEntries(SESSIONS.map(({ name }) => [name, of(name)])) as Record<Session['name'], T>,
});

const FULL_DAY = 1440;
const FIRST_MINUTE = 18 * 60;

/** Minutes since 18:00 of `HH:MM`, and back. */
const minuteOf = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)) - FIRST_MINUTE + FULL_DAY) % FULL_DAY;
function clockOf(minute: number): string {
  const clock = (minute + FIRST_MINUTE) % FULL_DAY;
  return `${String(Math.floor(clock / 60)).padStart(2, '0')}:${String(clock % 60).padStart(2, '0')}`;
}

function spreadOf(clocks: readonly string[]): TimeSpread {
  const minutes = Int32Array.from(clocks, minuteOf).sort();
  if (minutes.length === 0) return { median: null, mode: null, count: 0, histogram: [] };
  const middle = (minutes[(minutes.length - 1) >> 1]! + minutes[minutes.length >> 1]!) / 2;
  const counts = countsOf(minutes);
  const mode = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  const hours = countsOf(minutes.map((minute) => Math.floor(minute / 60)));
  return {
    median: clockOf(Math.floor(middle)),
    mode: clockOf(mode),
    count: minutes.length,
    histogram: [...hours].map(([hour, count]) => ({ hour: clockOf(hour * 60).slice(0, 2), count })),
  };
}

/** How often each value occurs, in their order. */
function countsOf(sorted: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** How often a percentage falls into each bucket of 0.1: `from` inclusive, `from` + 0.1 exclusive. Empty ones are left out. */
export interface Buckets {
  readonly count: number;
  readonly buckets: readonly { readonly from: number; readonly count: number }[];
}

/** High and low from the open, and high from low, all in percent of the open. Format: `{ticker}_range_dist.json`. */
export type RangeSpread = PerSession<{ readonly high: Buckets; readonly low: Buckets; readonly range: Buckets }>;

/** Points with two decimals. */
interface Priced {
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

export function rangeSpread({ days, sessions }: History): RangeSpread {
  return perSession(
    bucketsOf(days.map((day) => ({ open: day.daily_open, high: day.daily_high, low: day.daily_low }))),
    (name) => bucketsOf(sessions.filter(({ session }) => session === name).map((each) => ({ open: each.open, high: each.range_high, low: each.range_low }))),
  );
}

const cents = (price: number): number => Math.round(price * 100);

function bucketsOf(prices: readonly Priced[]): RangeSpread['day'] {
  const spread = (change: (price: Priced) => number): Buckets => {
    // In whole cents, so that a change of exactly so many tenths is in the bucket it begins.
    const tenths = prices.map((price) => Math.floor((cents(change(price)) * 1000) / cents(price.open))).sort((a, b) => a - b);
    return { count: tenths.length, buckets: [...countsOf(tenths)].map(([tenth, count]) => ({ from: tenth / 10, count })) };
  };
  return { high: spread(({ high, open }) => high - open), low: spread(({ low, open }) => low - open), range: spread(({ high, low }) => high - low) };
}
