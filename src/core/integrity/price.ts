import { cellNumber } from '../table/csv/number';
import type { PriceColumns } from './header';
import type { Row, RowCheck } from './row';

/** number-invalid, ohlc-inconsistent, price-not-positive, volume-negative and volume-fractional. The values of the latest row stay readable. */
export class PriceCheck implements RowCheck {
  readonly #columns: PriceColumns;
  readonly #scale: number;
  open = NaN;
  high = NaN;
  low = NaN;
  close = NaN;
  /** NaN when the file has no volume. */
  volume = NaN;

  /** @param scale prices are divided by this */
  constructor(columns: PriceColumns, scale: number) {
    this.#columns = columns;
    this.#scale = scale;
  }

  row(row: Row): void {
    const columns = this.#columns;
    this.open = this.#price(row, columns.open);
    if (columns.close === columns.open) {
      this.high = this.low = this.close = this.open;
    } else {
      this.high = this.#price(row, columns.high);
      this.low = this.#price(row, columns.low);
      this.close = this.#price(row, columns.close);
      this.#checkOrder(row);
    }
    if (this.open <= 0 || this.high <= 0 || this.low <= 0 || this.close <= 0) this.#reportNotPositive(row);
    for (const cell of columns.others) number(row, cell);
    this.volume = columns.volume < 0 ? NaN : this.#checkVolume(row);
  }

  #price(row: Row, cell: number): number {
    const value = number(row, cell);
    return this.#scale === 1 ? value : value / this.#scale;
  }

  /** Comparisons with NaN are false: a row without four numbers is not judged. */
  #checkOrder(row: Row): void {
    const { open, high, low, close } = this;
    if (Number.isNaN(open + high + low + close)) return;
    if (high >= low && high >= open && high >= close && low <= open && low <= close) return;
    const lowFaulty = high >= low && high >= open && high >= close;
    const message = (): string => `open ${open}, high ${high}, low ${low}, close ${close}: ${lowFaulty ? 'the low is above' : 'the high is below'} another price.`;
    row.cell('ohlc-inconsistent', lowFaulty ? this.#columns.low : this.#columns.high, message);
  }

  #reportNotPositive(row: Row): void {
    const { open, high, low, close } = this.#columns;
    const cell = this.open <= 0 ? open : this.high <= 0 ? high : this.low <= 0 ? low : close;
    row.cell('price-not-positive', cell, () => `${row.text(cell).trim()} is not above 0.`);
  }

  #checkVolume(row: Row): number {
    const cell = this.#columns.volume;
    const volume = number(row, cell);
    if (volume < 0) row.cell('volume-negative', cell, () => `${volume} is below 0.`);
    if (!Number.isNaN(volume) && !Number.isInteger(volume)) row.cell('volume-fractional', cell, () => `${volume} is not a whole number.`);
    return volume;
  }
}

/** The number in a cell; NaN, with a finding, when it is none; NaN without one when the row ends before (missing-cell). */
function number(row: Row, cell: number): number {
  const { scanner } = row;
  if (cell >= scanner.cells) return NaN;
  const value = cellNumber(scanner, cell);
  if (Number.isNaN(value)) row.cell('number-invalid', cell, () => (row.text(cell).trim() === '' ? 'The cell is empty.' : `"${row.text(cell).slice(0, 80)}" is not a number.`));
  return value;
}
