import type { BackupEntry } from './keeping';

/** What `seal` and `repair` are asked for and answer. */

/** What can be repaired, in the order in which it is done; each has an option of the command line. */
export const REPAIRS = {
  duplicates: '--drop-duplicates',
  invalid: '--drop-invalid',
  sort: '--sort',
  renumber: '--renumber',
  checksums: '--checksums',
} as const;
export type Repair = keyof typeof REPAIRS;

/** What the manifest beside a sealed file says of it. */
export interface SealFacts {
  readonly rows: number;
  /** Bounds of file_seq; null when no row has a valid one. */
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly bytes: number;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
}

export interface SealResult {
  /** `completed`: the file was sealed and only its manifest was missing; `unchanged`: there was nothing to do. */
  readonly outcome: 'planned' | 'sealed' | 'completed' | 'unchanged';
  /** The file that is (to be) sealed: the one given, or the copy. */
  readonly file: string;
  readonly manifest: string;
  /** Columns that are added. */
  readonly added: readonly string[];
  /** Rows whose stored checksum did not hold, which sealing anew hides. */
  readonly hidden: number;
  /** Findings of severity error that say nothing against a seal, such as prices: the seal keeps them as they are. */
  readonly errors: number;
  readonly facts: SealFacts;
  readonly backup?: BackupEntry;
}

/** How often a check complains, before and after. */
export interface RepairedCheck {
  readonly code: string;
  readonly before: number;
  /** Of the file as it was written; absent in a plan. */
  readonly after?: number;
}

export interface RepairResult {
  readonly outcome: 'planned' | 'repaired' | 'unchanged';
  readonly file: string;
  /** What was asked for; empty: nothing, and `advised` says what could be. */
  readonly repairs: readonly Repair[];
  /** The repairs that would do something about this file's findings. */
  readonly advised: readonly Repair[];
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Records taken out, by the code that rejected them: rows, empty lines and repeated headers. */
  readonly removed: Readonly<Record<string, number>>;
  readonly removedRecords: number;
  /** Records that stand elsewhere after sorting. */
  readonly moved: number;
  /** Rows with another file_seq, and with another checksum. */
  readonly renumbered: number;
  readonly resealed: number;
  /** Rows whose stored checksum did not hold and was recomputed: what had been altered in them is hidden from now on. */
  readonly hidden: number;
  /** Local times of an unknown zone were sorted as written: an hour that clocks repeat is then mixed. */
  readonly mixesRepeatedHour: boolean;
  /** Of every code found before or after. */
  readonly checks: readonly RepairedCheck[];
  /** SHA-256 of the file as it was, and as it is (or would be). */
  readonly sha256Before: string;
  readonly sha256After: string;
  /** Where the records taken out are (or would be). */
  readonly rejectedFile?: string;
  /** The manifest that was renewed. */
  readonly manifest?: string;
  readonly backup?: BackupEntry;
}
