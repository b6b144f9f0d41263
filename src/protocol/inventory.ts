import type { Severity } from '../core/base/finding';

export type Category = 'market' | 'derived' | 'raw' | 'other';

export const CATEGORY_TITLES = {
  market: 'Market Data',
  derived: 'Derived Assets',
  raw: 'Raw exports',
  other: 'Other',
} as const satisfies Readonly<Record<Category, string>>;

/**
 * The command that mends a complaint, or shows all of it: arguments for the command line; the extension offers the same as
 * one click. Of an `import` only the user can name the file: `EXPORT.csv` stands for it.
 */
export interface Remedy {
  readonly title: 'Back up now' | 'Import a newer export' | 'Import an export' | 'Import these bars again' | 'List all gaps' | 'Rebuild from its exports' | 'Regenerate' | 'Remove what interrupted writes left' | 'Restore a backup' | 'Update from Yahoo';
  readonly command: readonly string[];
}

export interface Complaint {
  readonly code:
    | 'unreadable'
    | 'unsorted'
    | 'duplicate-times'
    | 'unpriced'
    | 'empty'
    | 'stale-master'
    | 'stale-derived'
    | 'missing-derived'
    | 'leftover-temporary'
    | 'no-backup'
    | 'backup-older'
    | 'gaps';
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: Remedy;
}

export interface InventoryEntry {
  /** Path relative to the data folder, `/` between parts. */
  readonly file: string;
  readonly category: Category;
  readonly ticker?: string;
  readonly timeframe?: string;
  readonly bytes: number;
  /** Last modified, unix ms UTC. */
  readonly updated: number;
  readonly rows?: number;
  /** First and last bar's open, unix ms UTC, from Parquet statistics. */
  readonly start?: number;
  readonly end?: number;
  readonly columns?: readonly string[];
  /** Steps over the threshold; with a calendar only those in which the market was open. */
  readonly gaps?: { readonly count: number; readonly largestHours: number; readonly thresholdHours: number; readonly calendar?: string };
  /** The newest backup's time, unix ms UTC. */
  readonly lastBackup?: number;
  /** For a derived asset: what it was made from, and whether that is still the master's content. */
  readonly madeFrom?: { readonly master: string; readonly current: boolean };
  readonly health: 'good' | Severity;
  readonly complaints: readonly Complaint[];
}

/** `rows`: order and gaps of every master were looked at; `footers`: only of those already known. */
export type InventoryDepth = 'footers' | 'rows';

export interface Inventory {
  readonly folder: string;
  readonly depth: InventoryDepth;
  /** Zone in which times are to be shown. */
  readonly zone: string;
  readonly entries: readonly InventoryEntry[];
}
