import type { Seconds } from '../seconds';
import { columnOf, rollingMax, rollingMin, rollingSlope, rollingSum } from './windows';

/** vwap, distance_from_vwap_pct, vwap_slope, distance_from_rth_high, distance_from_rth_low */
export function priceFeatures(seconds: Seconds): Float64Array[] {
  const { close, high, low } = seconds;
  const average = vwap(seconds);
  const [highest, lowest] = [rollingMax(high, 1800), rollingMin(low, 1800)];
  return [
    average,
    columnOf(close.length, (at) => ((close[at]! - average[at]!) / average[at]!) * 100),
    rollingSlope(average, 30),
    columnOf(close.length, (at) => close[at]! - highest[at]!),
    columnOf(close.length, (at) => close[at]! - lowest[at]!),
  ];
}

const VWAP_BARS = 300;

/** The close stands in for it while there are fewer than 300 bars, and where they traded nothing. */
function vwap({ close, volume }: Seconds): Float64Array {
  const turnover = rollingSum(columnOf(close.length, (at) => close[at]! * volume[at]!), VWAP_BARS);
  const traded = rollingSum(volume, VWAP_BARS);
  return columnOf(close.length, (at) => (at < VWAP_BARS - 1 || traded[at] === 0 ? close[at]! : turnover[at]! / traded[at]!));
}
