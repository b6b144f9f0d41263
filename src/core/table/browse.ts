import { stat } from 'node:fs/promises';
import type { Browsed, Candle, Candles, ColumnFacts, Rows } from '../../protocol/browse';
import { formatInstant, type Zone } from '../base/time';
import { fileLiteral, identifier, literal, numberIn, parquetTable, selectRow, selectRows, type Connection, type Row } from './duck';
import { findTimeColumn, instantOf, since, type Column } from './instant';
import { columnsIn, columnsOf, describeParquet, reading } from './parquet';

/**
 * Looking through a table of any size: nothing but what is shown is read. Over a Parquet file, DuckDB passes over row
 * groups by their statistics and row numbers.
 */

/** A table that is looked through. */
export interface Looked {
  /** Its rows, as a table expression. */
  readonly table: string;
  /** The same with a column `file_row_number`, 0-based. */
  readonly numbered: string;
  /** Whatever DuckDB throws comes out as a Failure about the file. */
  reading<T>(run: (connection: Connection) => Promise<T>): Promise<T>;
}

export const parquetRows = (file: string): Looked => ({
  table: parquetTable(file),
  numbered: parquetTable(file).replace(/\)$/, ', file_row_number = true)'),
  reading: (run) => reading(file, run),
});

const PRICES = ['open', 'high', 'low', 'close'] as const;
const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;
export const isNumeric = (type: string): boolean => NUMERIC.test(type);
const TIME = 'yyyy-MM-dd HH:mm:ss';

/** What a Parquet file is, from its footer alone. @throws Failure as `describeParquet` */
export async function browse(file: string): Promise<Browsed> {
  const { rows, columns, timeColumn, start, end } = await describeParquet(file);
  const { size } = await stat(file);
  return reading(file, async (connection) => {
    const { groups } = await selectRow(connection, `SELECT num_row_groups AS groups FROM parquet_file_metadata(${fileLiteral(file)})`);
    const statistics = await statisticsOf(connection, file);
    return {
      rows,
      bytes: size,
      rowGroups: Number(groups),
      ...(timeColumn === undefined ? {} : { timeColumn }),
      ...(start === undefined || end === undefined ? {} : { start, end }),
      hasBars: timeColumn !== undefined && PRICES.every((price) => columns.some(({ name, type }) => name.toLowerCase() === price && isNumeric(type))),
      columns: columns.map(({ name, type }) => factsOf(name, type, statistics.get(name))),
    };
  });
}

/** Least and most over all row groups, where every one says it. */
async function statisticsOf(connection: Connection, file: string): Promise<Map<string, Row>> {
  const types = new Map((await columnsOf(connection, file)).map(({ name, type }) => [name, type]));
  const found = new Map<string, Row>();
  for (const [name, type] of types) {
    const value = (column: string): string => `try_cast(${column} AS ${type.includes('(') && !type.startsWith('DECIMAL') ? 'VARCHAR' : type})`;
    const row = await selectRow(connection, `SELECT min(${value('stats_min_value')})::VARCHAR AS least, max(${value('stats_max_value')})::VARCHAR AS most, sum(stats_null_count) AS missing,
      count(*) = count(stats_min_value) AS said, count(*) = count(stats_null_count) AS counted FROM parquet_metadata(${fileLiteral(file)}) WHERE path_in_schema = ${literal(name)}`);
    found.set(name, row);
  }
  return found;
}

function factsOf(name: string, type: string, row: Row | undefined): ColumnFacts {
  const text = (key: string): string | undefined => (row?.['said'] === true && typeof row[key] === 'string' ? row[key] : undefined);
  const [least, most] = [text('least'), text('most')];
  const missing = row?.['counted'] === true ? Number(row['missing']) : undefined;
  return { name, type, numeric: isNumeric(type), ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }), ...(missing === undefined ? {} : { missing }) };
}

/**
 * Rows `from` (0-based) to `from + count`, in the file's order, as texts: times in `zone`, everything else as DuckDB
 * writes it. @throws Failure as `describeParquet`
 */
export function rowsOf(looked: Looked, from: number, count: number, zone: string): Promise<Rows> {
  return looked.reading(async (connection) => {
    const columns = await columnsIn(connection, looked.table);
    const time = findTimeColumn(columns);
    const shown = columns.map((column, at) => `${column.name === time?.name ? `${instantOf(column)}::DOUBLE` : `${identifier(column.name)}::VARCHAR`} AS c${at}`);
    const rows = await selectRows(connection, `SELECT ${shown.join(', ')} FROM ${looked.numbered} WHERE file_row_number >= ${from} AND file_row_number < ${from + count} ORDER BY file_row_number`);
    return rows.map((row) => columns.map((_, at) => cellOf(row[`c${at}`], zone)));
  });
}

/** A number is an instant in µs. */
function cellOf(value: Row[string] | undefined, zone: string): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return null;
  const beyond = value % 1_000_000;
  return formatInstant(Math.floor(value / 1000), zone, `${TIME}${beyond === 0 ? '' : `'.${String(beyond).padStart(6, '0')}'`} ZZZZ`);
}

const CLOCK = /^\s*(\d{4})-(\d\d)(?:-(\d\d)(?:[ T]+(\d\d):(\d\d)(?::(\d\d))?)?)?\s*$/;

/**
 * Number (0-based) of the first row at or after a time such as `2025-11-03 09:30`, `2025-11-03` or `2025-11`, read in
 * `zone`; null when there is none, or the text is no time.
 */
export function findRow(looked: Looked, text: string, zone: Zone): Promise<number | null> {
  const parts = CLOCK.exec(text)?.slice(1) as (string | undefined)[] | undefined;
  if (parts === undefined) return Promise.resolve(null);
  const [year, month, day, hour, minute, second] = parts.map((part) => (part === undefined ? undefined : Number(part)));
  const local = Date.UTC(year!, month! - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  const instant = zone.utcOf(local) ?? local - zone.offsetAt(local - zone.offsetAt(local));
  return looked.reading(async (connection) => {
    const time = findTimeColumn(await columnsIn(connection, looked.table));
    if (time === undefined) return null;
    const row = numberIn(await selectRow(connection, `SELECT min(file_row_number) AS row FROM ${looked.numbered} WHERE ${since(time, instant * 1000)}`), 'row');
    return Number.isNaN(row) ? null : row;
  });
}

/** Candles finer than these, ms, are bars of the file; coarser ones are joined to one of these lengths. */
const STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 4 * 3600, 86_400, 7 * 86_400, 30 * 86_400].map((seconds) => seconds * 1000);

/**
 * Bars that open from `from` to before `to` (unix ms UTC) as `most` candles at the most: those of the file where they are
 * few enough, else joined over the shortest of `STEPS` that makes them so.
 * @throws Failure as `describeParquet`; `refused` when they have no open, high, low and close
 */
export function candlesOf(looked: Looked, from: number, to: number, most: number): Promise<Candles> {
  return looked.reading(async (connection) => {
    const columns = await columnsIn(connection, looked.table);
    const time = findTimeColumn(columns);
    if (time === undefined) return { from, to, step: null, candles: [] };
    const within = `${looked.table} WHERE ${since(time, Math.ceil(from * 1000))} AND NOT (${since(time, Math.ceil(to * 1000))})`;
    const bars = numberIn(await selectRow(connection, `SELECT count(*) AS bars FROM ${within}`), 'bars');
    const step = bars <= most ? null : (STEPS.find((each) => (to - from) / each <= most) ?? (to - from) / most);
    const rows = await selectRows(connection, step === null ? plain(columns, time, within) : joined(columns, time, within, step));
    return { from, to, step, candles: rows.map(candleOf) };
  });
}

const volumeIn = (columns: readonly Column[]): string => (columns.some(({ name }) => name.toLowerCase() === 'volume') ? 'volume' : 'NULL');

const plain = (columns: readonly Column[], time: Column, within: string): string =>
  `SELECT ${instantOf(time)} // 1000 AS time, open::DOUBLE AS open, high::DOUBLE AS high, low::DOUBLE AS low, close::DOUBLE AS close, ${volumeIn(columns)}::DOUBLE AS volume FROM ${within} ORDER BY 1`;

const joined = (columns: readonly Column[], time: Column, within: string, step: number): string =>
  `SELECT bin::DOUBLE * ${step} AS time, arg_min(open, instant)::DOUBLE AS open, max(high)::DOUBLE AS high, min(low)::DOUBLE AS low, arg_max(close, instant)::DOUBLE AS close, sum(volume)::DOUBLE AS volume
   FROM (SELECT instant, floor(instant / ${step * 1000})::BIGINT AS bin, open, high, low, close, volume
     FROM (SELECT ${instantOf(time)} AS instant, open, high, low, close, ${volumeIn(columns)} AS volume FROM ${within})) GROUP BY bin ORDER BY bin`;

function candleOf(row: Row): Candle {
  const volume = numberIn(row, 'volume');
  return [numberIn(row, 'time'), numberIn(row, 'open'), numberIn(row, 'high'), numberIn(row, 'low'), numberIn(row, 'close'), Number.isNaN(volume) ? null : volume];
}

/** How many rows each month (UTC) has, in order. */
export function monthsOf(looked: Looked): Promise<readonly (readonly [month: string, rows: number])[]> {
  return looked.reading(async (connection) => {
    const time = findTimeColumn(await columnsIn(connection, looked.table));
    if (time === undefined) return [];
    const rows = await selectRows(connection, `SELECT strftime(make_timestamp(${instantOf(time)}), '%Y-%m') AS month, count(*) AS rows FROM ${looked.table} GROUP BY 1 ORDER BY 1`);
    return rows.map((row) => [String(row['month']), numberIn(row, 'rows')] as const);
  });
}
