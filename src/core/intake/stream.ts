import type { Operation } from '../base/ports';
import { verifyFile, type BarSink } from '../integrity/verify';
import { doubtOf, WrittenDays } from './dates';
import { isUntimed, requireBars, requireOneInstrument, requireSeal, requireTimes } from './fitness';
import { requireInterval } from './interval';
import { scalePrices } from './prices';
import type { Rejected, RowBars } from './rows';
import { RowCollector } from './rows';
import { inOrder, openInstants, type VendorOptions, type VendorReading } from './vendor';

/**
 * Hands on a vendor's rows as they come, in the file's order, some thousand at a time: bars with their open instants, and
 * rows that are none.
 * @throws Failure as `readVendorFile`; what can be known only at the end of the file is thrown there
 */
export async function eachVendorBars(file: string, reading: VendorReading, options: VendorOptions, operation: Operation, take: (rows: RowBars, rejected: readonly Rejected[]) => Promise<void>): Promise<void> {
  const { timeframe, scale = 1, dates, packed } = options;
  const instruments = new Set<string>();
  let [collector, isFirst, bars] = [new RowCollector(), true, 0];
  const days = new WrittenDays();
  const rejects: Rejected[] = [];
  let untimed = 0;
  const handOn = async (): Promise<void> => {
    const { rejects: rejected, instruments: named } = collector;
    const rows = collector.finish();
    collector = new RowCollector();
    for (const name of named) instruments.add(name);
    requireOneInstrument(file, instruments);
    if (isFirst && !reading.tick) requireInterval(file, inOrder(rows.bars.time), timeframe);
    isFirst = false;
    if (reading.slashed && dates === undefined) days.see(rows.bars.time, reading.zone);
    bars += rows.rows.length;
    untimed += rejected.filter(isUntimed).length;
    if (rejects.length < KEPT) rejects.push(...rejected.slice(0, KEPT));
    const time = openInstants(rows.bars.time, timeframe, reading.stamp);
    await take({ ...rows, bars: scalePrices({ ...rows.bars, time }, scale) }, rejected);
  };
  const sink: BarSink = {
    bar: (...row) => { collector.bar(...row); },
    rejected: (...row) => { collector.rejected(...row); },
    pause: handOn,
  };
  const report = await verifyFile(file, { bars: sink, zone: reading.zone, outlierFactor: 0, schema: 'none', ...(dates === undefined ? {} : { dates }), ...(packed === undefined ? {} : { packed }) }, operation);
  requireSeal(file, report);
  requireTimes(file, report, rejects, untimed, dates);
  requireBars(file, report, { rejects, instruments }, bars);
  const doubt = doubtOf(file, days);
  if (doubt !== undefined) throw doubt;
}

/** Rejected rows that are looked at in the end, for what they say of the whole file. */
const KEPT = 1_000;
