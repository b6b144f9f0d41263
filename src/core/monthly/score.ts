import type { FeatureStatistics } from './columns';
import { isUnusual, type ModeStatistics } from './modes';
import type { MonthStatistics } from './statistics';

/** How far a month can be relied on, 0 … 1, and the parts it is made of. Source: 7-monthly, score. */
export interface Score {
  readonly total: number;
  readonly modes: number;
  readonly data: number;
  readonly features: number;
  readonly performance: number;
  readonly rollovers: number;
}

export function score(statistics: MonthStatistics): Score {
  const parts = {
    modes: scoreModes(Object.values(statistics.modes)),
    data: scoreData(statistics),
    features: scoreFeatures(statistics.features),
    performance: scorePerformance(statistics),
    rollovers: scoreRollovers(statistics),
  };
  const total = 0.4 * parts.modes + 0.25 * parts.data + 0.2 * parts.features + 0.1 * parts.performance + 0.05 * parts.rollovers;
  return { total: clamp(total), ...parts };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

const when = (is: boolean, amount: number): number => (is ? amount : 0);

/** The amount of the first bound that the value exceeds. @param steps highest bound first */
const above = (value: number, ...steps: readonly (readonly [bound: number, amount: number])[]): number =>
  steps.find(([bound]) => value > bound)?.[1] ?? 0;

function scoreModes(modes: readonly ModeStatistics[]): number {
  if (modes.length === 0) return 0;
  return modes.reduce((sum, mode) => sum + scoreMode(mode), 0) / modes.length;
}

const scoreMode = (mode: ModeStatistics): number =>
  Math.max(
    0,
    1 -
      when(isUnusual(mode), 0.4) -
      when(mode.nan_weights > 0, 0.3) -
      when(mode.infinite_weights > 0, 0.3) -
      when(mode.not_binary > 0, 0.2) -
      when(mode.not_positive > 0, 0.2) -
      0.1 * mode.flags.length,
  );

function scoreData({ retention, loss, rth_share, warnings }: MonthStatistics): number {
  const lost = retention < 0.3 ? 0.5 : retention < 0.5 ? 0.3 : retention < 0.7 ? 0.1 : 0;
  return Math.max(0, 1 - lost - when(loss > 0.5, 0.3) - when(rth_share < 0.2 || rth_share > 0.6, 0.2) - 0.05 * warnings.length);
}

const scoreFeatures = (features: FeatureStatistics): number =>
  clamp(
    features.quality +
      when(features.completeness === 1, 0.1) -
      when(features.completeness < 0.9, 0.2) -
      above(features.high_nan.length, [5, 0.2], [2, 0.1]) -
      above(features.outliers.length, [10, 0.2], [5, 0.1]) -
      above(features.suspicious.length, [3, 0.2], [1, 0.1]),
  );

const GIB = 2 ** 30;
/** Rows a minute that count as fully efficient. */
const BRISK = 10_000;

/** May exceed 1: speed makes up for a little. */
function scorePerformance({ processing_seconds, peak_memory_bytes, rows_per_second }: MonthStatistics): number {
  const efficiency = Math.min(1, (rows_per_second * 60) / BRISK);
  const slowness = above(processing_seconds / 60, [45, 0.4], [30, 0.2]);
  const hunger = above(peak_memory_bytes / GIB, [8, 0.3], [6, 0.1]);
  return Math.max(0, 1 - slowness - hunger + when(efficiency > 0.8, 0.1) - when(efficiency < 0.5, 0.2));
}

const scoreRollovers = ({ excluded_share, rollover_events }: MonthStatistics): number =>
  Math.max(0, 1 - above(excluded_share, [0.15, 0.5], [0.1, 0.3], [0.05, 0.1]) - above(rollover_events.length, [10, 0.3], [5, 0.1]));
