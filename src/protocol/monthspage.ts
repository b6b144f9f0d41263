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
  /** What the buttons say that process all unfinished months, and one; the first is absent when there are none. */
  readonly processAll?: string;
  readonly processOne: string;
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
  /** It is not finished and nobody is at work on it, or it asks to be processed again. */
  readonly canProcess: boolean;
}

/** From the page: it can be shown to, the user chose a month, or wants one processed; without a month all that are not finished. */
export type FromMonths = { readonly type: 'ready' } | { readonly type: 'statistics'; readonly month: string } | { readonly type: 'process'; readonly month?: string };

export function isFromMonths(value: unknown): value is FromMonths {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const isNamed = 'month' in value && typeof value.month === 'string';
  return value.type === 'ready' || (value.type === 'statistics' && isNamed) || (value.type === 'process' && (isNamed || !('month' in value)));
}
