import type { CsvScanner } from './scanner';

/** The cells of the current record as text or bytes. */

/** A cell as it must be written (RFC 4180, comma). */
export const quoteCell = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const QUOTE = 34;

/** The content of a cell (unquoted) as text; empty when the record has no such cell. */
export function cellText(scanner: CsvScanner, cell: number): string {
  if (cell < 0 || cell >= scanner.cells) return '';
  const text = scanner.bytes.toString('utf8', scanner.starts[cell], scanner.ends[cell]);
  return scanner.quotes[cell] === 2 ? text.replaceAll('""', '"') : text;
}

/** All cells of the record as text. */
export const recordText = (scanner: CsvScanner): string[] =>
  Array.from({ length: scanner.cells }, (_, cell) => cellText(scanner, cell));

/** Copies the content of a cell (unquoted) to `target` at `at`; returns the position after it. The target must be large enough. */
export function copyCell(scanner: CsvScanner, cell: number, target: Uint8Array, at: number): number {
  const { bytes } = scanner;
  const end = scanner.ends[cell]!;
  const doubled = scanner.quotes[cell] === 2;
  for (let from = scanner.starts[cell]!; from < end; from++) {
    const byte = bytes[from]!;
    target[at++] = byte;
    if (doubled && byte === QUOTE) from++;
  }
  return at;
}

/** Where a cell begins and ends in the file's own text: with its quotes. */
export const rawStart = (scanner: CsvScanner, cell: number): number => scanner.starts[cell]! - (scanner.quotes[cell] === 0 ? 0 : 1);
export const rawEnd = (scanner: CsvScanner, cell: number): number => scanner.ends[cell]! + (scanner.quotes[cell] === 0 ? 0 : 1);

/**
 * The record's content as one string, one character a byte: two records have the same content exactly when all their
 * cells are equal, however they are quoted. A delimiter inside a cell becomes 0xFF, which no UTF-8 text holds.
 */
export function contentOf(scanner: CsvScanner): string {
  if (!scanner.quoted) return scanner.bytes.toString('latin1', scanner.start, scanner.end);
  const target = Buffer.allocUnsafe(scanner.end - scanner.start + 1);
  let at = 0;
  for (let cell = 0; cell < scanner.cells; cell++) {
    if (cell > 0) target[at++] = scanner.delimiter;
    const from = at;
    at = copyCell(scanner, cell, target, at);
    for (let i = from; i < at; i++) if (target[i] === scanner.delimiter) target[i] = 0xff;
  }
  return target.toString('latin1', 0, at);
}

/** Start values and multipliers of two hashes side by side (the first is FNV-1a), for each of two independent variants. */
const HASHES = [
  [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b],
  [0x6a09e667, 0x27d4eb2f, 0xbb67ae85, 0x165667b1],
] as const;

/**
 * A hash of the content (see `contentOf`) and of a 32-bit salt, an integer below 2^53. Equal content and salt have an
 * equal hash; the reverse is only very likely.
 */
export function hashOf(scanner: CsvScanner, variant: 0 | 1, salt = 0): number {
  if (!scanner.quoted) return hashOfBytes(scanner.bytes, scanner.start, scanner.end, variant, salt);
  const content = Buffer.from(contentOf(scanner), 'latin1');
  return hashOfBytes(content, 0, content.length, variant, salt);
}

/** As `hashOf`, of any bytes. */
export function hashOfBytes(bytes: Buffer, start: number, end: number, variant: 0 | 1, salt = 0): number {
  const [firstStart, firstFactor, secondStart, secondFactor] = HASHES[variant];
  let first = firstStart ^ salt;
  let second = secondStart ^ salt;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    first = Math.imul(first ^ byte, firstFactor);
    second = Math.imul(second ^ byte, secondFactor);
    second ^= second >>> 15;
  }
  return ((first ^ (first >>> 16)) >>> 0) * 0x200000 + ((second ^ (second >>> 13)) & 0x1fffff);
}
