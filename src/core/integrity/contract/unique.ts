import { hashOfBytes } from '../../table/csv/cells';
import { Contents } from '../contents';
import { NumberList, RepeatedNumbers } from '../numbers';
import type { Row } from '../row';
import type { Field } from './contract';

/**
 * Values that may not occur twice, of one column or of several taken together. The first pass keeps a hash of each
 * (8 bytes); only when hashes repeat a second pass tells which rows have the same values, by a second hash. A row in
 * which one of the values is absent is left out.
 */
export class UniqueValues {
  readonly #columns: readonly { readonly field: Field; readonly cell: number }[];
  readonly #hashes = new NumberList();
  #contents: Contents | undefined;

  constructor(columns: readonly { readonly field: Field; readonly cell: number }[]) {
    this.#columns = columns;
  }

  learn(row: Row): void {
    const key = this.#keyOf(row);
    if (key !== undefined) this.#hashes.push(hashOfBytes(key, 0, key.length, 0));
  }

  /** After the first pass. @returns whether a value may have occurred twice */
  finish(): boolean {
    const repeated = new RepeatedNumbers(this.#hashes);
    if (repeated.any()) this.#contents = new Contents(repeated);
    return this.#contents !== undefined;
  }

  /** In the second pass: the faults of a row, none or one. */
  meet(row: Row): { cell: number; expected: string; related: { row: number; line: number; message: string } }[] {
    const key = this.#contents === undefined ? undefined : this.#keyOf(row);
    if (key === undefined) return [];
    const earlier = this.#contents!.meet(row, (variant) => hashOfBytes(key, 0, key.length, variant));
    if (earlier === undefined) return [];
    const names = this.#columns.map(({ field }) => field.name);
    const expected = names.length === 1 ? 'a value that occurs once' : `${names.join(' and ')} that occur together once`;
    return [{ cell: this.#columns[0]!.cell, expected: `${expected}, not that of row ${earlier.row}`, related: { ...earlier, message: 'The earlier row is here.' } }];
  }

  #keyOf(row: Row): Buffer | undefined {
    const values: string[] = [];
    for (const { field, cell } of this.#columns) {
      const text = row.text(cell);
      if (cell >= row.scanner.cells || field.missing.has(text)) return undefined;
      values.push(field.canonical(text));
    }
    return Buffer.from(JSON.stringify(values));
  }
}
