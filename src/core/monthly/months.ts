import { Failure } from '../base/failure';
import type { Month } from './weight';

/** Months as files and people write them. */

/** `2025-10`. @throws Failure `usage` when it is no month */
export function parseMonth(text: string): Month {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  if (found !== null) return { year: Number(found[1]), month: Number(found[2]) };
  throw new Failure('usage', { attempted: `read the month "${text}"`, why: 'it is not written as a year and a month.', remedy: 'Write it as 2025-10.' });
}

/** Months in a row of numbers: the earlier the smaller. */
export const monthNumber = ({ year, month }: Month): number => year * 12 + month - 1;

/** `20251001` and `20251031`: the first and the last day, as vendors write them. */
export function daysOf({ year, month }: Month): { first: string; last: string } {
  const text = (day: number): string => new Date(Date.UTC(year, month - 1 + (day === 0 ? 1 : 0), day)).toISOString().slice(0, 10).replaceAll('-', '');
  return { first: text(1), last: text(0) };
}
