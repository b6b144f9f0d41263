import { Failure } from './failure';

/** The bar intervals a master can have; `D` and `W` are calendar units that are never built from minutes. */
export const TIMEFRAMES = ['1s', '1m', '5m', '15m', '1h', '4h', '1D', '1W'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const MILLISECONDS: Readonly<Record<Timeframe, number>> = {
  '1s': 1_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1D': 86_400_000,
  '1W': 604_800_000,
};

/** The duration of one bar in elapsed milliseconds. */
export const durationOf = (timeframe: Timeframe): number => MILLISECONDS[timeframe];

/** `undefined` when the text is no timeframe. `1d` and `1wk` (Yahoo's names) are read as `1D` and `1W`; `1M` is not minutes. */
export function timeframeFrom(text: string): Timeframe | undefined {
  const known = TIMEFRAMES.find((timeframe) => timeframe === text);
  if (known !== undefined) return known;
  const alias: Readonly<Record<string, Timeframe>> = { '60m': '1h', '240m': '4h', '1H': '1h', '4H': '4h', '1d': '1D', '1w': '1W', '1wk': '1W' };
  return alias[text];
}

/** @throws Failure `usage` naming the timeframes there are. */
export function parseTimeframe(text: string): Timeframe {
  const timeframe = timeframeFrom(text);
  if (timeframe !== undefined) return timeframe;
  throw new Failure('usage', {
    attempted: `read the timeframe "${text}"`,
    why: 'it is not one Barkeep knows.',
    remedy: `Use one of ${TIMEFRAMES.join(', ')}.`,
  });
}
