import { FEATURES, type Feature } from './features';
import { quantiles, survey, type Survey } from './quantile';

/** What one feature's column looks like. Shares are fractions of the rows. */
export interface FeatureColumn {
  readonly nan_share: number;
  /** Values beyond Q1 − 3·IQR … Q3 + 3·IQR, per value that is no NaN. 0 where the middle half is one value: there is no scale to measure by. */
  readonly outlier_share: number;
  /** Over the values that are no NaN; null without any. Infinities are written as the largest number. */
  readonly min: number | null;
  readonly max: number | null;
  /** More NaN than the feature's limit. */
  readonly high_nan: boolean;
  readonly outliers: 'few' | 'warn' | 'high';
  /** The least or greatest value lies beyond the feature's range, by more than a tenth of that bound. */
  readonly suspicious: boolean;
}

export interface FeatureStatistics {
  /** Columns with at least one value. */
  readonly generated: number;
  /** Fraction of the 43. */
  readonly completeness: number;
  readonly mean_nan_share: number;
  /** Names of the columns so marked. */
  readonly high_nan: readonly string[];
  readonly outliers: readonly string[];
  readonly suspicious: readonly string[];
  /** 0 … 1: how far the columns can be relied on. */
  readonly quality: number;
  readonly columns: Readonly<Record<string, FeatureColumn>>;
}

/** The prices an instrument is expected to trade at, points. */
export interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/** Of ES. Source: 7-monthly, range checks. */
export const PRICES: PriceRange = { low: 1000, high: 8000 };

const FENCE = 3;
const OUTLIERS = { warn: 0.05, high: 0.1 } as const;
const RANGE_SLACK = 0.1;

/** @param columns one for each of FEATURES, in that order, of one length */
export function featureStatistics(columns: readonly Float64Array[], prices: PriceRange = PRICES): FeatureStatistics {
  const scratch = new Float64Array(columns[0]?.length ?? 0);
  const described = FEATURES.map((feature, at) => ({ name: feature.name, ...describe(feature, survey(columns[at]!, scratch), columns[at]!.length, prices) }));
  const generated = described.filter((each) => each.min !== null).length;
  const named = (is: (column: FeatureColumn) => boolean): string[] => described.filter(is).map(({ name }) => name);
  const [outliers, suspicious] = [named((each) => each.outliers !== 'few'), named((each) => each.suspicious)];
  const completeness = generated / FEATURES.length;
  const nan = described.reduce((sum, each) => sum + each.nan_share, 0) / FEATURES.length;
  return {
    generated,
    completeness,
    mean_nan_share: nan,
    high_nan: named((each) => each.high_nan),
    outliers,
    suspicious,
    quality: (completeness + (1 - nan) + (1 - outliers.length / FEATURES.length) + (1 - suspicious.length / FEATURES.length)) / 4,
    columns: Object.fromEntries(described.map(({ name, ...column }) => [name, column])),
  };
}

function describe(feature: Feature, { numbers, min, max }: Survey, rows: number, prices: PriceRange): FeatureColumn {
  const nanShare = rows === 0 ? 1 : (rows - numbers.length) / rows;
  const high_nan = nanShare > feature.nanLimit;
  if (numbers.length === 0) return { nan_share: nanShare, outlier_share: 0, min: null, max: null, high_nan, outliers: 'few', suspicious: false };
  const share = outlierShare(numbers);
  return {
    nan_share: nanShare,
    outlier_share: share,
    min: writable(min),
    max: writable(max),
    high_nan,
    outliers: share > OUTLIERS.high ? 'high' : share > OUTLIERS.warn ? 'warn' : 'few',
    suspicious: isBeyond(feature.range, min, max, prices),
  };
}

/** JSON knows no infinity. */
const writable = (value: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));

/** @param values not empty, without NaN; reordered */
function outlierShare(values: Float64Array): number {
  const [q1, q3] = quantiles(values, [0.25, 0.75]) as [number, number];
  const reach = FENCE * (q3 - q1);
  if (!(reach > 0)) return 0;
  const [lowest, highest] = [q1 - reach, q3 + reach];
  let outside = 0;
  for (let at = 0; at < values.length; at++) if (values[at]! < lowest || values[at]! > highest) outside++;
  return outside / values.length;
}

function isBeyond(range: Feature['range'], min: number, max: number, prices: PriceRange): boolean {
  if (Math.abs(min) === Infinity || Math.abs(max) === Infinity) return true;
  if (range === undefined) return false;
  const [low, high] = range === 'price' ? [prices.low, prices.high] : range;
  return min < low - RANGE_SLACK * Math.abs(low) || max > high + RANGE_SLACK * Math.abs(high);
}
