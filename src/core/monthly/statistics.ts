import { isoInstant } from '../base/time';
import { VERSION } from '../base/version';
import { featureStatistics, type FeatureStatistics, type PriceRange } from './columns';
import type { LabelColumns } from './label';
import { modeStatistics, type ModeStatistics } from './modes';
import type { RolloverEvent } from './rollover';
import { decay, monthsBetween, type Month } from './weight';

/** The statistics of one month, as they are written beside its rows. All rates are fractions. Source: 7-monthly, statistics. */

/** Rows after each stage that changes how many there are. */
export interface RowCounts {
  readonly raw: number;
  readonly cleaned: number;
  /** Of the cleaned rows, those in regular hours, of whatever contract. */
  readonly rth: number;
  /** What regular hours of the days that remain after cleaning should give: 27,000 a day. */
  readonly expected: number;
  /** Rows written. */
  readonly final: number;
}

/** What the stages of a month hand over. */
export interface Measured {
  readonly month: Month;
  /** The month whose bars weigh 1. */
  readonly decayReference: Month;
  /** When the month was processed, unix ms. */
  readonly now: number;
  /** How long each stage took, seconds, in their order. */
  readonly stageSeconds: Readonly<Record<string, number>>;
  readonly rows: RowCounts;
  /** Rows removed or mended, per kind. */
  readonly issues: Readonly<Record<string, number>>;
  readonly labels: Pick<LabelColumns, 'labels' | 'weights' | 'events' | 'affected'>;
  /** The columns of FEATURES. */
  readonly features: readonly Float64Array[];
  readonly prices?: PriceRange;
  /** Bytes. */
  readonly memory: { readonly peak: number; readonly final: number };
  /** Of what took part, such as `{ node: '20.12.0' }`; the program's own is added. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export interface MonthStatistics {
  /** `2025-10` */
  readonly month: string;
  /** ISO 8601 UTC. */
  readonly processing_date: string;
  readonly processing_seconds: number;
  readonly stage_seconds: Readonly<Record<string, number>>;
  readonly rows: RowCounts;
  /** Final rows per expected row, at most 1. */
  readonly retention: number;
  /** Of the raw rows, those that cleaning removed. */
  readonly loss: number;
  /** Of the cleaned rows, those in regular hours. */
  readonly rth_share: number;
  readonly issues_fixed: Readonly<Record<string, number>>;
  readonly rollover_events: readonly RolloverEvent[];
  /** How many of them are of either kind. */
  readonly rollover_kinds: { readonly gap: number; readonly contract: number };
  readonly bars_excluded: number;
  /** Excluded bars per final row. */
  readonly excluded_share: number;
  readonly decay_reference: string;
  /** What the month's weights are multiplied by. */
  readonly decay: number;
  readonly modes: Readonly<Record<string, ModeStatistics>>;
  readonly features: FeatureStatistics;
  readonly peak_memory_bytes: number;
  readonly final_memory_bytes: number;
  /** Raw rows. */
  readonly rows_per_second: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export function statistics(measured: Measured): MonthStatistics {
  const { rows, labels, month, decayReference } = measured;
  const elapsed = Object.values(measured.stageSeconds).reduce((sum, each) => sum + each, 0);
  const contracts = labels.events.filter((event) => event.kind === 'contract').length;
  const factor = decay(monthsBetween(month, decayReference));
  return {
    month: monthText(month),
    processing_date: isoInstant(measured.now),
    processing_seconds: elapsed,
    stage_seconds: measured.stageSeconds,
    rows,
    retention: Math.min(1, share(rows.final, rows.expected)),
    loss: share(rows.raw - rows.cleaned, rows.raw),
    rth_share: share(rows.rth, rows.cleaned),
    issues_fixed: measured.issues,
    rollover_events: labels.events,
    rollover_kinds: { gap: labels.events.length - contracts, contract: contracts },
    bars_excluded: labels.affected,
    excluded_share: share(labels.affected, rows.final),
    decay_reference: monthText(decayReference),
    decay: factor,
    modes: modeStatistics(labels, factor),
    features: featureStatistics(measured.features, measured.prices),
    peak_memory_bytes: measured.memory.peak,
    final_memory_bytes: measured.memory.final,
    rows_per_second: elapsed > 0 ? rows.raw / elapsed : 0,
    versions: { barkeep: VERSION, ...measured.versions },
    errors: measured.errors,
    warnings: measured.warnings,
  };
}

/** `2025-10` */
export const monthText = ({ year, month }: Month): string => `${year}-${String(month).padStart(2, '0')}`;

/** A fraction; 0 of nothing. */
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
