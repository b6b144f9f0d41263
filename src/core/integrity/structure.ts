import type { CsvScanner } from '../table/csv/scanner';
import { rawStart } from '../table/csv/cells';
import { placeBetween, rawText } from '../table/csv/place';
import type { Findings } from './findings';
import { thousands } from './findings';
import type { Row, RowCheck } from './row';

/** The shape of a row: number of cells, quotes, bytes that are no text. */
export class StructureCheck implements RowCheck {
  readonly #width: number;

  /** @param width cells a row must have */
  constructor(width: number) {
    this.#width = width;
  }

  row(row: Row): void {
    const { scanner } = row;
    const { cells } = scanner;
    if (cells < this.#width) {
      const missing = row.columns.slice(cells).map((name) => `"${name}"`).join(', ');
      row.whole('missing-cell', () => `${cells} cells instead of ${this.#width}: ${missing} missing.`);
    } else if (cells > this.#width) {
      row.cell('extra-cell', this.#width, () => `${cells} cells instead of ${this.#width}.`, undefined, cells - 1);
    }
    if (scanner.stray >= 0 || scanner.unclosed >= 0) checkQuotes(scanner, row.findings, row.number);
    if (scanner.suspect) checkBytes(scanner, row.findings, row.number);
  }
}

/** An empty line, or one of spaces and tabs only. */
export function isBlank(scanner: CsvScanner): boolean {
  if (scanner.cells > 1 || scanner.quoted) return false;
  for (let at = scanner.start; at < scanner.end; at++) {
    if (scanner.bytes[at] !== SPACE && scanner.bytes[at] !== TAB) return false;
  }
  return true;
}

const SPACE = 32;
const TAB = 9;

export function checkQuotes(scanner: CsvScanner, findings: Findings, row: number): void {
  const { stray, unclosed } = scanner;
  const report = (code: 'stray-quote' | 'unclosed-quote', at: number, message: string): void => {
    findings.add(code, row, '', () => ({ message, place: placeBetween(scanner, at, at + 1), text: rawText(scanner, at, scanner.end) }));
  };
  if (unclosed >= 0) report('unclosed-quote', unclosed, 'This quote is never closed; the line is read as if it were an ordinary character.');
  else if (stray >= 0) report('stray-quote', cellStartBefore(scanner, stray), 'A quote or text where none may be: a quoted cell must be quoted as a whole, quotes inside it doubled.');
}

/** The stray byte itself, or the quote before it when the stray byte is text after a closing quote. */
const cellStartBefore = (scanner: CsvScanner, at: number): number => (scanner.bytes[at] === QUOTE || at === scanner.start ? at : at - 1);
const QUOTE = 34;

export function checkBytes(scanner: CsvScanner, findings: Findings, row: number): void {
  const nul = scanner.bytes.subarray(scanner.start, scanner.end).indexOf(0);
  if (nul >= 0) reportByte(scanner, findings, row, 'nul-byte', scanner.start + nul);
  const invalid = invalidByte(scanner.bytes, scanner.start, scanner.end);
  if (invalid >= 0) reportByte(scanner, findings, row, 'encoding-error', invalid);
}

function reportByte(scanner: CsvScanner, findings: Findings, row: number, code: 'nul-byte' | 'encoding-error', at: number): void {
  const what = code === 'nul-byte' ? 'NUL byte' : `Byte 0x${scanner.bytes[at]!.toString(16)} is not UTF-8`;
  findings.add(code, row, '', () => ({
    message: `${what} at byte ${thousands(scanner.offsetOf(at))} of the file.`,
    place: placeBetween(scanner, at, at + 1),
    text: rawText(scanner, rawStart(scanner, cellAt(scanner, at)), scanner.end),
  }));
}

function cellAt(scanner: CsvScanner, position: number): number {
  let cell = scanner.cells - 1;
  while (cell > 0 && rawStart(scanner, cell) > position) cell--;
  return cell;
}

/** Position of the first byte that is not part of valid UTF-8 (RFC 3629, section 4), or -1. */
export function invalidByte(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; ) {
    const length = characterLength(bytes, at, end);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

/** Length of the valid character at `at`; 0 when there is none. */
function characterLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > end) return 0;
  const second = bytes[at + 1]!;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}
