/** What single bytes mean to the scanner (scanner.ts). */

export const LF = 10;
export const CR = 13;
export const QUOTE = 34;
export const POINT = 46;
export const ZERO = 48;

/** No point seen in the cell so far. */
export const NONE = -1;
export const MANY = -2;

export const ORDINARY = 0;
export const DELIMITER = 1;
export const BREAK = 2;
const QUOTING = 3;

/** Decimal places of a cell that ends at `at`; -1 when it is no plain numeral. */
export function placesOf(length: number, at: number, point: number): number {
  if (point === NONE) return length > 0 && length <= 9 ? 0 : -1;
  return point !== MANY && length > 1 && length <= 10 ? at - point - 1 : -1;
}

export function kindsOf(delimiter: number, quoting: boolean): Uint8Array {
  const kinds = new Uint8Array(256);
  kinds[delimiter] = DELIMITER;
  kinds[LF] = BREAK;
  kinds[CR] = BREAK;
  if (quoting) kinds[QUOTE] = QUOTING;
  return kinds;
}

/** The end of the last whole UTF-8 character before `limit`: the rest of a cut one may come with the next bytes. */
export function wholeCharacters(bytes: Uint8Array, from: number, limit: number): number {
  for (let back = 1; back <= 3 && limit - back >= from; back++) {
    const byte = bytes[limit - back]!;
    if (byte < 0x80) return limit;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? limit - back : limit;
    }
  }
  return limit;
}
