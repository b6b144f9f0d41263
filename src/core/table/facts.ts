import { stat } from 'node:fs/promises';
import type { Browsed, ColumnFacts } from '../../protocol/browse';
import { fileLiteral, literal, numberIn, parquetTable, selectRow, selectRows, type Connection, type Row } from './duck';
import { findTimeColumn, instantOf, holdsNumbers, type Column } from './instant';
import { columnsOf, reading } from './parquet';

/** What a Parquet file's footer tells somebody who looks at it, in as few queries as can be: each reads the footer again. */

const PRICES = ['open', 'high', 'low', 'close'];
const COUNTS = 'coalesce(sum(row_group_num_rows) FILTER (column_id = 0), 0) AS rows, count(DISTINCT row_group_id) AS groups';

/** What a Parquet file is, from its footer alone. @throws Failure as `describeParquet` */
export const browse = (file: string, signal?: AbortSignal): Promise<Browsed> =>
  reading(file, async (connection) => {
    const { size } = await stat(file);
    const columns = await columnsOf(connection, file);
    const time = findTimeColumn(columns);
    const asked = [COUNTS, ...(time === undefined ? [] : [extent(time)]), ...columns.map(statistics)];
    const found = await selectRow(connection, `SELECT ${asked.join(', ')} FROM parquet_metadata(${fileLiteral(file)})`);
    return {
      rows: numberIn(found, 'rows'),
      bytes: size,
      rowGroups: numberIn(found, 'groups'),
      ...(time === undefined ? {} : { timeColumn: time.name, ...(await extentOf(connection, file, time, found)) }),
      hasBars: time !== undefined && PRICES.every((price) => columns.some(({ name, type }) => name.toLowerCase() === price && holdsNumbers(type))),
      columns: columns.map((column, at) => factsOf(column, found, at)),
    };
  }, signal);

const ofColumn = ({ name }: Column): string => `FILTER (path_in_schema = ${literal(name)})`;
/** A statistic, which is a text, as an instant in µs. */
const instantIn = (time: Column, statistic: string): string => instantOf(time, `try_cast(${statistic} AS ${time.type})`);

const extent = (time: Column): string =>
  `min(${instantIn(time, 'stats_min_value')}) ${ofColumn(time)} AS first, max(${instantIn(time, 'stats_max_value')}) ${ofColumn(time)} AS last, count(stats_min_value) ${ofColumn(time)} AS timed`;

/** First and last instant, unix ms UTC; from the column itself where a row group does not tell. */
async function extentOf(connection: Connection, file: string, time: Column, found: Row): Promise<{ start?: number; end?: number }> {
  const instant = instantOf(time);
  const told = numberIn(found, 'timed') === numberIn(found, 'groups') ? found : await selectRow(connection, `SELECT min(${instant}) AS first, max(${instant}) AS last FROM ${parquetTable(file)}`);
  const [start, end] = [numberIn(told, 'first') / 1000, numberIn(told, 'last') / 1000];
  return Number.isNaN(start) ? {} : { start, end };
}

/** Least and most over all row groups. */
function statistics(column: Column, at: number): string {
  const { type } = column;
  const value = (statistic: string): string => `try_cast(${statistic} AS ${type.includes('(') && !type.startsWith('DECIMAL') ? 'VARCHAR' : type})`;
  const columns = [`min(${value('stats_min_value')})`, `max(${value('stats_max_value')})`].map((expression, each) => `(${expression} ${ofColumn(column)})::VARCHAR AS ${each === 0 ? 'least' : 'most'}${at}`);
  const counts = [['sum', 'missing'], ['count', 'counted']].map(([fold, name]) => `${fold!}(stats_null_count) ${ofColumn(column)} AS ${name!}${at}`);
  return [...columns, ...counts, `count(stats_min_value) ${ofColumn(column)} AS said${at}`].join(', ');
}

/** Told where every row group tells it. */
function factsOf({ name, type }: Column, found: Row, at: number): ColumnFacts {
  const groups = numberIn(found, 'groups');
  const text = (key: string): string | undefined => (numberIn(found, `said${at}`) === groups && typeof found[key] === 'string' ? found[key] : undefined);
  const [least, most] = [text(`least${at}`), text(`most${at}`)];
  const missing = numberIn(found, `counted${at}`) === groups ? numberIn(found, `missing${at}`) || 0 : undefined;
  return { name, type, numeric: holdsNumbers(type), ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }), ...(missing === undefined ? {} : { missing }) };
}

/** A stretch of rows that are stored together. */
export interface RowGroup {
  /** Number of its first row, 0-based. */
  readonly from: number;
  readonly rows: number;
  /** Earliest and latest time, µs UTC, where the writer says them; and whether all of its rows are known to have a time. */
  readonly first: number | null;
  readonly last: number | null;
  readonly complete: boolean;
}

/** In the file's order. */
export async function rowGroups(connection: Connection, file: string, time: Column): Promise<RowGroup[]> {
  const found = await selectRows(connection, `SELECT row_group_num_rows AS rows, ${instantIn(time, 'stats_min_value')} AS first, ${instantIn(time, 'stats_max_value')} AS last, stats_null_count = 0 AS complete
    FROM parquet_metadata(${fileLiteral(file)}) WHERE path_in_schema = ${literal(time.name)} ORDER BY row_group_id`);
  let next = 0;
  return found.map((row) => {
    const [from, rows, first, last] = [next, numberIn(row, 'rows'), numberIn(row, 'first'), numberIn(row, 'last')];
    next += rows;
    return { from, rows, first: Number.isNaN(first) ? null : first, last: Number.isNaN(last) ? null : last, complete: row['complete'] === true };
  });
}
