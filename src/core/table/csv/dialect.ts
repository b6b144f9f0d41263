import { CsvScanner } from './scanner';

/** How a CSV file is written, as far as it must be known before reading it. */
export interface CsvDialect {
  readonly delimiter: Delimiter;
  readonly bom: boolean;
}

export type Delimiter = ',' | ';' | '\t' | '|';
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** Bytes of the UTF-8 byte-order mark at the start of a file. */
export const BOM_BYTES = 3;

const SAMPLED_RECORDS = 64;

/** @param head the first bytes of the file; `whole`: that is all of it */
export function sniffDialect(head: Buffer, whole: boolean): CsvDialect {
  const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const fits = DELIMITERS.map((delimiter) => fitOf(head, whole, delimiter, bom));
  const best = fits.reduce((a, b) => (isBetter(b, a) ? b : a));
  return { delimiter: best.delimiter, bom };
}

/** UTF-16 by its byte-order mark or, without one, by a NUL in every other byte: text of which none can be read as UTF-8. */
export function isUtf16(head: Buffer): boolean {
  if (head.length < 4) return false;
  const mark = head.readUInt16BE(0);
  if (mark === 0xfeff || mark === 0xfffe) return true;
  const start = head.subarray(0, 64);
  const everyOther = (first: number): boolean => start.every((byte, at) => (byte === 0) === (at % 2 === first));
  return everyOther(0) || everyOther(1);
}

/** A scanner standing before the first record of `head`. */
export function scannerOver(head: Buffer, whole: boolean, delimiter: string, bom: boolean): CsvScanner {
  const scanner = new CsvScanner(delimiter.charCodeAt(0), bom ? BOM_BYTES : 0);
  head.copy(scanner.room(head.length));
  scanner.grown(head.length);
  if (whole) scanner.finish();
  return scanner;
}

interface Fit {
  readonly delimiter: Delimiter;
  /** Cells that most records have. */
  readonly cells: number;
  /** Share of the records that have so many. */
  readonly share: number;
}

function fitOf(head: Buffer, whole: boolean, delimiter: Delimiter, bom: boolean): Fit {
  const scanner = scannerOver(head, whole, delimiter, bom);
  const counts: number[] = [];
  while (counts.length < SAMPLED_RECORDS && scanner.next()) if (scanner.end > scanner.start) counts.push(scanner.cells);
  const cells = mostFrequent(counts) ?? 1;
  return { delimiter, cells, share: counts.filter((count) => count === cells).length / Math.max(1, counts.length) };
}

/** A delimiter that splits nothing is the last resort; otherwise agreement between records counts, then the number of cells. */
function isBetter(a: Fit, b: Fit): boolean {
  if (a.cells > 1 !== b.cells > 1) return a.cells > 1;
  return a.share === b.share ? a.cells > b.cells : a.share > b.share;
}

/** The most frequent value; the smaller of equals. */
export function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: number | undefined;
  let most = 0;
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < best!)) {
      best = value;
      most = count;
    }
  }
  return best;
}
