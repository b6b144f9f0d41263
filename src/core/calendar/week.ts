import { zoneNamed, type Zone } from '../base/time';
import { FIRST_YEAR, LAST_YEAR } from './holidays';
import type { Exchange, Halt, Market, SpecialDay } from './market';
import type { Patch, Span } from './types';

/** A gapless run of hours of one kind. Open ones belong to a session. */
export interface Stretch extends Span {
  readonly hours: Patch['hours'] | 'weekend' | 'maintenance' | 'early-close';
  readonly reason: string;
  readonly day: Day;
}

/** A day of the market: from 17:00 of the evening before to 17:00. */
export interface Day {
  readonly date: string;
  /** Regular hours; absent when the stock exchanges are closed. */
  readonly regular?: Span;
  /** Its session belongs to the next trade date. */
  readonly carriesOver: boolean;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Minutes after midnight: the market's day begins on the evening before. */
const BEGIN = -7 * 60;
const END = 17 * 60;
const REGULAR = [8 * 60 + 30, 15 * 60] as const;

/** Found on first use: a program that needs no calendar does not wait for it. */
const chicago = (): Zone => zoneNamed('America/Chicago');

/** UTC ms of a wall clock in Chicago (ms, read as if UTC); the earlier where it was twice. Undefined where clocks skipped it. */
export function instantOf(local: number): number | undefined {
  const placed = chicago().place(local);
  if (placed.kind === 'nonexistent') return undefined;
  return placed.kind === 'one' ? placed.utc : placed.earlier;
}

/** Trading days begin and end at 17:00, when no clock ever changes. */
const utcOf = (midnight: number, minute: number): number => instantOf(midnight + minute * MINUTE)!;

/** The year whose stretches hold an instant: it ends with 31 December, 17:00. */
export function yearOf(utc: number): number {
  const local = new Date(chicago().localOf(utc) - BEGIN * MINUTE);
  return local.getUTCFullYear();
}

/** All of a year, gapless and in order. */
export function stretchesOfYear(market: Market, year: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let midnight = Date.UTC(year, 0, 1); midnight < Date.UTC(year + 1, 0, 1); midnight += DAY) {
    stretches.push(...stretchesOfDay(market, midnight));
  }
  return market.aroundTheClock === true ? stretches : market.halts.map(patchOf).reduce<readonly Stretch[]>(paint, stretches);
}

function stretchesOfDay(market: Market, midnight: number): readonly Stretch[] {
  const date = new Date(midnight).toISOString().slice(0, 10);
  const span = { from: utcOf(midnight, BEGIN), to: utcOf(midnight, END) };
  const whole = (hours: Stretch['hours'], reason: string): Stretch[] => [{ ...span, hours, reason, day: { date, carriesOver: false } }];
  if (market.aroundTheClock === true) return whole('open', 'open');
  const weekday = new Date(midnight).getUTCDay();
  if (weekday === 0 || weekday === 6) return whole('weekend', 'weekend');
  const special = market.special(date);
  if (special?.close === 'closed') return whole('holiday', special.name);
  const { close, patches } = planOf(market, date, weekday === 5, special);
  const base = isKnown(date) ? openDay(midnight, span, date, close, special) : whole('may-be-closed', `the calendar covers ${FIRST_YEAR}–${LAST_YEAR}`);
  return patches.map((patch) => ({ ...patch, from: utcOf(midnight, patch.from), to: utcOf(midnight, patch.to) })).reduce<readonly Stretch[]>(paint, base);
}

const isKnown = (date: string): boolean => date >= `${FIRST_YEAR}` && date < `${LAST_YEAR + 1}`;

function openDay(midnight: number, span: Span, date: string, close: number, special: SpecialDay | undefined): Stretch[] {
  const stocksClosed = special?.stocksClosed === true;
  const regular = { from: utcOf(midnight, REGULAR[0]), to: utcOf(midnight, Math.min(REGULAR[1], close)) };
  return [{ ...span, hours: 'open', reason: 'open', day: { date, carriesOver: stocksClosed, ...(stocksClosed ? {} : { regular }) } }];
}

interface Plan {
  /** The last close, minutes after midnight. */
  readonly close: number;
  /** What is not open, minutes after midnight; later ones are painted over earlier ones. */
  readonly patches: readonly Omit<Stretch, 'day'>[];
}

function planOf(market: Exchange, date: string, friday: boolean, special: SpecialDay | undefined): Plan {
  const hours = market.hours.findLast(({ since }) => since <= date) ?? market.hours[0]!;
  const usual = friday ? (hours.fridayClose ?? hours.close) : hours.close;
  const close = typeof special?.close === 'number' ? special.close : usual;
  const after = friday ? { hours: 'weekend', reason: 'weekend' } as const : { hours: 'maintenance', reason: 'daily maintenance' } as const;
  const patches: Plan['patches'][number][] = market.doubts(date).map((doubt) => ({ ...doubt, hours: 'may-be-closed' }));
  if (special?.perhapsFrom !== undefined) patches.push({ from: special.perhapsFrom, to: close, hours: 'may-be-closed', reason: `${special.name}: perhaps an early close` });
  patches.push(close < usual ? { from: close, to: END, hours: 'early-close', reason: special!.name } : { from: close, to: END, ...after });
  if (hours.pause !== undefined) patches.push({ from: hours.pause[0], to: hours.pause[1], hours: 'maintenance', reason: 'daily halt' });
  return { close, patches };
}

function patchOf({ from, to, reason, perhaps }: Halt): Patch {
  const instant = (clock: string): number => instantOf(Date.parse(`${clock.replace(' ', 'T')}Z`))!;
  return { from: instant(from), to: instant(to), hours: perhaps === true ? 'may-be-closed' : 'halt', reason };
}

/** Gives a span of a run other hours: closing changes only time that may be open, opening changes all. */
export function paint(run: readonly Stretch[], patch: Omit<Stretch, 'day'>): readonly Stretch[] {
  if (patch.to <= run[0]!.from || patch.from >= run.at(-1)!.to) return run;
  return run.flatMap((stretch) => {
    const from = Math.max(stretch.from, patch.from);
    const to = Math.min(stretch.to, patch.to);
    const isFree = patch.hours === 'open' || stretch.hours === 'open' || stretch.hours === 'may-be-closed';
    if (from >= to || !isFree) return [stretch];
    const pieces = [{ ...stretch, to: from }, { ...stretch, from, to, hours: patch.hours, reason: patch.reason }, { ...stretch, from: to }];
    return pieces.filter((piece) => piece.from < piece.to);
  });
}
