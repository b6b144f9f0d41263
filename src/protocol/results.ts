import type { Inventory } from './inventory';
import type { Report } from './report';

/** What each job returns; the command line prints it for a person or, with `--json`, as a `result` event. */

/** One time shift (or none) tried over all overlapping bars. */
export interface ShiftEvidence {
  /** Minutes to add to the file's instants so that they match the master; 0 = as they are. */
  readonly minutes: number;
  readonly matched: number;
  readonly compared: number;
}

export interface BarDifference {
  /** Bar open, ISO UTC. */
  readonly time: string;
  readonly field: 'open' | 'high' | 'low' | 'close' | 'volume';
  readonly master: number;
  readonly file: number;
}

export interface Alignment {
  readonly verdict: 'aligned' | 'aligned-after-shift' | 'no-overlap' | 'no-common-times' | 'mismatch' | 'no-master';
  readonly summary: string;
  readonly zone: string;
  readonly stamp: 'open' | 'close';
  readonly matched: number;
  readonly differing: number;
  readonly onlyInFile: number;
  readonly onlyInMaster: number;
  /** Close tolerance in points. */
  readonly tolerance: number;
  /** The best shift found when the bars do not match as they are. */
  readonly shift?: ShiftEvidence;
  /** The zone, or stamp convention, that explains the shift. */
  readonly likelyZone?: string;
  readonly likelyStamp?: 'open' | 'close';
  /** Options that repair it, such as `--tz America/Chicago`. */
  readonly remedy?: string;
  /** First differing bars. */
  readonly examples: readonly BarDifference[];
}

export interface ImportPlan {
  readonly file: string;
  readonly master: string;
  readonly zone: string;
  readonly stamp: 'open' | 'close';
  readonly parsedRows: number;
  readonly rejectedRows: number;
  readonly repeatedHeaders: number;
  readonly newRows: number;
  readonly identicalRows: number;
  readonly conflictingRows: number;
  readonly onConflict: 'keep' | 'replace' | 'fail';
  readonly before: MasterExtent | null;
  readonly after: MasterExtent;
  readonly conflicts: readonly BarDifference[];
  readonly alignment: Alignment;
}

export interface MasterExtent {
  readonly rows: number;
  /** ISO UTC open instants of the first and last bar. */
  readonly start: string;
  readonly end: string;
}

export interface ImportResult {
  readonly plan: ImportPlan;
  /** `planned`: a dry run; `unchanged`: every row was there already. */
  readonly outcome: 'planned' | 'imported' | 'unchanged';
  readonly backup?: string;
  readonly rejectedFile?: string;
  readonly conflictsFile?: string;
  readonly continuity?: Continuity;
  readonly derived?: Regeneration;
}

export interface Gap {
  /** Open of the last bar before and of the first bar after, ISO UTC. */
  readonly after: string;
  readonly before: string;
  readonly hours: number;
  readonly missingBars: number;
}

export interface Continuity {
  readonly master: string;
  readonly rows: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly thresholdHours: number;
  readonly year?: number;
  /** Gaps longer than the threshold, in time order. */
  readonly gaps: readonly Gap[];
  readonly largest?: Gap;
  /** Bars per month, `2025-07` → count. */
  readonly months: Readonly<Record<string, number>>;
}

export interface RegenerationStep {
  readonly output: string;
  readonly outcome: 'made' | 'up-to-date' | 'skipped' | 'would-make';
  readonly rows?: number;
  readonly why?: string;
}

export interface Regeneration {
  readonly ticker: string;
  readonly master: string | null;
  readonly masterDigest: string | null;
  readonly steps: readonly RegenerationStep[];
}

export interface BackupEntry {
  /** Name of the backup file in `backups/`. */
  readonly backup: string;
  /** The file it is a copy of, relative to the data folder. */
  readonly file: string;
  /** When it was made, unix ms UTC. */
  readonly made: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly why: string | null;
}

export interface BackupResult {
  readonly outcome: 'planned' | 'made';
  /** The copies made now (or, in a dry run, those that would be). */
  readonly backups: readonly BackupEntry[];
  /** Files whose newest backup already equals them: no second copy was made. */
  readonly current: readonly BackupEntry[];
}

export interface RestoreResult {
  readonly outcome: 'planned' | 'restored' | 'unchanged';
  readonly file: string;
  readonly from: BackupEntry;
  /** The copy made of the file as it was before the restore. */
  readonly saved?: BackupEntry;
}

export interface SampleResult {
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly what: string }[];
}

export interface Results {
  verify: Report;
  inventory: Inventory;
  align: Alignment;
  import: ImportResult;
  continuity: Continuity;
  regenerate: Regeneration;
  backup: BackupResult;
  restore: RestoreResult;
  backups: { readonly backups: readonly BackupEntry[] };
  sample: SampleResult;
}
export type JobName = keyof Results;
