import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { Blocks } from '../table/csv/blocks';
import type { Source } from '../table/csv/source';
import type { PlainRows } from './kernel/plain';
import type { Stretch } from './kernel/stretch';
import type { BarRoom } from './verify';

/** The rows of a stretch that the pass went by: all but the first `seen` and the last. Their bars go to the room from `at` on. */
interface PassedBy {
  readonly start: number;
  readonly last: number;
  readonly seen: number;
  readonly rows: number;
  readonly at: number;
}

/** Bytes read at a time. */
export const FEED = 256 * 1024;

/**
 * Reads a file in step with a ride over it: every byte once, in order, for a digest; and of the rows that the ride went
 * by, the bars. Usage: `wentBy` for each stretch and `finish` after the last one, while `over` runs.
 */
export class Follower {
  readonly #blocks: Blocks;
  readonly #end: number;
  readonly #rows: PlainRows;
  readonly #room: BarRoom;
  readonly #update: (part: Uint8Array) => void;
  readonly #operation: Operation;
  readonly #step: string;
  readonly #ahead: PassedBy[] = [];
  #isFinished = false;
  #wake: (() => void) | undefined;
  #position = 0;
  /** What was read of the file from `position` on. */
  #block: Uint8Array = new Uint8Array(0);

  /** @param rows with an input of FEED bytes */
  constructor(source: Source, rows: PlainRows, room: BarRoom, update: (part: Uint8Array) => void, operation: Operation, step: string) {
    this.#blocks = new Blocks(source, FEED);
    this.#end = source.bytes;
    this.#rows = rows;
    this.#room = room;
    this.#update = update;
    this.#operation = operation;
    this.#step = step;
  }

  /** @param seen how many of its first rows the pass has looked at @param number, line: of the row after those */
  wentBy({ start, last, rows }: Stretch, seen: number, number: number, line: number, instrument: string): void {
    const count = rows - 1 - seen;
    if (count <= 0) return;
    this.#ahead.push({ start, last, seen, rows: count, at: this.#room.reserve(count, number, line, instrument) });
    this.#wake?.();
  }

  finish(): void {
    this.#isFinished = true;
    this.#wake?.();
  }

  /** @throws Failure `cancelled`, `io`, `refused` when the bytes are not those that were vouched for */
  async over(): Promise<void> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      await this.#readTo(next.start);
      await this.#readRows(next);
    }
    await this.#readTo(this.#end);
  }

  async #next(): Promise<PassedBy | undefined> {
    while (this.#ahead.length === 0 && !this.#isFinished) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#ahead.shift();
  }

  /** A row cut off by the end of the input is moved to its beginning, and read with what follows. */
  async #readRows({ last, seen, rows, at }: PassedBy): Promise<void> {
    const { input } = this.#rows;
    let next = at - seen;
    for (let held = 0; this.#position < last; ) {
      const filled = held + (await this.#fill(held, last));
      let used = 0;
      for (let read = this.#rows.read(used, filled); read.rows > 0; read = this.#rows.read(used, filled)) {
        if (next + read.rows > at + rows) throw this.#changed();
        if (next + read.rows > at) this.#room.put(Math.max(next, at), this.#rows.bars(Math.max(0, at - next), read.rows));
        next += read.rows;
        used = read.end;
      }
      input.copyWithin(0, used, filled);
      held = filled - used;
      if (held === input.length || (this.#position === last && (held > 0 || next !== at + rows))) throw this.#changed();
    }
  }

  async #readTo(end: number): Promise<void> {
    while (this.#position < end) await this.#fill(0, end);
  }

  /** Takes what comes next of the file, up to `end`, into the input from `offset` on; how many bytes. */
  async #fill(offset: number, end: number): Promise<number> {
    if (this.#operation.signal.aborted) throw new Failure('cancelled', { attempted: this.#step, why: 'it was cancelled.' });
    if (this.#block.length === 0) await this.#meet();
    const { input } = this.#rows;
    const count = Math.min(this.#block.length, input.length - offset, end - this.#position);
    input.set(this.#block.subarray(0, count), offset);
    this.#block = this.#block.subarray(count);
    this.#position += count;
    return count;
  }

  /** The next block, for the digest first. */
  async #meet(): Promise<void> {
    this.#block = await this.#blocks.next();
    if (this.#block.length === 0) throw this.#changed();
    this.#update(this.#block);
  }

  #changed(): Failure {
    return changedWhileRead(this.#step);
  }
}

/** Of a file whose bars are taken: they might be a mixture of old and new. */
export const changedWhileRead = (attempted: string): Failure =>
  new Failure('refused', { attempted, why: 'the file was changed while it was read.', remedy: 'Run it again once nothing writes to the file.' });
