import type { FailureKind } from '../core/base/failure';
import type { MonthDocument } from '../core/monthly/reprocess';

/** What the monthly commands say. Months are written `2025-10`; times are unix ms unless their name says otherwise. */

/** The stages of a month in their order; the first and the last only where files come from, or go to, an object store. */
export type Stage = 'download' | 'clean' | 'contract' | 'hours' | 'fill' | 'label' | 'features' | 'write' | 'verify' | 'statistics' | 'upload';

/** A month that was processed: its files and the judgement on it. */
export interface MonthDone {
  readonly month: string;
  readonly source: string;
  /** The Parquet file and the statistics beside it: paths, or addresses of an object store. */
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
  | { readonly month: string; readonly state: 'waiting'; readonly source: string; /** Why, in a sentence, where there is more to say. */ readonly why?: string }
  /** Being processed, or left so by a run that was killed. */
  | { readonly month: string; readonly state: 'working' | 'interrupted'; readonly source: string; readonly stage: Stage; /** `host:pid`, of a month in a queue. */ readonly worker?: string }
  | { readonly month: string; readonly state: 'failed'; readonly failure: MonthFailed }
  | { readonly month: string; readonly state: 'finished'; readonly output: string; readonly done?: MonthDone };

export interface MonthlyStatus {
  /** Absent when only a queue was asked. */
  readonly dest?: string;
  readonly months: readonly MonthStanding[];
  readonly queue?: QueueStatus;
}

/** A queue of months that workers on any machine take. */
export interface QueueStatus {
  readonly address: string;
  readonly paused: boolean;
  /** Months, of all destinations. */
  readonly waiting: number;
  readonly working: number;
  /** To be tried later: after trouble with the network, or left to workers of another version. */
  readonly later: number;
  readonly finished: number;
  readonly failed: number;
  readonly workers: readonly QueueWorker[];
}

export interface QueueWorker {
  /** `host:pid` */
  readonly worker: string;
  readonly version: string;
}

/** What became of an order to the queue. */
export interface MonthlyQueue {
  readonly action: 'pause' | 'resume' | 'drain' | 'cancel';
  /** Months taken out. */
  readonly removed: readonly string[];
  /** Months being processed that are told to stop. */
  readonly stopping: readonly string[];
  readonly queue: QueueStatus;
}

/** What a worker did until it ended. */
export interface MonthlyWorker {
  readonly queue: string;
  readonly worker: string;
  readonly done: number;
  readonly failed: number;
  /** Months that it was processing when it was stopped. */
  readonly givenBack: number;
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
  /** Months left in a queue to be processed. */
  readonly queued?: readonly string[];
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
  monthlyWorker: MonthlyWorker;
  monthlyQueue: MonthlyQueue;
  monthlyValidate: MonthlyValidation;
}
