import type { BarDifference } from '../../protocol/results';
import { BarBuilder, countBars, type Bars } from '../base/bar';
import { isoInstant } from '../base/time';

/** What to do with a row whose time has a different bar already: keep that bar, take the row's, or refuse the merge. */
export type OnConflict = 'keep' | 'replace' | 'fail';

export interface Reconciled {
  readonly newRows: number;
  readonly identicalRows: number;
  readonly conflictingRows: number;
  readonly conflicts: readonly BarDifference[];
  /** Bars to write, ascending, distinct times. */
  readonly changes: Bars;
  readonly addedBars: number;
  readonly replacedBars: number;
  /** Replaced bars whose volume was missing or no whole number. */
  readonly unevenReplaced: number;
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
type Field = BarDifference['field'];
type Bar = Readonly<Record<Field, number>>;

/**
 * Takes given rows one by one against the master's bars.
 * @param master ascending, distinct times, at least all those among the given times
 * @param given ascending, a time may repeat
 */
export function reconcile(master: Bars, given: Bars, onConflict: OnConflict): Reconciled {
  if (countBars(master) === 0 && isRising(given.time)) return allNew(given);
  const changes = new BarBuilder();
  const conflicts: BarDifference[] = [];
  const counts = { newRows: 0, identicalRows: 0, conflictingRows: 0, addedBars: 0, replacedBars: 0, unevenReplaced: 0 };
  let m = 0;
  for (let row = 0; row < countBars(given); ) {
    const time = given.time[row]!;
    while (m < countBars(master) && master.time[m]! < time) m++;
    const existing = master.time[m] === time ? barAt(master, m) : undefined;
    let current = existing;
    for (; given.time[row] === time; row++) {
      const next = barAt(given, row);
      const differing = current === undefined ? [] : differences(current, next);
      if (current === undefined) counts.newRows++;
      else if (differing.length === 0) counts.identicalRows++;
      else counts.conflictingRows++;
      for (const field of differing) conflicts.push({ time: isoInstant(time), field, master: current![field], file: next[field] });
      if (current === undefined) current = next;
      else if (differing.length > 0 && onConflict === 'replace') current = succeed(current, next);
    }
    if (current === undefined || current === existing || (existing !== undefined && equal(existing, current))) continue;
    changes.push(time, current.open, current.high, current.low, current.close, current.volume);
    if (existing === undefined) {
      counts.addedBars++;
    } else {
      counts.replacedBars++;
      if (!Number.isSafeInteger(existing.volume)) counts.unevenReplaced++;
    }
  }
  return { ...counts, conflicts, changes: changes.finish() };
}

/** Every row is a bar of its own. */
function allNew(given: Bars): Reconciled {
  const rows = countBars(given);
  return { newRows: rows, identicalRows: 0, conflictingRows: 0, conflicts: [], changes: given, addedBars: rows, replacedBars: 0, unevenReplaced: 0 };
}

function isRising(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (!(times[i]! > times[i - 1]!)) return false;
  return true;
}

function barAt(bars: Bars, at: number): Bar {
  return { open: bars.open[at]!, high: bars.high[at]!, low: bars.low[at]!, close: bars.close[at]!, volume: bars.volume[at]! };
}

/** Fields in which two bars differ; a missing value of the volume says nothing. */
function differences(current: Bar, next: Bar): Field[] {
  const differing: Field[] = PRICES.filter((field) => current[field] !== next[field]);
  const comparable = !Number.isNaN(current.volume) && !Number.isNaN(next.volume);
  return comparable && current.volume !== next.volume ? [...differing, 'volume'] : differing;
}

/** The next bar in the place of the current; its volume only if it has one. */
const succeed = (current: Bar, next: Bar): Bar => ({ ...next, volume: Number.isNaN(next.volume) ? current.volume : next.volume });

const equal = (a: Bar, b: Bar): boolean => PRICES.every((field) => a[field] === b[field]) && Object.is(a.volume, b.volume);
