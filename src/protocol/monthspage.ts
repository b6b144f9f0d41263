/** Messages between the page of months and the extension. Words are in the user's language. */

/** To the page: show this. */
export interface ShowMonths {
  readonly type: 'months';
  readonly title: string;
  readonly summary: string;
  /** Why the months could not be read. */
  readonly failure?: string;
  /** Headings: month, status, score, slowest stage, reasons. */
  readonly columns: readonly string[];
  readonly rows: readonly MonthRow[];
}

export interface MonthRow {
  readonly month: string;
  readonly mark: 'good' | 'warning' | 'error' | 'working' | 'waiting';
  readonly state: string;
  /** 0 … 1; absent until the month is finished. */
  readonly score?: number;
  readonly slowest: string;
  readonly reasons: readonly string[];
  /** It has statistics that can be opened. */
  readonly hasStatistics: boolean;
}

/** From the page: it can be shown to, or the user chose a month. */
export type FromMonths = { readonly type: 'ready' } | { readonly type: 'statistics'; readonly month: string };

export function isFromMonths(value: unknown): value is FromMonths {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return value.type === 'ready' || (value.type === 'statistics' && 'month' in value && typeof value.month === 'string');
}
