import { type Coverage, type DayState, dayState } from '../../src/protocol/coverage';

/** Sums over the days of a coverage. Days are UTC. */

const DAY = 86_400_000;

export interface Stretch {
  readonly bars: number;
  readonly expected: number;
  readonly missing: number;
  readonly state: DayState | 'outside';
}

const OUTSIDE: Stretch = { bars: 0, expected: 0, missing: 0, state: 'outside' };

/** The UTC day that index 0 of a coverage stands for, in days since 1970. */
const firstDay = ({ first }: Coverage): number => (first === undefined ? 0 : Date.parse(first) / DAY);

/** @param day `2025-11-03` */
export function dayOf(coverage: Coverage, day: string): Stretch {
  const at = Date.parse(day) / DAY - firstDay(coverage);
  return at in coverage.bars ? stretch(coverage, at, at + 1) : OUTSIDE;
}

/** @param month 1 … 12 */
export function monthOf(coverage: Coverage, year: number, month: number): Stretch {
  const first = firstDay(coverage);
  const [from, to] = [Math.max(0, Date.UTC(year, month - 1) / DAY - first), Math.min(coverage.bars.length, Date.UTC(year, month) / DAY - first)];
  return from < to ? stretch(coverage, from, to) : OUTSIDE;
}

/** Years from the newest to the oldest. */
export function yearsOf(coverage: Coverage): number[] {
  if (coverage.first === undefined) return [];
  const first = Number(coverage.first.slice(0, 4));
  const last = new Date((firstDay(coverage) + coverage.bars.length - 1) * DAY).getUTCFullYear();
  return Array.from({ length: last - first + 1 }, (_, at) => last - at);
}

export const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

export const dayName = (year: number, month: number, day: number): string => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

function stretch({ bars, expected, missing, calendar }: Coverage, from: number, to: number): Stretch {
  const sum = (values: readonly number[]): number => values.slice(from, to).reduce((all, value) => all + value, 0);
  const [there, lacking] = [sum(bars), sum(missing)];
  return { bars: there, expected: sum(expected), missing: lacking, state: dayState(there, lacking, calendar !== undefined) };
}

/** How many of the bars that should be there are, 0 … 1. */
export const shareOf = ({ bars, missing }: Stretch): number => (bars + missing === 0 ? 1 : bars / (bars + missing));
