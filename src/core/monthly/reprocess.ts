import { isFailing, isUnusual } from './modes';
import { score, type Score } from './score';
import type { MonthStatistics } from './statistics';

/** Whether a month should be processed again, and what its owner should look at. Source: 7-monthly, reprocessing. */
export interface Advice {
  readonly required: boolean;
  /** Of the reprocessing; null when it is not required. */
  readonly priority: 'high' | 'medium' | 'low' | null;
  /** One sentence each; empty when it is not required. */
  readonly reasons: readonly string[];
  /** What is worth a look whether or not it is required. */
  readonly alerts: readonly string[];
}

export function reprocessing(statistics: MonthStatistics, { total }: Pick<Score, 'total'>): Advice {
  const reasons = reasonsIn(statistics, total);
  const required = reasons.length > 0;
  const priority = total < 0.5 ? 'high' : total < 0.7 ? 'medium' : 'low';
  return { required, priority: required ? priority : null, reasons, alerts: alertsIn(statistics, total) };
}

/** The statistics with their judgement: the document written beside a month's rows. */
export interface MonthDocument extends MonthStatistics {
  readonly quality_score: number;
  readonly quality_parts: Omit<Score, 'total'>;
  readonly requires_reprocessing: boolean;
  readonly reprocessing_priority: Advice['priority'];
  readonly reasons: readonly string[];
  readonly alerts: readonly string[];
}

export function judge(statistics: MonthStatistics): MonthDocument {
  const { total, ...parts } = score(statistics);
  const { required, priority, reasons, alerts } = reprocessing(statistics, { total });
  return {
    ...statistics,
    quality_score: total,
    quality_parts: parts,
    requires_reprocessing: required,
    reprocessing_priority: priority,
    reasons,
    alerts,
  };
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`;

function reasonsIn(statistics: MonthStatistics, total: number): string[] {
  const { errors, loss, retention, features, modes, excluded_share } = statistics;
  return [
    ...(total < 0.7 ? [`The score is ${total.toFixed(2)}, below 0.70.`] : []),
    ...(errors.length > 0 ? [`${errors.length === 1 ? 'An error' : `${errors.length} errors`}: ${errors.join(' ')}`] : []),
    ...(loss > 0.5 ? [`Cleaning removed ${percent(loss)} of the rows.`] : []),
    ...(retention < 0.3 ? [`Only ${percent(retention)} of the expected rows remain.`] : []),
    ...(features.quality < 0.6 ? [`The quality of the features is ${features.quality.toFixed(2)}, below 0.60.`] : []),
    ...Object.entries(modes).flatMap(([name, mode]) => (isFailing(mode) ? [`${name} has labels or weights that are impossible.`] : [])),
    ...winRatesOutside(statistics),
    ...(excluded_share > 0.15 ? [`Rollovers exclude ${percent(excluded_share)} of the bars.`] : []),
  ];
}

function alertsIn(statistics: MonthStatistics, total: number): string[] {
  const minutes = statistics.processing_seconds / 60;
  return [
    ...(minutes > 45 ? [`Processing took ${minutes.toFixed(1)} minutes.`] : []),
    ...(total < 0.8 ? [`The score is ${total.toFixed(2)}, below 0.80.`] : []),
    ...winRatesOutside(statistics),
  ];
}

const winRatesOutside = ({ modes }: MonthStatistics): string[] =>
  Object.entries(modes).flatMap(([name, mode]) => (isUnusual(mode) ? [`The win rate of ${name} is ${percent(mode.win_rate)}, outside 5–50 %.`] : []));
