/** What single bars cannot tell: prices that leave the market for a moment, and bars made up to fill a silence. */

interface Priced {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Bars on each side that a price is compared with: a fault of up to half as many bars in a row is seen. */
const AROUND = 7;
/** A price is a spike when it is so many usual ranges, and this share of the price, away from both sides. */
const RANGES = 8;
const SHARE = 0.0025;

/**
 * Bars with a price far from the middle of the bars before and from the middle of those after. A jump of the market is
 * near one of the two; at the ends of the series, where there is one side only, twice the distance is allowed.
 * @param bars in order of time
 */
export function spikes(bars: readonly Priced[], tick = 0): Map<number, 'spike'> {
  const range = Math.max(tick, middleOf(bars.map(({ high, low }) => high - low)));
  const found = new Map<number, 'spike'>();
  bars.forEach(({ open, high, low, close }, i) => {
    const [before, after] = [bars.slice(Math.max(0, i - AROUND), i), bars.slice(i + 1, i + 1 + AROUND)].map((side) => side.map((bar) => bar.close));
    const sides = [before!, after!].filter((side) => side.length > AROUND / 2).map(middleOf);
    if (sides.length === 0) return;
    const allowed = Math.max(RANGES * range, SHARE * sides[0]!) * (sides.length === 1 ? 2 : 1);
    if ([open, high, low, close].some((price) => sides.every((level) => Math.abs(price - level) > allowed))) found.set(i, 'spike');
  });
  return found;
}

/** Bars in a row without range and volume, and without volume though their prices move. */
const FLAT_RUN = 5;
const NO_VOLUME_RUN = 10;

/** @param bars in order of time */
export function flatRuns(bars: readonly Priced[]): Map<number, 'flat-run' | 'no-volume-run'> {
  const found = new Map<number, 'flat-run' | 'no-volume-run'>();
  const mark = (is: (bar: Priced) => boolean, least: number, reason: 'flat-run' | 'no-volume-run'): void => {
    for (let from = 0; from < bars.length; ) {
      let to = from;
      while (to < bars.length && is(bars[to]!)) to++;
      if (to - from >= least) for (let i = from; i < to; i++) found.set(i, reason);
      from = Math.max(to, from + 1);
    }
  };
  mark(({ volume }) => volume === 0, NO_VOLUME_RUN, 'no-volume-run');
  mark(({ high, low, volume }) => high === low && volume === 0, FLAT_RUN, 'flat-run');
  return found;
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
