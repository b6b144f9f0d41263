import { differs } from '../disk/atomic';
import { compareMaster, countChangedExtras } from '../table/compare';
import { holdsSeries } from '../table/series';
import { extraColumns, masterColumns } from '../table/master';
import type { Column } from '../table/instant';
import { describeParquet, type ParquetDescription } from '../table/parquet';
import type { MergePlan } from './merge';

/**
 * Reads a merged master back: the exact columns, and every bar, value for value, as the old master and the plan have
 * them, in order. The columns of others must be as they were.
 * @param old the master before, null when there was none
 * @throws Failure `io` naming the first thing that differs
 */
export async function verifyMerged(temporary: string, plan: MergePlan, old: ParquetDescription | null): Promise<void> {
  const extras = old === null ? [] : extraColumns(old.columns);
  const expected = [...masterColumns(plan.volume), ...extras];
  const { columns, rows } = await describeParquet(temporary);
  const schema = (list: readonly Column[]): string => list.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (schema(columns) !== schema(expected)) throw differs(temporary, `its columns are ${schema(columns)} instead of ${schema(expected)}.`);
  if (rows !== plan.after.rows) throw differs(temporary, `it has ${rows} rows instead of ${plan.after.rows}.`);
  if (old === null) {
    if (!(await holdsSeries(temporary, { bars: plan.changes, volume: plan.volume }))) throw differs(temporary, 'its bars are not those that were written, in their order.');
    return;
  }
  const { unordered, foreignSeconds, sameBars } = await compareMaster(temporary, plan.master, plan.changes);
  if (unordered > 0) throw differs(temporary, `${unordered} bars are not later than the bar before.`);
  if (foreignSeconds > 0) throw differs(temporary, `the column time is wrong in ${foreignSeconds} rows.`);
  if (!sameBars) throw differs(temporary, 'its bars are not those of the old master and the changes.');
  const changed = extras.length === 0 ? 0 : await countChangedExtras(plan.master, temporary, extras);
  if (changed > 0) throw differs(temporary, `${changed} bars lost values of the columns ${extras.map((column) => column.name).join(', ')}.`);
}
