import * as crypto from 'node:crypto';
import { copyCell } from '../table/csv/cells';
import type { CsvScanner } from '../table/csv/scanner';
import type { Row, RowCheck } from './row';

/**
 * The row checksum of sealed CSV files: SHA-256, 64 lower-case hexadecimal digits, of the UTF-8 text of all values except
 * `checksum_sha256`, ordered by column name (by Unicode code point) and joined with `|`. Values are the cells' text as
 * written in the file, after unquoting; numbers are never formatted anew.
 *
 * Known limits of the format: the values `a|b`, `c` and `a`, `b|c` have the same checksum, and rows cut off the end leave
 * the rest valid. The seal manifest (manifest.ts) covers both.
 */
export function rowChecksum(columns: readonly string[], values: readonly string[]): string {
  const order = checksumOrder(columns, columns.indexOf('checksum_sha256'));
  return sha256(Buffer.from(order.map((at) => values[at] ?? '').join('|')));
}

/** Indexes of the columns in the order in which their values are hashed: by code point, which is the order of their UTF-8 bytes. */
export function checksumOrder(columns: readonly string[], checksum: number): number[] {
  const names = columns.map((name) => Buffer.from(name));
  return [...columns.keys()].filter((at) => at !== checksum).sort((a, b) => Buffer.compare(names[a]!, names[b]!));
}

type OneShot = (algorithm: string, data: Uint8Array, encoding: 'hex') => string;

/** `crypto.hash` came with Node 20.12; it is 30 % faster than a Hash object for texts as short as a row. */
export const sha256: (bytes: Uint8Array) => string =
  'hash' in crypto
    ? (bytes) => (crypto.hash as OneShot)('sha256', bytes, 'hex')
    : (bytes) => (crypto as { createHash: typeof crypto.createHash }).createHash('sha256').update(bytes).digest('hex');

const DIGITS = 64;
const PIPE = 124;

/** checksum-format and checksum-mismatch. Rows with missing or extra cells are left to the structure check: their values have no columns. */
export class SealCheck implements RowCheck {
  readonly #cell: number;
  readonly #width: number;
  readonly #digest: RowDigest;

  /** @param cell index of `checksum_sha256` */
  constructor(columns: readonly string[], cell: number) {
    this.#cell = cell;
    this.#width = columns.length;
    this.#digest = new RowDigest(columns, cell);
  }

  row(row: Row): void {
    const { scanner } = row;
    if (scanner.cells !== this.#width) return;
    const start = scanner.starts[this.#cell]!;
    const end = scanner.ends[this.#cell]!;
    if (!isChecksum(scanner.bytes, start, end)) {
      row.cell('checksum-format', this.#cell, () => `${describeText(row.text(this.#cell))} is not 64 lower-case hexadecimal digits.`);
      return;
    }
    const computed = this.#digest.of(scanner);
    if (equals(computed, scanner.bytes, start)) return;
    row.cell('checksum-mismatch', this.#cell, () => `The stored checksum is ${row.text(this.#cell)}, but the values give ${computed}.`);
  }
}

/** Computes the checksum of one row after the other, from its bytes. */
export class RowDigest {
  readonly #order: readonly number[];
  #text = Buffer.alloc(4096);

  /** @param checksum index of `checksum_sha256`, which is left out */
  constructor(columns: readonly string[], checksum: number) {
    this.#order = checksumOrder(columns, checksum);
  }

  /** @param set a cell that holds, or will hold, this text (ASCII) instead of what is in the record */
  of(scanner: CsvScanner, set?: { readonly cell: number; readonly text: string }): string {
    const needed = scanner.end - scanner.start + this.#order.length + (set?.text.length ?? 0);
    if (this.#text.length < needed) this.#text = Buffer.alloc(needed * 2);
    let at = 0;
    for (const cell of this.#order) {
      if (at > 0 || cell !== this.#order[0]) this.#text[at++] = PIPE;
      at = cell === set?.cell ? at + this.#text.write(set.text, at, 'latin1') : copyCell(scanner, cell, this.#text, at);
    }
    return sha256(this.#text.subarray(0, at));
  }
}

const describeText = (text: string): string => (text === '' ? 'An empty cell' : `"${text.slice(0, 80)}"`);

/** 64 digits `0-9a-f`. */
export function isChecksum(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== DIGITS) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (!((byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102))) return false;
  }
  return true;
}

function equals(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < DIGITS; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
