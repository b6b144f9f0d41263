import { open, type FileHandle } from 'node:fs/promises';
import { Failure, failureFrom } from '../base/failure';
import { TIME_COLUMNS } from './instant';
import type { ParquetDescription } from './parquet';
import { readStruct, type Struct } from './thrift';

/**
 * A Parquet footer read without DuckDB (https://parquet.apache.org/docs/file-format/metadata): a list of a thousand files
 * needs a thousand footers, and asking DuckDB for each takes ten times as long.
 */

/** The footer's length and the magic bytes, at the end of the file. */
const TAIL = 8;
const MAGIC = 'PAR1';
/** Read in one go: the footer of nearly every file is within. */
const FIRST_READ = 16 * 1024;

/**
 * What `describeParquet` says of a file with flat columns whose time column is a timestamp, a date or 64-bit integers with
 * statistics; undefined for any other, of which DuckDB must be asked. Column types are only told for the time column and text.
 * @throws Failure `io` when the file is torn or no Parquet; `usage` when there is none
 */
export async function describeFooter(file: string): Promise<ParquetDescription | undefined> {
  const footer = await readFooter(file);
  const [root, ...columns] = footer.structs(2);
  if (root === undefined || columns.length !== root.number(5) || columns.some((column) => (column.number(5) ?? 0) > 0)) return undefined;
  const time = findTime(columns);
  if (time === 'unusual') return undefined;
  const extent = time === undefined ? {} : extentOf(footer, time);
  if (extent === undefined) return undefined;
  const metadata = Object.fromEntries(footer.structs(5).map((pair) => [pair.text(1) ?? '', pair.text(2) ?? '']));
  return {
    rows: footer.number(3) ?? 0,
    columns: columns.map((column) => ({ name: nameOf(column), type: column === time?.column ? time.type : isText(column) ? 'VARCHAR' : '' })),
    ...(time === undefined ? {} : { timeColumn: nameOf(time.column) }),
    ...extent,
    metadata,
  };
}

const nameOf = (column: Struct): string => column.text(4) ?? '';

/** @throws Failure as `describeFooter` */
export async function readFooter(file: string): Promise<Struct> {
  const attempted = `read ${file}`;
  const torn = (why: string, cause?: unknown): Failure =>
    new Failure('io', { attempted, file, why: `it is torn or no Parquet file (${why}).`, remedy: 'Restore it from a backup, or make it again from its source.', cause });
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const end = await readAt(handle, Math.max(0, size - FIRST_READ), Math.min(size, FIRST_READ));
      if (size < 2 * TAIL || end.toString('latin1', end.length - 4) !== MAGIC) throw torn('it does not end as one');
      const length = end.readUInt32LE(end.length - TAIL);
      if (length > size - TAIL - 4) throw torn('its footer reaches beyond it');
      const whole = length + TAIL <= end.length ? end : await readAt(handle, size - TAIL - length, length + TAIL);
      return readStruct(whole.subarray(whole.length - TAIL - length, whole.length - TAIL));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof RangeError ? torn(`its footer: ${error.message}`, error) : failureFrom(error, attempted, file);
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

interface TimeColumn {
  readonly column: Struct;
  /** DuckDB's name of its type. */
  readonly type: string;
  /** A value of its statistics as unix µs. */
  readonly instant: (bytes: Buffer) => number;
}

/** The preferred column by name, if its type is one we read; `unusual` when another kind of value could be meant. */
function findTime(columns: readonly Struct[]): TimeColumn | 'unusual' | undefined {
  for (const name of TIME_COLUMNS) {
    for (const column of columns) {
      if (nameOf(column).toLowerCase() !== name) continue;
      const kind = kindOf(column);
      if (kind === 'unusual') return kind;
      if (kind !== undefined) return { column, ...kind };
    }
  }
  return undefined;
}

/** Physical types of parquet.thrift. */
const [INT32, INT64, BYTE_ARRAY] = [1, 2, 6];
/** Converted types: what writers said before there were logical types. */
const [DECIMAL, DATE, TIMESTAMP_MILLIS, TIMESTAMP_MICROS, INT_64] = [5, 6, 9, 10, 18];
const DAY = 86_400_000_000;

const isText = (column: Struct): boolean => column.number(1) === BYTE_ARRAY && column.number(6) !== DECIMAL;

function kindOf(column: Struct): Omit<TimeColumn, 'column'> | 'unusual' | undefined {
  const [physical, converted, logical] = [column.number(1), column.number(6), column.struct(10)];
  if (physical === BYTE_ARRAY) return undefined;
  if (physical === INT32 && converted === DATE) return { type: 'DATE', instant: (bytes) => bytes.readInt32LE() * DAY };
  if (physical !== INT64) return 'unusual';
  const timestamp = logical?.struct(8);
  if (timestamp !== undefined) return timestampKind(timestamp);
  if (converted === TIMESTAMP_MILLIS || converted === TIMESTAMP_MICROS) return 'unusual';
  const isPlain = converted === undefined || converted === INT_64;
  return isPlain ? { type: 'BIGINT', instant: (bytes) => microsOf(bytes.readBigInt64LE()) } : 'unusual';
}

function timestampKind(timestamp: Struct): Omit<TimeColumn, 'column'> {
  const unit = timestamp.struct(2);
  const type = timestamp.flag(1) ? 'TIMESTAMP WITH TIME ZONE' : unit?.struct(3) === undefined ? 'TIMESTAMP' : 'TIMESTAMP_NS';
  if (unit?.struct(1) !== undefined) return { type, instant: (bytes) => Number(bytes.readBigInt64LE()) * 1000 };
  if (unit?.struct(2) !== undefined) return { type, instant: (bytes) => Number(bytes.readBigInt64LE()) };
  return { type, instant: (bytes) => Number(bytes.readBigInt64LE() / 1000n) };
}

/** The unit follows from the magnitude, as in `instantOf`. */
function microsOf(value: bigint): number {
  const size = Math.abs(Number(value));
  if (size > 1e16) return Number(value / 1000n);
  return Number(value) * (size > 1e13 ? 1 : size > 1e10 ? 1_000 : 1_000_000);
}

/** Earliest and latest instant over all row groups, unix ms; undefined where a row group has no statistics. */
function extentOf(footer: Struct, { column, instant }: TimeColumn): { start?: number; end?: number } | undefined {
  let [start, end] = [Infinity, -Infinity];
  for (const group of footer.structs(4)) {
    if (group.number(3) === 0) continue;
    const chunk = group.structs(1).find((each) => each.struct(3)?.texts(3).join('.') === nameOf(column));
    const statistics = chunk?.struct(3)?.struct(12);
    const [least, most] = [statistics?.bytes(6), statistics?.bytes(5)];
    if (least === undefined || most === undefined) return undefined;
    start = Math.min(start, instant(least));
    end = Math.max(end, instant(most));
  }
  return end < start ? {} : { start: start / 1000, end: end / 1000 };
}
