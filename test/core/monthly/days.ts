import { seededRandom } from '../../../src/core/base/random';

/** A one-second bar as traded: unix seconds, symbol, points, contracts. */
export interface Trade {
  readonly time: number;
  readonly symbol: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Five trading days; winter time begins on the Sunday among them, and the fourth is the first of the next contract. */
const DAYS = ['2025-10-30', '2025-10-31', '2025-11-03', '2025-11-04', '2025-11-05'];
const NEAR = 'ESZ5';
const NEXT = 'ESH6';
const SPREAD = `${NEAR}-${NEXT}`;
const CARRY = 57.75;

/**
 * Five days with everything a month can hold: two contracts of which the next takes over, their spread, seconds without a
 * trade, gaps, flat stretches, jumps, bad rows, and rows before and after regular hours. The same for the same seed.
 */
export function fiveDays(seed: number): Trade[] {
  const random = seededRandom(seed);
  const trades: Trade[] = [];
  let ticks = 6800 * 4;
  DAYS.forEach((date, day) => {
    const from = Date.parse(`${date}T12:00:00Z`) / 1000;
    for (let second = 0; second < 9.5 * 3600; second++) {
      const time = from + second;
      const moment = momentOf(second);
      if (moment === 'jump') ticks += day % 2 === 0 ? 120 : -90;
      if (moment === 'gap' || random() < 0.35) continue;
      const flat = moment === 'flat' || random() < 0.3;
      const before = ticks;
      if (!flat) ticks += Math.round((random() - 0.5) * 5);
      const bar = barOf(before, ticks, flat ? 0 : random());
      const volume = moment === 'idle' ? 0 : 1 + Math.floor(random() ** 4 * 400);
      trades.push({ time, symbol: day < 3 ? NEAR : NEXT, ...shifted(bar, day < 3 ? 0 : CARRY), volume });
      if (random() < 0.1) trades.push({ time, symbol: day < 3 ? NEXT : NEAR, ...shifted(bar, day < 3 ? CARRY : 0), volume: 1 });
      if (random() < 0.02) trades.push({ time, symbol: SPREAD, ...shifted(barOf(0, 0, 0), CARRY + Math.round(random() * 4) / 20), volume: 5000 });
      const last = trades[trades.length - 1]!;
      if (random() < 0.01) trades[trades.length - 1] = spoiled(last, random());
    }
  });
  return trades;
}

/** What is special about a second of the day, counted from 12:00 UTC. */
function momentOf(second: number): 'jump' | 'gap' | 'flat' | 'idle' | undefined {
  if (second === 9000 || second === 21_000) return 'jump';
  if (second >= 5300 && second < 5500) return 'gap';
  if (second >= 12_000 && second < 12_900) return 'gap';
  if (second >= 15_000 && second < 16_500) return 'flat';
  if (second >= 18_000 && second < 18_500) return 'idle';
  return undefined;
}

type Prices = Pick<Trade, 'open' | 'high' | 'low' | 'close'>;

/** @param extent 0 … 1: how far the bar reaches beyond its open and close */
const barOf = (open: number, close: number, extent: number): Prices => ({
  open: open / 4,
  high: (Math.max(open, close) + Math.floor(extent * 3)) / 4,
  low: (Math.min(open, close) - Math.floor(((extent * 7) % 1) * 3)) / 4,
  close: close / 4,
});

const shifted = (bar: Prices, by: number): Prices => ({ open: bar.open + by, high: bar.high + by, low: bar.low + by, close: bar.close + by });

/** A row that cleaning takes out, in one of the ways there are. */
function spoiled(trade: Trade, kind: number): Trade {
  if (kind < 0.15) return { ...trade, low: 0 };
  if (kind < 0.3) return { ...trade, close: NaN };
  if (kind < 0.45) return { ...trade, high: 10_000.25, volume: 9 };
  if (kind < 0.6) return { ...trade, high: trade.low - 0.25, low: trade.high };
  if (kind < 0.75) return { ...trade, open: trade.close, high: trade.close - 1, low: trade.close - 1 };
  if (kind < 0.9) return { ...trade, volume: -trade.volume - 1 };
  return { ...trade, volume: NaN };
}
