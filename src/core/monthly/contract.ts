import { dayOf } from './chicago';
import { wallClock } from './clock';
import type { SecondsTable } from './seconds';

/** Each Chicago date is traded in one contract: the one with the highest volume. Source: 7-monthly, stage 3. */
export interface Primary {
  /** Indexes of the rows of each date's contract, ascending in time; of rows at one time the first. */
  readonly rows: Int32Array;
  readonly dates: readonly PrimaryDate[];
}

export interface PrimaryDate {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** `''` where the source names no contracts. */
  readonly symbol: string;
  readonly volume: number;
}

/** Without symbols, a change of the close above this many points begins another contract's rows. */
const SEGMENT_GAP = 5;

/** A spread trades a difference of prices. */
const isSpread = (symbol: string): boolean => symbol.includes('-');

export function primaryContracts(table: SecondsTable): Primary {
  const unnamed = table.symbols.every((symbol) => symbol === '');
  const groups = unnamed ? segments(table.seconds.close) : { of: table.seconds.instrument, names: table.symbols };
  const days = daysOf(table.seconds.time);
  const totals = volumes(groups.of, days, table.seconds.volume);
  const chosen = new Map<number, { group: number; volume: number }>();
  for (const [day, ofGroups] of totals) {
    const best = highest([...ofGroups].filter(([group]) => !isSpread(groups.names[group] ?? '')), groups.names);
    if (best !== undefined) chosen.set(day, best);
  }
  const dates = [...chosen].sort(([a], [b]) => a - b).map(([day, { group, volume }]) => ({ day, symbol: groups.names[group] ?? '', volume }));
  return { rows: inOrder(table.seconds.time, (row) => chosen.get(days[row]!)?.group === groups.of[row]), dates };
}

/** Rows numbered by the segment they belong to. */
function segments(close: Float64Array): { of: Int32Array; names: readonly string[] } {
  const of = new Int32Array(close.length);
  for (let row = 1; row < close.length; row++) of[row] = of[row - 1]! + (Math.abs(close[row]! - close[row - 1]!) > SEGMENT_GAP ? 1 : 0);
  return { of, names: [] };
}

function daysOf(time: Float64Array): Int32Array {
  const clock = wallClock();
  const days = new Int32Array(time.length);
  for (let row = 0; row < days.length; row++) days[row] = dayOf(clock(time[row]!));
  return days;
}

/** Volume per day and group. */
function volumes(groups: Int32Array, days: Int32Array, volume: Float64Array): Map<number, Map<number, number>> {
  const totals = new Map<number, Map<number, number>>();
  let [day, today] = [NaN, new Map<number, number>()];
  for (let row = 0; row < days.length; row++) {
    if (days[row] !== day) {
      day = days[row]!;
      today = totals.get(day) ?? new Map<number, number>();
      totals.set(day, today);
    }
    today.set(groups[row]!, (today.get(groups[row]!) ?? 0) + volume[row]!);
  }
  return totals;
}

/** Ties go to the first by name; where there are no names, to the first in the file. */
function highest(totals: readonly (readonly [group: number, volume: number])[], names: readonly string[]): { group: number; volume: number } | undefined {
  const nameOf = (group: number): string => names[group] ?? '';
  const [best] = [...totals].sort(([a, more], [b, less]) => less - more || (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a - b));
  return best === undefined ? undefined : { group: best[0], volume: best[1] };
}

/** The wanted rows in order of time, the first of those at one time. */
function inOrder(time: Float64Array, wanted: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(time.length);
  let [count, sorted] = [0, true];
  for (let row = 0; row < time.length; row++) {
    if (!wanted(row)) continue;
    if (count > 0 && time[row]! < time[rows[count - 1]!]!) sorted = false;
    rows[count++] = row;
  }
  const found = rows.subarray(0, count);
  if (!sorted) found.sort((a, b) => time[a]! - time[b]! || a - b);
  return withoutRepeats(found, time);
}

function withoutRepeats(rows: Int32Array, time: Float64Array): Int32Array {
  let count = 0;
  for (const row of rows) if (count === 0 || time[row] !== time[rows[count - 1]!]) rows[count++] = row;
  return rows.subarray(0, count);
}
