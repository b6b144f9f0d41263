import type { CalendarContinuity, Continuity, Gap } from '../../protocol/results';
import { count, plural, span, table, when, type Paint } from '../terminal';

const SHOWN = 20;

/** Where bars are missing, month by month and gap by gap. */
export function showContinuity(continuity: Continuity, paint: Paint): string[] {
  const { master, rows, first, last, gaps, calendar } = continuity;
  const year = continuity.year === undefined ? '' : ` in ${continuity.year}`;
  const mark = gaps.length === 0 ? paint('green', '✔') : paint('yellow', '▲');
  const found = [`${mark} ${gapLine(continuity)}`, ...table(gaps.slice(0, SHOWN).map(gapRow), [2, 3]), ...(gaps.length > SHOWN ? [`  … ${count(gaps.length)} in all`] : [])];
  // A gap can swallow the whole year.
  if (first === null || last === null) return [`${master} has no bars${year}.`, ...(gaps.length === 0 ? [] : found)];
  return [
    `${master}: ${plural(rows, 'bar')}${year}, ${span(first, last)}`,
    ...(calendar === undefined ? monthLines(continuity, paint) : completenessLines(calendar, paint)),
    ...found,
    ...(calendar === undefined ? [] : explainedLines(calendar, paint)),
  ];
}

/** One sentence about all gaps. */
export function gapLine({ gaps, largest, thresholdHours, calendar }: Continuity): string {
  const found = gaps.length === 0 ? 'no' : count(gaps.length);
  const kind = calendar === undefined ? `${gaps.length > 1 ? 'gaps' : 'gap'} over ${thresholdHours} h` : `unexpected ${gaps.length > 1 ? 'gaps' : 'gap'} in the hours of ${calendar.name}`;
  return largest === undefined ? `${found} ${kind}.` : `${found} ${kind}; the largest is ${largest.hours.toFixed(1)} h, after ${when(largest.after)}.`;
}

const gapRow = (gap: Gap): string[] => [`  ${span(gap.after, gap.before)}`, '', `${gap.hours.toFixed(1)} h`, `${count(gap.missingBars)} bars`];

function monthLines({ months }: Continuity, paint: Paint): string[] {
  return [paint('dim', 'bars per month'), ...table(Object.entries(months).map(([month, bars]) => [`  ${month}`, count(bars)]), [1])];
}

function completenessLines({ completeness }: CalendarContinuity, paint: Paint): string[] {
  const hasRegular = Object.values(completeness).some(({ regularExpected }) => regularExpected > 0);
  const rows = Object.entries(completeness).map(([month, { bars, expected, regularBars, regularExpected }]) => [
    `  ${month}`,
    count(bars),
    percent(bars, expected),
    ...(hasRegular ? [percent(regularBars, regularExpected)] : []),
  ]);
  return table([['  month', 'bars', 'of sessions', ...(hasRegular ? ['of regular hours'] : [])], ...rows], [1, 2, 3]).map((line, i) => (i === 0 ? paint('dim', line) : line));
}

/** Rounded down, so that only a complete month has 100 %. */
const percent = (bars: number, expected: number): string => (expected === 0 ? '–' : bars >= expected ? '100 %' : `${(Math.floor((bars / expected) * 10_000) / 100).toFixed(2)} %`);

function explainedLines({ explained }: CalendarContinuity, paint: Paint): string[] {
  if (explained.length === 0) return [];
  return [paint('dim', 'explained'), ...table(explained.map(({ reason, times, hours }) => [`  ${reason}`, `${count(times)} ×`, `${hours.toFixed(1)} h`]), [1, 2])];
}
