import { SecondsBuilder } from './builder';
import { quantiles } from './quantile';
import { OHLC_TOLERANCE } from './input';
import type { RowBatch, Rows } from './rows';
import type { Seconds, SecondsTable } from './seconds';

/** Rows that cannot be bars are left out, each counted under the first rule it breaks. Source: 7-monthly, stage 2. */
export interface Cleaned {
  readonly table: SecondsTable;
  /** Rows read. */
  readonly raw: number;
  /** Rows left out, per rule. */
  readonly issues: Readonly<Record<Rule, number>>;
  /** What is reported and left as it is: one sentence each. */
  readonly warnings: readonly string[];
}

/** Points: prices outside are another instrument's, or wrong. */
export interface PriceBounds {
  readonly low: number;
  readonly high: number;
}

/** Of ES. */
export const PRICE_BOUNDS: PriceBounds = { low: 500, high: 10_000 };

export const RULES = ['time_missing', 'price_not_positive', 'price_out_of_bounds', 'ohlc_inconsistent', 'volume_invalid'] as const;
export type Rule = (typeof RULES)[number];

/** Reads a source to its end. */
export async function clean(rows: Rows, bounds: PriceBounds = PRICE_BOUNDS, progress: (rows: number) => void = () => undefined): Promise<Cleaned> {
  const kept = new SecondsBuilder();
  const issues = { time_missing: 0, price_not_positive: 0, price_out_of_bounds: 0, ohlc_inconsistent: 0, volume_invalid: 0 };
  let raw = 0;
  for await (const batch of rows.batches()) {
    raw += batch.count;
    sift(batch, bounds, kept, issues);
    progress(raw);
  }
  const seconds = kept.finish();
  return { table: { seconds, symbols: rows.symbols, ids: rows.ids }, raw, issues, warnings: [...rows.warnings(), ...oddities(seconds, raw)] };
}

function sift(batch: RowBatch, bounds: PriceBounds, kept: SecondsBuilder, issues: Record<Rule, number>): void {
  for (let i = 0; i < batch.count; i++) {
    const [time, volume] = [batch.time[i]!, batch.volume[i]!];
    const [open, high, low, close] = [batch.open[i]!, batch.high[i]!, batch.low[i]!, batch.close[i]!];
    const [least, most] = [Math.min(open, high, low, close), Math.max(open, high, low, close)];
    if (!Number.isInteger(time)) issues.time_missing++;
    else if (!(least > 0)) issues.price_not_positive++;
    else if (least < bounds.low || most > bounds.high) issues.price_out_of_bounds++;
    else if (high < most - OHLC_TOLERANCE || low > least + OHLC_TOLERANCE || (high === low && open !== close)) issues.ohlc_inconsistent++;
    else if (!(volume >= 0)) issues.volume_invalid++;
    else kept.push(time, open, high, low, close, volume, batch.instrument[i]!);
  }
}

const LARGE_VOLUME = 50;
const FENCE = 3;
const FEWEST_FOR_FENCE = 100;
const ZERO_RANGE_SHARE = 0.1;
const ZERO_VOLUME_SHARE = 0.05;
const FEWEST_ROWS = 1000;
const DAY = 86_400;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What is worth a look in rows that are kept all the same. */
function oddities(seconds: Seconds, raw: number): string[] {
  const rows = seconds.time.length;
  if (rows === 0) return [];
  const { zeroRange, zeroVolume, repeated, backward, span } = surveyRows(seconds);
  return [
    ...(raw < FEWEST_ROWS ? [`There are only ${raw} rows.`] : []),
    ...(span > 35 * DAY ? [`The rows span ${Math.floor(span / DAY)} days, more than a month.`] : []),
    ...(span < DAY ? ['The rows span less than a day.'] : []),
    ...largeVolumes(seconds.volume),
    ...farPrices(seconds.close),
    ...(zeroRange > ZERO_RANGE_SHARE * rows ? [`${percent(zeroRange / rows)} of the bars have no range.`] : []),
    ...(zeroVolume > ZERO_VOLUME_SHARE * rows ? [`${percent(zeroVolume / rows)} of the bars have no volume.`] : []),
    ...(repeated > 0 ? [`${repeated} rows repeat the time of another of their instrument; the first of them counts.`] : []),
    ...(backward > 0 ? [`${backward} rows are earlier than the row before them; they were sorted.`] : []),
  ];
}

function largeVolumes(volume: Float64Array): string[] {
  const [p99] = quantiles(volume.slice(), [0.99]) as [number];
  const large = count(volume, (value) => value > LARGE_VOLUME * p99);
  return large === 0 ? [] : [`${large} volumes are more than ${LARGE_VOLUME} times the 99th percentile of ${p99}.`];
}

function farPrices(close: Float64Array): string[] {
  if (close.length <= FEWEST_FOR_FENCE) return [];
  const [q1, q3] = quantiles(close.slice(), [0.25, 0.75]) as [number, number];
  const [low, high] = [q1 - FENCE * (q3 - q1), q3 + FENCE * (q3 - q1)];
  const far = count(close, (value) => value < low || value > high);
  return far === 0 ? [] : [`${far} closes lie outside ${low}…${high}, three interquartile ranges from the middle half.`];
}

function count(values: Float64Array, is: (value: number) => boolean): number {
  let found = 0;
  for (let at = 0; at < values.length; at++) if (is(values[at]!)) found++;
  return found;
}

function surveyRows({ time, high, low, volume, instrument }: Seconds): { zeroRange: number; zeroVolume: number; repeated: number; backward: number; span: number } {
  const latest = new Map<number, number>();
  let [zeroRange, zeroVolume, repeated, backward] = [0, 0, 0, 0];
  let [first, last, before] = [Infinity, -Infinity, -Infinity];
  for (let at = 0; at < time.length; at++) {
    const now = time[at]!;
    if (high[at] === low[at]) zeroRange++;
    if (volume[at] === 0) zeroVolume++;
    if (now < before) backward++;
    if (latest.get(instrument[at]!) === now) repeated++;
    latest.set(instrument[at]!, now);
    before = now;
    if (now < first) first = now;
    if (now > last) last = now;
  }
  return { zeroRange, zeroVolume, repeated, backward, span: last - first };
}
