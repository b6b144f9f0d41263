import { scannerOver, type CsvDialect } from '../../table/csv/dialect';
import type { PriceColumns } from '../header';
import type { Layout, TimeColumns } from '../layout';
import { checksumOrder } from '../seal';
import { TimeReader } from '../timestamp';

/** Kinds of columns, as assembly/plan.ts numbers them. */
const KINDS = { other: 0, time: 1, clock: 2, unix: 3, open: 4, high: 5, low: 6, close: 7, volume: 8, number: 9, sequence: 10, checksum: 11, instrument: 12, date: 13 } as const;

/** Where its parts are in the plan. */
const DOUBLES = 128;
const COLUMNS = 256;
const HASHED = 320;
const SPANS = 512;
const SPAN = 24;
export const PLAN_BYTES = 8192;

/** The most columns that the kernel takes. */
const WIDEST = 64;

export interface Bounds {
  /** 0: no outliers are looked for. */
  readonly outlierFactor: number;
  /** Bytes of the longest row. */
  readonly longest: number;
}

/**
 * What the kernel must know of a file, as assembly/plan.ts reads it; undefined when its rows are of a form that the
 * kernel does not know, so that none could be plain.
 * @param head the first bytes of the file
 */
export function planOf(layout: Layout, head: Buffer, { outlierFactor, longest }: Bounds): Uint8Array | undefined {
  const { width, time, prices, sequence, checksum, dialect } = layout;
  if (width < 2 || width > WIDEST || layout.columns.length !== width || layout.falling) return undefined;
  if (time === undefined ? sequence < 0 : time.format === undefined || (time.clock >= 0 && time.clock < time.date)) return undefined;
  if (time?.format?.kind === 'text' && time.format.date === 'slashedDayFirst') return undefined;
  const kinds = kindsOf(layout);
  const spans = spansOf(layout, head);
  const isLocal = layout.zone.kind === 'local' && layout.zone.zone !== undefined;
  if (kinds === undefined || (isLocal && spans.length === 0) || SPANS + spans.length * SPAN > PLAN_BYTES) return undefined;
  const order = checksum < 0 ? [] : checksumOrder(layout.columns, checksum);
  const weighs = prices !== undefined && outlierFactor > 0;
  const format = time?.format;
  const text = format?.kind === 'text' ? format : undefined;
  const judged = layout.tick ? 0 : layout.interval;
  const ints = [
    width,
    dialect.delimiter.charCodeAt(0),
    text === undefined ? 0 : ['compact', 'dashed', 'slashed'].indexOf(text.date),
    text === undefined ? 0 : ['none', 'compact', 'colons'].indexOf(text.clock),
    Number(text?.zoned ?? false),
    format?.kind === 'unix' ? ['s', 'ms', 'us', 'ns'].indexOf(format.unit) : 0,
    Number(time !== undefined),
    Number(judged > 0 && judged % MINUTE === 0),
    prices === undefined ? 0 : isTrade(prices) ? 1 : 4,
    Number(sequence >= 0),
    order.length,
    spans.length,
    Number(weighs),
    longest,
  ];
  const plan = new DataView(new ArrayBuffer(PLAN_BYTES));
  ints.forEach((value, at) => { plan.setInt32(at * 4, value, true); });
  [judged, layout.priceScale, outlierFactor].forEach((value, at) => { plan.setFloat64(DOUBLES + at * 8, value, true); });
  kinds.forEach((kind, at) => { plan.setUint8(COLUMNS + at, kind); });
  order.forEach((column, at) => { plan.setUint8(HASHED + at, column); });
  spans.flat().forEach((value, at) => { plan.setFloat64(SPANS + at * 8, value, true); });
  return new Uint8Array(plan.buffer);
}

const MINUTE = 60_000_000;

const isTrade = (prices: PriceColumns): boolean => prices.open === prices.close;

/** The kind of each column; undefined when one has two. */
function kindsOf({ width, time, prices, sequence, checksum, instrument }: Layout): number[] | undefined {
  const roles: [column: number, kind: number][] = [[sequence, KINDS.sequence], [checksum, KINDS.checksum], [instrument, KINDS.instrument]];
  if (time !== undefined) roles.push(...timeRoles(time));
  if (prices !== undefined) roles.push(...priceRoles(prices));
  const kinds = new Array<number>(width).fill(KINDS.other);
  for (const [column, kind] of roles) {
    if (column < 0) continue;
    if (kinds[column] !== KINDS.other) return undefined;
    kinds[column] = kind;
  }
  return kinds;
}

function timeRoles({ date, clock, format }: TimeColumns): [number, number][] {
  if (format?.kind === 'unix') return [[date, KINDS.unix]];
  return clock < 0 ? [[date, KINDS.time]] : [[date, KINDS.date], [clock, KINDS.clock]];
}

function priceRoles(prices: PriceColumns): [number, number][] {
  const { open, high, low, close, volume, others } = prices;
  const bars: [number, number][] = isTrade(prices) ? [] : [[open, KINDS.open], [high, KINDS.high], [low, KINDS.low]];
  return [...bars, [close, KINDS.close], [volume, KINDS.volume], ...others.map((column): [number, number] => [column, KINDS.number])];
}

/** A file that covers more than this is verified more slowly from there on. */
const YEARS = 25 * 366 * 86_400_000;

/** The spans of local time in which the file's zone has one offset, µs; none when its times are taken as they are. */
function spansOf({ zone, time, dialect }: Layout, head: Buffer): number[][] {
  if (zone.kind === 'instant' || zone.zone === undefined || time === undefined) return [];
  const first = firstTime(head, dialect, time);
  const spans = Number.isNaN(first) ? [] : zone.zone.steadySpans(first, first + YEARS);
  return spans.map(({ from, to, offset }) => [from * 1000, to * 1000, offset * 1000]);
}

/** Local time of the first row that has one, ms; NaN when none has. */
function firstTime(head: Buffer, dialect: CsvDialect, { date, clock, format }: TimeColumns): number {
  const scanner = scannerOver(head, true, dialect.delimiter, dialect.bom);
  const reader = format === undefined ? undefined : new TimeReader(format);
  while (reader !== undefined && scanner.next()) {
    const { bytes, starts, ends, cells } = scanner;
    if (Math.max(date, clock) >= cells) continue;
    const [start, end] = [starts[date]!, ends[date]!];
    const time = clock < 0 ? reader.read(bytes, start, end) : reader.readPair(bytes, start, end, starts[clock]!, ends[clock]!);
    if (!Number.isNaN(time)) return Math.floor(time / 1000);
  }
  return NaN;
}
