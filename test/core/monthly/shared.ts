import path from 'node:path';
import type { Seconds } from '../../../src/core/monthly/seconds';
import { SHARED } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';

/** Real labelled and featured bars, beside the checkout on some machines only. */

/** Columns of a file of `../shared/data/labels`, in its order, as numbers: NULL as NaN, `timestamp` as unix seconds. */
export async function readShared(name: string): Promise<(column: string) => Float64Array> {
  const file = quote(path.join(SHARED, 'labels', name));
  const rows = await sql(`SELECT * REPLACE (epoch(timestamp) AS timestamp) FROM read_parquet(${file})`);
  return (column) => Float64Array.from(rows, (row) => (row[column] === null ? NaN : Number(row[column])));
}

export function secondsOf(column: (name: string) => Float64Array): Seconds {
  const time = column('timestamp');
  return {
    time,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    instrument: new Int32Array(time.length),
  };
}
