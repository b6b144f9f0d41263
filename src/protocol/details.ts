import type { Place, Severity } from '../core/base/finding';
import type { Report } from './report';

/** Messages between the details page and the extension. */

/** To the page: show this. Words are in the user's language. */
export interface ShowDetails {
  readonly type: 'show';
  readonly title: string;
  readonly summary: string;
  readonly report: Report;
  readonly checks: readonly CheckWords[];
  /** The check to bring into view. */
  readonly focus?: string;
  readonly words: DetailsWords;
}

/** What the catalogue says of one check. */
export interface CheckWords {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
}

export interface DetailsWords {
  readonly why: string;
  readonly remedy: string;
  readonly examples: string;
  /** Below the places of a check that has more: `{0}` of them not listed, `{1}` in all. */
  readonly more: string;
  readonly clean: string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly facts: readonly (readonly [label: string, value: string])[];
}

/** From the page: it can be shown to, or the user chose a place. */
export type FromDetails = { readonly type: 'ready' } | { readonly type: 'reveal'; readonly place: Place };

export function isFromDetails(value: unknown): value is FromDetails {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return value.type === 'ready' || (value.type === 'reveal' && 'place' in value && isPlace(value.place));
}

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && ['line', 'column', 'endLine', 'endColumn'].every((name) => Number.isInteger((value as Record<string, unknown>)[name]));
