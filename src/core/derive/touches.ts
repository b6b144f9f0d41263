import { isKept, keptBefore, openAt, rangeOf, within, type Span, type TradingDay, type TradingDays } from './days';
import { roundToCents } from './round';
import { SESSIONS, sessionRange } from './session';
import { HOUR, MINUTE, SESSION_OPEN, clockText } from './tradingday';

/** Format: `{ticker}_level_touches.json`, by date, then by level. */
export interface LevelTouches {
  /** Points, two decimals; touches are judged on the exact price. */
  readonly level: number;
  readonly touched: boolean;
  /** `HH:MM` of every minute in the level's window that reaches it. */
  readonly touch_times: readonly string[];
}

/** A price, and the bars that may touch it. */
interface Level {
  readonly name: string;
  readonly price: number | undefined;
  readonly window: Span;
}

const OPEN = SESSION_OPEN - 24 * HOUR;
/** "To 17:00" includes that minute's bar; "after" a time leaves out its bar. */
const TO_17 = 17 * HOUR + MINUTE;
const after = (clock: number): number => clock + MINUTE;

/** Levels of the day at an index of the list; undefined when it, or every day before, has too few bars. A level without bars is left out. */
export function touchesOf(days: TradingDays, at: number): Record<string, LevelTouches> | undefined {
  const day = days.list[at]!;
  const before = isKept(day) ? keptBefore(days, at) : undefined;
  if (before === undefined) return undefined;
  const found: Record<string, LevelTouches> = {};
  for (const { name, price, window } of levelsOf(days, day, before)) {
    if (price === undefined) continue;
    const times = timesAcross(days, price, window);
    found[name] = { level: roundToCents(price), touched: times.length > 0, touch_times: times };
  }
  return found;
}

function levelsOf(days: TradingDays, day: TradingDay, before: TradingDay): Level[] {
  const window = (from: number, to: number): Span => within(days, day, from, to);
  return [
    ...three('pd', rangeOf(days.bars, before), day),
    ...three('p12', rangeOf(days.bars, window(OPEN, 6 * HOUR)), window(6 * HOUR, SESSION_OPEN)),
    { name: 'daily_open', price: days.bars.open[day.first], window: { first: day.first + 1, end: day.end } },
    { name: 'midnight_open', price: openAt(days, day, 0), window: window(after(0), TO_17) },
    { name: 'open_0730', price: openAt(days, day, 7.5 * HOUR), window: window(after(7.5 * HOUR), TO_17) },
    ...mids(days, day).map(({ name, mid, watched }) => ({ name: `${name}_mid`, price: mid, window: window(after(watched), TO_17) })),
    ...three('ny_p12', rangeOf(days.bars, within(days, before, 6 * HOUR, 17 * HOUR)), day),
    ...mids(days, before).map(({ name, mid }) => ({ name: `prev_${name}_mid`, price: mid, window: day })),
  ];
}

/** High, low and middle of a range under one name. */
function three(name: string, range: { high: number; low: number; mid: number } | undefined, window: Span): Level[] {
  return [
    { name: `${name}h`, price: range?.high, window },
    { name: `${name}l`, price: range?.low, window },
    { name: `${name}m`, price: range?.mid, window },
  ];
}

/** After which time each session's middle is watched. */
const WATCHED = { Asia: 2 * HOUR, London: 7 * HOUR, NY1: 12 * HOUR, NY2: 16 * HOUR } as const;

const mids = (days: TradingDays, day: TradingDay): { name: string; mid: number | undefined; watched: number }[] =>
  SESSIONS.map((session) => ({ name: session.name.toLowerCase(), mid: sessionRange(days, day, session)?.mid, watched: WATCHED[session.name] }));

function timesAcross({ bars: { high, low }, local }: TradingDays, price: number, { first, end }: Span): string[] {
  const times: string[] = [];
  for (let at = first; at < end; at++) if (low[at]! <= price && price <= high[at]!) times.push(clockText(local[at]!));
  return times;
}
