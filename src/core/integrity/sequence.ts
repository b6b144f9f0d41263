import { thousands } from './findings';
import type { Row, RowCheck } from './row';

/** sequence-invalid, -violation and -gap. A value is compared with the latest valid one, however that stood to its own. */
export class SequenceCheck implements RowCheck {
  readonly #cell: number;
  /** Values of the first and the latest row with a valid one; NaN before. */
  first = NaN;
  last = NaN;
  #row = 0;
  #line = 0;

  /** @param cell index of `file_seq` */
  constructor(cell: number) {
    this.#cell = cell;
  }

  /** Goes on after a row that was not looked at. */
  resume(sequence: number, row: number, line: number): void {
    this.last = sequence;
    this.#row = row;
    this.#line = line;
  }

  row(row: Row): void {
    if (this.#cell >= row.scanner.cells) return;
    const { sequence } = row;
    if (Number.isNaN(sequence)) {
      row.cell('sequence-invalid', this.#cell, () => `"${row.text(this.#cell)}" is not a whole number from 1 on.`);
      return;
    }
    if (sequence <= this.last) row.cell('sequence-violation', this.#cell, () => `${sequence} after ${this.last}: the sequence must rise.`, this.#earlier());
    else if (sequence > this.last + 1) row.cell('sequence-gap', this.#cell, () => this.#describeGap(sequence), this.#earlier());
    if (Number.isNaN(this.first)) this.first = sequence;
    this.last = sequence;
    this.#row = row.number;
    this.#line = row.line;
  }

  #describeGap(sequence: number): string {
    const missing = sequence - this.last - 1;
    return `${sequence} after ${this.last}: ${thousands(missing)} ${missing === 1 ? 'row is' : 'rows are'} missing.`;
  }

  #earlier(): { row: number; line: number; message: string } {
    return { row: this.#row, line: this.#line, message: `The row before has ${this.last}.` };
  }
}
