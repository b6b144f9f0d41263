import type { Severity } from '../base/finding';

/** What a check means. The README's table, the editor's explanations and `verify --list-checks` are made from this. */
export interface Check {
  readonly severity: Severity;
  /** One line: what is wrong. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
  /** True when a row with this fault is no usable bar: it is passed to `rejected`, not to `bar`. */
  readonly rejects?: true;
}

/** Every check by its stable code, in the order in which they are explained. */
export const CATALOGUE = {
  'encoding-error': {
    severity: 'error',
    title: 'Bytes that are not UTF-8',
    why: 'Programs will disagree about these characters, and a checksum over them cannot be relied on.',
    remedy: 'Export the file again as UTF-8, or convert it with the encoding it was written in.',
  },
  'nul-byte': {
    severity: 'error',
    title: 'A NUL byte',
    why: 'Text never holds NUL: the file is binary, UTF-16, or a block of it was never written (a crash or a full disk).',
    remedy: 'Take the file from its source again; save it as UTF-8 when it is UTF-16.',
  },
  'blank-header': {
    severity: 'error',
    title: 'A column without a name',
    why: 'Nothing can refer to the column, and tools invent different names for it.',
    remedy: 'Name the column in the first line, or remove it.',
  },
  'duplicate-header': {
    severity: 'error',
    title: 'Two columns with the same name',
    why: 'Tools silently keep only one of them, not all the same one.',
    remedy: 'Rename one of the columns.',
  },
  'blank-row': {
    severity: 'error',
    title: 'An empty line between rows',
    why: 'Some readers stop here and lose everything that follows; others read a row of missing values.',
    remedy: 'Remove the line.',
  },
  'missing-cell': {
    severity: 'error',
    title: 'Fewer cells than columns',
    why: 'A value is missing, and the values after it may stand in the wrong columns.',
    remedy: 'Take the row from its source again.',
    rejects: true,
  },
  'extra-cell': {
    severity: 'error',
    title: 'More cells than columns',
    why: 'A delimiter inside a value, or two rows run together: the values stand in the wrong columns.',
    remedy: 'Quote the value that holds the delimiter, or take the row from its source again.',
    rejects: true,
  },
  'row-too-long': {
    severity: 'error',
    title: 'A row of more than 1 MB',
    why: 'No program writes such a row: a line break is missing, or a block of the file holds something else. It is passed over up to the next line break.',
    remedy: 'Look at the file where the row begins; take the row from its source again.',
    rejects: true,
  },
  'stray-quote': {
    severity: 'error',
    title: 'A quote in the middle of a cell',
    why: 'Readers disagree on what the cell holds.',
    remedy: 'Quote the whole cell and double the quotes inside it.',
  },
  'unclosed-quote': {
    severity: 'error',
    title: 'A quote that is never closed',
    why: 'Most readers take the rest of the file for one cell and lose every row after this one.',
    remedy: 'Close the quote, or remove it.',
  },
  'empty-file': {
    severity: 'error',
    title: 'The file is empty',
    why: 'Exporters leave a file of 0 bytes when they fail or have nothing to write, and still report success.',
    remedy: 'Run the export again and check its log.',
  },
  'header-only': {
    severity: 'warning',
    title: 'A header and no rows',
    why: 'The export wrote no data: often a wrong contract, date range or an instrument that is not subscribed.',
    remedy: 'Check what was asked of the exporter.',
  },
  'truncated-tail': {
    severity: 'error',
    title: 'The end of the file is cut off',
    why: 'The writer was stopped, or the copy is incomplete: rows are missing.',
    remedy: 'Copy or export the file again.',
    rejects: true,
  },
  'manifest-mismatch': {
    severity: 'error',
    title: 'Not the file that was sealed',
    why: 'The seal manifest beside the file describes other bytes: it was changed after it was sealed.',
    remedy: 'Restore the sealed file; seal it anew only when the change is known and wanted.',
  },
  'repeated-header': {
    severity: 'warning',
    title: 'The header again inside the file',
    why: 'Files were joined end to end; the line is not a row of data.',
    remedy: 'Nothing: it is left out. Expect the rows of two files, which may overlap.',
  },
  'mixed-line-endings': {
    severity: 'info',
    title: 'Lines end in different ways',
    why: 'The file was edited or joined by programs with different conventions.',
    remedy: 'Nothing: all of them are read.',
  },
  'checksum-format': {
    severity: 'error',
    title: 'Not a checksum',
    why: 'The row cannot be proved: its checksum_sha256 is not 64 lower-case hexadecimal digits.',
    remedy: 'Take the row from its source again.',
  },
  'checksum-mismatch': {
    severity: 'error',
    title: 'The row is not what its writer wrote',
    why: 'The SHA-256 of the values is not the one stored with them: a value, or the checksum, was altered.',
    remedy: 'Restore the file from a backup or its source. Recomputing the checksum would only hide the change.',
  },
  'metadata-missing': {
    severity: 'warning',
    title: 'Half a seal',
    why: 'A sealed file has both file_seq and checksum_sha256; without one of them lost or altered rows go unnoticed.',
    remedy: 'Have the writer add the missing column.',
  },
  'sequence-invalid': {
    severity: 'error',
    title: 'Not a sequence number',
    why: 'file_seq must be a whole number from 1 on, or missing rows cannot be noticed.',
    remedy: 'Take the row from its source again.',
  },
  'sequence-violation': {
    severity: 'error',
    title: 'The sequence steps back or stands still',
    why: 'Rows were repeated, reordered, or two files were joined.',
    remedy: 'Compare with the source; remove rows that occur twice.',
  },
  'sequence-gap': {
    severity: 'warning',
    title: 'Sequence numbers are missing',
    why: 'Rows that were written are not here any more.',
    remedy: 'Restore the missing rows from a backup or their source.',
  },
  'timestamp-invalid': {
    severity: 'error',
    title: 'Not a time',
    why: 'The row cannot be placed; the format is the one most of the first rows have.',
    remedy: 'Correct the time, or take the row from its source again.',
    rejects: true,
  },
  'timestamp-nonexistent': {
    severity: 'error',
    title: 'A local time that never was',
    why: 'Clocks were turned forward over it, so the times are not in the zone they are read in.',
    remedy: 'Check the time zone the file is read in.',
    rejects: true,
  },
  'timestamp-ambiguous': {
    severity: 'warning',
    title: 'A local time that was twice',
    why: 'Clocks were turned back, and only one pass of the hour is in the file: which one cannot be told. The earlier is assumed, in a file from latest to earliest the later.',
    remedy: 'Export with UTC times where the hour matters.',
  },
  'duplicate-timestamp': {
    severity: 'error',
    title: 'The same time twice',
    why: 'Two bars claim the same instant of the same instrument: sums and joins count it twice.',
    remedy: 'Decide which is right; exact copies are safe to remove.',
    rejects: true,
  },
  'non-monotonic-timestamp': {
    severity: 'error',
    title: 'A step back in time',
    why: 'Code that expects rising times computes negative durations and wrong aggregates.',
    remedy: 'Sort the rows, or check the time zone when the step is a whole hour.',
  },
  'session-boundary': {
    severity: 'info',
    title: 'A step back of more than 4 hours',
    why: 'Usually another session or file begins here, not a fault of a row.',
    remedy: 'Nothing, when files were joined; else check the order of rows.',
  },
  'duplicate-row': {
    severity: 'error',
    title: 'A row that occurs twice',
    why: 'Every cell equals an earlier row: the row was written twice.',
    remedy: 'Remove the copy.',
    rejects: true,
  },
  gap: {
    severity: 'warning',
    title: 'Bars are missing',
    why: 'The step to the next bar is longer than the interval. Exchanges pause daily and at weekends; other gaps are lost data. What the exchange calendar of the instrument explains is not reported; where no zone is known, the daily and weekly pauses of the file tell it.',
    remedy: 'Compare with the trading hours; fetch the missing span again when it lies inside them.',
  },
  'thin-gap': {
    severity: 'info',
    title: 'Bars are missing where perhaps nobody traded',
    why: 'Outside regular hours a market may be open for minutes without a trade, and platforms write no bar for them.',
    remedy: 'Nothing, unless another source has these bars.',
  },
  'zone-unknown': {
    severity: 'info',
    title: 'Bars are missing, or the market was closed',
    why: 'The file does not say in which zone its times are, and its pauses do not tell it.',
    remedy: 'Name the zone: the setting barkeep.csv.timeZone, or an option on the command line.',
  },
  'off-grid-timestamp': {
    severity: 'warning',
    title: 'A time between two bars',
    why: 'The time is not on the grid of the interval: another interval, or unfinished bars, are mixed in.',
    remedy: 'Check that the whole file has one interval.',
  },
  'number-invalid': {
    severity: 'error',
    title: 'Not a number',
    why: 'A price or volume is empty, NaN, infinite or text.',
    remedy: 'Take the row from its source again.',
    rejects: true,
  },
  'ohlc-inconsistent': {
    severity: 'error',
    title: 'High and low do not enclose open and close',
    why: 'No market can print such a bar: columns are swapped or a value is wrong.',
    remedy: 'Check the order of the columns; else take the bar from its source again.',
    rejects: true,
  },
  'price-not-positive': {
    severity: 'error',
    title: 'A price of zero or less',
    why: 'Nearly always a missing value written as 0 (spreads and a few historic days excepted).',
    remedy: 'Take the bar from its source again.',
    rejects: true,
  },
  'price-too-large': {
    severity: 'error',
    title: 'A price of 16 digits or more',
    why: 'Nothing trades there, in whatever unit, and a price of so many digits cannot be held exactly. It would spoil every high, range and average it is in.',
    remedy: 'Take the bar from its source again.',
    rejects: true,
  },
  'volume-negative': {
    severity: 'error',
    title: 'A volume below zero',
    why: 'Volume cannot be negative: a counter overflowed or a value is wrong.',
    remedy: 'Take the bar from its source again.',
    rejects: true,
  },
  'volume-too-large': {
    severity: 'error',
    title: 'A volume of 16 digits or more',
    why: 'No market trades as much, and a volume of so many digits cannot be held exactly: it would be rounded without a word.',
    remedy: 'Take the bar from its source again.',
    rejects: true,
  },
  'volume-fractional': {
    severity: 'warning',
    title: 'A volume with a fraction',
    why: 'Futures trade whole contracts: the data was averaged, scaled or is of another kind.',
    remedy: 'Check the source; nothing to do where fractions are traded.',
  },
  'price-outlier': {
    severity: 'warning',
    title: 'A price far off that came back at once',
    why: 'The bar reaches beyond the bars before and after it by more than 12 times the usual move: most often a bad tick, now and then real news. One such price spoils highs, lows and ranges.',
    remedy: 'Compare with another source. How far is too far is the setting barkeep.csv.outlierFactor, or an option on the command line; 0 switches the check off.',
  },
  'schema-violation': {
    severity: 'error',
    title: 'Not what the schema says',
    why: 'A cell or column breaks the contract of the file: its Table Schema, or the built-in contract that its name selects. Programs that rely on it will fail or misread. A row counts once.',
    remedy: 'Correct the value at its source; correct the schema when that is what is wrong.',
  },
  'schema-invalid': {
    severity: 'error',
    title: 'A schema that cannot be used',
    why: 'The file has a Table Schema, but it is broken: the file was not checked against it.',
    remedy: 'Correct the schema, or leave it aside.',
  },
  'schema-unsupported': {
    severity: 'info',
    title: 'A part of the schema is not checked',
    why: 'The schema asks for something that is not looked at here; all else in it is.',
    remedy: 'Nothing, unless you rely on it: then check it elsewhere.',
  },
} as const satisfies Readonly<Record<string, Check>>;

export type Code = keyof typeof CATALOGUE;

export const CODES = Object.keys(CATALOGUE) as readonly Code[];

/** What the catalogue says of a check; each text is one of those above, so that it can be translated. */
export type Explanation = Pick<(typeof CATALOGUE)[Code], 'title' | 'why' | 'remedy'>;

/** What a check means; the same for every code. */
export const checkOf = (code: Code): Check & Explanation => CATALOGUE[code];
