import { identifier, numberIn, parquetTable, parquetTables, selectRow, selectRows, withConnection, type Connection, type Row } from './duck';
import { holdsNumbers, instantOf, isInteger, type Column } from './instant';
import { columnsOf, parquetFailure, reading, requireTimeColumn } from './parquet';

/** One pass over a Parquet file's times: is it in order, and where is it thin. Nothing is loaded into memory. */
export interface TimeSurvey {
  readonly rows: number;
  /** Rows without a time. */
  readonly missing: number;
  /** Rows earlier than the row before. */
  readonly backward: number;
  /** Rows at the same time as the row before. */
  readonly repeated: number;
  /** Rows whose time is no whole millisecond. */
  readonly fractional: number;
  /** The first row (1-based) that is not later than the row before, and its time, unix ms UTC. */
  readonly firstFault?: { readonly row: number; readonly time: number };
  /** Rows of which a price is missing or no number, and the first time of one; absent when there are none, and in a file without prices. */
  readonly unpriced?: { readonly bars: number; readonly first: number };
  /** Steps longer than the given time, and the longest step of all with the bar it starts from; ms. */
  readonly gaps: number;
  readonly largestGap: number;
  readonly largestGapFrom?: number;
  /** Every step longer than LONG_STEP, in no certain order. */
  readonly longSteps: readonly Step[];
}

/** From the open of one bar to that of the next, unix ms UTC. */
export interface Step {
  readonly from: number;
  readonly to: number;
}

/** Longer than a daily pause and than a bar of four hours: few enough to be kept, ms. */
export const LONG_STEP = 4 * 3_600_000;

/** Longer than any step, ms. */
const NEVER = 1e12;

/**
 * @param gap steps longer than this many ms are counted as gaps
 * @throws Failure as `describeParquet`; `refused` when there is no time column
 */
export function surveyTimes(file: string, gap = NEVER): Promise<TimeSurvey> {
  return reading(file, async (connection) => {
    const columns = await columnsOf(connection, file);
    return (await surveyIn(connection, [file], { time: requireTimeColumn(file, columns), columns }, gap))[0]!;
  });
}

/**
 * Whether every time is there, a whole millisecond, and later than the one before: the quick question, a third of the
 * cost of a survey, which is only worth asking for where the answer is no.
 * @throws Failure as `surveyTimes`
 */
export function isInOrder(file: string): Promise<boolean> {
  return reading(file, async (connection) => {
    const instant = instantOf(requireTimeColumn(file, await columnsOf(connection, file)));
    const row = await selectRow(
      connection,
      `SELECT count(*) FILTER (bar_instant IS NULL OR bar_instant <= before OR bar_instant % 1000 <> 0) AS faults
       FROM (SELECT bar_instant, lag(bar_instant) OVER () AS before FROM (SELECT ${instant} AS bar_instant FROM ${parquetTable(file)}))`,
    );
    return numberIn(row, 'faults') === 0;
  });
}

/**
 * Surveys many files in one query, which costs a tenth of asking for each by itself.
 * @param files of the same columns
 * @throws Failure `io` when one of them cannot be read: which one, only surveying each tells
 */
export async function surveyManyTimes(files: readonly string[], alike: Alike, gap = NEVER): Promise<TimeSurvey[]> {
  if (files.length === 0) return [];
  try {
    return await withConnection((connection) => surveyIn(connection, files, alike, gap));
  } catch (error) {
    throw parquetFailure(error, `read ${files.length} Parquet files`, files[0]!);
  }
}

/** What files have in common. */
export interface Alike {
  readonly time: Column;
  /** Those of unknown type have an empty one. */
  readonly columns: readonly Column[];
}

async function surveyIn(connection: Connection, files: readonly string[], { time, columns }: Alike, gap: number): Promise<TimeSurvey[]> {
  const rows = await selectRows(
    connection,
    `SELECT file_index, count(*) AS rows, count(*) - count(bar_instant) AS missing,
      count(*) FILTER (bar_instant < before) AS backward, count(*) FILTER (bar_instant = before) AS repeated, count(*) FILTER (bar_instant % 1000 <> 0) AS fractional,
      min(row) FILTER (bar_instant <= before) AS fault, arg_min(bar_instant, row) FILTER (bar_instant <= before) AS fault_at,
      count(*) FILTER (NOT priced) AS unpriced, min(bar_instant) FILTER (NOT priced) AS unpriced_from,
      count(*) FILTER (bar_instant - before > ${Math.round(gap * 1000)}) AS gaps, max(bar_instant - before) AS largest, arg_max(before, bar_instant - before) AS largest_from,
      string_agg(before || ' ' || bar_instant, ',') FILTER (bar_instant - before > ${LONG_STEP * 1000}) AS long_steps
     FROM (SELECT file_index, bar_instant, row, priced, CASE WHEN lag(file_index) OVER () = file_index THEN lag(bar_instant) OVER () END AS before
       FROM (SELECT file_index, file_row_number + 1 AS row, ${instantOf(time)} AS bar_instant, ${isPriced(columns)} AS priced FROM ${parquetTables(files)}))
     GROUP BY file_index`,
  );
  const byIndex = new Map(rows.map((row) => [numberIn(row, 'file_index'), surveyOf(row)]));
  return files.map((_, index) => byIndex.get(index) ?? NOTHING);
}

/** SQL for whether a row has every price; true where there are no columns of prices. */
function isPriced(columns: readonly Column[]): string {
  const prices = ['open', 'high', 'low', 'close'].flatMap((price) => columns.filter(({ name, type }) => name.toLowerCase() === price && (type === '' || holdsNumbers(type))));
  return prices.length < 4 ? 'TRUE' : `coalesce(isfinite(${prices.map(({ name }) => `${identifier(name)}::DOUBLE`).join(' + ')}), FALSE)`;
}

/** Of a file without rows. */
const NOTHING: TimeSurvey = { rows: 0, missing: 0, backward: 0, repeated: 0, fractional: 0, gaps: 0, largestGap: 0, longSteps: [] };

function surveyOf(row: Row): TimeSurvey {
  const count = (column: string): number => numberIn(row, column);
  const milliseconds = (column: string): number => numberIn(row, column) / 1000;
  return {
    rows: count('rows'),
    missing: count('missing'),
    backward: count('backward'),
    repeated: count('repeated'),
    fractional: count('fractional'),
    ...(Number.isNaN(count('fault')) ? {} : { firstFault: { row: count('fault'), time: milliseconds('fault_at') } }),
    ...(count('unpriced') === 0 ? {} : { unpriced: { bars: count('unpriced'), first: milliseconds('unpriced_from') } }),
    gaps: count('gaps'),
    largestGap: Math.max(0, milliseconds('largest') || 0),
    ...(Number.isNaN(count('largest_from')) ? {} : { largestGapFrom: milliseconds('largest_from') }),
    longSteps: stepsIn(row['long_steps'] ?? null),
  };
}

/** `from to,from to` in µs; null when there are none. */
function stepsIn(text: Row[string]): Step[] {
  if (typeof text !== 'string') return [];
  return text.split(',').map((pair) => {
    const [from, to] = pair.split(' ').map((instant) => Number(instant) / 1000);
    return { from: from!, to: to! };
  });
}

export interface ColumnSurvey {
  /** Rows whose volume is missing or no whole number; all rows when there is no volume column. */
  readonly unevenVolumes: number;
  /** Rows whose column `time`, beside another time column, is something else than that time in unix seconds. */
  readonly foreignSeconds: number;
  /** Of the time, price and volume columns those that hold values a master as we write it cannot: in how many rows. */
  readonly inexact: Readonly<Record<string, number>>;
}

/** What decides how a master's `volume` and `time` columns may be written. @throws Failure as `surveyTimes` */
export function surveyColumns(file: string): Promise<ColumnSurvey> {
  return reading(file, async (connection) => {
    const columns = await columnsOf(connection, file);
    const time = requireTimeColumn(file, columns);
    const named = (name: string): Column | undefined => columns.find((column) => column.name.toLowerCase() === name);
    const seconds = named('time');
    const numbers = ['open', 'high', 'low', 'close', 'volume'].flatMap((name) => named(name) ?? []);
    const inexact = [...numbers.map((column) => ({ column, test: isRounded(column) })), { column: time, test: isFinerThanMicros(time) }];
    const row = await selectRow(
      connection,
      `SELECT ${inexact.map(({ test }, at) => `count(*) FILTER (${test}) AS inexact_${at}`).join(', ')}, count(*) FILTER (NOT (${named('volume') === undefined ? 'FALSE' : isWhole('volume::DOUBLE')})) AS uneven,
        count(*) FILTER (${seconds === undefined || seconds.name === time.name ? 'FALSE' : isForeign(seconds, instantOf(time))}) AS foreign_seconds
       FROM ${parquetTable(file)}`,
    );
    const found = inexact.map(({ column }, at) => [column.name, numberIn(row, `inexact_${at}`)] as const).filter(([, rows]) => rows > 0);
    return { unevenVolumes: numberIn(row, 'uneven'), foreignSeconds: numberIn(row, 'foreign_seconds'), inexact: Object.fromEntries(found) };
  });
}

/** Not the same again after it was a double, which is what we write. */
function isRounded({ name, type }: Column): string {
  if (type === 'DOUBLE' || type === 'FLOAT') return 'FALSE';
  const column = identifier(name);
  return `${column} IS NOT NULL AND TRY_CAST(${column}::DOUBLE AS ${type}) IS DISTINCT FROM ${column}`;
}

/** Times are written in µs. */
const isFinerThanMicros = ({ name, type }: Column): string => (type === 'TIMESTAMP_NS' ? `epoch_ns(${identifier(name)}) % 1000 <> 0` : 'FALSE');

/** Every whole number up to this is exact in a double. */
const isWhole = (value: string): string => `coalesce(isfinite(${value}) AND ${value} = trunc(${value}) AND abs(${value}) <= ${Number.MAX_SAFE_INTEGER}, FALSE)`;

function isForeign(seconds: Column, instant: string): string {
  const column = identifier(seconds.name);
  const differs = `${column} <> floor(${instant} / 1000000)`;
  if (isInteger(seconds.type)) return `coalesce(${differs}, FALSE)`;
  return seconds.type === 'DOUBLE' ? `coalesce(NOT isnan(${column}) AND ${differs}, FALSE)` : 'TRUE';
}
