import type { CsvScanner } from './scanner';

/** Numbers straight from bytes, exactly as `Number(text)` would round them. */

const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** Powers of ten up to the largest that is exact. */
export const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const EXACT = 2 ** 53;
/** No two ways to read the same digits: a cell of many takes no longer than it must. */
const SCIENTIFIC = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A decimal number, spaces around it allowed; NaN for everything else, including NaN, Infinity and the empty cell.
 * A mantissa below 2^53 over a power of ten up to 10^22 is one correctly rounded division (Clinger 1990); the rest is left to Number.
 */
export function parseNumber(bytes: Buffer, start: number, end: number): number {
  while (start < end && bytes[start] === SPACE) start++;
  while (end > start && bytes[end - 1] === SPACE) end--;
  let at = start;
  const sign = bytes[at];
  if (at < end && (sign === MINUS || sign === PLUS)) at++;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
    } else if (digit === POINT - ZERO && point < 0) {
      point = digits;
    } else {
      return parseSlowly(bytes, start, end);
    }
  }
  if (digits === 0) return NaN;
  const decimals = point < 0 ? 0 : digits - point;
  if (mantissa >= EXACT || decimals > 22) return parseSlowly(bytes, start, end);
  const value = decimals === 0 ? mantissa : mantissa / POWERS[decimals]!;
  return sign === MINUS ? -value : value;
}

/** A number but for its decimal comma (`100,25`), which is never read as a number. */
export const hasDecimalComma = (cell: string): boolean => /^\s*[+-]?\d+,\d+\s*$/.test(cell);

/** As `parseNumber`, of a cell of the current record; plain numerals were already read by the scanner. */
export function cellNumber(scanner: CsvScanner, cell: number): number {
  const decimals = scanner.decimals[cell]!;
  if (decimals === 0) return scanner.mantissas[cell]!;
  if (decimals > 0) return scanner.mantissas[cell]! / POWERS[decimals]!;
  return parseNumber(scanner.bytes, scanner.starts[cell]!, scanner.ends[cell]!);
}

function parseSlowly(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end);
  const value = SCIENTIFIC.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Digits only (no sign, space or point), below 2^53; NaN for everything else. */
export function parseDigits(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return NaN;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value < EXACT ? value : NaN;
}
