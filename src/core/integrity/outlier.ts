import { placeOfCells, rawText } from '../table/csv/place';
import { rawEnd, rawStart } from '../table/csv/cells';
import type { Findings } from './findings';
import type { PriceColumns } from './header';
import type { PriceCheck } from './price';
import type { Row, RowCheck } from './row';
import type { Place } from '../base/finding';

/** A price that far from both neighbours, in usual moves, is taken for a bad tick. */
export const OUTLIER_FACTOR = 12;

/** Moves that tell what is usual, and the fewest that do. */
const WINDOW = 64;
const FEWEST = 16;

/**
 * price-outlier: a bar whose high or low reaches far beyond the bar before it and the one after it.
 *
 * Only usable rows count (those of which no check has rejected anything), and each only among the rows of its
 * instrument, in the order of the file; a row's neighbours are the usable rows just before and after it. For a row b
 * with the neighbours p and n:
 * - A *move* is |close − close of the row before|; moves of 0 are left out. What is *usual* at b is the median of the
 *   latest 64 moves before b (the lower one of two; the move from p to b is not among them). Before there are 16,
 *   nothing is judged.
 * - b *stands out* by the larger of min(high b − high p, high b − high n) and min(low p − low b, low n − low b): the
 *   price went there and came back. A trade's one price is its high, low and close.
 * - It is an outlier when it stands out by more than `factor` times the usual move.
 *
 * All in doubles, prices after the division by their scale. `factor × median < x` holds exactly when more than half of
 * the moves m have `factor × m < x`, so nothing is sorted; and never while x is at most `factor` times the smallest move
 * of the instrument so far, which settles nearly every row with one comparison.
 */
export class OutlierCheck implements RowCheck {
  readonly #prices: PriceCheck;
  readonly #columns: PriceColumns;
  readonly #factor: number;

  constructor(prices: PriceCheck, columns: PriceColumns, factor: number) {
    this.#prices = prices;
    this.#columns = columns;
    this.#factor = factor;
  }

  /** To be asked after every check that rejects. */
  row(row: Row): void {
    if (row.rejection !== '') return;
    const { high, low, close } = this.#prices;
    const { recent } = row.lane;
    if (recent.suspect !== undefined) {
      confirm(recent.suspect, high, low, row.findings);
      recent.suspect = undefined;
    }
    const rise = high - recent.high;
    const fall = recent.low - low;
    if (rise > recent.quiet || fall > recent.quiet) this.#suspect(row, recent, Math.max(rise, fall));
    recent.add(high, low, close, this.#factor);
  }

  #suspect(row: Row, recent: RecentBars, excess: number): void {
    const usual = recent.usualBelow(excess, this.#factor);
    if (usual === undefined) return;
    const { high, low } = this.#prices;
    recent.suspect = {
      row: row.number,
      high,
      low,
      rise: high - recent.high,
      fall: recent.low - low,
      usual,
      limit: this.#factor * usual,
      atHigh: cellOf(row, this.#columns.high),
      atLow: cellOf(row, this.#columns.low),
    };
  }
}

function cellOf(row: Row, cell: number): Cell {
  const { scanner, columns } = row;
  return { name: columns[cell] ?? '', place: placeOfCells(scanner, cell), text: rawText(scanner, rawStart(scanner, cell), rawEnd(scanner, cell)) };
}

/** The row after the suspect tells whether the price came back. */
function confirm(suspect: Suspect, nextHigh: number, nextLow: number, findings: Findings): void {
  const up = Math.min(suspect.rise, suspect.high - nextHigh);
  const down = Math.min(suspect.fall, nextLow - suspect.low);
  const excess = Math.max(up, down);
  if (!(excess > suspect.limit)) return;
  const isUp = up >= down;
  const { name, place, text } = isUp ? suspect.atHigh : suspect.atLow;
  const message = `${isUp ? suspect.high : suspect.low} is ${shown(excess)} ${isUp ? 'above' : 'below'} both neighbours, where a move of ${shown(suspect.usual)} is usual.`;
  findings.add('price-outlier', suspect.row, name, () => ({ message, place, text }));
}

/** Without the last digits that subtraction leaves. */
const shown = (value: number): string => String(Number(value.toPrecision(9)));

interface Cell {
  readonly name: string;
  readonly place: Place;
  readonly text: string;
}

/** A row that stands out from the one before it. */
interface Suspect {
  readonly row: number;
  readonly high: number;
  readonly low: number;
  /** By how much it stands out so far. */
  readonly rise: number;
  readonly fall: number;
  readonly usual: number;
  readonly limit: number;
  readonly atHigh: Cell;
  readonly atLow: Cell;
}

/** What is remembered of an instrument's usable rows. */
export class RecentBars {
  /** The latest row's prices; NaN before the first, so that no comparison with them holds. */
  high = NaN;
  low = NaN;
  /** `factor` times the smallest move so far: what does not go beyond it is no outlier. */
  quiet = Infinity;
  suspect: Suspect | undefined;
  #close = NaN;
  /** The latest moves, as a ring; made with the first move, as there may be very many instruments. */
  #moves: Float64Array | undefined;
  #count = 0;

  add(high: number, low: number, close: number, factor: number): void {
    const move = Math.abs(close - this.#close);
    this.high = high;
    this.low = low;
    this.#close = close;
    if (!(move > 0)) return;
    this.#moves ??= new Float64Array(WINDOW);
    this.#moves[this.#count++ % WINDOW] = move;
    if (factor * move < this.quiet) this.quiet = factor * move;
  }

  /** Goes on after a row that was not looked at, with the latest moves up to it, which fill the ring. */
  resume(high: number, low: number, close: number, moves: Float64Array, factor: number): void {
    this.high = high;
    this.low = low;
    this.#close = close;
    this.#moves = Float64Array.from(moves);
    this.#count = moves.length;
    this.quiet = factor * moves.reduce((least, move) => Math.min(least, move));
  }

  /** The usual move, if `excess` is more than `factor` times that. */
  usualBelow(excess: number, factor: number): number | undefined {
    const count = Math.min(this.#count, WINDOW);
    if (this.#moves === undefined || count < FEWEST) return undefined;
    const half = (count - 1) >> 1;
    let smaller = 0;
    for (let i = 0; i < count; i++) if (factor * this.#moves[i]! < excess) smaller++;
    return smaller > half ? this.#moves.slice(0, count).sort()[half] : undefined;
  }
}
