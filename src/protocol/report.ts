import type { Finding } from '../core/base/finding';

/** The shapes of a CSV that the integrity pass recognises (spec: "Shapes recognised from the header"). */
export type Shape = 'export' | 'ninjatrader' | 'bars' | 'table';

/** Names that exporters and signal files use for the same totals. */
export interface Counters {
  readonly duplicateTimestamps: number;
  readonly nonMonotonicTimestamps: number;
  readonly negativeDurations: number;
  readonly sessionBoundaryViolations: number;
  readonly gapsDetected: number;
  readonly invalidDataSkipped: number;
}

export interface Dialect {
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly header: boolean;
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf' | 'cr' | 'mixed' | 'none';
}

/** What one pass over one CSV found. The same bytes and options give the same report, to the letter. */
export interface Report {
  /** The path or name that was given. */
  readonly file: string;
  readonly bytes: number;
  /** Data rows: header, repeated headers and blank rows do not count. */
  readonly rows: number;
  readonly shape: Shape;
  /** `file_seq` and/or `checksum_sha256` are present. */
  readonly sealed: boolean;
  readonly dialect: Dialect;
  /** Column names as in the header, or the shape's own when there is none. */
  readonly columns: readonly string[];
  /** Bar interval in seconds, when known; 0 when steps vary (ticks) or there is no time. */
  readonly intervalSeconds: number;
  /** Zone of the times: `UTC`, the zone given, or `local` when it is not known. Absent when there is no time column. */
  readonly zone?: string;
  /** Where it is not known: the zone in which the file's daily and weekly pauses are the closing hours of its market, if they tell one. */
  readonly presumedZone?: string;
  /** First and last time as ISO text: with `Z` when the zone is known, without when local. */
  readonly first?: string;
  readonly last?: string;
  /** Exact totals per code, never truncated. Codes that did not occur are absent. */
  readonly totals: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly counters: Counters;
  /** The first 20 examples of each code, runs of rows joined, in order of row. */
  readonly findings: readonly Finding[];
}
