/** What a header's names, or the cells of a first row without header, say about the columns. All lookups ignore case and spaces around. */

const TIME_NAMES = ['timestamp_utc', 'ts_event', 'timestamp', 'datetime', 'date', 'time'];
const INSTRUMENT_NAMES = ['instrument', 'symbol', 'ticker', 'instrument_id'];
const VOLUME_NAMES = ['volume', 'vol'];
const PRICE_NAMES = ['open', 'high', 'low', 'close'];
export const SEQUENCE_NAME = 'file_seq';
export const CHECKSUM_NAME = 'checksum_sha256';

const KNOWN = new Set([...TIME_NAMES, ...INSTRUMENT_NAMES, ...VOLUME_NAMES, ...PRICE_NAMES, SEQUENCE_NAME, CHECKSUM_NAME]);

/** Columns of a price row; indexes into the record, -1 where there is none. A trade has one price for all four. */
export interface PriceColumns {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Further prices that must be numbers: bid and ask. */
  readonly others: readonly number[];
}

/** Indexes into the record, -1 where there is none. */
export interface Roles {
  /** Columns that may hold the time, best first. */
  readonly times: readonly number[];
  /** A `date` and a `time` column. */
  readonly date: number;
  readonly clock: number;
  readonly prices: PriceColumns | undefined;
  readonly instrument: number;
  readonly sequence: number;
  readonly checksum: number;
}

const normal = (name: string): string => name.trim().toLowerCase();

/** A first record is the header when it holds a name we know, or nothing that looks like data. */
export function isHeader(cells: readonly string[], looksLikeData: (cell: string) => boolean): boolean {
  return cells.some((cell) => KNOWN.has(normal(cell))) || (cells.some((cell) => cell.trim() !== '') && !cells.some(looksLikeData));
}

export function rolesOf(columns: readonly string[]): Roles {
  const names = columns.map(normal);
  const first = (candidates: readonly string[]): number => names.findIndex((name) => candidates.includes(name));
  const best = (candidates: readonly string[]): number => candidates.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const [open, high, low, close] = PRICE_NAMES.map((name) => names.indexOf(name)) as [number, number, number, number];
  const complete = [open, high, low, close].every((at) => at >= 0);
  return {
    times: TIME_NAMES.map((name) => names.indexOf(name)).filter((at) => at >= 0),
    date: names.indexOf('date'),
    clock: names.indexOf('time'),
    prices: complete ? { open, high, low, close, volume: first(VOLUME_NAMES), others: [] } : undefined,
    instrument: best(INSTRUMENT_NAMES),
    sequence: names.indexOf(SEQUENCE_NAME),
    checksum: names.indexOf(CHECKSUM_NAME),
  };
}

/** Roles and names of a file without header. */
export interface Headless {
  readonly columns: readonly string[];
  readonly roles: Roles;
}

const NO_ROLES: Roles = { times: [], date: -1, clock: -1, prices: undefined, instrument: -1, sequence: -1, checksum: -1 };

const LAYOUTS: readonly (readonly string[])[] = [
  ['Time', 'Price', 'Volume'],
  ['Time', 'Price', 'Bid', 'Ask', 'Volume'],
  ['Time', 'Open', 'High', 'Low', 'Close', 'Volume'],
  ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume'],
  ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume', 'Instrument'],
];

/**
 * The layout that at least half of the rows fit: one damaged row, be it the first, decides nothing.
 * @param rows of `width` cells each
 * @param isTime whether cells (date, perhaps with a clock) are a time; `isNumber`: whether a cell is meant as a number
 */
export function headlessColumns(rows: readonly (readonly string[])[], width: number, isTime: (date: string, clock?: string) => boolean, isNumber: (cell: string) => boolean): Headless {
  const isOf = (names: readonly string[], cells: readonly string[]): boolean => {
    const split = names[0] === 'Date';
    const timed = split ? isTime(cells[0]!, cells[1]) : isTime(cells[0]!);
    return timed && cells.every((cell, at) => at < (split ? 2 : 1) || names[at] === 'Instrument' || isNumber(cell));
  };
  const layout = LAYOUTS.find((names) => names.length === width && rows.length > 0 && 2 * rows.filter((cells) => isOf(names, cells)).length >= rows.length);
  if (layout === undefined) return { columns: Array.from({ length: width }, (_, at) => `Column ${at + 1}`), roles: NO_ROLES };
  const roles = rolesOf(layout);
  const price = layout.indexOf('Price');
  if (price < 0) return { columns: layout, roles };
  const others = [layout.indexOf('Bid'), layout.indexOf('Ask')].filter((at) => at >= 0);
  const volume = layout.indexOf('Volume');
  return { columns: layout, roles: { ...roles, prices: { open: price, high: price, low: price, close: price, volume, others } } };
}
