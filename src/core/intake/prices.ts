import { mapColumns, type Bars } from '../base/bar';
import type { Agreement, Closes } from './agreement';
import { compareCloses, forEachCommon, near } from './agreement';

/** Why prices differ at the same instants: another unit, a contract roll or back-adjustment, or another instrument. */

/** What to do to every price of the file so that it matches the master, and how well it does then. */
export type PriceCause =
  | { readonly kind: 'offset'; readonly points: number; readonly agreement: Agreement }
  | { readonly kind: 'scale'; readonly factor: number; readonly agreement: Agreement };

/** An offset is only believed on more overlapping bars than this, and when it is larger than this many points. */
const FEWEST_OVERLAPS = 10;
const SMALLEST_OFFSET = 1;
/** The offset is the mean difference of so many last overlapping closes. */
const LATEST = 100;
/** Cents, ticks of a quarter and of 1/32, pips, Databento's billionths: factors that files are found to differ by. */
const FACTORS = [2, 4, 5, 8, 10, 32, 64, 100, 1_000, 10_000, 100_000, 1_000_000, 1_000_000_000].flatMap((factor) => [1 / factor, factor]);

/**
 * Tries the known price scales, then a constant offset, over all overlapping bars.
 * @param fits whether an agreement is good enough to be believed
 * @returns undefined when neither explains the differences
 */
export function explainPrices(file: Closes, master: Closes, tolerance: number, fits: (agreement: Agreement) => boolean): PriceCause | undefined {
  const pairs = commonCloses(file, master);
  if (pairs.file.length <= FEWEST_OVERLAPS) return undefined;
  const level = levelOf(pairs, tolerance);
  const factor = likelyFactor(level);
  if (factor !== undefined) {
    const agreement = compareCloses({ time: file.time, close: file.close.map((price) => scaled(price, factor)) }, master, tolerance * Math.max(1, factor));
    if (fits(agreement)) return { kind: 'scale', factor, agreement };
  }
  const points = level.difference;
  if (Math.abs(points) <= SMALLEST_OFFSET) return undefined;
  const agreement = compareCloses({ time: file.time, close: file.close.map((price) => price + points) }, master, tolerance);
  return fits(agreement) ? { kind: 'offset', points, agreement } : undefined;
}

/** The same bars with every price that many points higher. */
export const raisePrices = (bars: Bars, points: number): Bars => changePrices(bars, (price) => price + points);

/** The same bars with every price times a factor. */
export const scalePrices = (bars: Bars, factor: number): Bars => (factor === 1 ? bars : changePrices(bars, (price) => scaled(price, factor)));

function changePrices(bars: Bars, change: (price: number) => number): Bars {
  const { time, volume } = bars;
  return { ...mapColumns(bars, (column) => (column === time || column === volume ? column : column.map(change))), time, volume };
}

/** 1/100 is a division by 100, so that 650725 becomes 6507.25 and not a neighbour of it. */
function scaled(price: number, factor: number): number {
  const divisor = Math.round(1 / factor);
  return factor < 1 && near(1 / factor, divisor, 0) ? price / divisor : price * factor;
}

interface Pairs {
  readonly file: Float64Array;
  readonly master: Float64Array;
}

function commonCloses(file: Closes, master: Closes): Pairs {
  const [ours, theirs] = [new Float64Array(file.close.length), new Float64Array(file.close.length)];
  let count = 0;
  forEachCommon(file.time, master.time, (i, at) => {
    if (at < 0) return;
    ours[count] = file.close[i]!;
    theirs[count++] = master.close[at]!;
  });
  return { file: ours.subarray(0, count), master: theirs.subarray(0, count) };
}

/** The last overlapping closes, compared. */
interface Level {
  /** Median of master over file. */
  readonly ratio: number;
  /** Mean of master minus file, points; the median where that is as good, so that it stays on the grid of prices. */
  readonly difference: number;
}

function levelOf(pairs: Pairs, tolerance: number): Level {
  const [file, master] = [pairs.file.slice(-LATEST), pairs.master.slice(-LATEST)];
  const differences = master.map((price, i) => price - file[i]!);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const median = middleOf(differences);
  return { ratio: middleOf(master.map((price, i) => price / file[i]!)), difference: near(mean, median, tolerance) ? median : mean };
}

const middleOf = (values: Float64Array): number => values.toSorted()[values.length >> 1] ?? NaN;

/** A scaled price has nearly the same ratio in every bar. */
const likelyFactor = ({ ratio }: Level): number | undefined => FACTORS.find((factor) => Math.abs(ratio / factor - 1) < 0.002);

/** How the level and the steps of prices compare at the same instants. */
export interface Likeness extends Level {
  /** Steps between successive common bars in which either close changes, and how many change by the same. */
  readonly changes: number;
  readonly changesMatched: number;
}

/** Equal changes at another level are the same instrument, rolled or adjusted otherwise; other changes are another one. */
export function compareChanges(file: Closes, master: Closes, tolerance: number): Likeness {
  const pairs = commonCloses(file, master);
  let changes = 0;
  let changesMatched = 0;
  for (let i = 1; i < pairs.file.length; i++) {
    const [ours, theirs] = [pairs.file[i]! - pairs.file[i - 1]!, pairs.master[i]! - pairs.master[i - 1]!];
    if (ours === 0 && theirs === 0) continue;
    changes++;
    if (near(ours, theirs, tolerance)) changesMatched++;
  }
  return { ...levelOf(pairs, tolerance), changes, changesMatched };
}
