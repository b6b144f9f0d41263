/** What the commands that keep files return: backups and copies, what holds a lock, what was left behind, how fast files are written. */

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
  /** What bars it holds; only where they are asked for, and for Parquet. */
  readonly holds?: Holding;
}

/** Bars in a Parquet file. */
export interface Holding {
  readonly rows: number;
  /** First and last bar's open, unix ms UTC; absent without bars. */
  readonly start?: number;
  readonly end?: number;
}

/** A file that cannot be read to its end. */
export interface Torn {
  readonly file: string;
  readonly why: string;
}

/** A file that was left out because it cannot be read, with what to do about it. */
export interface LeftOut {
  readonly file: string;
  readonly why: string;
}

export interface BackupResult {
  readonly outcome: 'planned' | 'made';
  /** The copies made now (or, in a dry run, those that would be). */
  readonly backups: readonly BackupEntry[];
  /** Files whose newest backup already equals them: no second copy was made. */
  readonly current: readonly BackupEntry[];
  /** Files that were torn when they were backed up: their backups are as torn. */
  readonly torn: readonly Torn[];
  /** Files of which there is no backup now, because they cannot be read. */
  readonly leftOut: readonly LeftOut[];
}

export interface RestoreResult {
  readonly outcome: 'planned' | 'restored' | 'unchanged';
  readonly file: string;
  readonly from: BackupEntry;
  /** What bars the file holds before the restore; only in a plan, and for Parquet. `from.holds` is what it will hold. */
  readonly now?: Holding;
  /** The copy made of the file as it was before the restore. */
  readonly saved?: BackupEntry;
}

export interface PruneResult {
  readonly outcome: 'planned' | 'removed';
  /** The backups removed, or in a dry run those that would be. */
  readonly removed: readonly BackupEntry[];
  readonly kept: number;
  /** Newest backups that are damaged or unknown to the journal: nothing of their files was removed. */
  readonly unsound: readonly BackupEntry[];
}

export interface CopiedFile {
  /** Relative to the data folder, and to the copy. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

export interface CopyResult {
  readonly outcome: 'planned' | 'made';
  /** The copy, absolute. */
  readonly folder: string;
  readonly bytes: number;
  readonly files: readonly CopiedFile[];
  /** Files that are torn, and so are their copies. */
  readonly torn: readonly Torn[];
  /** Files that are not in the copy, because they cannot be read; its manifest names them too. */
  readonly leftOut: readonly LeftOut[];
}

/** A place for copies that was found on this machine. */
export interface Destination {
  readonly title: string;
  readonly folder: string;
}

export interface CheckedCopy {
  readonly name: string;
  /** `unknown`: it could be read, but nothing tells what it should be; `unfinished`: a copy that was interrupted. */
  readonly verdict: 'sound' | 'damaged' | 'missing' | 'unreadable' | 'unknown' | 'unfinished';
}

export interface BackupCheck {
  readonly folder: string;
  readonly checked: readonly CheckedCopy[];
  /** How many there are; more than were checked when only a share was. */
  readonly listed: number;
}

export interface LockNote {
  /** Relative to the data folder. */
  readonly file: string;
  readonly state: 'held' | 'stale' | 'elsewhere' | 'unreadable';
  /** When it was taken, unix ms UTC. */
  readonly since: number;
  readonly pid?: number;
  readonly host?: string;
  readonly command?: string;
  readonly doing?: string;
}

export interface TemporaryNote {
  /** Relative to the data folder. */
  readonly file: string;
  readonly bytes: number;
  /** Last modified, unix ms UTC. */
  readonly updated: number;
  /** Its writer is gone. */
  readonly leftover: boolean;
}

export interface WriteMetrics {
  /** Writes on record that were done, and that failed. */
  readonly writes: number;
  readonly failed: number;
  readonly bytes: number;
  /** Milliseconds per write; null without any. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Share of the files read back that were what was written, 0 … 1; null without any. */
  readonly verifiedShare: number | null;
  readonly sequenceGaps: number;
}

export interface Alert {
  readonly code: 'verification-failed' | 'sequence-gap' | 'slow-write' | 'old-temporary' | 'stale-lock' | 'unreadable-lock' | 'unreadable';
  readonly file: string;
  readonly message: string;
  /** Arguments for the command line that mend it. */
  readonly remedy?: readonly string[];
}

export interface Status {
  readonly folder: string;
  readonly locks: readonly LockNote[];
  readonly temporary: readonly TemporaryNote[];
  readonly backups: { readonly count: number; readonly bytes: number; readonly newest?: BackupEntry };
  readonly metrics: WriteMetrics;
  readonly alerts: readonly Alert[];
}

export interface CleanResult {
  readonly outcome: 'planned' | 'cleaned';
  /** Relative to the data folder. */
  readonly removed: readonly string[];
  readonly kept: readonly KeptLeftover[];
}

export interface KeptLeftover {
  readonly file: string;
  readonly why: string;
  /** It should have been removed, but the disk refused. */
  readonly failed?: true;
}
