import { hasDecimalComma, parseNumber, POWERS } from '../table/csv/number';
import type { PriceColumns } from './header';
import type { Row, RowCheck } from './row';

/** No price and no volume is as large; numbers that the kernel takes for plain are not. */
const LIMIT = 1e15;

/** number-invalid, ohlc-inconsistent, price-not-positive, price-too-large, volume-negative, volume-too-large and volume-fractional. The values of the latest row stay readable. */
export class PriceCheck implements RowCheck {
  readonly #columns: PriceColumns;
  readonly #scale: number;
  /** The cells that must be numbers, and their values: open, high, low, close, then volume, bid and ask as far as there are any. */
  readonly #cells: readonly number[];
  readonly #values: Float64Array;
  open = NaN;
  high = NaN;
  low = NaN;
  close = NaN;
  /** NaN when the file has no volume. */
  volume = NaN;

  /** @param scale prices are divided by this */
  constructor(columns: PriceColumns, scale: number) {
    const { open, high, low, close, volume, others } = columns;
    const prices = open === close ? [open] : [open, high, low, close];
    this.#columns = columns;
    this.#scale = scale;
    this.#cells = [...prices, ...(volume < 0 ? [] : [volume]), ...others];
    this.#values = new Float64Array(this.#cells.length);
  }

  row(row: Row): void {
    this.#readNumbers(row);
    const values = this.#values;
    const scale = this.#scale;
    const columns = this.#columns;
    const isTrade = columns.open === columns.close;
    this.open = values[0]! / scale;
    this.high = isTrade ? this.open : values[1]! / scale;
    this.low = isTrade ? this.open : values[2]! / scale;
    this.close = isTrade ? this.open : values[3]! / scale;
    if (!isTrade) this.#checkOrder(row);
    if (this.open <= 0 || this.high <= 0 || this.low <= 0 || this.close <= 0) this.#reportNotPositive(row);
    if (this.open >= LIMIT || this.high >= LIMIT || this.low >= LIMIT || this.close >= LIMIT) this.#reportTooLarge(row);
    if (columns.volume < 0) return;
    this.volume = values[isTrade ? 1 : 4]!;
    if (!(this.volume >= 0 && this.volume < LIMIT && Math.floor(this.volume) === this.volume)) this.#checkVolume(row);
  }

  /** Into an array and in one loop: numbers handed from call to call would each be allocated. */
  #readNumbers(row: Row): void {
    const { scanner } = row;
    const { decimals, mantissas } = scanner;
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      const places = cell < scanner.cells ? decimals[cell]! : -1;
      this.#values[i] = places < 0 ? number(row, cell) : mantissas[cell]! / POWERS[places]!;
    }
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

  #reportTooLarge(row: Row): void {
    const { open, high, low, close } = this.#columns;
    const cell = this.open >= LIMIT ? open : this.high >= LIMIT ? high : this.low >= LIMIT ? low : close;
    row.cell('price-too-large', cell, () => `${row.text(cell).trim()} is no price.`);
  }

  #checkVolume(row: Row): void {
    const cell = this.#columns.volume;
    const { volume } = this;
    if (volume < 0) row.cell('volume-negative', cell, () => `${volume} is below 0.`);
    if (volume >= LIMIT) row.cell('volume-too-large', cell, () => `${row.text(cell).trim()} is no volume.`);
    if (!Number.isNaN(volume) && !Number.isInteger(volume)) row.cell('volume-fractional', cell, () => `${volume} is not a whole number.`);
  }
}

/** The number in a cell; NaN, with a finding, when it is none; NaN without one when the row ends before (missing-cell). */
function number(row: Row, cell: number): number {
  const { scanner } = row;
  if (cell >= scanner.cells) return NaN;
  const value = parseNumber(scanner.bytes, scanner.starts[cell]!, scanner.ends[cell]!);
  if (Number.isNaN(value)) row.cell('number-invalid', cell, () => notNumber(row.text(cell)));
  return value;
}

function notNumber(text: string): string {
  if (text.trim() === '') return 'The cell is empty.';
  return hasDecimalComma(text) ? `"${text}" has a decimal comma: numbers need a decimal point.` : `"${text.slice(0, 80)}" is not a number.`;
}
