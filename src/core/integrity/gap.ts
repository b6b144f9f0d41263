import { UTC, type Zone } from '../base/time';
import type { Exceptions } from '../calendar/exceptions';
import type { Calendar } from '../calendar/types';
import { calendarsOf, instantOf, isPause, likelyCalendars, mayBeClosed, neverCloses } from './hours';
import { isPlaced, type Layout } from './layout';
import { Weeks } from './weeks';

/** How many bars are missing in a step between two rows; 0 when the step is explained. */
export interface Missing {
  readonly bars: number;
  /** `thin-gap`: perhaps nobody traded. `zone-unknown`: closing hours may explain it, and only the zone would tell. */
  readonly code: 'gap' | 'thin-gap' | 'zone-unknown';
  /** The reason looked for, to end a sentence with: empty without a calendar. */
  readonly remark: string;
}

const DAY = 86_400_000;

/** When an instrument trades, as far as it is known. */
interface Hours {
  readonly calendars: readonly Calendar[];
  readonly alwaysOpen: boolean;
}

/**
 * Judges the steps of a file, each by the calendar of its instrument. A calendar applies only to instants: local times of
 * which no zone is known are taken for those of the zones that its pauses tell (`presumed`) and, when they tell none, a
 * pause that closing hours may explain is left untold.
 */
export class GapJudge {
  readonly #interval: number;
  readonly #isPlaced: boolean;
  /** A step is explained when it is in one of them. */
  readonly #zones: readonly Zone[];
  readonly #calendarsOf: (instrument: string) => readonly Calendar[];
  readonly #hours = new Map<string, Hours>();
  readonly #weeks = new Map<Calendar, Weeks>();

  /** @param name path or name of the file, which tells the instrument when no column does @param presumed see presume.ts */
  constructor({ interval, zone }: Pick<Layout, 'interval' | 'zone'>, name: string, exceptions: Exceptions | undefined, presumed: readonly Zone[] = []) {
    this.#interval = interval / 1000;
    this.#isPlaced = isPlaced(zone);
    this.#zones = this.#isPlaced ? [UTC] : presumed;
    // Dates need no zone; but whose they are must be known.
    const calendars = this.#isPlaced || this.#interval === DAY ? calendarsOf : likelyCalendars;
    this.#calendarsOf = (instrument) => calendars(instrument, name, exceptions);
  }

  /** @param from time of the row before, µs @param to time of this row, µs @param instrument as in the file; empty without a column */
  judge(from: number, to: number, instrument: string): Missing {
    const [before, after] = [from / 1000, to / 1000];
    const { calendars, alwaysOpen } = this.#hoursOf(instrument);
    if (calendars.length === 0 || this.#interval > DAY) return { bars: naively(before, after, this.#interval), code: 'gap', remark: '' };
    if (this.#interval === DAY) return datesBetween(before, after, calendars[0]!);
    if (alwaysOpen) return this.#least([UTC], calendars, before, after);
    if (this.#zones.length > 0) return this.#least(this.#zones, calendars, before, after);
    const bars = naively(before, after, this.#interval);
    return isPause(before, after) && mayBeClosed(before + this.#interval, after, calendars) ? { bars, code: 'zone-unknown', remark: ', or the market was closed: only the zone of the times would tell' } : { bars, code: 'gap', remark: '' };
  }

  /** The step is explained, and a market was open at either end of it: closing hours lie nowhere else. */
  fits(from: number, to: number, instrument: string): boolean {
    if (this.judge(from, to, instrument).bars > 0) return false;
    const { calendars } = this.#hoursOf(instrument);
    const isOpen = (local: number): boolean => this.#zones.some((zone) => calendars.some((calendar) => calendar.isOpen(instantOf(zone, local, 'earlier'))));
    return [0, this.#interval].some((stamp) => isOpen(from / 1000 - stamp) && isOpen(to / 1000 - stamp));
  }

  #hoursOf(instrument: string): Hours {
    const known = this.#hours.get(instrument);
    if (known !== undefined) return known;
    const calendars = this.#calendarsOf(instrument);
    const hours = { calendars, alwaysOpen: calendars.every(neverCloses) };
    this.#hours.set(instrument, hours);
    return hours;
  }

  /** What explains one reading explains the step: whether stamps are opens or closes is not known here. */
  #least(zones: readonly Zone[], calendars: readonly Calendar[], before: number, after: number): Missing {
    let least: Missing | undefined;
    for (const zone of zones) {
      const condition = this.#isPlaced || zone === UTC ? '' : `, if the times are of ${zone.name}`;
      const [from, to] = [instantOf(zone, before, 'later'), instantOf(zone, after, 'earlier')];
      for (const calendar of calendars) {
        for (const [start, end] of [[from + this.#interval, to], [from, to - this.#interval]] as const) {
          const missing = missingIn(start, end, this.#weeksOf(calendar), calendar, condition);
          if (missing.bars === 0) return missing;
          if (least === undefined || missing.bars < least.bars) least = missing;
        }
      }
    }
    return least!;
  }

  #weeksOf(calendar: Calendar): Weeks {
    const weeks = this.#weeks.get(calendar) ?? new Weeks(calendar, this.#interval);
    this.#weeks.set(calendar, weeks);
    return weeks;
  }
}

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
  return { bars: calendar.expectedBars(before + DAY, after, '1D'), code: 'gap', remark: ` (trade dates of ${calendar.name})` };
}

function missingIn(from: number, to: number, weeks: Weeks, calendar: Calendar, condition: string): Missing {
  const { bars, certain } = weeks.expected(from, to);
  return certain ? { bars, code: 'gap', remark: ` (${calendar.name} was open${condition})` } : { bars, code: 'thin-gap', remark: ` (${calendar.name} was open${condition}, but perhaps nobody traded)` };
}
