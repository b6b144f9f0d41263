/**
 * A finding is returned, never thrown: something about the data that its owner should know.
 * The codes are stable; the catalogue (integrity/catalogue.ts) says for each its severity, title, why it matters and what to do.
 */

export type Severity = 'error' | 'warning' | 'info';

/** Where on the page, for an editor: physical lines are 1-based, columns 0-based UTF-16 code units, end exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Finding {
  /** A code of the catalogue, such as `checksum-mismatch`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence with the values compared. */
  readonly message: string;
  /** Data row, 1 = first row after the header; 0 = about the file or its header. */
  readonly row: number;
  /** Last row of a run of consecutive rows with the same code; equals `row` for a single one. */
  readonly lastRow: number;
  /** How many occurrences this finding stands for. */
  readonly count: number;
  readonly place: Place;
  /** Name of the column concerned, when it is one. */
  readonly column?: string;
  /** The raw text of the cell (or row), cut at 200 characters. */
  readonly text?: string;
  /** An earlier place this one relates to, such as the first of two duplicates. */
  readonly related?: { readonly row: number; readonly line: number; readonly message: string };
}
