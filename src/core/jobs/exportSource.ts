import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { durationOf, parseTimeframe, timeframeFrom, TIMEFRAMES, type Timeframe } from '../base/timeframe';
import type { ExportHow } from '../exports/export';
import type { Feed } from '../exports/rows';
import { isDbnName, openDbnBars } from '../intake/dbn';
import { eachVendorBars } from '../intake/stream';
import { sniffReading, type VendorOptions } from '../intake/vendor';
import { advised } from '../store/advice';
import { isFile, masterPath, parseName } from '../store/layout';
import { describeParquet, eachBars } from '../table/parquet';

/** Where an export's rows come from, looked at but not read yet. */
export interface ExportSource extends Pick<ExportHow, 'dataType' | 'begins' | 'interval' | 'expected' | 'needs'> {
  readonly feed: Feed;
  /** When it is not fed from. */
  close(): Promise<void>;
}

export interface SourceOptions extends Omit<VendorOptions, 'timeframe' | 'aggregate'> {
  /** Of a vendor's file, 1m unless given; a master's and a DBN file's are known. */
  readonly timeframe?: Timeframe;
  readonly range: ExportHow['range'];
}

/** What a row of an export takes, bytes: about, told when the disk is full. */
const ROW_BYTES = 64;

/** Opens the source of an export. @throws Failure `usage` when it is not there; `refused` when it holds no bars; `io` */
export async function openExportSource(file: string, options: SourceOptions, operation: Operation): Promise<ExportSource> {
  if (isParquet(file) || isDbnName(file)) requireNoReading(file, options);
  if (isParquet(file)) return openMaster(file, options);
  if (isDbnName(file)) return openDbnSource(file, options, operation);
  return openVendor(file, options, operation);
}

const isParquet = (file: string): boolean => /\.parquet$/i.test(file);

/** What such a file holds is known: options that say how to read a vendor's text would change nothing. */
function requireNoReading(file: string, { zone, stamp, dates, scale }: SourceOptions): void {
  const given = Object.entries({ '--tz': zone, '--stamp': stamp, '--dates': dates, '--scale': scale }).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (given.length === 0) return;
  const why = `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} for a vendor's text; the times and prices of ${isParquet(file) ? 'a Parquet' : 'a DBN'} file are exported as they are.`;
  throw new Failure('usage', { attempted: `export ${file}`, file, why, remedy: 'Leave it out.' });
}

/**
 * The file an export is made from.
 * @param named a file, or a master of the data folder: `ES`, `ES/5m`, `ES_5m`
 * @throws Failure `usage` when there is neither
 */
export async function exportedFrom(folder: string, named: string, timeframe: Timeframe | undefined): Promise<string> {
  const [, ticker, frame] = /^([^\\/_]+)(?:[/_]([0-9A-Za-z]+))?$/.exec(named) ?? [];
  const isName = ticker !== undefined && path.extname(named) === '' && (frame === undefined || timeframeFrom(frame) !== undefined);
  if (!isName || (await isFile(named).catch(() => false))) return path.resolve(named);
  const master = masterPath(folder, ticker, frame === undefined ? (timeframe ?? '1m') : parseTimeframe(frame));
  if (await isFile(master)) return master;
  throw new Failure('usage', {
    attempted: `export ${named}`,
    why: `there is no file of that name, and no ${path.basename(master)} in ${folder}.`,
    remedy: `Give a file, or a master as TICKER or TICKER/TIMEFRAME (${TIMEFRAMES.join(', ')}).`,
  });
}

async function openMaster(file: string, { range, timeframe: given }: SourceOptions): Promise<ExportSource> {
  const { rows, metadata } = await advised(file, () => describeParquet(file));
  const timeframe = given ?? parseName(file).timeframe ?? timeframeFrom(metadata['timeframe'] ?? '') ?? '1m';
  return {
    ...barsOf(timeframe),
    expected: rows,
    needs: rows * ROW_BYTES,
    feed: async (sink) => {
      for await (const { bars, rows } of eachBars(file, range)) await sink.bars(bars, rows);
    },
    close: () => Promise.resolve(),
  };
}

async function openDbnSource(file: string, { timeframe }: SourceOptions, operation: Operation): Promise<ExportSource> {
  const dbn = await openDbnBars(file, timeframe, operation);
  return {
    ...barsOf(dbn.timeframe),
    expected: undefined,
    needs: (await stat(file)).size * 2,
    feed: (sink) => dbn.each((bars) => sink.bars(bars)),
    close: () => dbn.close(),
  };
}

async function openVendor(file: string, options: SourceOptions, operation: Operation): Promise<ExportSource> {
  const read = { ...options, timeframe: options.timeframe ?? '1m' };
  const reading = await sniffReading(file, read, true);
  return {
    ...(reading.tick ? { dataType: 'Tick', begins: 'Tick', interval: 0 } : barsOf(read.timeframe)),
    expected: undefined,
    needs: (await stat(file)).size * 2,
    feed: (sink) =>
      eachVendorBars(file, reading, read, operation, async ({ bars, rows }, rejected) => {
        for (const { row, code, text } of rejected) sink.refused(row, code, text);
        await sink.bars(bars, rows);
      }),
    close: () => Promise.resolve(),
  };
}

/** `MinuteDataExport` promises bars of one minute; bars of another length say nothing. */
const barsOf = (timeframe: Timeframe): Pick<ExportSource, 'dataType' | 'begins' | 'interval'> => ({
  dataType: 'Minute',
  begins: timeframe === '1m' ? 'Minute' : '',
  interval: durationOf(timeframe),
});
