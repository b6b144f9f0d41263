import type { DuckDBDataChunk, DuckDBTableFunction, DuckDBVector } from '@duckdb/node-api';
import { CHUNK_ROWS, fileLiteral, identifier, literal, selectRow, withConnection, type Connection } from './duck';
import { parquetFailure } from './parquet';

/** Typed arrays of one length as one Parquet file. DuckDB reads them where they are: no copy of the table is made. */

/**
 * How a column is stored. `instant`: TIMESTAMPTZ in µs, from unix seconds; `float`: FLOAT; `integer`: INTEGER; `wide`: DOUBLE;
 * a list of texts: VARCHAR, from indexes into it. NaN is stored as NULL.
 */
export type Storage = 'instant' | 'float' | 'integer' | 'wide' | readonly string[];

export type Values = Float64Array | Int32Array | Int8Array;

export interface StoredColumn {
  readonly name: string;
  readonly storage: Storage;
  readonly values: Values;
}

/** A FLOAT must be this near to the value it stands for, as a share of it. */
const FLOAT_TOLERANCE = 1e-5;

/** The storage in which every value survives: the one wanted, else DOUBLE. */
export function storageFor(wanted: 'float' | 'integer', values: Values): Storage {
  const survives = wanted === 'float' ? fitsFloat : fitsInteger;
  for (let row = 0; row < values.length; row++) if (!survives(values[row]!)) return 'wide';
  return wanted;
}

/** NaN and the infinities stay what they are. */
const fitsFloat = (value: number): boolean => !(Math.abs(Math.fround(value) - value) > FLOAT_TOLERANCE * Math.abs(value));
const fitsInteger = (value: number): boolean => (value | 0) === value;

/**
 * Rows in a group: DuckDB closes one at the next multiple of 2,048. Dictionaries of more values than that are given up
 * early: continuous values have none, and looking for it doubles the time.
 */
const OPTIONS = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000, DICTIONARY_SIZE_LIMIT 2048, USE_TMP_FILE false';

/** Writes the columns over whatever is there. The same columns give the same bytes. @throws Failure `io` */
export function writeColumns(file: string, columns: readonly StoredColumn[]): Promise<void> {
  return telling(`write ${file}`, file, columns, async (connection, table) => {
    await connection.run(`COPY (SELECT ${columns.map(stored).join(', ')} FROM ${table}) TO ${literal(file)} (${OPTIONS})`);
  });
}

/** True when the file has, row for row, these values (by a 64-bit hash of each row with its number). @throws Failure `io` */
export function holdsColumns(file: string, columns: readonly StoredColumn[]): Promise<boolean> {
  return telling(`read ${file} back`, file, columns, async (connection, table) => {
    const names = columns.map(({ name }) => identifier(name));
    const digest = (row: string): string => `SELECT count(*) AS rows, bit_xor(hash(${[`${row}::BIGINT`, ...names].join(', ')})) AS hashes`;
    const { equal } = await selectRow(
      connection,
      `SELECT ours.rows = theirs.rows AND ours.hashes IS NOT DISTINCT FROM theirs.hashes AS equal
       FROM (${digest(ROW)} FROM (SELECT ${[ROW, ...columns.map(stored)].join(', ')} FROM ${table})) AS ours,
            (${digest('file_row_number')} FROM read_parquet(${fileLiteral(file)}, file_row_number = true, hive_partitioning = false)) AS theirs`,
    );
    return equal === true;
  });
}

/** The column that numbers the rows of our table function. */
const ROW = '"row number"';

type Kind = Extract<Storage, string> | 'text';
const kindOf = (storage: Storage): Kind => (typeof storage === 'string' ? storage : 'text');

/** What each kind is given to DuckDB as. */
const GIVEN: Readonly<Record<Kind, 'DOUBLE' | 'FLOAT' | 'INTEGER'>> = { instant: 'DOUBLE', float: 'FLOAT', integer: 'INTEGER', wide: 'DOUBLE', text: 'INTEGER' };

function stored({ name, storage }: StoredColumn): string {
  const column = identifier(name);
  if (typeof storage !== 'string') return `([${storage.map(literal).join(', ')}]::VARCHAR[])[${column} + 1] AS ${column}`;
  if (storage === 'instant') return `to_timestamp(${column}) AS ${column}`;
  // To DuckDB, NaN equals NaN.
  return storage === 'integer' ? column : `nullif(${column}, 'nan') AS ${column}`;
}

let tables = 0;

/** Runs SQL over the columns as a table function; whatever DuckDB throws comes out as a Failure about the file. */
async function telling<T>(attempted: string, file: string, columns: readonly StoredColumn[], run: (connection: Connection, table: string) => Promise<T>): Promise<T> {
  // DuckDB keeps a function for as long as it lives itself: it must not keep the columns too.
  const given = [...columns];
  try {
    return await withConnection(async (connection) => {
      const name = `columns_${++tables}`;
      connection.registerTableFunction(await tableFunction(name, given));
      return run(connection, `${name}()`);
    });
  } catch (error) {
    throw parquetFailure(error, attempted, file);
  } finally {
    given.length = 0;
  }
}

/** @param columns as they are when the function is called */
async function tableFunction(name: string, columns: readonly StoredColumn[]): Promise<DuckDBTableFunction> {
  const { DuckDBTableFunction, DOUBLE, FLOAT, INTEGER } = await import('./library');
  const types = { DOUBLE, FLOAT, INTEGER };
  const rows = columns[0]?.values.length ?? 0;
  let next = 0;
  return DuckDBTableFunction.create({
    name,
    bindFunction: (bind) => {
      bind.addResultColumn(ROW.slice(1, -1), INTEGER);
      for (const column of columns) bind.addResultColumn(column.name, types[GIVEN[kindOf(column.storage)]]);
      bind.setCardinality(rows, true);
    },
    initFunction: (init) => {
      init.setMaxThreads(1);
      next = 0;
    },
    mainFunction: (_info, chunk) => {
      fillChunk(chunk, columns, next, Math.min(rows, next + CHUNK_ROWS));
      next += CHUNK_ROWS;
    },
  });
}

/** No rows tell DuckDB that it has had them all. */
function fillChunk(chunk: DuckDBDataChunk, columns: readonly StoredColumn[], from: number, to: number): void {
  chunk.rowCount = Math.max(0, to - from);
  if (to <= from) return;
  fill(chunk.getColumnVector(0), Int32Array.from({ length: to - from }, (_, row) => from + row));
  columns.forEach(({ values }, at) => { fill(chunk.getColumnVector(at + 1), values.subarray(from, to)); });
}

/** Copies values into a vector: in one go where it lets us at its array, which is 20 times faster than one by one. */
function fill(vector: DuckDBVector, values: Values): void {
  const items: unknown = Reflect.get(vector, 'items');
  if (items instanceof Float32Array || items instanceof Float64Array || items instanceof Int32Array) items.set(values);
  else values.forEach((value, row) => { vector.setItem(row, value); });
  vector.flush();
}
