import { Failure } from '../base/failure';
import { durationOf } from '../base/timeframe';
import type { Zone } from '../base/time';
import type { DateOrder } from '../integrity/timestamp';

const DAY = durationOf('1D');
const LAST_MONTH = 12;

/** What the days of a file say about dates such as 06/07/2025, which are 7 June or 6 July. */
export class WrittenDays {
  readonly #days = new Set<number>();
  #isCertain = false;

  /** @param times instants, unix ms UTC, of dates that were read with the month first */
  see(times: Float64Array, zone: Zone): void {
    for (let i = 0, day = NaN; i < times.length && !this.#isCertain; i++) {
      const written = Math.floor(zone.localOf(times[i]!) / DAY);
      if (written === day) continue;
      day = written;
      this.#days.add(day * DAY);
      this.#isCertain = new Date(day * DAY).getUTCDate() > LAST_MONTH;
    }
  }

  /**
   * The order that fits: a day above 12 proves that the month comes first; else bars are of days that lie close together.
   * @returns undefined when one is as good as the other
   */
  get order(): DateOrder | undefined {
    const days = [...this.#days];
    const others = days.map(exchanged);
    if (this.#isCertain || days.every((day, at) => day === others[at])) return 'month-first';
    const [span, other] = [spanOf(days), spanOf(others)];
    return span === other ? undefined : span < other ? 'month-first' : 'day-first';
  }
}

/** The day whose month is this one's day. */
function exchanged(day: number): number {
  const date = new Date(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCDate() - 1, date.getUTCMonth() + 1);
}

const spanOf = (days: readonly number[]): number => Math.max(...days) - Math.min(...days);

/** Why a file is not to be used unless its bars are found in the master: undefined when its dates are beyond doubt. */
export function doubtOf(file: string, days: WrittenDays): Failure | undefined {
  const { order } = days;
  if (order === 'month-first') return undefined;
  const why = 'no day in its dates is above 12, so that 06/07/2025 could be 7 June or 6 July';
  const facts = { attempted: `read ${file}`, file };
  const other = 'or export it with dates such as 2025-07-13';
  if (order === undefined) return new Failure('refused', { ...facts, why: `${why}, and nothing in it says which.`, remedy: `Say it with --dates month-first or --dates day-first, ${other}.`, inEditor: { remedy: 'Export it with dates such as 2025-07-13, or import it on the command line, which can be told what comes first.' } });
  return new Failure('refused', {
    ...facts,
    why: `${why}; with the day first its days lie closer together.`,
    remedy: `Say which with --dates day-first or --dates month-first, ${other}.`,
    inEditor: { remedy: `Say which, ${other}.` },
    options: { dates: order },
  });
}
