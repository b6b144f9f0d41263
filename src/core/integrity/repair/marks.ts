import type { Repair } from '../../../protocol/repair';
import { CODES, checkOf, type Code } from '../catalogue';
import type { FindingWatch } from '../findings';

const MENDED: Partial<Readonly<Record<Code, Repair>>> = {
  'duplicate-row': 'duplicates',
  'blank-row': 'invalid',
  'repeated-header': 'invalid',
  'non-monotonic-timestamp': 'sort',
  'sequence-invalid': 'renumber',
  'sequence-violation': 'renumber',
  'sequence-gap': 'renumber',
  'checksum-format': 'checksums',
  'checksum-mismatch': 'checksums',
};

/** Which repair does something about a check; undefined: a person must. Of two bars at one time nobody else can tell which is right. */
export const repairFor = (code: Code): Repair | undefined =>
  MENDED[code] ?? (checkOf(code).rejects === true && code !== 'duplicate-timestamp' ? 'invalid' : undefined);

/** Remembers, in a byte a row, why rows are to go. A row that is invalid and a copy is called invalid. */
export class Marks implements FindingWatch {
  readonly #wanted: ReadonlySet<Code>;
  #codes = new Uint8Array(4096);

  /** @param repairs only `duplicates` and `invalid` take rows out */
  constructor(repairs: ReadonlySet<Repair>) {
    const taking = (code: Code): boolean => {
      const repair = repairFor(code);
      return (repair === 'duplicates' || repair === 'invalid') && repairs.has(repair);
    };
    // An empty line and a header again are no rows: whoever walks over the file sees them.
    this.#wanted = new Set(CODES.filter((code) => taking(code) && code !== 'blank-row' && code !== 'repeated-header'));
  }

  add(code: Code, row: number): void {
    if (row === 0 || !this.#wanted.has(code)) return;
    if (row >= this.#codes.length) {
      const larger = new Uint8Array(Math.max(row + 1, this.#codes.length * 2));
      larger.set(this.#codes);
      this.#codes = larger;
    }
    const known = this.of(row);
    if (known === undefined || known === 'duplicate-row') this.#codes[row] = CODES.indexOf(code) + 1;
  }

  forget(code: Code): void {
    const mark = CODES.indexOf(code) + 1;
    for (let row = 0; row < this.#codes.length; row++) if (this.#codes[row] === mark) this.#codes[row] = 0;
  }

  of(row: number): Code | undefined {
    return CODES[(this.#codes[row] ?? 0) - 1];
  }
}
