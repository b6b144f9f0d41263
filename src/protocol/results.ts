import type { RepairResult, SealResult } from './repair';
import type { Cause } from '../core/calendar/types';
import type { ConductResult, ExportsWatch } from './exports';
import type { Coverage, DayCoverage } from './coverage';
import type { Inventory } from './inventory';
import type { BackupCheck, BackupEntry, BackupResult, CleanResult, CopyResult, Destination, PruneResult, RestoreResult, Status } from './keeping';
import type { RebuildResult } from './rebuild';
import type { MonthlyResults } from './monthly';
import type { Counters, Report } from './report';
import type { CheckNote } from './rpc';

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

/** Why a file does not match its master as it is. */
export type AlignmentCause =
  /** Its wall clock is another zone's, or one that knows no summer time. */
  | 'zone'
  | 'dst'
  /** Its times are when bars open where they were taken to close, or the other way round. */
  | 'stamp'
  | 'zone-and-stamp'
  /** A constant shift that no zone or stamp explains. */
  | 'shift'
  /** Its prices differ by a constant number of points (a contract roll, back-adjustment), or by a factor (another unit). */
  | 'offset'
  | 'scale'
  /** The same price changes at a level that differs from stretch to stretch. */
  | 'adjustment'
  | 'instrument';

export interface Alignment {
  readonly verdict: 'aligned' | 'aligned-after-shift' | 'aligned-after-offset' | 'aligned-after-scale' | 'no-overlap' | 'no-common-times' | 'mismatch' | 'no-master';
  readonly summary: string;
  readonly zone: string;
  readonly stamp: 'open' | 'close';
  readonly matched: number;
  readonly differing: number;
  readonly onlyInFile: number;
  readonly onlyInMaster: number;
  /** Close tolerance in points. */
  readonly tolerance: number;
  /** Absent when the file is aligned, or nothing is known of why it is not. */
  readonly cause?: AlignmentCause;
  /** The best shift found when the bars do not match as they are. */
  readonly shift?: ShiftEvidence;
  /** The zone, or stamp convention, that explains the shift. */
  readonly likelyZone?: string;
  readonly likelyStamp?: 'open' | 'close';
  /** What makes the prices match: points to add to each, or a factor. */
  readonly prices?: PriceEvidence;
  /** The ticker whose master has these bars, when another one of the folder does. */
  readonly likelyTicker?: string;
  /** The summary without the options that repair it, where there are any. */
  readonly matter?: string;
  /** The summary in a sentence, where it has the evidence as well. */
  readonly short?: string;
  /** What repairs it, for a person: options such as `--tz America/Chicago`, or another ticker. */
  readonly remedy?: string;
  /** The same options, or argument, by their names: `{ tz: 'America/Chicago' }`, `{ ticker: 'NQ' }`. */
  readonly options?: RepairOptions;
  /** First differing bars. */
  readonly examples: readonly BarDifference[];
  /** Absent when every time of the file is certain. */
  readonly ambiguous?: AmbiguousTimes;
}

/** Rows of the hour that clocks turned back repeat, of which the order of rows does not tell which of the two it is: one was assumed. */
export interface AmbiguousTimes {
  readonly rows: number;
  /** The first, as it stands in the file. */
  readonly line: number;
  readonly text: string;
  readonly assumed: 'earlier' | 'later';
}

/** Options of `import` and `align` that make a file match its master, or the ticker whose bars it has. */
export interface RepairOptions {
  readonly ticker?: string;
  readonly tz?: string;
  readonly stamp?: 'open' | 'close';
  readonly dates?: 'month-first' | 'day-first';
  readonly scale?: string;
  readonly align?: 'adjust';
}

/** One change of all prices of the file, tried over all overlapping bars. */
export interface PriceEvidence {
  /** Points to add to every price, after it was multiplied; 0 = none. */
  readonly points: number;
  /** 1 = none. */
  readonly factor: number;
  readonly matched: number;
  readonly compared: number;
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
  /** Bars of the master that take the file's values: of those that conflict under `replace`, else none. */
  readonly replacedBars: number;
  readonly onConflict: 'keep' | 'replace' | 'fail';
  readonly before: MasterExtent | null;
  readonly after: MasterExtent;
  readonly conflicts: readonly BarDifference[];
  /** What was done to every price of the file before it was compared; absent when nothing was. */
  readonly prices?: { readonly factor: number; readonly points: number };
  /** The master file's bytes: as it is (0 when there is none), and about what it will be, told from its bytes per bar. */
  readonly bytesBefore: number;
  readonly bytesAfterEstimate: number;
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

export interface UpdatePlan {
  readonly ticker: string;
  readonly timeframe: string;
  readonly master: string;
  /** What was asked for, and where: `ES=F from https://…`. */
  readonly source: string;
  readonly fetchedRows: number;
  /** Minutes without a trade, and bars whose time is not over. */
  readonly emptyRows: number;
  readonly unfinishedRows: number;
  /** Rows that failed a check, by reason; they go to the quarantine. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectedRows: number;
  /** Bars the master has as well, and how many of them have a close within 2 ticks. */
  readonly overlap: { readonly compared: number; readonly matched: number };
  readonly newRows: number;
  readonly identicalRows: number;
  /** Existing bars win. */
  readonly conflictingRows: number;
  readonly before: MasterExtent | null;
  readonly after: MasterExtent | null;
}

export interface UpdateResult {
  readonly plan: UpdatePlan;
  readonly outcome: 'planned' | 'updated' | 'unchanged';
  readonly backup?: string;
  readonly quarantineFile?: string;
  readonly continuity?: Continuity;
  readonly derived?: Regeneration;
}

/** Something about a row of an export's source. */
export interface ExportNote {
  /** A code of the integrity catalogue. */
  readonly code: string;
  /** Row of the source, 1-based. */
  readonly row: number;
  /** Its time, ISO UTC; absent when it has none. */
  readonly time?: string;
  readonly message: string;
}

export interface ExportResult {
  readonly outcome: 'planned' | 'exported';
  readonly source: string;
  readonly instrument: string;
  readonly dataType: 'Minute' | 'Tick';
  /** The finished file, absolute; in a plan as it would be called if it were made now. */
  readonly file: string;
  readonly rows: number;
  /** Bytes and SHA-256 (64 hex) of the CSV, before it is packed. */
  readonly bytes: number;
  readonly sha256: string;
  /** Earliest and latest row, ISO UTC. */
  readonly first: string;
  readonly last: string;
  readonly counters: Counters;
  /** Rows of which the source has no volume: they are written with 0. */
  readonly unknownVolumes: number;
  /** The first 20 of each kind. */
  readonly notes: readonly ExportNote[];
  /** What was written beside it, absolute: signals, the seal manifest, the integrity report. */
  readonly beside: readonly string[];
}

export interface Gap {
  /** Open of the last bar before and of the first bar after, ISO UTC. */
  readonly after: string;
  readonly before: string;
  /** From bar to bar, closed time included. */
  readonly hours: number;
  /** Bars that could lie between; with a calendar only those of unexpected stretches. */
  readonly missingBars: number;
}

/** A stretch without bars in which there should, or might, be some. ISO UTC, `to` exclusive. */
export interface MissingRange {
  readonly from: string;
  readonly to: string;
  /** Bars the calendar expects in it; 0 where it may be closed. */
  readonly bars: number;
  readonly cause: Extract<Cause, 'unexpected' | 'thin' | 'may-be-closed'>;
  readonly reason: string;
}

/** How many of the expected bars are there. Expected: a bar for every slot in which the market was open. */
export interface Completeness {
  readonly bars: number;
  readonly expected: number;
  /** The same for regular hours (08:30–15:00 Chicago); 0 and 0 for daily bars and markets that have none. */
  readonly regularBars: number;
  readonly regularExpected: number;
}

/** What an exchange calendar says of a master's missing bars. */
export interface CalendarContinuity {
  readonly name: string;
  /** Why bars are missing, the longest first: how often, and hours in all. */
  readonly explained: readonly { readonly cause: Cause; readonly reason: string; readonly times: number; readonly hours: number }[];
  /** Every stretch that the calendar does not explain with certainty, in time order. */
  readonly missing: readonly MissingRange[];
  /** Per UTC month, from the first bar's to the last bar's. */
  readonly completeness: Readonly<Record<string, Completeness>>;
}

export interface Continuity {
  readonly master: string;
  readonly rows: number;
  readonly first: string | null;
  readonly last: string | null;
  /** 0 with a calendar: then length does not decide. */
  readonly thresholdHours: number;
  readonly year?: number;
  /** In time order: gaps longer than the threshold or, with a calendar, those in which the market was open. */
  readonly gaps: readonly Gap[];
  /** The longest step of all or, with a calendar, the unexpected gap that misses most bars. */
  readonly largest?: Gap;
  /** Present when the instrument has a calendar and no threshold was asked for. */
  readonly calendar?: CalendarContinuity;
  /** Bars per month, `2025-07` → count. */
  readonly months: Readonly<Record<string, number>>;
}

export interface RegenerationStep {
  /** Its name for `--only`. */
  readonly step: string;
  /** Relative to the data folder. */
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

export interface SampleResult {
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly what: string }[];
}

export interface Results extends MonthlyResults {
  verify: Report;
  checks: readonly CheckNote[];
  inventory: Inventory;
  align: Alignment;
  import: ImportResult;
  update: UpdateResult;
  export: ExportResult;
  continuity: Continuity;
  coverage: Coverage;
  dayCoverage: DayCoverage;
  regenerate: Regeneration;
  backup: BackupResult;
  restore: RestoreResult;
  rebuild: RebuildResult;
  seal: SealResult;
  repair: RepairResult;
  backups: { readonly backups: readonly BackupEntry[] };
  prune: PruneResult;
  copy: CopyResult;
  checkBackups: BackupCheck;
  destinations: { readonly destinations: readonly Destination[] };
  status: Status;
  clean: CleanResult;
  sample: SampleResult;
  watch: ExportsWatch;
  conduct: ConductResult;
}
export type JobName = keyof Results;
