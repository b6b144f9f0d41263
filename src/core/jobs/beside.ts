import path from 'node:path';
import type { BarDifference } from '../../protocol/results';
import { Failure, failureFrom } from '../base/failure';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { freeName } from '../disk/freeName';
import type { Rejected } from '../intake/rows';
import { quoteCell } from '../table/csv/cells';

/** Files put beside a vendor's file: what did not go into the master, so that nothing is thrown away unseen. */

/** Writes `{file}.rejected.csv` (row, line, code, the row as it stood). @returns its path; undefined without rejected rows */
export function writeRejected(disk: Disk, file: string, rejected: readonly Rejected[]): Promise<string | undefined> {
  const rows = rejected.map(({ row, line, code, text }) => [String(row), String(line), code, text]);
  return writeTable(disk, `${file}.rejected`, ['row', 'line', 'code', 'text'], rows);
}

/** Writes `{file}.conflicts.csv` (bar, field, the value in the master and in the file). @returns as `writeRejected` */
export function writeConflicts(disk: Disk, file: string, conflicts: readonly BarDifference[]): Promise<string | undefined> {
  const rows = conflicts.map(({ time, field, master, file: value }) => [time, field, String(master), String(value)]);
  return writeTable(disk, `${file}.conflicts`, ['time', 'field', 'master', 'file'], rows);
}

async function writeTable(disk: Disk, stem: string, header: readonly string[], rows: readonly (readonly string[])[]): Promise<string | undefined> {
  if (rows.length === 0) return undefined;
  const text = [header, ...rows].map((row) => `${row.map(quoteCell).join(',')}\n`).join('');
  const { target, isThere } = await freeName(stem, text);
  if (!isThere) await writeText(disk, target, text).catch(explain(target));
  return target;
}

const explain =
  (target: string) =>
  (error: unknown): never => {
    const { kind, facts } = failureFrom(error, `write ${target}`, target);
    const remedy = `Rows that cannot go into the master are kept beside the file: copy it to a folder that can be written to (${path.dirname(target)} cannot). Nothing was imported.`;
    throw new Failure(kind, { ...facts, remedy });
  };
