import path from 'node:path';
import type { Zone } from '../base/time';
import { durationOf, timeframeFrom, type Timeframe } from '../base/timeframe';
import type { Shape } from '../../protocol/report';
import { recordText } from '../table/csv/cells';
import { mostFrequent, scannerOver, sniffDialect, type CsvDialect } from '../table/csv/dialect';
import { hasDecimalComma, parseNumber } from '../table/csv/number';
import { headlessColumns, isHeader, rolesOf, type PriceColumns, type Roles } from './header';
import { isInstant, isSlashed, timeFormats, TimeReader, type DateOrder, type TimeFormat } from './timestamp';

/**
 * What a file is, told from its name, its header and its first rows before the pass begins. Nothing is guessed again
 * later: what does not fit the layout is a finding.
 */
export interface Layout {
  readonly dialect: CsvDialect;
  readonly header: boolean;
  readonly columns: readonly string[];
  /** Cells a row must have. */
  readonly width: number;
  readonly shape: Shape;
  readonly time: TimeColumns | undefined;
  readonly zone: TimeZone;
  readonly prices: PriceColumns | undefined;
  /** Divide prices by this: 1e9 for Databento's fixed-point integers, else 1. */
  readonly priceScale: number;
  /** Single trades: instants repeat and there is no interval. */
  readonly tick: boolean;
  /** Microseconds from bar to bar; 0 when there is none or it is not known. */
  readonly interval: number;
  /** Rows are in order from the latest to the earliest. */
  readonly falling: boolean;
  /** Indexes into the record, -1 where there is none. */
  readonly instrument: number;
  readonly sequence: number;
  readonly checksum: number;
}

export interface TimeColumns {
  readonly date: number;
  /** The time of day, when it has a column of its own; else -1. */
  readonly clock: number;
  /** Undefined when the first rows agree on none. */
  readonly format: TimeFormat | undefined;
}

export type TimeZone =
  /** The times are instants. */
  | { readonly kind: 'instant' }
  /** The times are a wall clock; `zone` when it was given. */
  | { readonly kind: 'local'; readonly zone: Zone | undefined };

/** The file's times are instants, or can be made ones. */
export const isPlaced = (zone: TimeZone): boolean => zone.kind === 'instant' || zone.zone !== undefined;

export interface LayoutHints {
  /** Path or name of the file. */
  readonly name: string;
  readonly zone?: Zone;
  readonly interval?: Timeframe;
  /** Of dates with slashes; the month comes first unless given. */
  readonly dates?: DateOrder;
}

/** Rows whose cells decide on header, widths and formats. */
const SAMPLED_ROWS = 64;

/**
 * The layout as far as it can be told without comparing times: `interval` is only what the name or the caller says.
 * @param head the first bytes of the file; `whole`: that is all of it
 */
export function layoutOf(head: Buffer, whole: boolean, hints: LayoutHints): Layout {
  const dialect = sniffDialect(head, whole);
  const formats = timeFormats(hints.dates);
  const isTime = (date: string, clock?: string): boolean => formats.some((format) => fits(format, date, clock));
  const sample = sampleOf(head, whole, dialect);
  const header = sample.length > 0 && isHeader(sample[0]!, (cell) => isNumber(cell) || isTime(cell));
  const rows = header ? sample.slice(1) : sample;
  const width = header ? sample[0]!.length : (mostFrequent(rows.map((row) => row.length)) ?? 0);
  const typical = rows.filter((row) => row.length === width);
  const { columns, roles } = header ? { columns: sample[0]!, roles: rolesOf(sample[0]!) } : headlessColumns(typical, width, isTime, (cell) => isNumber(cell) || hasDecimalComma(cell));
  const time = roles.prices === undefined ? undefined : timeColumns(roles, typical, formats);
  const prices = time === undefined ? undefined : roles.prices;
  const shape = shapeOf(time, header);
  const tick = isTick(hints.name, shape, time, prices, typical);
  return {
    dialect,
    header,
    columns,
    width,
    shape,
    time,
    zone: zoneOf(hints, shape, time, columns),
    prices,
    priceScale: prices !== undefined && isFixedPoint(columns, prices, typical) ? 1e9 : 1,
    tick,
    interval: tick || time === undefined ? 0 : namedInterval(hints),
    falling: time !== undefined && isFalling(time, typical),
    instrument: roles.instrument,
    sequence: roles.sequence,
    checksum: roles.checksum,
  };
}

function sampleOf(head: Buffer, whole: boolean, dialect: CsvDialect): string[][] {
  const scanner = scannerOver(head, whole, dialect.delimiter, dialect.bom);
  const sample: string[][] = [];
  while (sample.length <= SAMPLED_ROWS && scanner.next()) {
    const cells = recordText(scanner);
    if (cells.length > 1 || cells[0]!.trim() !== '') sample.push(cells);
  }
  return sample;
}

const isNumber = (cell: string): boolean => !Number.isNaN(parseNumber(Buffer.from(cell), 0, Buffer.byteLength(cell)));

/** No time is written longer. */
const LONGEST_TIME = 64;

const fits = (format: TimeFormat, date: string, clock: string | undefined): boolean =>
  date.length <= LONGEST_TIME && (clock?.length ?? 0) <= LONGEST_TIME && !Number.isNaN(timeOf(format, date, clock));

function timeOf(format: TimeFormat, date: string, clock: string | undefined): number {
  const reader = new TimeReader(format);
  const bytes = Buffer.from(date + (clock ?? ''));
  const split = Buffer.byteLength(date);
  return clock === undefined ? reader.read(bytes, 0, split) : reader.readPair(bytes, 0, split, split, bytes.length);
}

/** A `date` and a `time` column that together are a time; else the best time column that is one by itself. */
function timeColumns(roles: Roles, rows: readonly (readonly string[])[], formats: readonly TimeFormat[]): TimeColumns | undefined {
  const choices = [
    ...roles.times.filter((at) => at !== roles.date && at !== roles.clock).map((date) => ({ date, clock: -1 })),
    ...(roles.date >= 0 && roles.clock >= 0 ? [{ date: roles.date, clock: roles.clock }] : []),
    ...roles.times.map((date) => ({ date, clock: -1 })),
  ];
  const voted = choices.map((choice) => ({ ...choice, format: voteFormat(choice, rows, formats) }));
  const chosen = voted.find((choice) => choice.format !== undefined) ?? voted[0];
  return chosen === undefined ? undefined : (instantBeside(chosen, voted, rows) ?? clockBeside(chosen, roles, rows, formats) ?? chosen);
}

/** Zones are up to 14 h from UTC, a bar may be named by its end, µs. */
const FARTHEST = 26 * 3_600_000_000;

/** A column with the same times as instants, such as unix seconds: what says its zone beats what does not. */
function instantBeside(local: TimeColumns, others: readonly TimeColumns[], rows: readonly (readonly string[])[]): TimeColumns | undefined {
  const { format } = local;
  if (format === undefined || isInstant(format)) return undefined;
  const timeIn = ({ date, clock, format: of }: TimeColumns, row: readonly string[]): number => (of === undefined ? NaN : timeOf(of, row[date]!, clock < 0 ? undefined : row[clock]!));
  return others.find((other) => other.format !== undefined && isInstant(other.format) && rows.every((row) => Math.abs(timeIn(other, row) - timeIn(local, row)) <= FARTHEST));
}

/** Dates whose time of day is in the column `time`, whatever theirs is called. */
function clockBeside({ date, clock, format }: TimeColumns, roles: Roles, rows: readonly (readonly string[])[], formats: readonly TimeFormat[]): TimeColumns | undefined {
  if (clock >= 0 || roles.clock < 0 || roles.clock === date || format?.kind !== 'text' || format.clock !== 'none') return undefined;
  const pair = { date, clock: roles.clock };
  const paired = voteFormat(pair, rows, formats);
  return paired === undefined ? undefined : { ...pair, format: paired };
}

/** The format that most rows have. */
function voteFormat({ date, clock }: { date: number; clock: number }, rows: readonly (readonly string[])[], formats: readonly TimeFormat[]): TimeFormat | undefined {
  const votes = formats.map((format) => rows.filter((row) => fits(format, row[date]!, clock < 0 ? undefined : row[clock]!)).length);
  const most = Math.max(0, ...votes);
  return most > 0 ? formats[votes.indexOf(most)] : undefined;
}

/** More of the steps from row to row go back than forward: one that a clock change turns around does not count for much. */
function isFalling({ date, clock, format }: TimeColumns, rows: readonly (readonly string[])[]): boolean {
  if (format === undefined) return false;
  const times = rows.map((row) => timeOf(format, row[date]!, clock < 0 ? undefined : row[clock]!)).filter((time) => !Number.isNaN(time));
  const steps = times.slice(1).map((time, i) => Math.sign(time - times[i]!));
  return steps.reduce((sum, step) => sum + step, 0) < 0;
}

function shapeOf(time: TimeColumns | undefined, header: boolean): Shape {
  if (time === undefined) return 'table';
  const date = time.format?.kind === 'text' ? time.format.date : undefined;
  if (time.clock >= 0) return date === 'dashed' || date === undefined ? 'export' : 'ninjatrader';
  return !header && (date === 'compact' || isSlashed(time.format)) ? 'ninjatrader' : 'bars';
}

/** Export files say so by their name; else a fraction of a second that is not 0, as no bar has. */
function isTick(name: string, shape: Shape, time: TimeColumns | undefined, prices: PriceColumns | undefined, rows: readonly (readonly string[])[]): boolean {
  if (time === undefined || prices === undefined) return false;
  if (prices.open === prices.close) return true;
  if (shape !== 'export') return false;
  return path.basename(name).startsWith('Tick') || rows.some((row) => /\.\d*[1-9]/.test(row[time.clock] ?? ''));
}

/** Instants, when the format or the column's name says so. Export files are UTC: named so (`…_UTC.csv`) beyond doubt, others unless a zone was given. */
function zoneOf(hints: LayoutHints, shape: Shape, time: TimeColumns | undefined, columns: readonly string[]): TimeZone {
  const local: TimeZone = { kind: 'local', zone: hints.zone };
  if (time === undefined) return local;
  const name = (columns[time.date] ?? '').trim().toLowerCase();
  if ((time.format !== undefined && isInstant(time.format)) || name === 'timestamp_utc' || name === 'ts_event') return { kind: 'instant' };
  if (shape !== 'export') return local;
  const named = /_UTC(?![A-Za-z0-9])/.test(path.basename(hints.name));
  return named || hints.zone === undefined ? { kind: 'instant' } : local;
}

/** Databento writes prices as integers of 1e-9 unless told otherwise. */
function isFixedPoint(columns: readonly string[], prices: PriceColumns, rows: readonly (readonly string[])[]): boolean {
  if (rows.length === 0 || !columns.includes('ts_event')) return false;
  const cells = [prices.open, prices.high, prices.low, prices.close];
  return 2 * rows.filter((row) => cells.every((cell) => /^\d{8,}$/.test(row[cell] ?? ''))).length >= rows.length;
}

function namedInterval({ interval, name }: LayoutHints): number {
  if (interval !== undefined) return durationOf(interval) * 1000;
  const base = path.basename(name);
  if (base.startsWith('MinuteDataExport_')) return durationOf('1m') * 1000;
  const named = base.split(/[^A-Za-z0-9]+/).map(timeframeFrom).find((timeframe) => timeframe !== undefined);
  return named === undefined ? 0 : durationOf(named) * 1000;
}
