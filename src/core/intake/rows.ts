import { createHash } from 'node:crypto';
import type { Bars } from '../base/bar';
import { BarBuilder } from '../base/bar';
import type { BarRoom, BarSink } from '../integrity/verify';

/** A row of the file that did not become a bar. */
export interface Rejected {
  /** Data row and physical line, 1-based. */
  readonly row: number;
  readonly line: number;
  /** The finding that rejected it. */
  readonly code: string;
  /** The row as it stands in the file. */
  readonly text: string;
}

/** Bars in the order of the file's rows, and where each stands there. */
export interface RowBars {
  readonly bars: Bars;
  /** Data row and physical line of bar i, 1-based. */
  readonly rows: Uint32Array;
  readonly lines: Uint32Array;
}

/** Takes the rows that the integrity pass hands on, and the digest of the bytes they were read from. */
export class RowCollector implements BarSink {
  readonly rejects: Rejected[] = [];
  readonly instruments = new Set<string>();
  readonly #hash = createHash('sha256');
  readonly #bars: BarBuilder;
  #rows: Uint32Array;
  #lines: Uint32Array;
  #instrument: string | undefined;

  /** @param expected how many rows there will probably be */
  constructor(expected = 1024) {
    this.#bars = new BarBuilder(expected);
    this.#rows = new Uint32Array(expected);
    this.#lines = new Uint32Array(expected);
  }

  bytes(part: Uint8Array): void {
    this.#hash.update(part);
  }

  readonly room: BarRoom = {
    reserve: (bars, row, line, instrument) => {
      const at = this.#bars.reserve(bars);
      while (this.#rows.length < at + bars) this.#grow();
      for (let i = 0; i < bars; i++) {
        this.#rows[at + i] = row + i;
        this.#lines[at + i] = line + i;
      }
      this.#meet(instrument);
      return at;
    },
    put: (at, bars) => { this.#bars.put(at, bars); },
  };

  bar(row: number, time: number, open: number, high: number, low: number, close: number, volume: number, line: number, instrument: string): void {
    const at = this.#bars.length;
    if (at === this.#rows.length) this.#grow();
    this.#rows[at] = row;
    this.#lines[at] = line;
    this.#bars.push(time, open, high, low, close, volume);
    this.#meet(instrument);
  }

  #meet(instrument: string): void {
    if (instrument === this.#instrument) return;
    this.#instrument = instrument;
    this.instruments.add(instrument);
  }

  rejected(row: number, line: number, code: string, text: string): void {
    this.rejects.push({ row, line, code, text });
  }

  /** The bars collected, and the SHA-256 of the file in hex; nothing more may be handed to the collector then. */
  finish(): RowBars & { sha256: string } {
    const { length } = this.#bars;
    return { sha256: this.#hash.digest('hex'), bars: this.#bars.finish(), rows: this.#rows.subarray(0, length), lines: this.#lines.subarray(0, length) };
  }

  #grow(): void {
    const doubled = (list: Uint32Array): Uint32Array => {
      const larger = new Uint32Array(Math.max(16, list.length * 2));
      larger.set(list);
      return larger;
    };
    this.#rows = doubled(this.#rows);
    this.#lines = doubled(this.#lines);
  }
}
