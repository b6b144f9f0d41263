import type { Calendar } from '../calendar/types';

const DAY = 86_400_000;

/** Bars that a calendar expects in a stretch in which there are none, and whether it is sure of some of them. */
export interface Expected {
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
export class Weeks {
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
