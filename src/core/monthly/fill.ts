import { allocate } from './builder';
import { RTH_CLOSE, RTH_OPEN, dayOf, isRegularHours, secondOfDay } from './chicago';
import { wallClock } from './clock';
import type { Seconds, SecondsTable } from './seconds';

/** Regular hours only, and every second of them. Source: 7-monthly, stages 4 and 5. */

/** Seconds of a day in regular hours. */
export const ROWS_A_DAY = RTH_CLOSE - RTH_OPEN;

/** How many bars lie in regular hours, and on how many dates. */
export function countRegular({ time }: Seconds): { rows: number; days: number } {
  const clock = wallClock();
  const days = new Set<number>();
  let rows = 0;
  for (let row = 0; row < time.length; row++) {
    const local = clock(time[row]!);
    if (!isRegularHours(local)) continue;
    rows++;
    days.add(dayOf(local));
  }
  return { rows, days: days.size };
}

/** Those of the given rows that lie in regular hours. */
export function regularRows({ time }: Seconds, rows: Int32Array): Int32Array {
  const clock = wallClock();
  return rows.filter((row) => isRegularHours(clock(time[row]!)));
}

/**
 * The given rows on a grid of one second, 27,000 rows for each date that has any. A second without a row carries the
 * close before it, of the day before if need be (the first close, where there is none before), as its four prices, with
 * volume 0 and the instrument of that close.
 * @param rows indexes in order of time, all in regular hours, no two at one time
 */
export function fillGrid(seconds: Seconds, rows: Int32Array): Seconds {
  const starts = dayStarts(seconds.time, rows);
  const filled = allocate(starts.length * ROWS_A_DAY);
  let next = 0;
  let [carried, instrument] = rows.length === 0 ? [NaN, 0] : [seconds.close[rows[0]!]!, seconds.instrument[rows[0]!]!];
  starts.forEach((start, day) => {
    for (let second = 0; second < ROWS_A_DAY; second++) {
      const at = day * ROWS_A_DAY + second;
      const row = rows[next];
      filled.time[at] = start + second;
      if (row !== undefined && seconds.time[row] === start + second) {
        filled.open[at] = seconds.open[row]!;
        filled.high[at] = seconds.high[row]!;
        filled.low[at] = seconds.low[row]!;
        filled.volume[at] = seconds.volume[row]!;
        carried = seconds.close[row]!;
        instrument = seconds.instrument[row]!;
        next++;
      } else {
        filled.open[at] = filled.high[at] = filled.low[at] = carried;
      }
      filled.close[at] = carried;
      filled.instrument[at] = instrument;
    }
  });
  return filled;
}

/** The instants at which regular hours open, unix seconds, of the dates of the rows. Clocks never change within them. */
function dayStarts(time: Float64Array, rows: Int32Array): number[] {
  const clock = wallClock();
  const starts: number[] = [];
  for (const row of rows) {
    const now = time[row]!;
    const start = now - (secondOfDay(clock(now)) - RTH_OPEN);
    if (start !== starts.at(-1)) starts.push(start);
  }
  return starts;
}

/** Indexes at which the symbol is another than before. */
export function contractChanges({ seconds: { instrument }, symbols }: SecondsTable): number[] {
  const changes: number[] = [];
  for (let at = 1; at < instrument.length; at++) {
    if (instrument[at] !== instrument[at - 1] && symbols[instrument[at]!] !== symbols[instrument[at - 1]!]) changes.push(at);
  }
  return changes;
}
