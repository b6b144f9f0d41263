import type { Bars } from '../base/bar';
import { literal, parquetTable, selectRow, withConnection, type Connection } from './duck';
import { copyOptions, type VolumeType } from './master';
import { offerBars } from './offered';
import { parquetFailure } from './parquet';

/** Bars written straight from their arrays. */
export interface Series {
  /** Ascending, distinct times. */
  readonly bars: Bars;
  readonly volume: VolumeType;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes bars as a master has them (masterColumns), over whatever is there. The same bars give the same bytes.
 * @throws Failure `io`
 */
export function writeSeries(target: string, series: Series): Promise<void> {
  return telling(`write ${target}`, target, series.bars, 'kept', async (connection, table) => {
    await connection.run(`COPY (${rowsOf(series, table)}) TO ${literal(target)} (${copyOptions(series.metadata)})`);
  });
}

/**
 * True when the file's times rise, and it has exactly these bars after a number of others.
 * @throws Failure `io`
 */
export function holdsSeries(file: string, series: Omit<Series, 'metadata'>, before = 0): Promise<boolean> {
  return telling(`read ${file} back`, file, series.bars, 'any', async (connection, table) => {
    const digest = (rows: string): string => `SELECT count(*) AS rows, bit_xor(hash(datetime, open, high, low, close, volume, "time")) AS hashes FROM (${rows})`;
    const where = before === 0 ? '' : ` WHERE datetime >= make_timestamp(${series.bars.time[0]! * 1000}::BIGINT)`;
    const { equal } = await selectRow(
      connection,
      `SELECT ours.rows = theirs.rows AND ours.hashes IS NOT DISTINCT FROM theirs.hashes AND falls = 0 AND total = ours.rows + ${before} AS equal
       FROM (${digest(rowsOf(series, table))}) AS ours, (${digest(`SELECT * FROM ${parquetTable(file)}${where}`)}) AS theirs,
            (SELECT count(*) AS total, count(*) FILTER (datetime <= before) AS falls FROM (SELECT datetime, lag(datetime) OVER () AS before FROM ${parquetTable(file)}))`,
    );
    return equal === true;
  });
}

/** What Parquet files we write say of their writer. */
export const seriesWriter = (): Promise<string> =>
  withConnection(async (connection) => {
    const { writer } = await selectRow(connection, `SELECT format('DuckDB version {} (build {})', library_version, source_id) AS writer FROM pragma_version()`);
    return String(writer);
  });

const rowsOf = ({ volume }: Pick<Series, 'volume'>, table: string): string =>
  `SELECT make_timestamp((time * 1000)::BIGINT) AS datetime, open, high, low, close, nullif(volume, 'nan')::${volume} AS volume, floor(time / 1000)::BIGINT AS "time" FROM ${table}`;

async function telling<T>(attempted: string, file: string, bars: Bars, order: 'kept' | 'any', run: (connection: Connection, table: string) => Promise<T>): Promise<T> {
  try {
    return await withConnection(async (connection) => run(connection, await offerBars(connection, bars, order)));
  } catch (error) {
    throw parquetFailure(error, attempted, file);
  }
}
