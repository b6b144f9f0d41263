import { BarBuilder, countBars, type Bars } from '../base/bar';
import { durationOf, type Timeframe } from '../base/timeframe';
import { SESSION_OPEN, instantOf, newYork } from './tradingday';

/** What 1-minute bars are resampled to. Never to days or weeks: those have official settlement closes of their own. */
export const RESAMPLED = ['5m', '15m', '1h', '4h'] as const satisfies readonly Timeframe[];
export type Resampled = (typeof RESAMPLED)[number];
/** The minutes themselves, too. */
export type Series = '1m' | Resampled;

/** Where bins begin: at midnight UTC, or at 18:00 New York time as charting platforms show them. */
export type Anchor = 'utc' | 'session';

/**
 * Joins bars into longer ones: first open, highest high, lowest low, last close, sum of the volumes there are. A bin's
 * time is its left edge, unix ms UTC; bins without bars are absent.
 * @param bars ascending
 */
export function resample(bars: Bars, timeframe: Resampled, anchor: Anchor): Bars {
  const edgeOf = leftEdge(timeframe, anchor);
  const joined = new BarBuilder();
  const { time, open, high, low, close, volume } = bars;
  for (let first = 0; first < countBars(bars); ) {
    const edge = edgeOf(time[first]!);
    let [highest, lowest, traded] = [high[first]!, low[first]!, volume[first]!];
    let next = first + 1;
    for (; next < time.length && edgeOf(time[next]!) === edge; next++) {
      if (high[next]! > highest) highest = high[next]!;
      if (low[next]! < lowest) lowest = low[next]!;
      traded = sum(traded, volume[next]!);
    }
    joined.push(edge, open[first]!, highest, lowest, close[next - 1]!, traded);
    first = next;
  }
  return joined.finish();
}

/** A missing volume (NaN) adds nothing to one that is there. */
function sum(total: number, volume: number): number {
  if (Number.isNaN(volume)) return total;
  return Number.isNaN(total) ? volume : total + volume;
}

/** The left edge of the bin an instant falls into, both unix ms UTC. */
export function leftEdge(timeframe: Resampled, anchor: Anchor): (utc: number) => number {
  const duration = durationOf(timeframe);
  // New York is whole hours from UTC, so bins up to an hour are the same under either anchor.
  if (anchor === 'utc' || duration <= durationOf('1h')) return (utc) => Math.floor(utc / duration) * duration;
  // No edge falls into the hour that clocks show twice.
  const zone = newYork();
  return (utc) => instantOf(SESSION_OPEN + Math.floor((zone.localOf(utc) - SESSION_OPEN) / duration) * duration);
}
