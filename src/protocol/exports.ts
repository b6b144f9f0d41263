/** What is known of exports, ours and other programs', that write into a raw folder. */

export type ExportStateName =
  /** Begun; there is no CSV yet. */
  | 'starting'
  | 'running'
  /** No sign of life for 5 minutes; `crashed`: and the process that held its lock is dead. */
  | 'stalled'
  | 'crashed'
  /** No sign of life for an hour. */
  | 'failed'
  | 'complete'
  /** Complete, but its exporter or a comparison with the disk found faults. */
  | 'violations'
  /** Complete without a bar: no success. */
  | 'empty'
  /** A CSV that nobody writes and nobody called complete; or nothing but a signal that cannot be understood. */
  | 'idle';

/** What an exporter counted; what it did not is absent: unknown, not 0. */
export interface ExportCounters {
  readonly duplicateTimestamps?: number;
  readonly nonMonotonicTimestamps?: number;
  readonly negativeDurations?: number;
  readonly sessionBoundaryViolations?: number;
}

export interface ExportStanding {
  /** Names it among all: the CSV without `.DONE`; of an export that has no CSV yet, its instrument; of a start signal that does not even tell that, its name. */
  readonly key: string;
  readonly state: ExportStateName;
  readonly instrument?: string;
  readonly dataType?: 'Minute' | 'Tick';
  /** The CSV as it is called now, absolute; absent when there is none. */
  readonly file?: string;
  readonly bytes?: number;
  readonly bars?: number;
  readonly barsPerSecond?: number;
  readonly bytesPerSecond?: number;
  /** Estimated; only while it runs and something tells where it ends. */
  readonly secondsLeft?: number;
  /** Since the last sign of life, as far as it was watched. */
  readonly quietSeconds: number;
  readonly counters: ExportCounters;
  readonly invalidBars?: number;
  /** Of the finished file, when the exporter told it: 64 lower-case hex. */
  readonly sha256?: string;
  /** Of the process that holds, or held, its lock. */
  readonly pid?: number;
  /** Contradictions and unreadable signals, in sentences. */
  readonly complaints: readonly string[];
}

/** Told while it is watched: an export that stands otherwise than before, or one whose files are gone. */
export interface ExportTold {
  readonly export: ExportStanding;
  readonly gone?: true;
}

/** What `watch` has seen. */
export interface ExportsWatch {
  /** Absolute. */
  readonly folder: string;
  readonly exports: readonly ExportStanding[];
}

export type ConductStage = 'launch' | 'wait' | 'translate' | 'analyse' | 'archive';

/** One export on its way through a run. */
/** What the import of an export did. */
export interface TakenIn {
  readonly outcome: string;
  readonly newRows: number;
  readonly rejectedRows: number;
  /** Rows whose local time was twice, so that one of the two was assumed; absent when there are none. */
  readonly ambiguousRows?: number;
}

export interface ConductedExport {
  readonly csv: string;
  readonly ticker: string;
  readonly state: ExportStateName;
  /** Absent until then. */
  readonly imported?: TakenIn;
  /** Where its file lies now, absolute; absent until it is archived. */
  readonly archived?: string;
}

export interface ConductRun {
  readonly id: string;
  /** ISO UTC. */
  readonly began: string;
  readonly stage: ConductStage | 'done' | 'given-up';
  readonly exports: readonly ConductedExport[];
  /** Exports that were not taken in to the end, each with the reason. */
  readonly left: readonly { readonly key: string; readonly state: ExportStateName; readonly why: string }[];
  /** Why it stopped at its stage. */
  readonly failure?: string;
  /** The run was not carried out: what it would import is told in `exports`. */
  readonly planned?: true;
  /** Its state and its log, absolute. */
  readonly stateFile: string;
  readonly logFile: string;
}

export interface ConductResult {
  readonly raw: string;
  readonly runs: readonly ConductRun[];
}
