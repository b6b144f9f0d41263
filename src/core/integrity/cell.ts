import type { Cell, CellValue, PriceRole } from '../../protocol/cell';
import { formatInstant } from '../base/time';
import { scannerOver } from '../table/csv/dialect';
import { cellNumber, parseDigits } from '../table/csv/number';
import { placeOfCells } from '../table/csv/place';
import type { CsvScanner } from '../table/csv/scanner';
import { layoutOf, type Layout, type LayoutHints, type TimeColumns } from './layout';
import { isChecksum, RowDigest } from './seal';
import { TimeReader } from './timestamp';

export interface CellPlace {
  /** The file's first lines: those that tell what it is; `whole`: it has no more. */
  readonly head: string;
  readonly whole: boolean;
  /** The line's text without its end, and its number, 1-based. */
  readonly text: string;
  readonly line: number;
  /** UTF-16 code units from the start of the line. */
  readonly character: number;
}

/** What the cell at one place means. @returns undefined in an empty line, and within cells that span lines */
export function cellAt({ head, whole, text, line, character }: CellPlace, hints: LayoutHints): Cell | undefined {
  const layout = layoutOf(Buffer.from(head), whole, hints);
  const scanner = scannerOver(Buffer.from(text), true, layout.dialect.delimiter, false);
  if (text === '' || !scanner.next() || scanner.unclosed >= 0) return undefined;
  const at = [...Array(scanner.cells).keys()].find((cell) => character <= placeOfCells(scanner, cell).endColumn);
  if (at === undefined) return undefined;
  const [first, last] = spanOf(layout.time, at, scanner.cells);
  const place = placeOfCells(scanner, first, last);
  return {
    name: layout.columns[at]?.trim() ?? '',
    column: at + 1, columns: layout.width,
    from: place.column, to: place.endColumn,
    value: layout.header && line === 1 ? { kind: 'header' } : valueOf(scanner, at, layout),
  };
}

/** A date and its time beside it are one. */
function spanOf(time: TimeColumns | undefined, at: number, cells: number): readonly [first: number, last: number] {
  if (time === undefined || (at !== time.date && at !== time.clock) || time.clock !== time.date + 1 || time.clock >= cells) return [at, at];
  return [time.date, time.clock];
}

function valueOf(scanner: CsvScanner, at: number, layout: Layout): CellValue {
  if (at >= layout.width) return { kind: 'extra' };
  if (at === layout.time?.date || at === layout.time?.clock) return timeOf(scanner, layout.time, layout);
  if (at === layout.instrument) return { kind: 'instrument' };
  if (at === layout.sequence) {
    const value = parseDigits(scanner.bytes, scanner.starts[at]!, scanner.ends[at]!);
    return value >= 1 ? { kind: 'sequence', value } : { kind: 'invalid', wanted: 'sequence' };
  }
  if (at === layout.checksum) return checksumOf(scanner, at, layout);
  const role = roleOf(layout, at);
  if (role === undefined) return { kind: 'text' };
  const value = cellNumber(scanner, at) / (role === 'volume' ? 1 : layout.priceScale);
  return Number.isFinite(value) ? { kind: 'number', role, value } : { kind: 'invalid', wanted: 'number' };
}

function roleOf({ prices }: Layout, at: number): PriceRole | undefined {
  if (prices === undefined) return undefined;
  if (prices.open === prices.close && at === prices.open) return 'price';
  if (prices.others.includes(at)) return 'quote';
  return (['open', 'high', 'low', 'close', 'volume'] as const).find((role) => prices[role] === at);
}

function checksumOf(scanner: CsvScanner, at: number, { columns, width }: Layout): CellValue {
  const [start, end] = [scanner.starts[at]!, scanner.ends[at]!];
  if (!isChecksum(scanner.bytes, start, end) || scanner.cells !== width) return { kind: 'invalid', wanted: 'checksum' };
  return { kind: 'checksum', holds: new RowDigest(columns, at).of(scanner) === scanner.bytes.toString('latin1', start, end) };
}

function timeOf(scanner: CsvScanner, { date, clock, format }: TimeColumns, { zone }: Layout): CellValue {
  const invalid = { kind: 'invalid', wanted: 'time' } as const;
  if (format === undefined || date >= scanner.cells || clock >= scanner.cells) return invalid;
  const reader = new TimeReader(format);
  const { bytes, starts, ends } = scanner;
  const time = clock < 0 ? reader.read(bytes, starts[date]!, ends[date]!) : reader.readPair(bytes, starts[date]!, ends[date]!, starts[clock]!, ends[clock]!);
  if (Number.isNaN(time)) return invalid;
  const [ms, finer] = [Math.floor(time / 1000), time - Math.floor(time / 1000) * 1000];
  if (zone.kind === 'instant') return instantOf(ms, finer, undefined);
  const shown = clockOf(ms, finer, 'UTC');
  if (zone.zone === undefined) return { kind: 'local', clock: shown };
  const placed = zone.zone.place(ms);
  if (placed.kind === 'one') return instantOf(placed.utc, finer, zone.zone.name);
  if (placed.kind === 'nonexistent') return { kind: 'never', clock: shown };
  return { kind: 'twice', clock: shown, earlier: inZone(placed.earlier, finer, 'UTC'), later: inZone(placed.later, finer, 'UTC') };
}

const EASTERN = 'America/New_York';

function instantOf(utc: number, finer: number, own: string | undefined): CellValue {
  const isAnother = own !== undefined && own !== 'UTC' && own !== EASTERN;
  return { kind: 'instant', utc: inZone(utc, finer, 'UTC'), eastern: inZone(utc, finer, EASTERN), ...(isAnother ? { own: inZone(utc, finer, own) } : {}) };
}

/** `2025-01-06 09:30:00.250 EST`: digits of a second only where there are some. */
const inZone = (utc: number, finer: number, zone: string): string => `${clockOf(utc, finer, zone)} ${formatInstant(utc, zone, 'ZZZZ')}`;

function clockOf(utc: number, finer: number, zone: string): string {
  const micros = (((utc % 1000) + 1000) % 1000) * 1000 + finer;
  const digits = String(micros).padStart(6, '0');
  return formatInstant(utc, zone, 'yyyy-MM-dd HH:mm:ss') + (micros === 0 ? '' : `.${finer === 0 ? digits.slice(0, 3) : digits}`);
}
