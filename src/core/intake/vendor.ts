import type { Report } from '../../protocol/report';
import type { AmbiguousTimes } from '../../protocol/results';
import type { Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Timeframe } from '../base/timeframe';
import { durationOf } from '../base/timeframe';
import { UTC, zoneNamed, type Zone } from '../base/time';
import type { Unpacked } from '../disk/packed';
import { verifyFile } from '../integrity/verify';
import type { DateOrder } from '../integrity/timestamp';
import { doubtOf, WrittenDays } from './dates';
import { isDbnName, readDbnFile } from './dbn';
import { sortBars, withText } from './duplicates';
import { isUntimed, requireBars, requireSeal, requireTimes } from './fitness';
import { requireInterval } from './interval';
import { scalePrices } from './prices';
import type { Stamp, TimeKind } from './reading';
import { isLabelled } from './reading';
import type { Rejected, RowBars } from './rows';
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
  /** Absent when every time is certain. */
  readonly ambiguous?: AmbiguousTimes;
  /** Digest of the file's bytes, 64 hex. */
  readonly sha256: string;
  /** How its times were read. */
  readonly zone: string;
  readonly stamp: Stamp;
  readonly kind: TimeKind;
  /** The order in which its dates with slashes were read; absent without such. */
  readonly dates?: DateOrder;
  /** What its single trades were joined into; absent of bars. */
  readonly aggregate?: Timeframe;
  /** Why it is to be refused unless its bars are found in the master. */
  readonly doubt?: Failure;
}

export interface VendorOptions extends Unpacked {
  readonly timeframe: Timeframe;
  /** Of wall-clock times; times that carry their own zone are taken as they are. Default America/Los_Angeles. */
  readonly zone?: string;
  /** Default: `close` for NinjaTrader's own shapes, else `open`. */
  readonly stamp?: Stamp;
  /** Of dates with slashes. Default: `month-first`, unless the file lets doubt that. */
  readonly dates?: DateOrder;
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
  const { timeframe, aggregate, dates, packed } = options;
  requireAggregate(file, options);
  if (isDbnName(file)) return readDbnFile(file, options, operation);
  const { kind, tick, zone, stamp, slashed, rows: expected } = await sniffReading(file, options, aggregate !== undefined);
  if (kind === 'instant' && options.zone !== undefined && zoneNamed(options.zone).name !== zone.name) operation.log(`The zone ${options.zone} was not used: the times of ${file} are UTC.`);
  const collector = new RowCollector(expected);
  const report = await verifyFile(file, { bars: collector, zone, outlierFactor: 0, schema: 'none', ...(dates === undefined ? {} : { dates }), ...(packed === undefined ? {} : { packed }) }, operation);
  const rows = collector.finish();
  const read = tick ? joinTrades(rows, timeframe) : rows;
  requireSeal(file, report);
  requireTimes(file, report, collector.rejects, collector.rejects.filter(isUntimed).length, dates);
  requireBars(file, report, collector, read.rows.length);
  if (!tick) requireInterval(file, inOrder(read.bars.time), timeframe);
  const time = openInstants(read.bars.time, timeframe, stamp);
  const days = new WrittenDays();
  if (slashed && dates === undefined) days.see(rows.bars.time, zone);
  const doubt = doubtOf(file, days);
  const { bars, duplicates } = sortBars({ ...read, bars: { ...read.bars, time } });
  return {
    bars: scalePrices(bars, options.scale ?? 1),
    rows: report.rows,
    rejected: [...collector.rejects, ...(await withText(file, report.dialect, duplicates, operation))].sort((a, b) => a.row - b.row),
    repeatedHeaders: report.totals['repeated-header'] ?? 0,
    ...ambiguousIn(report, rows, zone),
    sha256: rows.sha256,
    zone: zone.name,
    stamp,
    kind: isLabelled(timeframe) ? 'date' : kind,
    ...(slashed ? { dates: dates ?? 'month-first' } : {}),
    ...(tick ? { aggregate: timeframe } : {}),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** How a file was read, for the record: read so again, it gives the same bars, but for what was done to their prices. */
export const howRead = ({ zone, stamp, dates, aggregate }: VendorFile): Pick<VendorFile, 'zone' | 'stamp' | 'dates' | 'aggregate'> =>
  ({ zone, stamp, ...(dates === undefined ? {} : { dates }), ...(aggregate === undefined ? {} : { aggregate }) });

/** How a vendor's file is to be read, from its first rows. */
export interface VendorReading {
  readonly kind: TimeKind;
  /** It holds single trades. */
  readonly tick: boolean;
  readonly zone: Zone;
  readonly stamp: Stamp;
  /** Its dates are of the form `06/07/2025`. */
  readonly slashed: boolean;
  /** About how many. */
  readonly rows: number;
}

/** @param trades a file of single trades will do @throws Failure as `sniffVendor` */
export async function sniffReading(file: string, options: VendorOptions, trades: boolean): Promise<VendorReading> {
  const given = options.zone === undefined ? undefined : zoneNamed(options.zone);
  const { kind, stamp, tick, rows, slashed } = await sniffVendor(file, { zone: given, dates: options.dates, trades, name: options.packed ?? file });
  const zone = kind === 'instant' || isLabelled(options.timeframe) ? UTC : (given ?? zoneNamed(DEFAULT_ZONE));
  return { kind, tick, zone, rows, slashed, stamp: tick ? stamp : (options.stamp ?? stamp) };
}

function ambiguousIn({ totals, findings }: Report, { bars: { time }, rows }: RowBars, zone: Zone): Pick<VendorFile, 'ambiguous'> {
  const first = findings.find(({ code }) => code === 'timestamp-ambiguous');
  if (first === undefined) return {};
  const taken = time[rows.indexOf(first.row)] ?? NaN;
  const placed = zone.place(zone.localOf(taken));
  const assumed = placed.kind === 'ambiguous' && placed.later === taken ? 'later' : 'earlier';
  return { ambiguous: { rows: totals['timestamp-ambiguous'] ?? 1, line: first.place.line, text: first.text ?? '', assumed } };
}

/** A copy in order where they are not. */
export const inOrder = (times: Float64Array): Float64Array => (isStrictlyIncreasing(times) ? times : times.toSorted());

const DAY = durationOf('1D');

function requireAggregate(file: string, { aggregate, timeframe }: VendorOptions): void {
  if (aggregate === undefined) return;
  const attempted = `join the trades of ${file} into ${aggregate} bars`;
  if (aggregate !== timeframe) throw new Failure('usage', { attempted, why: `they are to go into the ${timeframe} master.`, remedy: `Import with --aggregate ${timeframe}.`, inEditor: { remedy: `Join them into ${timeframe} bars.` } });
  if (isLabelled(aggregate)) throw new Failure('usage', { attempted, why: 'days and weeks are the exchange\'s, never built from trades.', remedy: 'Download daily bars: barkeep update.', inEditor: { remedy: 'Download daily bars with Update from Yahoo….' } });
}

/** What the stamps of a file's bars say of when they opened. */
export function openInstants(stamps: Float64Array, timeframe: Timeframe, stamp: Stamp): Float64Array {
  if (isLabelled(timeframe)) return stamps.map((time) => Math.floor(time / DAY) * DAY);
  const open = stamp === 'close' ? durationOf(timeframe) : 0;
  return open === 0 ? stamps : earlier(stamps, open);
}

/** A loop: `map` takes three times as long, and there may be millions. */
function earlier(stamps: Float64Array, milliseconds: number): Float64Array {
  const times = new Float64Array(stamps.length);
  for (let i = 0; i < times.length; i++) times[i] = stamps[i]! - milliseconds;
  return times;
}
