import type { Seen } from './lane';
import type { RepeatedNumbers } from './numbers';
import type { Row } from './row';

/** The first row of each repeated number. */
export class Firsts {
  readonly keys: RepeatedNumbers;
  readonly #rows: Uint32Array;
  readonly #lines: Uint32Array;

  constructor(keys: RepeatedNumbers) {
    this.keys = keys;
    this.#rows = new Uint32Array(keys.size);
    this.#lines = new Uint32Array(keys.size);
  }

  /** The first row of a slot; undefined when that is this row, or there is no slot (-1). */
  meet(slot: number, row: Row): Seen | undefined {
    if (slot < 0) return undefined;
    if (this.#rows[slot] !== 0) return { row: this.#rows[slot]!, line: this.#lines[slot]! };
    this.#rows[slot] = row.number;
    this.#lines[slot] = row.line;
    return undefined;
  }
}

/** The first row of each repeated content. */
export class Contents {
  readonly #firsts: Firsts;
  readonly #hashes: Float64Array;

  constructor(repeated: RepeatedNumbers) {
    this.#firsts = new Firsts(repeated);
    this.#hashes = new Float64Array(repeated.size);
  }

  /** The first row with the same content; undefined when that is this row. @param hashOf the hashes of its content */
  meet(row: Row, hashOf: (variant: 0 | 1) => number): Seen | undefined {
    const slot = this.#firsts.keys.slotOf(hashOf(0));
    if (slot < 0) return undefined;
    const hash = hashOf(1);
    const first = this.#firsts.meet(slot, row);
    if (first === undefined) this.#hashes[slot] = hash;
    return this.#hashes[slot] === hash ? first : undefined;
  }
}
