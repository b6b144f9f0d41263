import { keptBefore, openAt, rangeOf, weekEndBefore, within, type TradingDays } from './days';
import { OPENING } from './opening';
import { roundToCents } from './round';
import { SESSIONS } from './session';
import { DAY, HOUR, MINUTE, SESSION_OPEN, dateText, instantOf, isoText } from './tradingday';

/** A box or a line to draw over a trading day. Format: `sessions/{ticker}_sessions.json`. Points, two decimals. */
export type SessionMark = Stretch & ({ readonly high: number; readonly low: number; readonly mid: number } | { readonly price: number });

interface Stretch {
  readonly date: string;
  readonly session: string;
  /** ISO with offset, New York; the end is exclusive. */
  readonly start_time: string;
  readonly end_time: string;
}

const OPEN = SESSION_OPEN - DAY;
const CLOSE = 17 * HOUR;

/** Boxes: the sessions, the minute at 09:30, and the day's two blocks of twelve hours. */
const BOXES = [
  ...SESSIONS.map(({ name, from, to }) => ({ name, from, to })),
  { name: 'OpeningRange', from: OPENING, to: OPENING + MINUTE },
  { name: 'P12', from: OPEN, to: 6 * HOUR },
  { name: 'P12', from: 6 * HOUR, to: SESSION_OPEN },
] as const;

/** The marks of the day at an index of the list, boxes first; one without bars is left out. */
export function marksOf(days: TradingDays, at: number): SessionMark[] {
  const day = days.list[at]!;
  const over = (session: string, from: number, to: number): Stretch => {
    const [start_time, end_time] = [from, to].map((clock) => isoText(instantOf(day.date * DAY + clock))) as [string, string];
    return { date: dateText(day.date), session, start_time, end_time };
  };
  const boxes = BOXES.flatMap(({ name, from, to }) => {
    const range = rangeOf(days.bars, within(days, day, from, to));
    return range === undefined ? [] : [{ ...over(name, from, to), high: roundToCents(range.high), low: roundToCents(range.low), mid: roundToCents(range.mid) }];
  });
  const lines = linesOf(days, at).flatMap(({ name, from, price }) => (price === undefined ? [] : [{ ...over(name, from, CLOSE), price: roundToCents(price) }]));
  return [...boxes, ...lines];
}

/** Lines: prices known from a time of the day on. */
function linesOf(days: TradingDays, at: number): { name: string; from: number; price: number | undefined }[] {
  const day = days.list[at]!;
  const kept = keptBefore(days, at);
  const before = kept === undefined ? undefined : rangeOf(days.bars, kept);
  const weekEnd = weekEndBefore(days, at);
  return [
    { name: 'GlobexOpen', from: OPEN, price: days.bars.open[day.first] },
    { name: 'MidnightOpen', from: 0, price: openAt(days, day, 0) },
    { name: 'Open730', from: 7.5 * HOUR, price: openAt(days, day, 7.5 * HOUR) },
    { name: 'PDH', from: OPEN, price: before?.high },
    { name: 'PDL', from: OPEN, price: before?.low },
    { name: 'PDMid', from: OPEN, price: before?.mid },
    { name: 'PWeeklyClose', from: OPEN, price: weekEnd === undefined ? undefined : days.bars.close[weekEnd] },
  ];
}
