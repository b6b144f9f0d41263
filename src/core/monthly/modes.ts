import { MODES, type LabelColumns } from './label';
import { quantiles, survey, type Survey } from './quantile';

/** What the labels and weights of one mode look like, and what of it is not as it should be. */
export interface ModeStatistics {
  /** Winners per sample. */
  readonly win_rate: number;
  readonly winners: number;
  readonly samples: number;
  /** Over the finite weights; null without any. */
  readonly avg_weight: number | null;
  readonly std_weight: number | null;
  readonly min_weight: number | null;
  readonly max_weight: number | null;
  /** Keys 25, 50, 75, 90, 95. */
  readonly weight_percentiles: Readonly<Record<string, number>>;
  /** Labels that are neither 0 nor 1. */
  readonly not_binary: number;
  readonly nan_weights: number;
  readonly infinite_weights: number;
  /** Weights of zero or less. */
  readonly not_positive: number;
  /** Weights beyond their bounds; what the counts above and the win rate say is not repeated here. */
  readonly flags: readonly WeightFlag[];
}

export type WeightFlag = 'weight-too-small' | 'weight-too-large' | 'average-weight-out-of-range';

/** Source: 7-monthly, output checks. */
export const WIN_RATE = { low: 0.05, high: 0.5 } as const;
const WEIGHT = { low: 0.1, high: 10 } as const;
const AVERAGE = { low: 0.5, high: 5 } as const;
const PERCENTILES = [25, 50, 75, 90, 95] as const;

export const isUnusual = ({ win_rate }: Pick<ModeStatistics, 'win_rate'>): boolean => win_rate < WIN_RATE.low || win_rate > WIN_RATE.high;

/** True when the columns are not what a label and a weight can be. */
export const isFailing = (mode: ModeStatistics): boolean => mode.not_binary + mode.nan_weights + mode.infinite_weights + mode.not_positive > 0;

/**
 * @param decay the month's (weight.ts). The bounds are those of a weight before its decay: otherwise every month four years
 *   older than the reference would be flagged for its age.
 */
export function modeStatistics({ labels, weights }: Pick<LabelColumns, 'labels' | 'weights'>, decay: number): Record<string, ModeStatistics> {
  const scratch = new Float64Array(weights[0]?.length ?? 0);
  return Object.fromEntries(MODES.map((mode, at) => [mode, describe(labels[at]!, weights[at]!, scratch, decay)]));
}

function describe(labels: Int8Array, weights: Float64Array, scratch: Float64Array, decay: number): ModeStatistics {
  const winners = count(labels, (value) => value === 1);
  const { numbers, min, max } = survey(weights, scratch);
  const infinite = count(numbers, (value) => Math.abs(value) === Infinity);
  const not_positive = count(numbers, (value) => value <= 0);
  const spread = numbers.length === infinite ? NO_WEIGHTS : spreadOf(infinite === 0 ? { numbers, min, max } : survey(numbers.filter(Number.isFinite), scratch));
  return {
    win_rate: labels.length === 0 ? 0 : winners / labels.length,
    winners,
    samples: labels.length,
    ...spread,
    not_binary: count(labels, (value) => value !== 0 && value !== 1),
    nan_weights: weights.length - numbers.length,
    infinite_weights: infinite,
    not_positive,
    flags: flagsOf(spread, decay),
  };
}

type Spread = Pick<ModeStatistics, 'avg_weight' | 'std_weight' | 'min_weight' | 'max_weight' | 'weight_percentiles'>;

const NO_WEIGHTS: Spread = { avg_weight: null, std_weight: null, min_weight: null, max_weight: null, weight_percentiles: {} };

/** @param weights at least one, all finite; reordered */
function spreadOf({ numbers: weights, min, max }: Survey): Spread {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < weights.length; at++) sum += weights[at]!;
  const average = sum / weights.length;
  for (let at = 0; at < weights.length; at++) squares += (weights[at]! - average) ** 2;
  const found = quantiles(weights, PERCENTILES.map((percent) => percent / 100));
  return {
    avg_weight: average,
    std_weight: weights.length === 1 ? 0 : Math.sqrt(squares / (weights.length - 1)),
    min_weight: min,
    max_weight: max,
    weight_percentiles: Object.fromEntries(PERCENTILES.map((percent, at) => [percent, found[at]!])),
  };
}

/** One part in a million of slack: a bound reached exactly must not be crossed by rounding. */
const SLACK = 1e-6;

function flagsOf({ min_weight, max_weight, avg_weight }: Spread, decay: number): WeightFlag[] {
  if (min_weight === null || max_weight === null || avg_weight === null) return [];
  const [least, most, average] = [min_weight / decay, max_weight / decay, avg_weight / decay];
  const isAverageOff = average < AVERAGE.low * (1 - SLACK) || average > AVERAGE.high * (1 + SLACK);
  return [
    ...(least < WEIGHT.low * (1 - SLACK) ? (['weight-too-small'] as const) : []),
    ...(most > WEIGHT.high * (1 + SLACK) ? (['weight-too-large'] as const) : []),
    ...(isAverageOff ? (['average-weight-out-of-range'] as const) : []),
  ];
}

function count(values: Int8Array | Float64Array, is: (value: number) => boolean): number {
  let found = 0;
  for (let at = 0; at < values.length; at++) if (is(values[at]!)) found++;
  return found;
}
