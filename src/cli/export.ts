import { InvalidArgumentError, Option, type Command as Commander } from 'commander';
import { parseUtc } from '../core/base/time';
import { parseTimeframe, type Timeframe } from '../core/base/timeframe';
import { exportFile } from '../core/jobs/export';
import type { Command, SharedOptions } from './run';
import { showExport } from './show/export';

export interface ExportOptions {
  readonly out?: string;
  /** Unix ms. */
  readonly from?: number;
  readonly to?: number;
  readonly timeframe?: Timeframe;
  readonly tz?: string;
  readonly stamp?: 'close' | 'open';
  readonly dates?: 'month-first' | 'day-first';
  readonly scale?: number;
  readonly sealed?: boolean;
  readonly gzip?: boolean;
  readonly report?: boolean;
  readonly dryRun?: boolean;
}

const exporting = (source: string, instrument: string, options: ExportOptions): Command<'export'> => ({
  name: 'export',
  run: (context) =>
    exportFile(context, {
      source,
      instrument,
      range: { ...(options.from === undefined ? {} : { from: options.from }), ...(options.to === undefined ? {} : { to: options.to }) },
      ...(options.out === undefined ? {} : { to: options.out }),
      ...(options.timeframe === undefined ? {} : { timeframe: options.timeframe }),
      ...(options.tz === undefined ? {} : { zone: options.tz }),
      ...(options.stamp === undefined ? {} : { stamp: options.stamp }),
      ...(options.dates === undefined ? {} : { dates: options.dates }),
      ...(options.scale === undefined ? {} : { scale: options.scale }),
      sealed: options.sealed === true,
      gzip: options.gzip === true,
      report: options.report === true,
      dryRun: options.dryRun === true,
    }),
  show: showExport,
  exit: () => 'ok',
});

/** The grammar of `barkeep export`. */
export function addExport(
  addWriting: (grammar: string, description: string, example: string) => Commander,
  run: (command: Command<'export'>, options: SharedOptions) => Promise<void>,
  factor: (text: string) => number,
): void {
  addWriting('export <source> <instrument>', 'write bars as a charting platform exports them, with its signals, for whoever waits for them', 'barkeep export ES ES --from 2025-11-01 --sealed')
    .option('--out <folder>', 'the raw folder (default: that of conduct: raw/ in the data folder where there is one, else that itself)')
    .option('--from <time>', 'from this time on, UTC, such as 2025-11-01 or 2025-11-01T14:30', time)
    .option('--to <time>', 'up to this time, not including it', time)
    .option('--sealed', 'number the rows, give each its checksum, and write a seal manifest')
    .option('--gzip', 'pack the finished file')
    .option('--report', 'also write everything that was found to {csv}.integrity.json')
    .option('--timeframe <timeframe>', 'of a vendor\'s file (default: 1m)', (text) => parseTimeframe(text))
    .option('--tz <zone>', 'zone of a vendor file\'s local times (default: America/Los_Angeles)')
    .addOption(new Option('--stamp <convention>', 'what a vendor file\'s stamps mean (default: close for NinjaTrader, else open)').choices(['close', 'open']))
    .addOption(new Option('--dates <order>', 'which number comes first in a vendor file\'s dates such as 06/07/2025 (default: month-first, refused when in doubt)').choices(['month-first', 'day-first']))
    .option('--scale <factor>', 'multiply every price of a vendor\'s file, such as 0.01 for prices in cents', factor)
    .option('--dry-run', 'read and check everything, show what would be written; write nothing')
    .addHelpText('after', SOURCES)
    .action((source: string, instrument: string, options: SharedOptions & ExportOptions) => run(exporting(source, instrument, options), options));
}

const SOURCES = `
SOURCE is a file (Parquet, NinjaTrader, TradingView, Databento CSV or DBN) or a master of the data folder: ES, ES/5m.`;

/** A date or time of UTC, as unix ms. */
function time(text: string): number {
  const at = parseUtc(text);
  if (at === undefined) throw new InvalidArgumentError('Give a time of UTC such as 2025-11-01 or 2025-11-01T14:30.');
  return at;
}
