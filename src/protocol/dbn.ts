/** What a bar file is, and its first rows: the answer of `dbnRequest`, and the messages of its page. */

export interface DbnPreview {
  readonly version: number;
  /** Such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** null: records of several schemas, of which the bars are shown. */
  readonly schema: string | null;
  /** Of what was asked for, in the zone asked for; `end` is exclusive, null when open. */
  readonly start: string;
  readonly end: string | null;
  readonly symbols: readonly string[];
  /** How many instruments the header gives a name to. */
  readonly mapped: number;
  /** The zone of every time here. */
  readonly zone: string;
  readonly rows: readonly BarRow[];
  /** Bars in all; absent while they are not counted. */
  readonly total?: number;
  /** Records of other types that were passed over; counted with the total. */
  readonly skipped: number;
}

/** One bar as it is in the file; what is undefined there is null. */
export interface BarRow {
  /** Start of the interval. */
  readonly time: string | null;
  /** The header's name for the instrument, else its id. */
  readonly symbol: string;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
}

/** To the page: show this. Words are in the user's language. */
export interface ShowDbn {
  readonly type: 'dbn';
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** How many rows are shown, of how many. */
  readonly share: string;
  /** Why there is nothing, or no more, to show. */
  readonly failure?: string;
  /** Headings of the columns of `rows`. */
  readonly columns: readonly string[];
  readonly rows: readonly BarRow[];
}
