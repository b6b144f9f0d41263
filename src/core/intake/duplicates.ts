import type { Dialect } from '../../protocol/report';
import type { Bars } from '../base/bar';
import { pickBars } from '../base/bar';
import type { Operation } from '../base/ports';
import { BOM_BYTES } from '../table/csv/dialect';
import { CsvScanner } from '../table/csv/scanner';
import { eachRecord, openFile } from '../table/csv/source';
import type { Rejected, RowBars } from './rows';
import { isStrictlyIncreasing } from './sorted';

type Duplicate = Omit<Rejected, 'text'>;

/**
 * Sorts bars by time. Of several for one time the first row stays; the others are `duplicate-row` when they say the same
 * and `duplicate-timestamp` when they do not. The integrity pass has taken out those that stand together; these are the
 * ones that meet only when the rows are in order.
 */
export function sortBars({ bars, rows, lines }: RowBars): { bars: Bars; duplicates: Duplicate[] } {
  const { time } = bars;
  if (isStrictlyIncreasing(time)) return { bars, duplicates: [] };
  const order = Uint32Array.from(time, (_, i) => i).sort((a, b) => time[a]! - time[b]! || a - b);
  const duplicates: Duplicate[] = [];
  const kept: number[] = [];
  for (const i of order) {
    const first = kept.at(-1);
    if (first === undefined || time[i] !== time[first]) kept.push(i);
    else duplicates.push({ row: rows[i]!, line: lines[i]!, code: isSame(bars, i, first) ? 'duplicate-row' : 'duplicate-timestamp' });
  }
  return { bars: pickBars(bars, kept), duplicates };
}

const isSame = (bars: Bars, a: number, b: number): boolean =>
  [bars.open, bars.high, bars.low, bars.close, bars.volume].every((column) => Object.is(column[a], column[b]));

const CHUNK = 1024 * 1024;

/** Fetches the text of rows from the file again: only a file with copies out of order needs it. */
export async function withText(file: string, dialect: Dialect, duplicates: readonly Duplicate[], operation: Operation): Promise<Rejected[]> {
  if (duplicates.length === 0) return [];
  const byLine = new Map(duplicates.map((duplicate) => [duplicate.line, duplicate]));
  const found: Rejected[] = [];
  const scanner = new CsvScanner(dialect.delimiter.charCodeAt(0), dialect.bom ? BOM_BYTES : 0);
  const record = (): void => {
    const duplicate = byLine.get(scanner.line);
    if (duplicate !== undefined) found.push({ ...duplicate, text: scanner.bytes.toString('utf8', scanner.start, scanner.end) });
  };
  const source = await openFile(file);
  try {
    await eachRecord(source, scanner, CHUNK, { record }, operation, `fetch duplicate rows of ${file}`);
  } finally {
    await source.close();
  }
  return found;
}
