/** A Parquet file or a CSV of bars to be looked through: what it is, any stretch of its rows, and its bars as candles; and the messages of its page. */

export interface Browsed {
  readonly rows: number;
  readonly bytes: number;
  /** Of a Parquet file. */
  readonly rowGroups?: number;
  /** Of a CSV. */
  readonly csv?: CsvReading;
  /** The column that holds bar open times; absent when none does. */
  readonly timeColumn?: string;
  /** Earliest and latest time, unix ms UTC. */
  readonly start?: number;
  readonly end?: number;
  /** It has open, high, low and close beside a time, so that candles can be drawn. */
  readonly hasBars: boolean;
  readonly columns: readonly ColumnFacts[];
}

/** How a CSV of bars was read. */
export interface CsvReading {
  /** In which its times were read. */
  readonly zone: string;
  /** What told it: the file itself, the user, the file's daily and weekly pauses, or nothing; dates are of no zone. Of the last two the times are shown in `zone`, which is UTC, as they are written. */
  readonly told: 'file' | 'setting' | 'pauses' | 'dates' | 'nothing';
  /** What files of its form write as a bar's time, which is what is shown; absent of trades and of dates. */
  readonly stamp?: 'open' | 'close';
  /** Rows that are no bars, or are another one's time again. */
  readonly leftOut: number;
}

/** Times that belong to no zone known are shown as they are written, others in the zone wished for. */
export const zoneShown = (reading: CsvReading | undefined, wished: string): string => (reading?.told === 'dates' || reading?.told === 'nothing' ? reading.zone : wished);

/** One column, by the statistics that the writer left in the footer. */
export interface ColumnFacts {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
  readonly numeric: boolean;
  /** Absent when the footer does not say. */
  readonly least?: string;
  readonly most?: string;
  readonly missing?: number;
}

/** Rows as texts, one a column; null where nothing is. */
export type Rows = readonly (readonly (string | null)[])[];
/** Rows that a page asks for at once. */
export const BLOCK = 200;

/** Bars of a stretch of time, joined into as many candles as asked for. */
export interface Candles {
  /** Unix ms UTC: the stretch asked for. */
  readonly from: number;
  readonly to: number;
  /** Length of time each candle stands for, ms; null: each is one bar of the file. */
  readonly step: number | null;
  readonly candles: readonly Candle[];
}

/** Open time in unix ms UTC, then the prices. */
export type Candle = readonly [time: number, open: number, high: number, low: number, close: number, volume: number | null];

/** Words of the page, in the user's language. */
export const BROWSE_WORDS = [
  'Rows', 'Go to row or time', 'Earlier', 'Later', 'Zoom in', 'Zoom out', 'All', 'Latest', 'Chart', 'Table', 'Columns', 'Bars a month',
  'Column', 'Type', 'Least', 'Most', 'Missing', 'Open', 'High', 'Low', 'Close', 'Volume', 'each candle {0}', 'each candle one bar', 'no bars between {0} and {1}', '1 stretch without bars: {0}', '{0} stretches without bars, the longest {1}', 'No bars in this stretch.', 'There are no rows.',
] as const;
export type BrowseWord = (typeof BROWSE_WORDS)[number];

export interface ShowBrowsed {
  readonly type: 'file';
  readonly title: string;
  readonly summary: string;
  readonly zone: string;
  readonly file: Browsed;
  /** Its first rows, `BLOCK` at the most. */
  readonly first: Rows;
  readonly words: Readonly<Record<BrowseWord, string>>;
}

export type ToBrowser =
  | ShowBrowsed
  | { readonly type: 'rows'; readonly from: number; readonly rows: Rows }
  | { readonly type: 'candles'; readonly drawn: Candles }
  | { readonly type: 'months'; readonly months: readonly (readonly [month: string, bars: number])[] }
  /** Bring this row, 0-based, into view; `at`: and the bars of this instant, unix ms UTC. */
  | { readonly type: 'row'; readonly row: number; readonly at?: number }
  | { readonly type: 'failure'; readonly text: string };

export type FromBrowser =
  | { readonly type: 'ready' }
  | { readonly type: 'rows'; readonly from: number; readonly count: number }
  | { readonly type: 'candles'; readonly from: number; readonly to: number; readonly most: number }
  | { readonly type: 'months' }
  /** A row's number, or a time in the zone shown. */
  | { readonly type: 'find'; readonly text: string };
