/** What the cell at one place of a CSV means, told as the pass over the whole file takes it. */

export type PriceRole = 'open' | 'high' | 'low' | 'close' | 'price' | 'volume' | 'quote';

export type CellValue =
  /** The header's cell. */
  | { readonly kind: 'header' }
  /** An instant, as text in two zones: `2025-01-06 14:30:00 UTC`; and in the file's own when that is another. */
  | { readonly kind: 'instant'; readonly utc: string; readonly eastern: string; readonly own?: string }
  /** A wall clock: without a zone it could be any instant. */
  | { readonly kind: 'local'; readonly clock: string }
  /** A wall clock that the zone showed twice: both instants, UTC. */
  | { readonly kind: 'twice'; readonly clock: string; readonly earlier: string; readonly later: string }
  /** A wall clock that the zone never showed. */
  | { readonly kind: 'never'; readonly clock: string }
  | { readonly kind: 'number'; readonly role: PriceRole; readonly value: number }
  | { readonly kind: 'sequence'; readonly value: number }
  | { readonly kind: 'checksum'; readonly holds: boolean }
  | { readonly kind: 'instrument' }
  | { readonly kind: 'text' }
  /** The column holds times, numbers and so on, and this is none. */
  | { readonly kind: 'invalid'; readonly wanted: 'time' | 'number' | 'sequence' | 'checksum' }
  /** More cells than columns. */
  | { readonly kind: 'extra' };

export interface Cell {
  readonly name: string;
  /** 1-based, of so many. */
  readonly column: number;
  readonly columns: number;
  /** UTF-16 code units in the line; `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly value: CellValue;
}
