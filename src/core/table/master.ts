import type { Bars } from '../base/bar';
import { CHUNK_ROWS, identifier, literal, numberIn, parquetTable, selectRow, withConnection, type Connection } from './duck';
import { findTimeColumn, instantOf, since, type Column } from './instant';
import { offerBars } from './offered';
import { columnsOf, parquetFailure, requireTimeColumn } from './parquet';

/** Writing a master: our columns first and always alike, the columns of others carried along. */

export interface MasterContent {
  /** A Parquet file whose bars, rising in time, and columns we do not know are carried over. */
  readonly existing?: string;
  /** Ascending, distinct times; not empty when there is an existing file. A bar at an existing time takes that bar's place; every other bar is added. */
  readonly changes: Bars;
  /** `BIGINT` only when no volume is missing or fractional. */
  readonly volume: VolumeType;
  readonly metadata: Readonly<Record<string, string>>;
}

export type VolumeType = 'BIGINT' | 'DOUBLE';

/** Our columns in order: bar open as naive UTC µs, points, contracts, bar open as unix s. */
export const masterColumns = (volume: VolumeType): readonly Column[] => [
  { name: 'datetime', type: 'TIMESTAMP' },
  { name: 'open', type: 'DOUBLE' },
  { name: 'high', type: 'DOUBLE' },
  { name: 'low', type: 'DOUBLE' },
  { name: 'close', type: 'DOUBLE' },
  { name: 'volume', type: volume },
  { name: 'time', type: 'BIGINT' },
];

/** Columns of an existing master that are neither ours nor its time column: they survive every merge. */
export function extraColumns(columns: readonly Column[]): Column[] {
  const ours = new Set([...masterColumns('DOUBLE').map((column) => column.name), findTimeColumn(columns)?.name.toLowerCase()]);
  return columns.filter((column) => !ours.has(column.name.toLowerCase()));
}

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Writes a master to `target`, over whatever is there: zstd, row groups of about 100,000 rows, in order of time. The same
 * content gives the same bytes. Bars carried over keep their other columns; bars added have none. Only the stretch of the
 * existing master that the changes reach into is joined with them and sorted; what lies before and after streams through.
 * @throws Failure `io`
 */
export async function writeMaster(target: string, content: MasterContent): Promise<void> {
  try {
    await withConnection(async (connection) => {
      const { existing } = content;
      const offered = await offerBars(connection, content.changes);
      // What is looked at more than once becomes a table; a new master is written from memory straight away.
      if (existing !== undefined) await connection.run(`CREATE TEMP TABLE changes AS FROM ${offered}`);
      const changes = changesIn(existing === undefined ? offered : 'changes');
      const columns = existing === undefined ? [] : await columnsOf(connection, existing);
      const write = async (rows: string): Promise<void> => {
        await connection.run(`COPY (${finished(rows, content.volume, extraColumns(columns))}) TO ${literal(target)} (${copyOptions(content.metadata)})`);
      };
      const rows = existing === undefined ? changes : await merged(connection, existing, columns, content.changes.time, changes);
      await write(rows);
      if (existing !== undefined && !(await isRising(connection, target))) await write(`SELECT * FROM (${rows}) ORDER BY bar_instant`);
    });
  } catch (error) {
    throw parquetFailure(error, `write ${target}`, target);
  }
}

export const changesIn = (table: string): string => `SELECT (time * 1000)::BIGINT AS bar_instant, open, high, low, close, nullif(volume, 'nan') AS volume FROM ${table}`;

/**
 * The existing bars before the changes, the two side by side where they meet, and the existing bars after; parts without
 * bars are left out. Each part is in order, and UNION ALL leaves the parts as they are written (DuckDB, "Order
 * Preservation") when they are files or sorted: an empty part, or one in memory, was seen to let the next one pass. So only
 * what comes last is left unsorted, and the outcome is looked at.
 */
async function merged(connection: Connection, existing: string, columns: readonly Column[], changed: Float64Array, changes: string): Promise<string> {
  const time = requireTimeColumn(existing, columns);
  const [from, to] = [since(time, changed[0]! * 1000), since(time, changed[changed.length - 1]! * 1000 + 1)];
  const held = await selectRow(connection, `SELECT count(*) FILTER (NOT (${from})) AS before, count(*) FILTER (${to}) AS after, count(*) AS bars FROM ${parquetTable(existing)}`);
  const [before, after] = [numberIn(held, 'before'), numberIn(held, 'after')];
  const old = (where: string): string => `${oldBars(existing, columns)} WHERE ${where}`;
  const extras = extraColumns(columns);
  if (before === numberIn(held, 'bars')) return `${oldBars(existing, columns)} UNION ALL SELECT *${extras.map(({ name, type }) => `, NULL::${type} AS ${identifier(name)}`).join('')} FROM (${changes})`;
  const meeting = `(${joined(old(`${from} AND NOT (${to})`), changes, extras)} ORDER BY bar_instant)`;
  return [...(before === 0 ? [] : [old(`NOT (${from})`)]), meeting, ...(after === 0 ? [] : [old(to)])].join(' UNION ALL ');
}

async function isRising(connection: Connection, file: string): Promise<boolean> {
  const row = await selectRow(connection, `SELECT count(*) FILTER (datetime <= before) AS falls FROM (SELECT datetime, lag(datetime) OVER () AS before FROM ${parquetTable(file)})`);
  return numberIn(row, 'falls') === 0;
}

/** The bars of a Parquet file: `bar_instant` in µs, prices and volume as DOUBLE, then the columns of others. */
export function oldBars(existing: string, columns: readonly Column[]): string {
  const volume = columns.some((column) => column.name.toLowerCase() === 'volume') ? 'volume::DOUBLE' : 'NULL::DOUBLE';
  const prices = ['open', 'high', 'low', 'close'].map((name) => `${name}::DOUBLE AS ${name}`);
  const selected = [`${instantOf(requireTimeColumn(existing, columns))} AS bar_instant`, ...prices, `${volume} AS volume`, ...extraColumns(columns).map((column) => identifier(column.name))];
  return `SELECT ${selected.join(', ')} FROM ${parquetTable(existing)}`;
}

/** By time; a changed bar's values win. `bar_instant` is in µs. */
function joined(old: string, changes: string, extras: readonly Column[]): string {
  const values = VALUES.map((name) => `CASE WHEN changed.bar_instant IS NULL THEN old.${name} ELSE changed.${name} END AS ${name}`);
  const selected = ['coalesce(changed.bar_instant, old.bar_instant) AS bar_instant', ...values, ...extras.map((column) => `old.${identifier(column.name)}`)];
  return `SELECT ${selected.join(', ')} FROM (${old}) AS old FULL JOIN (${changes}) AS changed ON old.bar_instant = changed.bar_instant`;
}

/** The order of rows is theirs: DuckDB keeps it through a COPY. */
function finished(rows: string, volume: VolumeType, extras: readonly Column[]): string {
  const ours = ['make_timestamp(bar_instant) AS datetime', 'open', 'high', 'low', 'close', `volume::${volume} AS volume`, 'floor(bar_instant / 1000000)::BIGINT AS time'];
  return `SELECT ${[...ours, ...extras.map((column) => identifier(column.name))].join(', ')} FROM (${rows})`;
}

const ASKED_ROWS = 100_000;
/** Rows in every row group but the last: DuckDB closes one after the data chunk that reaches the number asked for. */
export const GROUP_ROWS = Math.ceil(ASKED_ROWS / CHUNK_ROWS) * CHUNK_ROWS;

/** With more distinct values in a row group, a column's dictionary is longer than what it saves, and takes time to find out. */
const LARGEST_DICTIONARY = 4096;

export function copyOptions(metadata: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(metadata).sort().map((key) => `${identifier(key)}: ${literal(metadata[key]!)}`);
  const kept = pairs.length === 0 ? '' : `, KV_METADATA {${pairs.join(', ')}}`;
  // Version 2 stores times as differences, in half the room, but a reader in use (fastparquet) gets those over pauses wrong without a word.
  // Without USE_TMP_FILE DuckDB would write a second temporary file beside the one it was given.
  return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ASKED_ROWS}, USE_TMP_FILE false, PARQUET_VERSION v1, DICTIONARY_SIZE_LIMIT ${LARGEST_DICTIONARY}${kept}`;
}
