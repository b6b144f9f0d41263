import type { Candle, Candles, Rows } from '../../protocol/browse';
import { formatInstant, isoInstant, type Zone } from '../base/time';
import { identifier, numberIn, parquetTable, selectRow, selectRows, type Connection, type Row } from './duck';
import { rowGroups, type RowGroup } from './facts';
import { findTimeColumn, instantOf, since, type Column } from './instant';
import { columnsIn, reading } from './parquet';

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
  /** Stretches of rows of which it is told, without reading them, between which times they lie. */
  groups?(connection: Connection, time: Column): Promise<readonly RowGroup[]>;
  /** Whatever DuckDB throws comes out as a Failure about the file. */
  reading<T>(run: (connection: Connection) => Promise<T>): Promise<T>;
}

/** @param signal ends the readings of what nobody waits for any more */
export const parquetRows = (file: string, signal?: AbortSignal): Looked => ({
  table: parquetTable(file),
  numbered: parquetTable(file).replace(/\)$/, ', file_row_number = true)'),
  groups: (connection, time) => rowGroups(connection, file, time),
  reading: (run) => reading(file, run, signal),
});

const TIME = 'yyyy-MM-dd HH:mm:ss';

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

/** How many rows each month (UTC) has, in order. Of row groups that lie in one month, none is read. */
export function monthsOf(looked: Looked): Promise<readonly (readonly [month: string, rows: number])[]> {
  return looked.reading(async (connection) => {
    const time = findTimeColumn(await columnsIn(connection, looked.table));
    if (time === undefined) return [];
    const groups = (await looked.groups?.(connection, time)) ?? [];
    const isTold = ({ first, last, complete }: RowGroup): boolean => complete && first !== null && last !== null && monthOf(first) === monthOf(last);
    const untold = groups.filter((group) => !isTold(group));
    const stretches = untold.map(({ from, rows }) => `SELECT * FROM ${looked.numbered} WHERE file_row_number >= ${from} AND file_row_number < ${from + rows}`);
    // Reading most of a file by its parts takes longer than reading it.
    const whole = 2 * untold.length >= groups.length;
    const counted = whole || untold.length > 0 ? await countMonths(connection, time, whole ? looked.table : `(${stretches.join(' UNION ALL ')})`) : [];
    return addedUp(whole ? counted : [...counted, ...groups.filter(isTold).map(({ first, rows }) => [monthOf(first!), rows] as const)]);
  });
}

const monthOf = (micros: number): string => isoInstant(micros / 1000).slice(0, 7);

async function countMonths(connection: Connection, time: Column, table: string): Promise<(readonly [month: string, rows: number])[]> {
  const rows = await selectRows(connection, `SELECT strftime(make_timestamp(${instantOf(time)}), '%Y-%m') AS month, count(*) AS rows FROM ${table} WHERE ${instantOf(time)} IS NOT NULL GROUP BY 1`);
  return rows.map((row) => [String(row['month']), numberIn(row, 'rows')] as const);
}

function addedUp(counts: readonly (readonly [month: string, rows: number])[]): [month: string, rows: number][] {
  const sums = new Map<string, number>();
  for (const [month, rows] of counts) sums.set(month, (sums.get(month) ?? 0) + rows);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
