import type { ChunkMeta } from '../core/derive/chunkmeta';
import type { ExtremeTimes, RangeSpread } from '../core/derive/distribution';
import type { DailyExtremes } from '../core/derive/extremes';
import type { OpeningRange } from '../core/derive/opening';
import type { SessionProfile } from '../core/derive/profiler';
import type { SessionMark } from '../core/derive/sessions';
import type { LevelTouches } from '../core/derive/touches';

/** Messages between the preview of a derived JSON file and the extension. The page reads the file itself. */

/** What each kind of derived JSON holds. */
export interface DerivedContents {
  daily_hod_lod: Readonly<Record<string, DailyExtremes>>;
  profiler: readonly SessionProfile[];
  level_touches: Readonly<Record<string, Readonly<Record<string, LevelTouches>>>>;
  hod_lod: ExtremeTimes;
  range_dist: RangeSpread;
  opening_range: readonly OpeningRange[];
  sessions: readonly SessionMark[];
  chunks: ChunkMeta;
}
export type DerivedKind = keyof DerivedContents;

/** By the end of a file's name; the longer end first. */
const KINDS: readonly DerivedKind[] = ['daily_hod_lod', 'level_touches', 'opening_range', 'range_dist', 'profiler', 'sessions', 'hod_lod'];

/** Undefined for a file that has no preview. @param file a path, `/` between parts */
export function derivedKindOf(file: string): DerivedKind | undefined {
  if (/(^|\/)chunks\/[^/]+\/meta\.json$/.test(file)) return 'chunks';
  return KINDS.find((kind) => file.endsWith(`_${kind}.json`));
}

/** What the page says; its words are these in the user's language. */
export const PREVIEW_WORDS = [
  'Days', 'Sessions', 'First day', 'Last day', 'High', 'Low', 'Range', 'Day', 'Date', 'Session', 'Open', 'Close', 'Middle', 'Time', 'Status',
  'Broken', 'Share of days touched', 'Level', 'Price', 'Touched', 'Touches', 'no', 'Median', 'Most frequent', 'Count', 'Range of the first minute',
  'Percent of the open', 'From', 'To', 'Bars', 'Chunks', 'Chunk', 'Newest first', 'More', 'Raw Text', 'How each session ended',
  'When extremes are reached', 'This file cannot be shown', 'Nothing in it yet.', 'First', 'Mark',
] as const;
export type PreviewWord = (typeof PREVIEW_WORDS)[number];
export type PreviewWords = Readonly<Record<PreviewWord, string>>;

/** To the page: read the file at this address and show it. */
export interface ShowPreview {
  readonly type: 'show';
  readonly kind: DerivedKind;
  readonly title: string;
  /** What it was made from, and whether it is out of date; empty when nothing is known. */
  readonly origin: string;
  readonly address: string;
  readonly words: PreviewWords;
}

/** From the page: it can be shown to, or the user asks for the text. */
export type FromPreview = { readonly type: 'ready' } | { readonly type: 'raw' };

export const isFromPreview = (value: unknown): value is FromPreview =>
  typeof value === 'object' && value !== null && 'type' in value && (value.type === 'ready' || value.type === 'raw');
