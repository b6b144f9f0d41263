import type { Bars } from '../base/bar';
import { identifier, numberIn, parquetTable, selectRow, type Connection } from './duck';
import { instantOf, type Column } from './instant';
import { changesIn, oldBars } from './master';
import { offerBars } from './offered';
import { columnsOf, reading, requireTimeColumn } from './parquet';

/** Reading a merged master back as it was written. */

/**
 * How many bars of `before` have not, in `after`, the same values in the given columns.
 * @throws Failure `io`
 */
export function countChangedExtras(before: string, after: string, extras: readonly Column[]): Promise<number> {
  return reading(after, async (connection) => {
    const time = requireTimeColumn(before, await columnsOf(connection, before));
    const names = extras.map((column) => identifier(column.name));
    const differs = names.map((name) => `old.${name} IS DISTINCT FROM new.${name}`);
    const row = await selectRow(
      connection,
      `SELECT count(*) AS changed FROM (SELECT ${instantOf(time)} AS bar_instant, ${names.join(', ')} FROM ${parquetTable(before)}) AS old
       LEFT JOIN (SELECT epoch_us(datetime) AS bar_instant, ${names.join(', ')} FROM ${parquetTable(after)}) AS new ON old.bar_instant = new.bar_instant
       WHERE new.bar_instant IS NULL OR ${differs.join(' OR ')}`,
    );
    return numberIn(row, 'changed');
  });
}

/** How a master as it was written differs from what it was to be. */
export interface Difference {
  /** Rows that are not later than the row before. */
  readonly unordered: number;
  /** Rows whose `time` is not the unix second of `datetime`. */
  readonly foreignSeconds: number;
  /** The bars are, value for value, those of the existing master but for the changes. */
  readonly sameBars: boolean;
}

/**
 * Reads a master as it was written and compares every value with the existing master and the changes it was made from: by
 * the number of bars and by all bars' hashes of 64 bits, which together with rising times leave no room for another set of bars.
 * @throws Failure `io`
 */
export async function compareMaster(file: string, existing: string, changes: Bars): Promise<Difference> {
  const bar = 'bar_instant, open, high, low, close, volume';
  const digest = `count(*) AS bars, bit_xor(hash(${bar})) AS hashes`;
  const seen = reading(file, async (connection) => {
    const found = await selectRow(connection, `SELECT ${digest} FROM (SELECT epoch_us(datetime) AS bar_instant, open, high, low, close, volume::DOUBLE AS volume FROM ${parquetTable(file)})`);
    const order = await selectRow(
      connection,
      `SELECT count(*) FILTER (datetime <= before) AS unordered, count(*) FILTER ("time" IS DISTINCT FROM floor(epoch_us(datetime) / 1000000)) AS foreign_seconds
       FROM (SELECT datetime, "time", lag(datetime) OVER () AS before FROM ${parquetTable(file)})`,
    );
    return { ...found, ...order };
  });
  const wanted = reading(existing, async (connection) => selectRow(connection, `SELECT ${digest} FROM (${await wantedBars(connection, existing, changesIn(await offerBars(connection, changes)))})`));
  // Neither is left at work when the other fails.
  await Promise.allSettled([seen, wanted]);
  const [found, expected] = [await seen, await wanted];
  return {
    unordered: numberIn(found, 'unordered'),
    foreignSeconds: numberIn(found, 'foreign_seconds'),
    sameBars: found['bars'] === expected['bars'] && found['hashes'] === expected['hashes'],
  };
}

/** The existing bars at whose times there is no change, and the changes; in no order. */
async function wantedBars(connection: Connection, existing: string, changes: string): Promise<string> {
  const old = `SELECT bar_instant, open, high, low, close, volume FROM (${oldBars(existing, await columnsOf(connection, existing))})`;
  return `WITH changes AS MATERIALIZED (${changes}) (FROM (${old}) AS old ANTI JOIN changes USING (bar_instant)) UNION ALL FROM changes`;
}
