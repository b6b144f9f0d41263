import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { failureFrom } from '../base/failure';
import { numberIn, parquetTable, selectRows } from './duck';
import { readFooter } from './footer';
import { instantOf, since } from './instant';
import { columnsOf, reading, requireTimeColumn } from './parquet';
import type { Struct } from './thrift';

/** What tells whether the bars of a day are the same as they were: their number and a hash of all their values. */
export interface DayPrint {
  /** Days from 22:00 to 22:00 UTC, counted from 1970-01-01 as the day that ends. */
  readonly day: number;
  readonly bars: number;
  readonly hash: string;
}

/** A row group: its rows, and the SHA-256 of its bytes with the columns they hold. The same of both is the same rows. */
export interface GroupPrint {
  readonly rows: number;
  readonly sha256: string;
}

export interface Fingerprint {
  readonly days: readonly DayPrint[];
  /** In the file's order. */
  readonly groups: readonly GroupPrint[];
}

/** A day begins here, ms before midnight UTC: the earliest a trading day can in New York. */
export const PRINT_OPENS = 7_200_000;
const DAY = 86_400_000;

/**
 * The fingerprint of a master. Days in row groups that are as they were are not looked at again; the rest is one pass of
 * DuckDB, about 20 million bars a second.
 * @returns undefined when the rows of a day do not lie together in order of days: such a master is not sound
 * @throws Failure as `readBars`
 */
export async function takeFingerprint(file: string, before: Fingerprint = { days: [], groups: [] }): Promise<Fingerprint | undefined> {
  const groups = await digestGroups(file);
  const known = unchangedDays(before, groups);
  const days = await digestDays(file, known);
  const rows = (list: readonly { rows: number }[]): number => list.reduce((sum, each) => sum + each.rows, 0);
  return days === undefined || rows(groups) !== rows(days.map(({ bars }) => ({ rows: bars }))) ? undefined : { days, groups };
}

/** Days that lie in row groups which are the same; the last of them may go on, and is left out. */
function unchangedDays(before: Fingerprint, groups: readonly GroupPrint[]): readonly DayPrint[] {
  let same = 0;
  for (const [at, { rows, sha256 }] of before.groups.entries()) {
    if (groups[at]?.sha256 !== sha256) break;
    same += rows;
  }
  let end = 0;
  const within = before.days.findIndex(({ bars }) => (end += bars) > same);
  return before.days.slice(0, Math.max(0, (within < 0 ? before.days.length : within) - 1));
}

/** @param known days at the file's start */
function digestDays(file: string, known: readonly DayPrint[]): Promise<DayPrint[] | undefined> {
  return reading(file, async (connection) => {
    const columns = await columnsOf(connection, file);
    const time = requireTimeColumn(file, columns);
    const has = (name: string): boolean => columns.some((column) => column.name.toLowerCase() === name);
    const values = ['open', 'high', 'low', 'close', 'volume'].filter(has).map((name) => `${name}::DOUBLE`);
    const last = known.at(-1);
    const rest = last === undefined ? '' : ` WHERE ${since(time, ((last.day + 1) * DAY - PRINT_OPENS) * 1000)}`;
    const rows = await selectRows(
      connection,
      `SELECT floor((instant + ${PRINT_OPENS * 1000}) / ${DAY * 1000})::BIGINT AS day, count(*) AS bars, min(row) AS first, max(row) AS last, bit_xor(hash)::VARCHAR AS hash
       FROM (SELECT ${instantOf(time)} AS instant, file_row_number AS row, hash(${[instantOf(time), ...values].join(', ')}) AS hash FROM ${parquetTable(file).replace(/\)$/, ', file_row_number = true)')}${rest})
       GROUP BY day ORDER BY day`,
    );
    let next = known.reduce((sum, { bars }) => sum + bars, 0);
    for (const row of rows) {
      if (numberIn(row, 'first') !== next || numberIn(row, 'last') !== next + numberIn(row, 'bars') - 1) return undefined;
      next = numberIn(row, 'last') + 1;
    }
    return [...known, ...rows.map((row) => ({ day: numberIn(row, 'day'), bars: numberIn(row, 'bars'), hash: String(row['hash']) }))];
  });
}

async function digestGroups(file: string): Promise<GroupPrint[]> {
  const footer = await readFooter(file);
  const columns = footer.structs(2).map((column) => [column.text(4), column.number(1), column.number(6)].join(' '));
  const groups = footer.structs(4).map((group) => ({ rows: group.number(3) ?? 0, ...bytesOf(group) }));
  try {
    return await Promise.all(
      groups.map(async ({ rows, from, to }) => {
        const hash = createHash('sha256').update(columns.join(','));
        if (to > from) for await (const part of createReadStream(file, { start: from, end: to - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) hash.update(part);
        return { rows, sha256: hash.digest('hex') };
      }),
    );
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

/** Where a row group's pages lie: from its first dictionary or data page, all columns one after the other. */
function bytesOf(group: Struct): { from: number; to: number } {
  const columns = group.structs(1).flatMap((column) => column.struct(3) ?? []);
  const from = columns.map((column) => Math.min(column.number(9) ?? Infinity, column.number(11) ?? Infinity));
  const ends = columns.map((column, at) => from[at]! + (column.number(7) ?? 0));
  return columns.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...from), to: Math.max(...ends) };
}
