import type { Seconds } from '../seconds';
import { columnOf, ratio, rollingDeviation } from './windows';

/** return_30s, return_60s, return_300s, momentum_acceleration, momentum_consistency */
export function returnFeatures({ close }: Seconds): Float64Array[] {
  const returns = (bars: number): Float64Array =>
    columnOf(close.length, (at) => (at < bars ? NaN : ratio(close[at]!, close[at - bars]!) - 1));
  const [short, long] = [returns(30), returns(60)];
  const acceleration = columnOf(close.length, (at) => short[at]! - long[at]!);
  return [short, long, returns(300), acceleration, rollingDeviation(returns(1), 30)];
}
