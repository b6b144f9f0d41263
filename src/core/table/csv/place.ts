import type { Place } from '../../base/finding';
import { CR, LF } from './bytes';
import { rawEnd, rawStart } from './cells';
import type { CsvScanner } from './scanner';

/** Places on the page of the current record, computed only for findings that are kept. Columns are UTF-16 code units. */

/** From one position in the scanner's bytes to another. */
export function placeBetween(scanner: CsvScanner, from: number, to: number): Place {
  const start = locate(scanner, from);
  const end = locate(scanner, to);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** From the start of one cell to the end of another, quotes included. A missing cell is the end of the record. */
export function placeOfCells(scanner: CsvScanner, first: number, last = first): Place {
  const from = first < scanner.cells ? rawStart(scanner, first) : scanner.end;
  const to = last < scanner.cells ? rawEnd(scanner, last) : scanner.end;
  return placeBetween(scanner, from, to);
}

/** The first physical line of the record. */
export function placeOfRecord(scanner: CsvScanner): Place {
  let end = scanner.start;
  while (end < scanner.end && scanner.bytes[end] !== LF && scanner.bytes[end] !== CR) end++;
  return placeBetween(scanner, scanner.start, end);
}

/** The start of the page: for findings about the file as a whole. */
export const startOfFile: Place = { line: 1, column: 0, endLine: 1, endColumn: 0 };

function locate(scanner: CsvScanner, position: number): { line: number; column: number } {
  const { bytes } = scanner;
  let { line } = scanner;
  let lineStart = scanner.start;
  for (let at = scanner.start; at < position; at++) {
    const byte = bytes[at];
    if (byte !== LF && (byte !== CR || bytes[at + 1] === LF)) continue;
    line++;
    lineStart = at + 1;
  }
  return { line, column: bytes.toString('utf8', lineStart, position).length };
}

const LONGEST_TEXT = 200;

/** Raw text between two positions, cut at 200 characters. */
export function rawText(scanner: CsvScanner, from: number, to: number): string {
  const text = scanner.bytes.toString('utf8', from, Math.min(to, from + LONGEST_TEXT * 4));
  return text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text;
}
