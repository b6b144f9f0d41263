import { isUtf8 } from 'node:buffer';
import { BREAK, CR, DELIMITER, LF, MANY, NONE, ORDINARY, POINT, QUOTE, ZERO, kindsOf, placesOf, wholeCharacters } from './bytes';

/**
 * Splits bytes into CSV records and cells without making strings (RFC 4180, plus LF, CR and CRLF mixed at will).
 * Usage: fill `room()`, say how much with `grown()`, then take records with `next()` until it is false; `finish()` after
 * the last byte. The public fields describe the current record and hold until the next call of `next` or `room`.
 *
 * A quote is special only at the start of a cell. Text after a closing quote makes the whole cell literal (`stray`).
 * A quoted cell that never closes (or not within 1 MB) makes its first line literal (`unclosed`), and scanning goes on
 * with the next line: one forgotten quote costs one finding, not the rest of the file.
 *
 * A record of more than 1 MB is passed over up to the next line break after those, whatever is quoted in it
 * (`tooLong`): only its first bytes are kept, as one cell. What is buffered never exceeds that and one room.
 */
export class CsvScanner {
  /** Holds the current record; positions below are indexes into it. */
  bytes: Buffer = Buffer.alloc(0);
  /** Number of cells. */
  cells = 0;
  /** Bounds of each cell's content, quotes left out. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 0 plain, 1 quoted, 2 quoted and holding doubled quotes. */
  quotes = new Uint8Array(64);
  /**
   * Cells that are plain numerals (digits, at most nine, with at most one point among them) are read along the way:
   * the value is mantissas[i] / 10^decimals[i]. For every other cell decimals[i] is -1.
   */
  mantissas = new Int32Array(64);
  decimals = new Int8Array(64);
  /** Bounds of the record without its line break. */
  start = 0;
  end = 0;
  /** Physical line on which the record starts, 1-based. */
  line = 1;
  ending: Ending = 'none';
  /** True when any cell is quoted: the record's bytes are then not its content. */
  quoted = false;
  /** Position of the first quote where none may be, or -1. */
  stray = -1;
  /** Position of an opening quote that is never closed, or -1. */
  unclosed = -1;
  /** True when the record is too long: from `start` to `end` are only its first bytes, and `length` is all of it. */
  tooLong = false;
  /** True when this stretch of bytes holds NUL or invalid UTF-8 somewhere. */
  suspect = false;

  readonly delimiter: number;
  /** Bytes of the longest record. */
  readonly longest: number;
  readonly #kinds: Uint8Array;
  readonly #literalKinds: Uint8Array;
  #position: number;
  #limit = 0;
  #finished = false;
  #nextLine = 1;
  /** Offset in the file of bytes[0]. */
  #origin = 0;
  /** Line breaks inside the quoted cells of the record being scanned. */
  #breaks = 0;
  /** Where the line break of a record that is too long is looked for next, and where in the file the record begins; -1 outside of one. */
  #seeking = -1;
  #from = 0;
  #length = 0;

  /** @param skip bytes at the start of the file that belong to no record (a byte-order mark) @param longest bytes of a record, its line break not counted */
  constructor(delimiter: number, skip = 0, longest = LONGEST) {
    this.delimiter = delimiter;
    this.longest = longest;
    this.#kinds = kindsOf(delimiter, true);
    this.#literalKinds = kindsOf(delimiter, false);
    this.#position = skip;
  }

  /** Where the next `size` bytes of the file go. Moves the unread remainder to the front. */
  room(size: number): Buffer {
    if (this.#seeking >= 0) this.#forgetPassed();
    const from = Math.min(this.#position, this.#limit);
    const rest = this.#limit - from;
    if (rest + size > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(rest + size + SLACK, Math.min(rest * 2, this.longest + size + SLACK)));
      this.bytes.copy(larger, 0, from, this.#limit);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, from, this.#limit);
    }
    this.#origin += from;
    this.#position -= from;
    this.#limit = rest;
    if (this.#seeking >= 0) {
      this.#seeking -= from;
      if (this.unclosed >= 0) this.unclosed -= from;
    }
    return this.bytes.subarray(rest, rest + size);
  }

  /** `count` bytes of the room were filled. */
  grown(count: number): void {
    this.#limit += count;
    const from = Math.min(this.#position, this.#limit);
    const whole = this.bytes.subarray(from, wholeCharacters(this.bytes, from, this.#limit));
    this.suspect = whole.includes(0) || !isUtf8(whole);
  }

  /** There are no more bytes: what is left is the last record. */
  finish(): void {
    this.#finished = true;
    const rest = this.bytes.subarray(Math.min(this.#position, this.#limit), this.#limit);
    this.suspect = this.suspect || !isUtf8(rest);
  }

  /** Goes to the next record; false when there is none, or when it needs more bytes. */
  next(): boolean {
    if (this.#position >= this.#limit) return false;
    if (this.#seeking >= 0) return this.#passOver();
    this.start = this.#position;
    this.#breaks = 0;
    this.quoted = false;
    this.stray = -1;
    this.unclosed = -1;
    this.tooLong = false;
    let outcome = this.#scan(this.#kinds);
    if (outcome === 'unclosed') outcome = this.#scanLiterally();
    return outcome === 'long' ? this.#beginLong() : outcome === 'record';
  }

  /** Offset in the file of the next record. */
  get place(): number {
    return this.#seeking >= 0 ? this.#from : this.#origin + this.#position;
  }

  /** Offset in the file of the record, and its bytes without the line break. */
  get from(): number {
    return this.tooLong ? this.#from : this.#origin + this.start;
  }

  get length(): number {
    return this.tooLong ? this.#length : this.end - this.start;
  }

  /** Offset in the file of the next bytes wanted. */
  get wanted(): number {
    return this.#origin + this.#limit;
  }

  /** Goes on with another record, further on: at this offset in the file and on this physical line. */
  moveTo(offset: number, line: number): void {
    this.#nextLine = line;
    if (offset <= this.wanted) {
      this.#position = offset - this.#origin;
    } else {
      this.#origin = offset;
      this.#position = 0;
      this.#limit = 0;
      this.#finished = false;
    }
  }

  /** Offset in the file of a position in `bytes`; of a record that is too long, see `from`. */
  offsetOf(position: number): number {
    return this.#origin + position;
  }

  #scanLiterally(): Outcome {
    const unclosed = this.unclosed;
    this.#breaks = 0;
    this.quoted = false;
    this.stray = -1;
    const outcome = this.#scan(this.#literalKinds);
    this.unclosed = unclosed;
    return outcome;
  }

  /** The first bytes of the record are kept; the rest is gone over without being held. */
  #beginLong(): boolean {
    this.#seeking = this.start + this.longest + 1;
    this.#from = this.#origin + this.start;
    if (this.unclosed - this.start >= this.#kept) this.unclosed = -1;
    return this.#passOver();
  }

  /** Looks for the line break of a record that is too long; false when it is yet to come. */
  #passOver(): boolean {
    const { bytes } = this;
    let at = this.#seeking;
    while (at < this.#limit && bytes[at] !== LF && bytes[at] !== CR) at++;
    this.#seeking = at;
    const isBroken = at < this.#limit;
    if (!isBroken && !this.#finished) return false;
    this.start = this.#position;
    if (!isBroken) this.#complete(at, 0, 'none', at);
    else if (!this.#endAt(at, 0)) return false;
    this.#seeking = -1;
    this.#length = this.#origin + at - this.#from;
    this.tooLong = true;
    this.end = wholeCharacters(bytes, this.start, this.start + this.#kept);
    this.#asOneCell();
    return true;
  }

  get #kept(): number {
    return Math.min(KEPT, this.longest);
  }

  #asOneCell(): void {
    this.starts[0] = this.start;
    this.ends[0] = this.end;
    this.quotes[0] = 0;
    this.decimals[0] = -1;
    this.quoted = false;
    this.stray = -1;
  }

  /** Moves what comes next behind the first bytes of a record that is too long. */
  #forgetPassed(): void {
    const head = this.#position + this.#kept;
    const passed = this.#seeking - head;
    this.bytes.copyWithin(head, this.#seeking, this.#limit);
    this.#origin += passed;
    this.#limit -= passed;
    this.#seeking = head;
  }

  #scan(kinds: Uint8Array): Outcome {
    const { bytes } = this;
    const limit = Math.min(this.#limit, this.start + this.longest + 1);
    let { starts, ends, quotes, mantissas, decimals } = this;
    let cell = 0;
    let at = this.start;
    let mantissa = 0;
    /** Position of the point of a numeral; MANY when the cell is none. */
    let point = NONE;
    starts[0] = at;
    quotes[0] = 0;
    while (at < limit) {
      const byte = bytes[at]!;
      const digit = (byte - ZERO) >>> 0;
      if (digit <= 9) {
        mantissa = (mantissa * 10 + digit) | 0;
        at++;
        continue;
      }
      const kind = kinds[byte]!;
      if (kind === DELIMITER) {
        if (quotes[cell] === 0) ends[cell] = at;
        mantissas[cell] = mantissa;
        decimals[cell] = placesOf(at - starts[cell]!, at, point);
        if (++cell === starts.length) {
          this.#widen();
          ({ starts, ends, quotes, mantissas, decimals } = this);
        }
        starts[cell] = ++at;
        quotes[cell] = 0;
        mantissa = 0;
        point = NONE;
      } else if (byte === POINT) {
        point = point === NONE ? at : MANY;
        at++;
      } else if (kind === ORDINARY) {
        point = MANY;
        at++;
      } else if (kind === BREAK) {
        this.#close(cell, at, mantissa, point);
        return this.#endAt(at, cell) ? 'record' : 'more';
      } else {
        at = at === this.starts[cell] ? this.#quotedCell(cell, at) : this.#strayQuote(at);
        point = MANY;
        if (at === NOT_CLOSED) return 'unclosed';
        if (at === NEEDS_MORE) return 'more';
      }
    }
    if (at - this.start > this.longest) return 'long';
    if (!this.#finished) return 'more';
    this.#close(cell, at, mantissa, point);
    this.#complete(at, cell, 'none', at);
    return 'record';
  }

  #close(cell: number, at: number, mantissa: number, point: number): void {
    if (this.quotes[cell] === 0) this.ends[cell] = at;
    this.mantissas[cell] = mantissa;
    this.decimals[cell] = placesOf(at - this.starts[cell]!, at, point);
  }

  #strayQuote(at: number): number {
    if (this.stray < 0) this.stray = at;
    return at + 1;
  }

  /** Reads the quoted cell that opens at `open`; where to go on, NEEDS_MORE or NOT_CLOSED. */
  #quotedCell(cell: number, open: number): number {
    const { bytes } = this;
    const furthest = Math.min(this.#limit, this.start + this.longest);
    let form = 1;
    for (let at = open + 1; at < furthest; at++) {
      const byte = bytes[at]!;
      if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) this.#breaks++;
      if (byte !== QUOTE) continue;
      if (at + 1 < this.#limit && bytes[at + 1] === QUOTE) {
        form = 2;
        at++;
      } else {
        return this.#closeCell(cell, open, at, form);
      }
    }
    if (furthest === this.#limit && !this.#finished && furthest - this.start < this.longest) return NEEDS_MORE;
    this.unclosed = open;
    return NOT_CLOSED;
  }

  #closeCell(cell: number, open: number, close: number, form: number): number {
    const after = close + 1;
    const follows = after < this.#limit ? this.#kinds[this.bytes[after]!]! : BREAK;
    if (follows === ORDINARY) return this.#strayQuote(after) - 1;
    this.starts[cell] = open + 1;
    this.ends[cell] = close;
    this.quotes[cell] = form;
    this.quoted = true;
    return after;
  }

  /** The record ends with the line break at `at`; false when the byte after a CR is still to come. */
  #endAt(at: number, cell: number): boolean {
    if (this.bytes[at] === LF) {
      this.#complete(at, cell, 'lf', at + 1);
    } else if (at + 1 < this.#limit) {
      if (this.bytes[at + 1] === LF) this.#complete(at, cell, 'crlf', at + 2);
      else this.#complete(at, cell, 'cr', at + 1);
    } else {
      if (!this.#finished) return false;
      this.#complete(at, cell, 'cr', at + 1);
    }
    return true;
  }

  #complete(end: number, lastCell: number, ending: Ending, next: number): void {
    this.end = end;
    this.cells = lastCell + 1;
    this.ending = ending;
    this.line = this.#nextLine;
    this.#nextLine += this.#breaks + (ending === 'none' ? 0 : 1);
    this.#position = next;
  }

  #widen(): void {
    const length = this.starts.length * 2;
    this.starts = copied(this.starts, new Int32Array(length));
    this.ends = copied(this.ends, new Int32Array(length));
    this.quotes = copied(this.quotes, new Uint8Array(length));
    this.mantissas = copied(this.mantissas, new Int32Array(length));
    this.decimals = copied(this.decimals, new Int8Array(length));
  }
}

/** How a record ends; `none`: with the file. */
export type Ending = 'none' | 'lf' | 'crlf' | 'cr';

type Outcome = 'record' | 'more' | 'unclosed' | 'long';

const NEEDS_MORE = -1;
const NOT_CLOSED = -2;

/** Extra bytes allocated so that an ordinary remainder does not make the buffer grow again. */
const SLACK = 4096;

/** The longest record, bytes: a bound on memory when a quote is never closed or the file is no table at all. */
export const LONGEST = 1024 * 1024;

/** Of a longer one, so many bytes are kept. */
const KEPT = 1024;

function copied<List extends { set(from: List): void }>(from: List, to: List): List {
  to.set(from);
  return to;
}
