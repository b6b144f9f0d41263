import type { Seconds } from '../seconds';
import { columnOf, ratio, rollingDeviation, rollingMean, rollingPercentile } from './windows';

/** The range of a bar together with the close before it, points; of the first bar, its own range. */
export const trueRange = ({ high, low, close }: Seconds): Float64Array =>
  columnOf(close.length, (at) => {
    const range = high[at]! - low[at]!;
    if (at === 0) return range;
    const before = close[at - 1]!;
    return Math.max(range, Math.abs(high[at]! - before), Math.abs(low[at]! - before));
  });

/** atr_30s, atr_300s, volatility_regime, volatility_acceleration, volatility_breakout, atr_percentile */
export function volatilityFeatures(seconds: Seconds): Float64Array[] {
  const range = trueRange(seconds);
  const rows = range.length;
  const [atr30, atr60, atr300] = [rollingMean(range, 30), rollingMean(range, 60), rollingMean(range, 300)];
  const [usual, spread] = [rollingMean(atr30, 300), rollingDeviation(atr30, 300)];
  return [
    atr30,
    atr300,
    columnOf(rows, (at) => ratio(atr30[at]!, atr300[at]!)),
    columnOf(rows, (at) => ratio(atr30[at]! - atr60[at]!, atr60[at]!)),
    columnOf(rows, (at) => ratio(atr30[at]! - usual[at]!, spread[at]!)),
    rollingPercentile(atr30, 300),
  ];
}
