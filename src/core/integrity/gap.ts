import path from 'node:path';
import { calendarFor } from '../calendar/calendar';
import type { Exceptions } from '../calendar/exceptions';
import type { Calendar } from '../calendar/types';
import type { Layout } from './layout';

/** How many bars are missing in a step between two rows; 0 when the step is explained. */
export interface Missing {
  readonly bars: number;
  /** The reason looked for, to end a sentence with: empty without a calendar. */
  readonly remark: string;
}

const DAY = 86_400_000;

/**
 * Judges the steps of a file, each by the calendar of its instrument. A calendar applies only to instants: not to local
 * times of which no zone is known.
 */
export class GapJudge {
  readonly #interval: number;
  readonly #calendarOf: (instrument: string) => Calendar | undefined;
  readonly #calendars = new Map<string, Calendar | undefined>();
  readonly #weeks = new Map<Calendar, Weeks>();

  /** @param name path or name of the file, which tells the instrument when no column does */
  constructor({ interval, zone }: Pick<Layout, 'interval' | 'zone'>, name: string, exceptions: Exceptions | undefined) {
    this.#interval = interval / 1000;
    const isPlaced = zone.kind === 'instant' || zone.zone !== undefined;
    this.#calendarOf = isPlaced ? (instrument) => firstCalendar(instrument === '' ? tickersIn(name) : [instrument], exceptions) : () => undefined;
  }

  /** @param from time of the row before, µs @param to time of this row, µs @param instrument as in the file; empty without a column */
  judge(from: number, to: number, instrument: string): Missing {
    if (!this.#calendars.has(instrument)) this.#calendars.set(instrument, this.#calendarOf(instrument));
    const calendar = this.#calendars.get(instrument);
    const [before, after] = [from / 1000, to / 1000];
    if (calendar === undefined || this.#interval > DAY) return { bars: naively(before, after, this.#interval), remark: '' };
    if (this.#interval === DAY) return datesBetween(before, after, calendar);
    const weeks = this.#weeksOf(calendar);
    // Whether stamps are opens or closes is not known here: what explains one reading explains the step.
    const readings = [missingIn(before + this.#interval, after, weeks, calendar), missingIn(before, after - this.#interval, weeks, calendar)];
    return readings[0]!.bars <= readings[1]!.bars ? readings[0]! : readings[1]!;
  }

  #weeksOf(calendar: Calendar): Weeks {
    const weeks = this.#weeks.get(calendar) ?? new Weeks(calendar, this.#interval);
    this.#weeks.set(calendar, weeks);
    return weeks;
  }
}

const firstCalendar = (tickers: readonly string[], exceptions: Exceptions | undefined): Calendar | undefined =>
  tickers.map((ticker) => calendarFor(ticker, exceptions)).find((calendar) => calendar !== undefined);

/** Without a calendar every missing bar counts, but daily bars are not expected on Saturdays and Sundays. */
function naively(from: number, to: number, interval: number): number {
  if (interval !== DAY) return Math.max(1, Math.round((to - from) / interval) - 1);
  let missing = 0;
  for (let day = Math.floor(from / DAY) + 1; day < Math.floor(to / DAY); day++) if (!isWeekend(day)) missing++;
  return missing;
}

/** Day 0, 1970-01-01, was a Thursday. */
const isWeekend = (day: number): boolean => (day + 4) % 7 === 0 || (day + 4) % 7 === 6;

/** Local midnights lie within half a day of the midnight UTC of their date. */
function datesBetween(from: number, to: number, calendar: Calendar): Missing {
  const [before, after] = [Math.round(from / DAY) * DAY, Math.round(to / DAY) * DAY];
  return { bars: calendar.expectedBars(before + DAY, after, '1D'), remark: ` (trade dates of ${calendar.name})` };
}

/** Bars that a calendar expects in a stretch in which there are none, and whether it is sure of some of them. */
interface Expected {
  readonly bars: number;
  readonly certain: boolean;
}

function expectedIn(from: number, to: number, interval: number, calendar: Calendar): Expected {
  const open = calendar.explain(from, to).filter(({ cause }) => cause === 'unexpected' || cause === 'thin');
  const bars = open.reduce((sum, span) => sum + Math.ceil((span.to - span.from) / interval), 0);
  return { bars, certain: open.some(({ cause }) => cause === 'unexpected') };
}

/** Nothing is expected outside these years, of which no calendar knows anything: a time of the year 9999 is a fault, and no gap. */
const [EARLIEST, LATEST] = [Date.UTC(2000, 0, 1), Date.UTC(2060, 0, 1)];

const WEEK = 7 * DAY;
/** Day 2, 1970-01-03, was a Saturday: no session of a week reaches into the next one. */
const weekOf = (utc: number): number => Math.floor((utc - 2 * DAY) / WEEK);
const startOf = (week: number): number => week * WEEK + 2 * DAY;

/**
 * The bars of whole weeks, added up from the first one asked for, so that a step over years costs no more than one over
 * days: a file whose rows are shuffled has a million of them.
 */
class Weeks {
  readonly #calendar: Calendar;
  readonly #interval: number;
  /** Of the weeks from `#first` on: the entry at n is the sum over n of them. */
  #sums = [0];
  #first: number | undefined;

  constructor(calendar: Calendar, interval: number) {
    this.#calendar = calendar;
    this.#interval = interval;
  }

  expected(earliest: number, latest: number): Expected {
    const [from, to] = [Math.max(earliest, EARLIEST), Math.min(latest, LATEST)];
    if (to <= from) return { bars: 0, certain: false };
    const [first, last] = [weekOf(from) + 1, weekOf(to)];
    if (last - first < 2) return this.#of(from, to);
    const [head, tail] = [this.#of(from, startOf(first)), this.#of(startOf(last), to)];
    const between = this.#between(first, last);
    return { bars: head.bars + between + tail.bars, certain: head.certain || between > 0 || tail.certain };
  }

  #of(from: number, to: number): Expected {
    return expectedIn(from, to, this.#interval, this.#calendar);
  }

  /** Over the weeks from `first` to before `last`. */
  #between(first: number, last: number): number {
    if (this.#first === undefined || first < this.#first) {
      this.#first = first;
      this.#sums = [0];
    }
    while (this.#sums.length <= last - this.#first) {
      const week = this.#first + this.#sums.length - 1;
      this.#sums.push(this.#sums.at(-1)! + this.#of(startOf(week), startOf(week + 1)).bars);
    }
    return this.#sums[last - this.#first]! - this.#sums[first - this.#first]!;
  }
}

function missingIn(from: number, to: number, weeks: Weeks, calendar: Calendar): Missing {
  const { bars, certain } = weeks.expected(from, to);
  return { bars, remark: certain ? ` (${calendar.name} was open)` : ` (${calendar.name} was open, but perhaps nobody traded)` };
}

/**
 * What a file's name may call its instrument, the likeliest first: `ES history.txt`, `ES_1m.csv`, `ES 12-25.Last.txt`,
 * `MinuteDataExport_ES_20251113_212600_UTC.csv`, `CME_MINI_ES1!, 1.csv`.
 */
export function tickersIn(name: string): string[] {
  const base = path.basename(name);
  const exported = /^(?:Minute|Tick)?DataExport_([^_]+)_/.exec(base)?.[1];
  const charted = /^[A-Z_]+_([A-Z0-9]+!?), /.exec(base)?.[1];
  const contract = /^[^ ]+ (?:\d\d|##)-(?:\d\d|##)/.exec(base)?.[0];
  const first = /^[^ _.,]+/.exec(base)?.[0];
  return [exported, charted, contract, first].filter((ticker) => ticker !== undefined);
}
