import { countBars, type Bars } from '../base/bar';
import { isoInstant } from '../base/time';
import { differs } from '../disk/atomic';
import { countChangedExtras, extraColumns, masterColumns } from '../table/master';
import type { Column } from '../table/instant';
import { describeParquet, eachBars, type ParquetDescription } from '../table/parquet';
import { countForeignSeconds } from '../table/survey';
import type { MergePlan } from './merge';

/**
 * Reads a merged master back: the exact columns, and every bar, value for value, as the old master and the plan have
 * them, in order. The columns of others must be as they were.
 * @param old the master before, null when there was none
 * @throws Failure `io` naming the first difference
 */
export async function verifyMerged(temporary: string, plan: MergePlan, old: ParquetDescription | null): Promise<void> {
  const extras = old === null ? [] : extraColumns(old.columns);
  const expected = [...masterColumns(plan.volume), ...extras];
  const { columns, rows } = await describeParquet(temporary);
  const schema = (list: readonly Column[]): string => list.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (schema(columns) !== schema(expected)) throw differs(temporary, `its columns are ${schema(columns)} instead of ${schema(expected)}.`);
  if (rows !== plan.after.rows) throw differs(temporary, `it has ${rows} rows instead of ${plan.after.rows}.`);
  const [foreignSeconds] = await Promise.all([countForeignSeconds(temporary), compareBars(temporary, plan)]);
  if (foreignSeconds > 0) throw differs(temporary, `the column time is wrong in ${foreignSeconds} rows.`);
  const changed = extras.length === 0 ? 0 : await countChangedExtras(plan.master, temporary, extras);
  if (changed > 0) throw differs(temporary, `${changed} bars lost values of the columns ${extras.map((column) => column.name).join(', ')}.`);
}

/** Walks the new master beside the old one and the changes: at each time the change if there is one, else the old bar. */
async function compareBars(temporary: string, plan: MergePlan): Promise<void> {
  const old = new Walk(plan.seen === null ? undefined : eachBars(plan.master));
  let change = 0;
  let last = NaN;
  await old.advance();
  for await (const chunk of eachBars(temporary)) {
    for (let row = 0; row < countBars(chunk); row++) {
      if (chunk.time[row]! <= last) throw differs(temporary, `the bar at ${isoInstant(chunk.time[row]!)} is not later than the one before.`);
      const changed = plan.changes.time[change] ?? Infinity;
      const [bars, at] = changed <= old.time ? [plan.changes, change] : [old.bars, old.at];
      if (!sameBar(chunk, row, bars, at)) throw differs(temporary, `the bar at ${isoInstant(chunk.time[row]!)} is not the one expected.`);
      last = chunk.time[row]!;
      if (changed === last) change++;
      if (old.time === last && old.step()) await old.advance();
    }
  }
  if (change < countBars(plan.changes) || old.time < Infinity) throw differs(temporary, `it ends at ${isoInstant(last)}, before the last bar.`);
}

function sameBar(a: Bars, i: number, b: Bars | undefined, j: number): boolean {
  return b !== undefined && a.time[i] === b.time[j] && same(a.open, i, b.open, j) && same(a.high, i, b.high, j) && same(a.low, i, b.low, j) && same(a.close, i, b.close, j) && same(a.volume, i, b.volume, j);
}

/** Missing equals missing. */
const same = (a: Float64Array, i: number, b: Float64Array, j: number): boolean => a[i] === b[j] || (Number.isNaN(a[i]) && Number.isNaN(b[j]));

/** A position in bars that come in chunks. */
class Walk {
  bars: Bars | undefined;
  at = 0;
  readonly #chunks: AsyncIterator<Bars, unknown> | undefined;

  /** @param chunks undefined: no bars at all */
  constructor(chunks: AsyncIterator<Bars, unknown> | undefined) {
    this.#chunks = chunks;
  }

  /** Open of the bar here, unix ms UTC; Infinity after the last one. */
  get time(): number {
    return this.bars?.time[this.at] ?? Infinity;
  }

  /** Goes one bar on; true when that needs the next chunk. */
  step(): boolean {
    this.at++;
    return this.bars !== undefined && this.at >= this.bars.time.length;
  }

  async advance(): Promise<void> {
    const next = await this.#chunks?.next();
    this.bars = next === undefined || next.done === true ? undefined : next.value;
    this.at = 0;
  }
}
