import { numberIn, parquetTable, selectRows } from './duck';
import { instantOf } from './instant';
import { columnsOf, reading, requireTimeColumn } from './parquet';

/** What tells whether the bars of a day are the same as they were: their number and a hash of all their values. */
export interface DayPrint {
  /** Days from 22:00 to 22:00 UTC, counted from 1970-01-01 as the day that ends. */
  readonly day: number;
  readonly bars: number;
  readonly hash: string;
}

/** A day begins here, ms before midnight UTC: the earliest a trading day can in New York. */
export const PRINT_OPENS = 7_200_000;

/**
 * One pass of DuckDB over a master, about 20 million bars a second. Undefined when the rows of a day do not lie together
 * in order of days: such a master is not sound.
 * @throws Failure as `readBars`
 */
export function fingerprintDays(file: string): Promise<DayPrint[] | undefined> {
  return reading(file, async (connection) => {
    const columns = await columnsOf(connection, file);
    const instant = instantOf(requireTimeColumn(file, columns));
    const has = (name: string): boolean => columns.some((column) => column.name.toLowerCase() === name);
    const values = ['open', 'high', 'low', 'close', 'volume'].filter(has).map((name) => `${name}::DOUBLE`);
    const rows = await selectRows(
      connection,
      `SELECT floor((instant + ${PRINT_OPENS * 1000}) / 86400000000)::BIGINT AS day, count(*) AS bars, min(row) AS first, max(row) AS last, bit_xor(hash)::VARCHAR AS hash
       FROM (SELECT ${instant} AS instant, file_row_number AS row, hash(${[instant, ...values].join(', ')}) AS hash FROM ${parquetTable(file).replace(/\)$/, ', file_row_number = true)')})
       GROUP BY day ORDER BY day`,
    );
    let next = 0;
    for (const row of rows) {
      if (numberIn(row, 'first') !== next || numberIn(row, 'last') !== next + numberIn(row, 'bars') - 1) return undefined;
      next = numberIn(row, 'last') + 1;
    }
    return rows.map((row) => ({ day: numberIn(row, 'day'), bars: numberIn(row, 'bars'), hash: String(row['hash']) }));
  });
}
