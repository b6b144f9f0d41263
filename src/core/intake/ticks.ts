import { BarBuilder } from '../base/bar';
import { durationOf, type Timeframe } from '../base/timeframe';
import type { RowBars } from './rows';

/**
 * Trades joined into bars, on request only: each bar from its first trade to its last in order of time (of the file's
 * rows where times are equal), volume their sum. A bar's row is its first trade's.
 */
export function joinTrades({ bars: trades, rows, lines }: RowBars, timeframe: Timeframe): RowBars {
  const { time, close: price, volume } = trades;
  const order = Uint32Array.from(time, (_, i) => i).sort((a, b) => time[a]! - time[b]! || a - b);
  const duration = durationOf(timeframe);
  const bars = new BarBuilder();
  const firsts: number[] = [];
  for (let at = 0; at < order.length; ) {
    const first = order[at]!;
    const open = Math.floor(time[first]! / duration) * duration;
    let [high, low, close, sum] = [price[first]!, price[first]!, price[first]!, 0];
    for (; at < order.length && time[order[at]!]! < open + duration; at++) {
      const trade = order[at]!;
      close = price[trade]!;
      high = Math.max(high, close);
      low = Math.min(low, close);
      sum += volume[trade]!;
    }
    bars.push(open, price[first]!, high, low, close, sum);
    firsts.push(first);
  }
  return { bars: bars.finish(), rows: Uint32Array.from(firsts, (i) => rows[i]!), lines: Uint32Array.from(firsts, (i) => lines[i]!) };
}
