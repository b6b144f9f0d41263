import { randomUUID } from 'node:crypto';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBResult, DuckDBValue } from '@duckdb/node-api';

/**
 * The one DuckDB of this process: in memory, two threads at most, UTC, no network and no extensions loaded behind our back.
 * It is loaded on first use, so that what needs no Parquet never pays for it.
 */

export type Connection = DuckDBConnection;
export type Row = Readonly<Record<string, DuckDBValue>>;

/** Rows in one of DuckDB's data chunks. */
export const CHUNK_ROWS = 2048;

let instance: Promise<DuckDBInstance> | undefined;
let threads = 2;

/** For a process that has one core of its machine. Before the first connection. */
export function keepToOneCore(): void {
  threads = 1;
}

async function open(more: Readonly<Record<string, string>> = {}): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('./library');
  return DuckDBInstance.create(':memory:', {
    threads: String(threads),
    // A file's order, and that of what UNION ALL puts together, is that of the rows: what writes a master relies on it.
    preserve_insertion_order: 'true',
    memory_limit: `${Math.max(1024, Math.floor(totalmem() / 2 ** 21))}MiB`,
    // Where a sort larger than that spills; made only then, and removed by DuckDB. Its default is the working folder.
    temp_directory: path.join(tmpdir(), `barkeep-${randomUUID()}`),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    ...more,
  });
}

/**
 * A connection to a DuckDB of its own that keeps as little as it can: one thread, since each holds a row group, and no
 * pages of files it has read. The caller disconnects it, which ends that DuckDB too.
 */
export async function connectSparingly(): Promise<Connection> {
  const own = await open({ threads: '1', enable_external_file_cache: 'false' });
  try {
    return await own.connect();
  } finally {
    own.closeSync();
  }
}

/** A connection of its own: its temporary tables and streams are invisible to every other. The caller disconnects it. */
export async function connect(): Promise<Connection> {
  instance ??= open().catch((error: unknown) => {
    instance = undefined;
    throw error;
  });
  const connection = await (await instance).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

/** @param signal ends the query that is under way, which then fails */
export async function withConnection<T>(run: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const connection = await connect();
  const interrupt = (): void => { connection.interrupt(); };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await run(connection);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.disconnectSync();
  }
}

/** A string literal of SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A quoted identifier of SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path as a literal that names exactly this file: `[ * ?` are patterns to DuckDB unless bracketed, `~` its home. */
export const fileLiteral = (file: string): string => literal(path.resolve(file).replace(/[[*?]/g, (mark) => `[${mark}]`));

/** The table expression that reads one Parquet file; a folder called `year=2024` adds no column. */
export const parquetTable = (file: string): string => `read_parquet(${fileLiteral(file)}, hive_partitioning = false)`;

/** The same for several files of the same columns, one after the other; `file_index` says which a row is from. */
export const parquetTables = (files: readonly string[]): string => `read_parquet([${files.map(fileLiteral).join(', ')}], hive_partitioning = false)`;

export async function selectRows(connection: Connection, sql: string): Promise<readonly Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjects();
}

/** The first row; an aggregate always has one. */
export async function selectRow(connection: Connection, sql: string): Promise<Row> {
  return (await selectRows(connection, sql))[0] ?? {};
}

/** A count or an epoch out of a row, as a number; NaN for NULL. */
export function numberIn(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : NaN;
}

/**
 * Streams a query whose columns are all DOUBLE, in the order of its rows: for each chunk, its columns. NULL is NaN.
 * The arrays are the caller's to keep. DuckDB works on the next chunk while the caller has this one.
 */
export async function* streamNumbers(connection: Connection, sql: string): AsyncGenerator<Float64Array[]> {
  const result = await connection.stream(sql);
  let next = fetchNext(result);
  try {
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) return;
      next = fetchNext(result);
      yield numbersOf(chunk);
    }
  } finally {
    // A caller that stops early must not take the connection away from a fetch under way.
    await next.catch(() => null);
  }
}

/** A failure is kept for whoever awaits it. */
function fetchNext(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
  const next = result.fetchChunk();
  next.catch(() => null);
  return next;
}

function numbersOf(chunk: DuckDBDataChunk): Float64Array[] {
  const rows = chunk.rowCount;
  return Array.from({ length: chunk.columnCount }, (_, at) => {
    const vector = chunk.getColumnVector(at);
    const [items, validity] = ['items', 'validity'].map((name): unknown => Reflect.get(vector, name));
    // In one go where the vector lets us at its array and misses nothing, which is 20 times faster than one by one.
    if (items instanceof Float64Array && typeof validity === 'object' && validity !== null && Reflect.get(validity, 'data') === null) return items.slice(0, rows);
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row++) column[row] = (vector.getItem(row) as number | null) ?? NaN;
    return column;
  });
}
