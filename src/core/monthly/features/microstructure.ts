import type { Seconds } from '../seconds';
import { trueRange } from './volatility';
import { columnOf, ratio, rollingMean } from './windows';

/** bar_range, relative_bar_size, uptick_pct_30s, uptick_pct_60s, bar_flow_consistency, directional_strength */
export function microstructureFeatures(seconds: Seconds): Float64Array[] {
  const { high, low, close } = seconds;
  const rows = close.length;
  const range = columnOf(rows, (at) => high[at]! - low[at]!);
  const atr = rollingMean(trueRange(seconds), 30);
  const upticks = columnOf(rows, (at) => uptick(close[Math.max(0, at - 1)]!, close[at]!));
  const [short, long] = [rollingMean(upticks, 30), rollingMean(upticks, 60)];
  return [
    range,
    columnOf(rows, (at) => ratio(range[at]!, atr[at]!)),
    columnOf(rows, (at) => 100 * short[at]!),
    columnOf(rows, (at) => 100 * long[at]!),
    columnOf(rows, (at) => Math.abs(100 * short[at]! - 100 * long[at]!)),
    columnOf(rows, (at) => 2 * Math.abs(100 * short[at]! - 50)),
  ];
}

const uptick = (before: number, close: number): number => (Number.isNaN(before + close) ? NaN : close > before ? 1 : 0);
