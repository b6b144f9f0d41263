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

  /** @param name path or name of the file, which tells the instrument when no column does */
  constructor({ interval, zone }: Layout, name: string, exceptions: Exceptions | undefined) {
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
    // Whether stamps are opens or closes is not known here: what explains one reading explains the step.
    const readings = [missingIn(before + this.#interval, after, this.#interval, calendar), missingIn(before, after - this.#interval, this.#interval, calendar)];
    return readings[0]!.bars <= readings[1]!.bars ? readings[0]! : readings[1]!;
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

function missingIn(from: number, to: number, interval: number, calendar: Calendar): Missing {
  const open = calendar.explain(from, to).filter(({ cause }) => cause === 'unexpected' || cause === 'thin');
  const bars = open.reduce((sum, span) => sum + Math.ceil((span.to - span.from) / interval), 0);
  const certain = open.some(({ cause }) => cause === 'unexpected');
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
