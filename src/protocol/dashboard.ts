import type { Severity } from '../core/base/finding';
import type { Coverage, DayCoverage } from './coverage';
import type { InventoryEntry } from './inventory';
import type { MonthRow } from './monthspage';
import type { Status } from './keeping';

/** Messages between the dashboard and the extension. Instants are unix ms UTC; the page writes them in the zone it is given. */

/** Words of the page, in the user's language; `{0}` stands for a value. */
export const DASHBOARD_WORDS = [
  'Dashboard', 'Market Data', 'Derived Assets', 'Raw exports', 'Other', 'Files', 'Filter files', 'File', 'From', 'To', 'Rows', 'Size', 'Updated', 'Last backup', 'Health',
  'good', 'info', 'warning', 'error', 'not verified', 'Reading the data folder…', 'The data folder could not be read. The log says why.', 'There are no bars here yet.',
  'Choose Data Folder', 'Create Sample Data', 'Import…', 'Show Log', 'Try Again', 'No file here has "{0}" in its name.', 'Nothing of this kind is in the data folder.',
  '1 file', '{0} files', '{0} need care', 'Refresh',
  'Coverage', 'Coverage of {0}', 'Choose a master to see which bars it has.', 'Reading every bar time of {0}…', 'Judged by {0}; days are UTC.', 'There is no calendar for this instrument, so nothing can be called missing; days are UTC.',
  'Years', 'complete', 'incomplete', 'missing', 'closed', 'no bars', 'not in the file', '{0} bars', '1 bar', '{0} of {1} bars', '{0} bars missing', '1 bar missing',
  'Bars by hour (UTC)', 'Bars that are missing', 'Bars', 'Why', 'Nothing is missing on this day.', 'Perhaps no trade: {0} short stretches.', 'Perhaps no trade: 1 short stretch.', 'When the market was closed', 'Open the Bars', 'Update from Yahoo…', 'Import an Export…',
  'Needs care', '{0} and {1} more', 'What to do', 'Nothing needs care.', 'Show remarks too', '{0} remarks are not shown.', '1 remark is not shown.', 'Running', 'Nothing is running.', 'Cancel', 'held by process {0}',
  'Writing', 'Nothing has been written here yet.', 'Half of all writes within', '95 % within', '99 % within', 'Success', '{0} of {1} writes', 'Read back unchanged', 'Backups', '{0} copies, {1}', 'Alerts', 'no alerts', '{0} ms', '{0} s',
  'Clean Up…', 'Months', 'All Months', 'Process Months…', 'Months of one-second bars are shown here once the settings name their folders.', 'Score',
] as const;
export type DashboardWord = (typeof DASHBOARD_WORDS)[number];

/** Something that can be mended, or at least be known. */
export interface Care {
  readonly file: string;
  readonly severity: Severity;
  readonly message: string;
  /** The remedy's title and the command line that does the same; `at` is the complaint's place among the file's. */
  readonly remedy?: { readonly title: string; readonly command: string };
  readonly at: number;
  /** How many files the same remedy mends, this one included. */
  readonly files: number;
}

/** What a check found in a file that the inventory itself does not read. */
export interface Checked {
  readonly sign: 'good' | 'warning' | 'error';
  /** `1 error · 240 rows`. */
  readonly text: string;
}

export interface RunningJob {
  /** Absent: it belongs to another process and cannot be cancelled here. */
  readonly id?: number;
  readonly title: string;
  /** What it said last. */
  readonly said: string;
}

export type ToDashboard =
  | { readonly type: 'words'; readonly words: Readonly<Record<DashboardWord, string>>; readonly zone: string; readonly language: string }
  /** `entries` only in the state `ready`. */
  | { readonly type: 'inventory'; readonly state: 'loading' | 'failed' | 'empty' | 'ready'; readonly folder: string; readonly entries: readonly InventoryEntry[]; readonly cares: readonly Care[] }
  /** Of the files that were checked and are still as they were then; all of them. */
  | { readonly type: 'checked'; readonly files: Readonly<Record<string, Checked>> }
  | { readonly type: 'running'; readonly jobs: readonly RunningJob[] }
  | { readonly type: 'status'; readonly status: Status }
  /** Absent months: no folders of months are set. */
  | { readonly type: 'months'; readonly months?: readonly MonthRow[]; readonly failure?: string }
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  | { readonly type: 'day'; readonly day: DayCoverage }
  /** Coverage, or a day of it, could not be read. */
  | { readonly type: 'failure'; readonly file: string; readonly text: string };

/** Commands that the page may begin. */
export const DASHBOARD_COMMANDS = ['barkeep.chooseFolder', 'barkeep.sample', 'barkeep.import', 'barkeep.showLog', 'barkeep.refresh', 'barkeep.showMonths', 'barkeep.processMonths', 'barkeep.clean'] as const;
export type DashboardCommand = (typeof DASHBOARD_COMMANDS)[number];

/** `file`: relative to the data folder, and one of the inventory's. */
export type FromDashboard =
  | { readonly type: 'ready' }
  | { readonly type: 'coverage'; readonly file: string }
  | { readonly type: 'day'; readonly file: string; readonly day: string }
  | { readonly type: 'open'; readonly file: string; /** Bring this instant into view. */ readonly at?: number }
  | { readonly type: 'mend'; readonly file: string; readonly at: number }
  /** Begin an import or update of the file's ticker and timeframe. */
  | { readonly type: 'fill'; readonly file: string; readonly by: 'import' | 'update' }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'month'; readonly month: string }
  | { readonly type: 'run'; readonly command: DashboardCommand };

export function isFromDashboard(value: unknown): value is FromDashboard {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const has = (name: string, type: 'string' | 'number'): boolean => name in value && typeof (value as Record<string, unknown>)[name] === type;
  switch (value.type) {
    case 'ready':
      return true;
    case 'coverage':
      return has('file', 'string');
    case 'day':
      return has('file', 'string') && has('day', 'string');
    case 'open':
      return has('file', 'string') && (!('at' in value) || has('at', 'number'));
    case 'mend':
      return has('file', 'string') && has('at', 'number');
    case 'fill':
      return has('file', 'string') && 'by' in value && (value.by === 'import' || value.by === 'update');
    case 'cancel':
      return has('id', 'number');
    case 'month':
      return has('month', 'string');
    case 'run':
      return 'command' in value && DASHBOARD_COMMANDS.some((command) => command === value.command);
    default:
      return false;
  }
}
