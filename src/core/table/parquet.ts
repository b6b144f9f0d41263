import { stat } from 'node:fs/promises';
import type { Bars } from '../base/bar';
import { Failure, failureFrom } from '../base/failure';
import { connectSparingly, fileLiteral, literal, numberIn, parquetTable, selectRow, selectRows, streamNumbers, withConnection, type Connection } from './duck';
import { findTimeColumn, holdsNumbers, instantOf, since, TIME_COLUMNS, type Column } from './instant';

/** Reading Parquet: the footer without the rows, and bars in columns. */

export interface ParquetDescription {
  readonly rows: number;
  /** Top-level columns in the file's order, with DuckDB's names of their types. */
  readonly columns: readonly Column[];
  /** The first of TIME_COLUMNS that holds instants. */
  readonly timeColumn?: string;
  /** Earliest and latest instant, unix ms UTC, from row-group statistics where the writer left them. */
  readonly start?: number;
  readonly end?: number;
  /** Key-value metadata of the footer. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Open instants, unix ms UTC: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

const BAR_COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * What a Parquet file's footer says, without reading its rows.
 * @throws Failure `io` when the file is torn or no Parquet; `usage` when there is none.
 */
export const describeParquet = (file: string): Promise<ParquetDescription> => reading(file, (connection) => describe(connection, file));

/**
 * Bars in the file's order, which is ascending in a sound master. A missing price, volume or time is NaN.
 * @throws Failure as `describeParquet`; `refused` when a price or time column is missing
 */
export const readBars = (file: string, range: TimeRange = {}): Promise<Bars> => readColumns(file, BAR_COLUMNS, range);

/** As `readBars`, of which only times and closes: a third of the work. */
export const readCloses = (file: string, range: TimeRange = {}): Promise<Pick<Bars, 'time' | 'close'>> => readColumns(file, ['time', 'close'], range);

function readColumns<Name extends keyof Bars>(file: string, names: readonly Name[], range: TimeRange): Promise<Record<Name, Float64Array>> {
  return reading(file, async (connection) => {
    const description = await describe(connection, file);
    const within = barQuery(file, description, names, range);
    const rows = range.from === undefined && range.to === undefined ? description.rows : numberIn(await selectRow(connection, `SELECT count(*) AS rows FROM (${within})`), 'rows');
    const columns = names.map((): Float64Array => new Float64Array(rows));
    let count = 0;
    for await (const chunk of streamNumbers(connection, within)) {
      columns.forEach((column, at) => { column.set(chunk[at]!, count); });
      count += chunk[0]!.length;
    }
    return Object.fromEntries(names.map((name, at) => [name, columns[at]!.subarray(0, count)])) as Record<Name, Float64Array>;
  });
}

/** As `readBars`, in chunks of a few thousand with their rows (1-based) in the file, for passes that must not hold the whole file: in little memory rather than in little time. */
export async function* eachBars(file: string, range: TimeRange = {}): AsyncGenerator<{ readonly bars: Bars; readonly rows: Float64Array }> {
  await requireFile(file);
  const connection = await connectSparingly();
  try {
    const query = barQuery(file, await describe(connection, file), BAR_COLUMNS, range, ['(file_row_number + 1)::DOUBLE']);
    for await (const chunk of streamNumbers(connection, query)) {
      const [time, open, high, low, close, volume, rows] = chunk;
      yield { bars: { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! }, rows: rows! };
    }
  } catch (error) {
    throw parquetFailure(error, `read ${file}`, file);
  } finally {
    connection.disconnectSync();
  }
}

/**
 * Open instants, unix ms UTC, in the file's order; NaN where missing.
 * @param around only those in this range, the last one before it and the first one after: for files whose times rise
 * @throws Failure as `readBars`
 */
export function readTimes(file: string, around: TimeRange = {}): Promise<Float64Array> {
  return reading(file, async (connection) => {
    const description = await describe(connection, file);
    const column = requireTimeColumn(file, description.columns);
    const where = await besides(connection, file, column, description, around);
    const times = new Float64Array(description.rows);
    let count = 0;
    for await (const [chunk] of streamNumbers(connection, `SELECT ${instantOf(column)} / 1000 FROM ${parquetTable(file)}${where}`)) {
      times.set(chunk!, count);
      count += chunk!.length;
    }
    return times.subarray(0, count);
  });
}

/** A WHERE that takes in a range of times and one bar on either side. */
async function besides(connection: Connection, file: string, column: Column, { start = -Infinity, end = Infinity }: ParquetDescription, { from = start, to = Infinity }: TimeRange): Promise<string> {
  const upToEnd = to > end || to === Infinity;
  if (from <= start && upToEnd) return '';
  const instant = instantOf(column);
  const before = from <= start ? 'NULL' : `max(${instant}) FILTER (NOT (${since(column, from * 1000)}))`;
  const after = upToEnd ? 'NULL' : `min(${instant}) FILTER (${since(column, to * 1000)})`;
  const row = await selectRow(connection, `SELECT ${before} AS before, ${after} AS after FROM ${parquetTable(file)}`);
  const [first, last] = [numberIn(row, 'before'), numberIn(row, 'after')];
  const bounds = [...(Number.isNaN(first) ? [] : [since(column, first)]), ...(Number.isNaN(last) ? [] : [`NOT (${since(column, last + 1)})`])];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}

/**
 * Decodes every value of every column: a file whose footer is whole may be damaged before it.
 * @throws Failure as `describeParquet`
 */
export function readEveryValue(file: string): Promise<void> {
  return reading(file, async (connection) => {
    await selectRow(connection, `SELECT bit_xor(hash(COLUMNS(*))) FROM ${parquetTable(file)}`);
  });
}

/**
 * Runs a reading with a connection; whatever DuckDB throws comes out as a Failure about the file.
 * @param signal ends it, with a Failure `cancelled`
 */
export async function reading<T>(file: string, run: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
  await requireFile(file);
  try {
    signal?.throwIfAborted();
    return await withConnection(run, signal);
  } catch (error) {
    if (signal?.aborted === true) throw new Failure('cancelled', { attempted: `read ${file}`, file, why: 'it was stopped.', cause: error });
    throw parquetFailure(error, `read ${file}`, file);
  }
}

/** @throws Failure `refused` naming the columns there are, when none holds the time. */
export function requireTimeColumn(file: string, columns: readonly Column[]): Column {
  const column = findTimeColumn(columns);
  if (column !== undefined) return column;
  const text = columns.find(({ name }) => TIME_COLUMNS.some((known) => known === name.toLowerCase()));
  if (text !== undefined) {
    throw new Failure('refused', { attempted: `read bars from ${file}`, file, why: `it has no time column: ${text.name} does not hold times.`, remedy: 'Write it again with timestamps, by the tool that made it.' });
  }
  throw new Failure('refused', {
    attempted: `read bars from ${file}`,
    file,
    why: `it has no time column; its columns are ${columns.map((each) => each.name).join(', ')}.`,
    remedy: 'Name the column of bar open times "datetime".',
  });
}

/** A file's top-level columns: a third of the cost of its whole description. */
export const columnsOf = (connection: Connection, file: string): Promise<Column[]> => columnsIn(connection, parquetTable(file));

/** Columns of a table expression. */
export async function columnsIn(connection: Connection, table: string): Promise<Column[]> {
  const rows = await selectRows(connection, `DESCRIBE SELECT * FROM ${table}`);
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

async function describe(connection: Connection, file: string): Promise<ParquetDescription> {
  const columns = await columnsOf(connection, file);
  const pairs = await selectRows(connection, `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${fileLiteral(file)})`);
  const metadata = Object.fromEntries(pairs.map((row) => [String(row['key']), String(row['value'])]));
  const { rows } = await selectRow(connection, `SELECT num_rows AS rows FROM parquet_file_metadata(${fileLiteral(file)})`);
  const time = findTimeColumn(columns);
  if (time === undefined) return { rows: Number(rows), columns, metadata };
  const extent = Number(rows) === 0 ? {} : await extentOf(connection, file, time);
  return { rows: Number(rows), columns, timeColumn: time.name, ...extent, metadata };
}

/** First and last instant from the statistics; from the column itself where a row group has none. */
async function extentOf(connection: Connection, file: string, time: Column): Promise<{ start?: number; end?: number }> {
  const statistic = (column: string): string => instantOf(time, `CAST(${column} AS ${time.type})`);
  const bounds = await selectRow(
    connection,
    `SELECT min(${statistic('stats_min_value')}) AS first, max(${statistic('stats_max_value')}) AS last, count(*) - count(stats_min_value) AS missing
     FROM parquet_metadata(${fileLiteral(file)}) WHERE path_in_schema = ${literal(time.name)}`,
  );
  const complete = numberIn(bounds, 'missing') === 0;
  const instant = instantOf(time);
  const found = complete ? bounds : await selectRow(connection, `SELECT min(${instant}) AS first, max(${instant}) AS last FROM ${parquetTable(file)}`);
  const [start, end] = [numberIn(found, 'first') / 1000, numberIn(found, 'last') / 1000];
  return Number.isNaN(start) ? {} : { start, end };
}

function barQuery(file: string, description: ParquetDescription, names: readonly (keyof Bars)[], range: TimeRange, others: readonly string[] = []): string {
  const column = requireBarColumns(file, description.columns);
  const has = (name: string): boolean => hasColumn(description.columns, name);
  const bound = (instant: number): string => since(column, Math.ceil(instant * 1000));
  const within = [range.from === undefined ? [] : [bound(range.from)], range.to === undefined ? [] : [`NOT (${bound(range.to)})`]].flat();
  const where = within.length === 0 ? '' : ` WHERE ${within.join(' AND ')}`;
  const selected = names.map((name) => (name === 'time' ? `${instantOf(column)} / 1000` : name === 'volume' && !has(name) ? 'NULL::DOUBLE' : `${name}::DOUBLE`));
  return `SELECT ${[...selected, ...others].join(', ')} FROM ${parquetTable(file)}${where}`;
}

const hasColumn = (columns: readonly Column[], name: string): boolean => columns.some((column) => column.name.toLowerCase() === name);

/** @returns the time column @throws Failure `refused` when a column is missing without which there are no bars, or one of bars holds no numbers */
export function requireBarColumns(file: string, columns: readonly Column[]): Column {
  const missing = ['open', 'high', 'low', 'close'].filter((name) => !hasColumn(columns, name));
  if (missing.length === 0) {
    requireNumbers(file, columns);
    return requireTimeColumn(file, columns);
  }
  const names = columns.map((column) => column.name).join(', ');
  throw new Failure('refused', { attempted: `read bars from ${file}`, file, why: `it has no column ${missing.join(', ')}; its columns are ${names}.`, remedy: 'Write it again with its prices, by the tool that made it.' });
}

/** Text is not read as a number, whatever it says: nobody can tell how it was meant. Of a column without a type nothing is said. */
function requireNumbers(file: string, columns: readonly Column[]): void {
  const wrong = columns.filter(({ name, type }) => ['open', 'high', 'low', 'close', 'volume'].includes(name.toLowerCase()) && type !== '' && !holdsNumbers(type));
  if (wrong.length === 0) return;
  const named = wrong.map(({ name, type }) => `${name} (${type})`).join(', ');
  throw new Failure('refused', { attempted: `read bars from ${file}`, file, why: `it does not hold numbers in ${named}.`, remedy: 'Write it again with numbers, by the tool that made it.' });
}

async function requireFile(file: string): Promise<void> {
  try {
    if (!(await stat(file)).isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

/** What DuckDB's message means for the file it was about. */
export function parquetFailure(error: unknown, attempted: string, file: string): Failure {
  if (error instanceof Failure) return error;
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  const facts = { attempted, file, cause: error };
  if (/no magic bytes|too small to be a parquet|footer length|not a parquet|metadata/i.test(message)) {
    const how = /no magic bytes|too small to be a parquet/i.test(message) ? 'it does not end as one' : message;
    return new Failure('io', { ...facts, why: `it is torn or no Parquet file (${how}).`, remedy: 'Restore it from a backup, or make it again from its source.' });
  }
  if (/no space left/i.test(message)) return failureFrom(Object.assign(new Error(message, { cause: error }), { code: 'ENOSPC' }), attempted, file);
  // What DuckDB cannot parse or bind is our SQL, not the user's file.
  return new Failure(/^(parser|binder|catalog|internal) error/i.test(message) ? 'internal' : 'io', { ...facts, why: `DuckDB reports: ${message}` });
}
