import type { Bars } from '../base/bar';
import { CHUNK_ROWS, identifier, literal, numberIn, parquetTable, selectRow, stageNumbers, withConnection } from './duck';
import { findTimeColumn, instantOf, since, type Column } from './instant';
import { columnsOf, parquetFailure, reading, requireTimeColumn } from './parquet';

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
 * content gives the same bytes. Bars carried over keep their other columns; bars added have none. Only the part of the
 * existing master that the changes reach into is joined with them.
 * @throws Failure `io`
 */
export async function writeMaster(target: string, content: MasterContent): Promise<void> {
  try {
    await withConnection(async (connection) => {
      await stageNumbers(connection, 'changes', { ...content.changes });
      const { existing } = content;
      const columns = existing === undefined ? [] : await columnsOf(connection, existing);
      const rows = existing === undefined ? CHANGES : merged(existing, columns, content.changes.time);
      await connection.run(`COPY (${finished(rows, content.volume, extraColumns(columns))}) TO ${literal(target)} (${copyOptions(content.metadata)})`);
    });
  } catch (error) {
    throw parquetFailure(error, `write ${target}`, target);
  }
}

const CHANGES = `SELECT (time * 1000)::BIGINT AS bar_instant, open, high, low, close, CASE WHEN isnan(volume) THEN NULL ELSE volume END AS volume FROM changes`;

/** The existing bars before the changes, the two side by side where they meet, and the existing bars after; sorted by time. */
function merged(existing: string, columns: readonly Column[], changed: Float64Array): string {
  const time = requireTimeColumn(existing, columns);
  const [first, last] = [changed[0]! * 1000, changed[changed.length - 1]! * 1000];
  const old = (where: string): string => `${oldBars(existing, columns, time)} WHERE ${where}`;
  const meeting = joined(old(`${since(time, first)} AND NOT (${since(time, last + 1)})`), extraColumns(columns));
  const parts = [old(`NOT (${since(time, first)})`), meeting, old(since(time, last + 1))];
  // Only ORDER BY promises an order: the branches of a UNION ALL need not come out as they are written.
  return `SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY bar_instant`;
}

function oldBars(existing: string, columns: readonly Column[], time: Column): string {
  const volume = columns.some((column) => column.name.toLowerCase() === 'volume') ? 'volume::DOUBLE' : 'NULL::DOUBLE';
  const prices = ['open', 'high', 'low', 'close'].map((name) => `${name}::DOUBLE AS ${name}`);
  const selected = [`${instantOf(time)} AS bar_instant`, ...prices, `${volume} AS volume`, ...extraColumns(columns).map((column) => identifier(column.name))];
  return `SELECT ${selected.join(', ')} FROM ${parquetTable(existing)}`;
}

/** By time; a changed bar's values win. `bar_instant` is in µs. */
function joined(old: string, extras: readonly Column[]): string {
  const values = VALUES.map((name) => `CASE WHEN changed.bar_instant IS NULL THEN old.${name} ELSE changed.${name} END AS ${name}`);
  const selected = ['coalesce(changed.bar_instant, old.bar_instant) AS bar_instant', ...values, ...extras.map((column) => `old.${identifier(column.name)}`)];
  return `SELECT ${selected.join(', ')} FROM (${old}) AS old FULL JOIN (${CHANGES}) AS changed ON old.bar_instant = changed.bar_instant`;
}

/** The order of rows is theirs: DuckDB keeps that of a sorted or single source through a COPY. */
function finished(rows: string, volume: VolumeType, extras: readonly Column[]): string {
  const ours = ['make_timestamp(bar_instant) AS datetime', 'open', 'high', 'low', 'close', `volume::${volume} AS volume`, 'floor(bar_instant / 1000000)::BIGINT AS time'];
  return `SELECT ${[...ours, ...extras.map((column) => identifier(column.name))].join(', ')} FROM (${rows})`;
}

const ASKED_ROWS = 100_000;
/** Rows in every row group but the last: DuckDB closes one after the data chunk that reaches the number asked for. */
export const GROUP_ROWS = Math.ceil(ASKED_ROWS / CHUNK_ROWS) * CHUNK_ROWS;

export function copyOptions(metadata: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(metadata).sort().map((key) => `${identifier(key)}: ${literal(metadata[key]!)}`);
  const kept = pairs.length === 0 ? '' : `, KV_METADATA {${pairs.join(', ')}}`;
  // Without USE_TMP_FILE DuckDB would write a second temporary file beside the one it was given.
  return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ASKED_ROWS}, USE_TMP_FILE false${kept}`;
}

/**
 * How many bars of `before` have not, in `after`, the same values in the given columns.
 * @throws Failure `io`
 */
export function countChangedExtras(before: string, after: string, extras: readonly Column[]): Promise<number> {
  return reading(after, async (connection) => {
    const time = requireTimeColumn(before, await columnsOf(connection, before));
    const names = extras.map((column) => identifier(column.name));
    const differs = names.map((name) => `old.${name} IS DISTINCT FROM new.${name}`);
    const row = await selectRow(
      connection,
      `SELECT count(*) AS changed FROM (SELECT ${instantOf(time)} AS bar_instant, ${names.join(', ')} FROM ${parquetTable(before)}) AS old
       LEFT JOIN (SELECT epoch_us(datetime) AS bar_instant, ${names.join(', ')} FROM ${parquetTable(after)}) AS new ON old.bar_instant = new.bar_instant
       WHERE new.bar_instant IS NULL OR ${differs.join(' OR ')}`,
    );
    return numberIn(row, 'changed');
  });
}
