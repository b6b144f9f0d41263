import type { Bars } from '../base/bar';
import { isoInstant } from '../base/time';
import { checksumOrder, sha256 } from '../integrity/seal';
import { writeDecimal, writePadded, writeText } from './digits';

/** Rows of an export as bytes: `yyyy-MM-dd,HH:mm:ss[.fff],open,high,low,close,volume,instrument` and CRLF. */

export const COLUMNS = ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume', 'Instrument'] as const;
export const SEALED_COLUMNS = [...COLUMNS, 'file_seq', 'checksum_sha256'] as const;

export interface TextHow {
  readonly instrument: string;
  /** Prices have at least so many decimals. */
  readonly decimals: number;
  /** Times have milliseconds. */
  readonly milliseconds: boolean;
  /** Rows get their number and checksum (integrity/seal.ts). */
  readonly sealed: boolean;
}

/** No row is longer: the longest double has 326 characters without exponent, and there are five. */
const LONGEST_ROW = 2048;
const DAY = 86_400_000;
const COMMA = 44;
const COLON = 58;
const POINT = 46;

/** The order in which a row's cells are hashed. */
const ORDER = checksumOrder(SEALED_COLUMNS, SEALED_COLUMNS.indexOf('checksum_sha256'));

/** Gathers rows until somebody takes them. */
export class RowText {
  readonly #how: TextHow;
  readonly #bytes: Buffer;
  readonly #instrument: Buffer;
  #at = 0;
  /** Rows gathered, and all rows so far. */
  pending = 0;
  rows = 0;
  /** Start of the day of the latest row, unix ms, and its date as written. */
  #day = NaN;
  #date = Buffer.alloc(11);
  /** Where the cells of the latest row begin, and the text that is hashed: only for sealed rows. */
  readonly #cells = new Int32Array(SEALED_COLUMNS.length + 1);
  readonly #hashed = Buffer.alloc(LONGEST_ROW);

  /** @param most rows to gather at most before they are taken */
  constructor(how: TextHow, most: number) {
    this.#how = how;
    this.#bytes = Buffer.alloc(Math.max(4 * LONGEST_ROW, most * (how.sealed ? 192 : 96)));
    this.#instrument = Buffer.from(how.instrument, 'utf8');
  }

  /** There may be no room for another row. */
  get full(): boolean {
    return this.#at + LONGEST_ROW > this.#bytes.length;
  }

  header(): void {
    this.#at = writeText(this.#bytes, this.#at, `${(this.#how.sealed ? SEALED_COLUMNS : COLUMNS).join(',')}\r\n`);
  }

  /**
   * Puts one of the bars: its time is whole unix ms of the years 0 to 9999, its prices finite. A volume that is not known is 0.
   * Numbers are taken from the arrays here and not handed over, which would make an object of each.
   */
  put(bars: Bars, index: number): void {
    const bytes = this.#bytes;
    const cells = this.#cells;
    const { decimals } = this.#how;
    const time = bars.time[index]!;
    let at = this.#at;
    cells[0] = at;
    at = this.#putDate(at, time);
    cells[1] = at;
    at = this.#putClock(at, time - this.#day);
    cells[2] = at;
    at = writeDecimal(bytes, at, bars.open[index]!, decimals);
    bytes[at++] = COMMA;
    cells[3] = at;
    at = writeDecimal(bytes, at, bars.high[index]!, decimals);
    bytes[at++] = COMMA;
    cells[4] = at;
    at = writeDecimal(bytes, at, bars.low[index]!, decimals);
    bytes[at++] = COMMA;
    cells[5] = at;
    at = writeDecimal(bytes, at, bars.close[index]!, decimals);
    bytes[at++] = COMMA;
    cells[6] = at;
    at = writeDecimal(bytes, at, bars.volume[index]! || 0, 0);
    bytes[at++] = COMMA;
    cells[7] = at;
    const instrument = this.#instrument;
    for (let i = 0; i < instrument.length; i++) bytes[at++] = instrument[i]!;
    this.rows++;
    this.pending++;
    if (this.#how.sealed) at = this.#putSeal(at);
    bytes[at++] = 13;
    bytes[at++] = 10;
    this.#at = at;
  }

  /** The bytes gathered, which stay as they are until the next row is put. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    this.pending = 0;
    return taken;
  }

  #putDate(at: number, time: number): number {
    if (!(time >= this.#day && time < this.#day + DAY)) {
      this.#day = Math.floor(time / DAY) * DAY;
      this.#date.write(`${isoInstant(this.#day).slice(0, 10)},`, 'latin1');
    }
    const [bytes, date] = [this.#bytes, this.#date];
    for (let i = 0; i < 11; i++) bytes[at + i] = date[i]!;
    return at + 11;
  }

  #putClock(at: number, clock: number): number {
    const bytes = this.#bytes;
    const seconds = (clock / 1000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    at = writePadded(bytes, at, hours, 2);
    bytes[at++] = COLON;
    at = writePadded(bytes, at, minutes - hours * 60, 2);
    bytes[at++] = COLON;
    at = writePadded(bytes, at, seconds - minutes * 60, 2);
    if (this.#how.milliseconds) {
      bytes[at++] = POINT;
      at = writePadded(bytes, at, clock - seconds * 1000, 3);
    }
    bytes[at++] = COMMA;
    return at;
  }

  #putSeal(at: number): number {
    const [bytes, cells, hashed] = [this.#bytes, this.#cells, this.#hashed];
    bytes[at++] = COMMA;
    cells[8] = at;
    at = writeDecimal(bytes, at, this.rows, 0);
    bytes[at++] = COMMA;
    cells[9] = at;
    let length = 0;
    for (const cell of ORDER) {
      if (length > 0) hashed[length++] = 124;
      length += bytes.copy(hashed, length, cells[cell], cells[cell + 1]! - 1);
    }
    return writeText(bytes, at, sha256(hashed.subarray(0, length)));
  }
}
