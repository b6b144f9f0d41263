import type { CsvReading } from '../../protocol/browse';
import type { Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { durationOf } from '../base/timeframe';
import { UTC, type Zone } from '../base/time';
import { isPlaced } from '../integrity/layout';
import { presumedFor, verifyFile, type BarSink, type VerifyOptions } from '../integrity/verify';
import { sortBars } from './duplicates';
import { isUntimed, requireBars, requireTimes } from './fitness';
import { RowCollector } from './rows';
import { sniffVendor } from './sniff';

/** A vendor's file read to be looked at. */
export interface PreviewedBars {
  /** In order of time, the first of several for one time; single trades in the file's order. Times as stamped. */
  readonly bars: Bars;
  readonly reading: CsvReading;
}

/** The most rows that are read into memory: about half a gigabyte while they are. */
export const MOST_ROWS = 5_000_000;
/** Rejected rows that are looked at in the end. */
const KEPT = 1_000;
const DAY_MICROS = durationOf('1D') * 1000;

/**
 * Reads the bars or trades of a CSV, whose times are taken in the zone they carry, else the one given, else the one its
 * pauses tell, else as they are written; daily and weekly bars as their dates.
 * @param most rows
 * @throws Failure `usage` (no such file), `refused` (no bars in it, misread times, several instruments, more rows than `most`), `io`, `cancelled`
 */
export async function readForPreview(file: string, options: Pick<VerifyOptions, 'zone' | 'exceptions'>, operation: Operation, most = MOST_ROWS): Promise<PreviewedBars> {
  const { rows: expected, stamp } = await sniffVendor(file, { zone: options.zone, dates: undefined, trades: true, name: file });
  requireRoom(file, expected, most);
  const { zone, told, tick } = await zoneFor(file, options);
  const collector = new RowCollector(expected);
  let [rejected, untimed] = [0, 0];
  const sink: BarSink = {
    room: collector.room,
    bar: (...row) => { collector.bar(...row); },
    rejected: (...row) => {
      rejected++;
      if (isUntimed({ code: row[2] })) untimed++;
      if (collector.rejects.length < KEPT) collector.rejected(...row);
    },
  };
  const report = await verifyFile(file, { bars: sink, zone, outlierFactor: 0, schema: 'none' }, operation);
  const read = collector.finish();
  requireTimes(file, report, collector.rejects, untimed);
  requireBars(file, report, collector, read.rows.length);
  const { bars, duplicates } = tick ? { bars: read.bars, duplicates: [] } : sortBars(read);
  return { bars, reading: { zone: zone.name, told, ...(tick || told === 'dates' ? {} : { stamp }), leftOut: rejected + duplicates.length } };
}

/** By a count that is a little high, taken from the first rows. */
function requireRoom(file: string, expected: number, most: number): void {
  if (expected <= most * 1.05) return;
  const count = (rows: number): string => Math.round(rows).toLocaleString('en-US');
  const why = `it has about ${count(expected / 1.05)} rows, and a preview holds ${count(most)} in memory at the most.`;
  throw new Failure('refused', { attempted: `show the bars of ${file}`, file, why, remedy: 'Import it: a master of any size can be looked through.' });
}

async function zoneFor(file: string, options: Pick<VerifyOptions, 'zone' | 'exceptions'>): Promise<{ zone: Zone; told: CsvReading['told']; tick: boolean }> {
  const { layout, presumed: [presumed] } = await presumedFor(file, options);
  const { tick } = layout;
  if (layout.zone.kind === 'instant') return { zone: UTC, told: 'file', tick };
  if (layout.interval >= DAY_MICROS) return { zone: UTC, told: 'dates', tick };
  if (isPlaced(layout.zone)) return { zone: layout.zone.zone!, told: options.zone === undefined ? 'file' : 'setting', tick };
  return presumed === undefined ? { zone: UTC, told: 'nothing', tick } : { zone: presumed, told: 'pauses', tick };
}
