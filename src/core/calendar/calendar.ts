import { durationOf, type Timeframe } from '../base/timeframe';
import type { Exceptions } from './exceptions';
import { MARKETS, marketOf } from './instruments';
import type { Market } from './market';
import type { Calendar, Explanation, Patch, Session, Span } from './types';
import { paint, stretchesOfYear, yearOf, type Stretch } from './week';

/** Missing time outside regular hours that thin trading explains; inside them every minute has trades. */
const THIN = 15 * 60_000;
const THIN_IN_REGULAR_HOURS = 60_000;
const DAY = 86_400_000;

/** Calendars made so far, by the exceptions laid over them: a calendar works out each year once. */
const made = new WeakMap<Exceptions, Map<string, Calendar>>();
const NONE: Exceptions = { instruments: {}, patches: [] };

/**
 * The calendar an instrument trades by.
 * @param ticker ES, ES1!, ESZ5, `ES 12-25`, CL, BTCUSD …
 * @param exceptions a user's own, which overrule ours
 * @returns undefined when the instrument is not known: then only naive gaps can be found
 */
export function calendarFor(ticker: string, exceptions: Exceptions = NONE): Calendar | undefined {
  const named = exceptions.instruments[ticker] ?? marketOf(ticker);
  const market = named === undefined ? undefined : MARKETS[named];
  if (named === undefined || market === undefined) return undefined;
  const known = made.get(exceptions) ?? new Map<string, Calendar>();
  made.set(exceptions, known);
  const patches = exceptions.patches.filter(({ markets }) => markets?.includes(named) !== false);
  const calendar = known.get(named) ?? new MarketCalendar(market, patches);
  known.set(named, calendar);
  return calendar;
}

class MarketCalendar implements Calendar {
  readonly name: string;
  readonly #market: Market;
  readonly #patches: readonly Patch[];
  readonly #years = new Map<number, readonly Stretch[]>();
  /** The stretch found last: times are mostly asked for in order. */
  #last: Stretch | undefined;

  constructor(market: Market, patches: readonly Patch[]) {
    this.name = market.name;
    this.#market = market;
    this.#patches = patches;
  }

  isOpen(utc: number): boolean {
    if (this.#last === undefined || utc < this.#last.from || utc >= this.#last.to) {
      const run = this.#year(yearOf(utc));
      this.#last = run[indexAt(run, utc)]!;
    }
    return this.#last.hours === 'open';
  }

  sessions(from: number, to: number): Session[] {
    const runs: Stretch[][] = [];
    // Some days more on either side: a session that only partly overlaps is given whole, and a halted one takes the next one's trade date.
    for (const stretch of this.#between(from - DAY, to + 7 * DAY)) {
      if (stretch.hours !== 'open') continue;
      if (runs.at(-1)?.[0]!.day.date === stretch.day.date) runs.at(-1)!.push(stretch);
      else runs.push([stretch]);
    }
    let tradeDate = '';
    const sessions = runs.reverse().map((run) => {
      const { date, carriesOver } = run[0]!.day;
      tradeDate = carriesOver && tradeDate !== '' ? tradeDate : date;
      return sessionOf(run, tradeDate);
    });
    return sessions.reverse().filter(({ open, close }) => open < to && close > from);
  }

  explain(from: number, to: number): Explanation[] {
    const found: Explanation[] = [];
    for (const stretch of this.#between(from, to)) {
      const span = { from: Math.max(from, stretch.from), to: Math.min(to, stretch.to) };
      const next: Explanation = { ...span, ...causeOf(stretch, span) };
      const before = found.at(-1);
      if (before?.cause === next.cause && before.reason === next.reason) found[found.length - 1] = { ...before, to: next.to };
      else found.push(next);
    }
    return found;
  }

  openSpans(from: number, to: number, hours: 'all' | 'regular' = 'all'): Span[] {
    const spans: Span[] = [];
    for (const stretch of this.#between(from, to)) {
      if (stretch.hours !== 'open') continue;
      const span = overlap(overlap(stretch, { from, to }), hours === 'all' ? stretch : stretch.day.regular);
      if (span !== undefined) spans.push(span);
    }
    return spans;
  }

  expectedBars(from: number, to: number, timeframe: Timeframe, hours: 'all' | 'regular' = 'all'): number {
    if (timeframe === '1W') return 0;
    if (timeframe === '1D') return this.#tradeDates(from, to);
    const duration = durationOf(timeframe);
    let bars = 0;
    let counted = -Infinity;
    for (const span of this.openSpans(from, to, hours)) {
      const first = Math.max(counted + 1, Math.floor(span.from / duration));
      const last = Math.ceil(span.to / duration) - 1;
      bars += Math.max(0, last - first + 1);
      counted = Math.max(counted, last);
    }
    return bars;
  }

  /** Trade dates whose midnight UTC, the stamp of a daily bar, lies in [from, to). */
  #tradeDates(from: number, to: number): number {
    const dates = this.sessions(from - DAY, to + 7 * DAY).map(({ tradeDate }) => Date.parse(tradeDate));
    return new Set(dates.filter((date) => date >= from && date < to)).size;
  }

  *#between(from: number, to: number): Generator<Stretch> {
    for (let year = yearOf(from); year <= yearOf(to - 1); year++) {
      const run = this.#year(year);
      for (let i = from <= run[0]!.from ? 0 : indexAt(run, from); i < run.length && run[i]!.from < to; i++) yield run[i]!;
    }
  }

  #year(year: number): readonly Stretch[] {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const run = this.#patches.reduce<readonly Stretch[]>(paint, stretchesOfYear(this.#market, year));
    this.#years.set(year, run);
    return run;
  }
}

/** @param run the open stretches of one day, in order */
function sessionOf(run: readonly Stretch[], tradeDate: string): Session {
  const { regular } = run[0]!.day;
  const breaks = run.slice(1).map(({ from }, i) => ({ from: run[i]!.to, to: from })).filter(({ from, to }) => from < to);
  return { tradeDate, open: run[0]!.from, close: run.at(-1)!.to, breaks, ...(regular === undefined ? {} : { regular }) };
}

function causeOf(stretch: Stretch, span: Span): Pick<Explanation, 'cause' | 'reason'> {
  if (stretch.hours !== 'open') return { cause: stretch.hours, reason: stretch.reason };
  const length = span.to - span.from;
  const thin = overlap(span, stretch.day.regular) === undefined ? length <= THIN : length < THIN_IN_REGULAR_HOURS;
  return thin ? { cause: 'thin', reason: 'perhaps no trade' } : { cause: 'unexpected', reason: 'the market was open' };
}

function overlap(a: Span | undefined, b: Span | undefined): Span | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return from < to ? { from, to } : undefined;
}

/** Index of the stretch that holds an instant of the run. */
function indexAt(run: readonly Stretch[], utc: number): number {
  let [low, high] = [0, run.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (run[middle]!.from <= utc) low = middle;
    else high = middle - 1;
  }
  return low;
}
