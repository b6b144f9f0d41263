import type { FailureKind } from '../core/base/failure';
import type { MonthDocument } from '../core/monthly/reprocess';

/** What the monthly commands say. Months are written `2025-10`; times are unix ms unless their name says otherwise. */

/** The stages of a month in their order. */
export type Stage = 'clean' | 'contract' | 'hours' | 'fill' | 'label' | 'features' | 'write' | 'verify' | 'statistics';

/** A month that was processed: its files and the judgement on it. */
export interface MonthDone {
  readonly month: string;
  readonly source: string;
  /** The Parquet file and the statistics beside it. */
  readonly output: string;
  readonly statistics: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rawRows: number;
  readonly rows: number;
  readonly score: number;
  readonly requiresReprocessing: boolean;
  readonly priority: 'high' | 'medium' | 'low' | null;
  readonly reasons: readonly string[];
  readonly alerts: readonly string[];
  readonly warnings: readonly string[];
  readonly seconds: number;
  readonly stageSeconds: Readonly<Partial<Record<Stage, number>>>;
  readonly peakMemoryBytes: number;
}

export interface MonthFailed {
  readonly month: string;
  readonly source: string;
  /** Where it was; absent when it had not begun. */
  readonly stage?: Stage;
  readonly kind: FailureKind;
  readonly message: string;
  readonly remedy?: string;
  readonly attempts: number;
}

/** A month as it stands. */
export type MonthStanding =
  | { readonly month: string; readonly state: 'waiting'; readonly source: string }
  /** Being processed, or left so by a run that was killed. */
  | { readonly month: string; readonly state: 'working' | 'interrupted'; readonly source: string; readonly stage: Stage }
  | { readonly month: string; readonly state: 'failed'; readonly failure: MonthFailed }
  | { readonly month: string; readonly state: 'finished'; readonly output: string; readonly done?: MonthDone };

export interface MonthlyStatus {
  readonly dest: string;
  readonly months: readonly MonthStanding[];
}

/** All that is known of the months under one destination. */
export interface MonthlyReport {
  readonly dest: string;
  readonly made: number;
  readonly done: readonly MonthDone[];
  readonly failed: readonly MonthFailed[];
  /** Where the time went, over all months, the slowest first. */
  readonly slowestStages: readonly { readonly stage: Stage; readonly seconds: number; readonly longest: { readonly month: string; readonly seconds: number } }[];
  /** The report's own files. */
  readonly markdown: string;
  readonly json: string;
}

export interface MonthlyRun {
  readonly source: string;
  readonly dest: string;
  readonly workers: number;
  readonly seconds: number;
  /** Months processed now. */
  readonly done: readonly MonthDone[];
  readonly failed: readonly MonthFailed[];
  /** Months that were finished before. */
  readonly finished: readonly string[];
  readonly report: MonthlyReport;
}

export interface MonthlyValidation {
  readonly file: string;
  /** The contract of each date, `2025-10-01`. */
  readonly contracts: readonly { readonly date: string; readonly symbol: string; readonly volume: number }[];
  readonly document: MonthDocument;
}

/** Results of the commands, by name. */
export interface MonthlyResults {
  monthlyRun: MonthlyRun;
  monthlyMonth: MonthDone;
  monthlyStatus: MonthlyStatus;
  monthlyReport: MonthlyReport;
  monthlyValidate: MonthlyValidation;
}
