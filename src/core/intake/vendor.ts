import type { Report } from '../../protocol/report';
import type { Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Timeframe } from '../base/timeframe';
import { durationOf } from '../base/timeframe';
import { UTC, zoneNamed } from '../base/time';
import { verifyFile } from '../integrity/verify';
import { hasDecimalComma } from '../table/csv/number';
import { isDbnName, readDbnFile } from './dbn';
import { sortBars, withText } from './duplicates';
import { requireInterval } from './interval';
import { scalePrices } from './prices';
import type { Stamp, TimeKind } from './reading';
import { isLabelled } from './reading';
import type { Rejected } from './rows';
import { RowCollector } from './rows';
import { sniffVendor } from './sniff';
import { isStrictlyIncreasing } from './sorted';
import { joinTrades } from './ticks';

/** A vendor's export, read and understood. */
export interface VendorFile {
  /** Open instants, strictly increasing. */
  readonly bars: Bars;
  /** Data rows in the file. */
  readonly rows: number;
  /** In order of row. */
  readonly rejected: readonly Rejected[];
  readonly repeatedHeaders: number;
  /** Digest of the file's bytes, 64 hex. */
  readonly sha256: string;
  /** How its times were read. */
  readonly zone: string;
  readonly stamp: Stamp;
  readonly kind: TimeKind;
}

export interface VendorOptions {
  readonly timeframe: Timeframe;
  /** Of wall-clock times; times that carry their own zone are taken as they are. Default America/Los_Angeles. */
  readonly zone?: string;
  /** Default: `close` for NinjaTrader's own shapes, else `open`. */
  readonly stamp?: Stamp;
  /** Every price is multiplied by this, such as 0.01 for prices in cents. Default 1. */
  readonly scale?: number;
  /** Joins single trades into bars of this timeframe, which must be the one asked for. */
  readonly aggregate?: Timeframe;
}

export const DEFAULT_ZONE = 'America/Los_Angeles';

/**
 * Reads a vendor's file in one pass of the integrity engine. Bars come out sorted by open instant; of several rows for
 * one instant the first stays. A close stamp becomes an open one by taking off the bar's duration in elapsed time.
 * Daily and weekly bars are labelled by their date: its midnight UTC, moved by neither zone nor stamp.
 * @throws Failure `usage` (no such file or zone), `refused` (no bars in it, other bars than those asked for, a broken seal), `io`
 */
export async function readVendorFile(file: string, options: VendorOptions, operation: Operation): Promise<VendorFile> {
  const { timeframe, aggregate } = options;
  requireAggregate(file, options);
  if (isDbnName(file)) return readDbnFile(file, options, operation);
  const given = options.zone === undefined ? undefined : zoneNamed(options.zone);
  const { kind, shape, tick, rows: expected } = await sniffVendor(file, given, aggregate);
  const zone = kind === 'instant' || isLabelled(timeframe) ? UTC : (given ?? zoneNamed(DEFAULT_ZONE));
  const collector = new RowCollector(expected);
  const report = await verifyFile(file, { bars: collector, zone, outlierFactor: 0, schema: 'none' }, operation);
  const rows = collector.finish();
  const read = tick ? joinTrades(rows, timeframe) : rows;
  requireSeal(file, report);
  requireTimes(file, report, collector.rejects);
  requireBars(file, report, collector, read.rows.length);
  if (!tick) requireInterval(file, isStrictlyIncreasing(read.bars.time) ? read.bars.time : read.bars.time.toSorted(), timeframe);
  const stamp = tick ? 'open' : (options.stamp ?? (shape === 'ninjatrader' ? 'close' : 'open'));
  const time = read.bars.time.map((written) => openInstant(written, timeframe, stamp));
  const { bars, duplicates } = sortBars({ ...read, bars: { ...read.bars, time } });
  return {
    bars: scalePrices(bars, options.scale ?? 1),
    rows: report.rows,
    rejected: [...collector.rejects, ...(await withText(file, report.dialect, duplicates, operation))].sort((a, b) => a.row - b.row),
    repeatedHeaders: report.totals['repeated-header'] ?? 0,
    sha256: rows.sha256,
    zone: zone.name,
    stamp,
    kind: isLabelled(timeframe) ? 'date' : kind,
  };
}

const DAY = durationOf('1D');

function requireAggregate(file: string, { aggregate, timeframe }: VendorOptions): void {
  if (aggregate === undefined) return;
  const attempted = `join the trades of ${file} into ${aggregate} bars`;
  if (aggregate !== timeframe) throw new Failure('usage', { attempted, why: `they are to go into the ${timeframe} master.`, remedy: `Import with --aggregate ${timeframe}.` });
  if (isLabelled(aggregate)) throw new Failure('usage', { attempted, why: 'days and weeks are the exchange\'s, never built from trades.', remedy: 'Download daily bars: barkeep update.' });
}

function openInstant(time: number, timeframe: Timeframe, stamp: Stamp): number {
  if (isLabelled(timeframe)) return Math.floor(time / DAY) * DAY;
  return stamp === 'close' ? time - durationOf(timeframe) : time;
}

const SEAL_FAULTS = ['checksum-mismatch', 'checksum-format', 'manifest-mismatch'];

/** A sealed file is imported whole or not at all: a broken seal says that it is not what its writer wrote. */
function requireSeal(file: string, { totals }: Report): void {
  const broken = SEAL_FAULTS.flatMap((code) => (totals[code] === undefined ? [] : `${totals[code]} ${code}`));
  if (broken.length === 0) return;
  const remedy = `See barkeep verify ${file}, and take the file from its source again.`;
  throw new Failure('refused', { attempted: `import ${file}`, file, why: `its seal is broken (${broken.join(', ')}).`, remedy });
}

/** A larger share of rows without a time is a file that is misread, not one with some damage. */
const UNTIMED_SHARE = 0.1;
const SLASHED_DATE = /(?:^|[^\d/])(\d{1,2})\/(\d{1,2})\/\d{4}/;

/** Dates are read as month/day/year: one whose first number is above 12 says that the others were misread as well. */
function requireTimes(file: string, { rows }: Report, rejects: readonly Rejected[]): void {
  const attempted = `import ${file}`;
  const untimed = rejects.filter(({ code }) => code === 'timestamp-invalid');
  const dayFirst = untimed.find(({ text }) => isDayFirst(text));
  if (dayFirst !== undefined) {
    const why = `row ${dayFirst.row} puts the day before the month ("${dayFirst.text.slice(0, 40)}"), but dates are read as month/day/year.`;
    throw new Failure('refused', { attempted, file, line: dayFirst.line, why, remedy: 'Export it with dates such as 2025-07-13; correct the row if it is the only one.' });
  }
  if (untimed.length === 0 || untimed.length <= UNTIMED_SHARE * rows) return;
  const why = `${untimed.length} of its ${rows} rows have no valid time (first in line ${untimed[0]!.line}): too many for the rest to be trusted.`;
  throw new Failure('refused', { attempted, file, why, remedy: `See barkeep verify ${file}.` });
}

function isDayFirst(text: string): boolean {
  const [, first, second] = SLASHED_DATE.exec(text) ?? [];
  return Number(first) > 12 && Number(first) <= 31 && Number(second) <= 12;
}

/** How many kinds of fault a refusal lists. */
const LISTED = 3;

function requireBars(file: string, report: Report, { rejects, instruments }: RowCollector, bars: number): void {
  const attempted = `import ${file}`;
  if (instruments.size > 1) {
    const names = [...instruments].slice(0, 5).join(', ');
    throw new Failure('refused', { attempted, file, why: `it holds several instruments: ${names}.`, remedy: 'Split it into one file per instrument.' });
  }
  requirePoints(file, report);
  if (bars > 0) return;
  if (report.rows === 0) throw new Failure('refused', { attempted, file, why: 'it has no data row, only a header.' });
  throw new Failure('refused', {
    attempted,
    file,
    why: `none of its rows is a usable bar: ${report.rows} rejected (${commonestFaults(rejects)}).`,
    remedy: `See barkeep verify ${file}.`,
  });
}

/** Also when some rows are bars: whole prices need no decimal point, and would be all that is left of the file. */
function requirePoints(file: string, { findings }: Report): void {
  const unquoted = (text = ''): string => text.replaceAll('"', '').trim();
  const comma = findings.find(({ code, text }) => code === 'number-invalid' && hasDecimalComma(unquoted(text)));
  if (comma === undefined) return;
  const why = `its numbers have a decimal comma (${unquoted(comma.text)}).`;
  throw new Failure('refused', { attempted: `import ${file}`, file, line: comma.place.line, why, remedy: 'Export it with a decimal point.' });
}

function commonestFaults(rejects: readonly Rejected[]): string {
  const counts = new Map<string, number>();
  for (const { code } of rejects) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, LISTED)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');
}
