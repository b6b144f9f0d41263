import type { Coverage, DayCoverage } from '../../protocol/coverage';
import { count, plural, table, type Paint } from '../terminal';

/** Days that are listed one by one. */
const SHOWN = 20;
const DAY = 86_400_000;

interface Day {
  readonly name: string;
  readonly bars: number;
  readonly expected: number;
  readonly missing: number;
}

/** Which bars a master has, month by month, and the days that lack some. */
export function showCoverage({ file, calendar, first, bars, expected, missing }: Coverage, paint: Paint): string[] {
  if (first === undefined) return [`${file} has no bars.`];
  const start = Date.parse(first);
  const days = bars.map((held, at): Day => ({ name: new Date(start + at * DAY).toISOString().slice(0, 10), bars: held, expected: expected[at]!, missing: missing[at]! }));
  const total = `${file}: ${plural(sum(days, 'bars'), 'bar')}, ${first} → ${days.at(-1)!.name} (UTC days)`;
  if (calendar === undefined) return [total, ...monthLines(days, false, paint), paint('dim', 'Its instrument has no calendar, so nobody can tell what is missing.')];
  return [total, ...monthLines(days, true, paint), ...lackLines(file, calendar, days.filter(({ missing: lacks }) => lacks > 0), paint)];
}

/** One day: what is missing on it, and when the market was closed. */
export function showDay({ file, day, bars, missing, closed }: DayCoverage, paint: Paint): string[] {
  const clock = (instant: string): string => instant.slice(11, 16);
  const until = (instant: string): string => (instant.slice(0, 10) === day ? clock(instant) : '24:00');
  const certain = missing.filter(({ cause }) => cause === 'unexpected');
  return [
    `${certain.length === 0 ? paint('green', '✔') : paint('yellow', '▲')} ${file}, ${day} (UTC): ${plural(bars, 'bar')}`,
    ...table(missing.map((range) => [`  ${clock(range.from)}–${until(range.to)}`, `${count(range.bars)} missing`, range.reason]), [1]),
    ...table(closed.map((range) => [`  ${clock(range.from)}–${until(range.to)}`, 'closed', range.reason]), []).map((line) => paint('dim', line)),
  ];
}

const sum = (days: readonly Day[], what: 'bars' | 'expected' | 'missing'): number => days.reduce((total, day) => total + day[what], 0);

function monthLines(days: readonly Day[], judged: boolean, paint: Paint): string[] {
  const months = new Set(days.map(({ name }) => name.slice(0, 7)));
  const rows = [...months].map((month) => {
    const of = days.filter(({ name }) => name.startsWith(month));
    const whole = of.filter(({ bars, missing }) => bars > 0 && missing === 0).length;
    const [partly, absent] = [of.filter(({ bars, missing }) => bars > 0 && missing > 0).length, of.filter(({ bars, missing }) => bars === 0 && missing > 0).length];
    return [`  ${month}`, count(sum(of, 'bars')), count(whole), ...(judged ? [count(partly), count(absent), count(sum(of, 'missing'))] : [])];
  });
  const head = ['  month', 'bars', judged ? 'days whole' : 'days', ...(judged ? ['in part', 'missing', 'bars missing'] : [])];
  return table([head, ...rows], [1, 2, 3, 4, 5]).map((line, at) => (at === 0 ? paint('dim', line) : line));
}

function lackLines(file: string, calendar: string, days: readonly Day[], paint: Paint): string[] {
  if (days.length === 0) return [`${paint('green', '✔')} No bar is missing in the hours of ${calendar}.`];
  return [
    `${paint('yellow', '▲')} ${plural(sum(days, 'missing'), 'bar is', 'bars are')} missing in the hours of ${calendar}, on ${plural(days.length, 'day')} of ${file}:`,
    ...table(days.slice(0, SHOWN).map(({ name, expected, missing }) => [`  ${name}`, `${count(missing)} of ${count(expected)}`]), [1]),
    ...(days.length > SHOWN ? [`  … ${count(days.length)} days in all`] : []),
  ];
}
