import { InvalidArgumentError, Option, type Command as Commander } from 'commander';
import { STEPS } from '../core/derive/work';
import { RETENTION, type Retention } from '../core/disk/retention';
import { WRITE_LIMIT } from '../core/jobs/status';
import { EXIT } from '../protocol/exit';
import type { JobName } from '../protocol/results';
import * as commands from './commands';
import { addDbn } from './dbn';
import { addExport } from './export';
import { grammar, timeframe, whole } from './grammar';
import * as keeping from './keeping';
import { addRepair } from './repair';
import { mcp } from './mcp/start';
import { addMonthly } from './monthly';
import { addPipeline } from './pipeline';
import { runCommand, type Command, type SharedOptions } from './run';
import { serve } from './serve';
import { tour } from './tour';
import { update, type UpdateOptions } from './update';
import { addVerify } from './verify';

/** The whole grammar of the command line. `finish` is given the exit code of the command that ran. */
export function buildProgram(version: string, finish: (exitCode: number) => void): Commander {
  const { program, add } = grammar(version);

  const addWriting = (grammar: string, description: string, example: string): Commander =>
    add(grammar, description, example).option('--wait', 'wait while another process holds the lock, instead of ending with exit code 4');

  const run = async <Name extends JobName>(command: Command<Name>, options: SharedOptions): Promise<void> => {
    finish(await runCommand(command, options));
  };

  addVerify(add, finish);

  add('inventory', 'list what there is, from when to when, how fresh and how healthy', 'barkeep inventory --data ~/bars')
    .option('--zone <zone>', 'zone to show times in', 'America/New_York')
    .action((options: SharedOptions & { zone: string }) => run(commands.inventory(options), options));

  addWriting('import <file> <ticker> <timeframe>', 'merge a vendor export into its master: aligned, backed up, verified, nothing lost', 'barkeep import "ES history.txt" ES 1m --dry-run')
    .option('--tz <zone>', 'zone of the file\'s local times (default: America/Los_Angeles)')
    .addOption(new Option('--stamp <convention>', 'what the file\'s stamps mean (default: close for NinjaTrader, else open)').choices(['close', 'open']))
    .addOption(new Option('--dates <order>', 'which number comes first in dates such as 06/07/2025 (default: month-first, refused when in doubt)').choices(['month-first', 'day-first']))
    .option('--scale <factor>', 'multiply every price, such as 0.01 for prices in cents', factor)
    .option('--aggregate <timeframe>', 'join single trades (a tick export) into bars of this timeframe', timeframe)
    .addOption(new Option('--align <mode>', 'check against the master first; adjust: also add a constant price offset').choices(['check', 'adjust', 'off']).default('check'))
    .addOption(new Option('--on-conflict <rule>', 'when a bar is there with other values').choices(['keep', 'replace', 'fail']).default('keep'))
    .option('--dry-run', 'show what would happen; write nothing')
    .option('--no-regenerate', 'do not bring derived files up to date afterwards')
    .action((file: string, ticker: string, frame: string, options: SharedOptions & commands.ImportOptions) =>
      run(commands.importVendorFile(file, ticker, frame, options), options));

  addWriting('update <ticker> [timeframe]', 'fetch the latest bars from Yahoo and merge those that pass every check; suspended by default', 'barkeep update ES 1m --enable --dry-run')
    .option('--enable', 'allow this run (to allow all: "update": {"enabled": true} in .barkeep/settings.json)')
    .option('--days <days>', 'how many days back (default: 5 for 1m, 59 for 5m, 10 years for 1D and 1W)', days)
    .option('--dry-run', 'fetch and check, show what would happen; write nothing')
    .option('--no-regenerate', 'do not bring derived files up to date afterwards')
    .action((ticker: string, frame: string | undefined, options: SharedOptions & UpdateOptions) => run(update(ticker, frame, options), options));

  addExport(addWriting, run, factor);

  add('align <file> <ticker> [timeframe]', 'compare every overlapping bar with the master; if they differ, say why', 'barkeep align "ES recent.txt" ES')
    .option('--tz <zone>', 'zone of the file\'s local times (default: America/Los_Angeles)')
    .addOption(new Option('--stamp <convention>', 'what the file\'s stamps mean (default: close for NinjaTrader, else open)').choices(['close', 'open']))
    .addOption(new Option('--dates <order>', 'which number comes first in dates such as 06/07/2025 (default: month-first, refused when in doubt)').choices(['month-first', 'day-first']))
    .option('--scale <factor>', 'multiply every price, such as 0.01 for prices in cents', factor)
    .option('--aggregate <timeframe>', 'join single trades (a tick export) into bars of this timeframe', timeframe)
    .addHelpText('after', ALIGN_EXITS)
    .action((file: string, ticker: string, frame: string | undefined, options: SharedOptions & commands.AlignOptions) =>
      run(commands.align(file, ticker, frame, options), options));

  add('continuity <ticker> [timeframe]', 'find what is missing in a master, by the exchange calendar', 'barkeep continuity ES --year 2025')
    .option('--year <year>', 'only this year, UTC', year)
    .option('--gap <hours>', 'report steps longer than this, whatever the calendar (default: the calendar; 48 where there is none)', hours)
    .action((ticker: string, frame: string | undefined, options: SharedOptions & { year?: number; gap?: number }) =>
      run(commands.continuity(ticker, frame, options), options));

  add('coverage <ticker> [timeframe]', 'which bars a master has, month by month, and the days that lack some', 'barkeep coverage ES --day 2025-10-15')
    .option('--day <day>', 'what is missing on this day, UTC, and when the market was closed')
    .action((ticker: string, frame: string | undefined, options: SharedOptions & { day?: string }) =>
      (options.day === undefined ? run(commands.coverageOf(ticker, frame), options) : run(commands.dayOf(ticker, frame, options.day), options)));

  addWriting('regenerate <ticker>', 'bring everything derived from the 1m master up to date', 'barkeep regenerate ES')
    .addOption(new Option('--only <step...>', 'only these steps').choices(STEPS))
    .option('--force', 'make it all again, up to date or not')
    .addOption(new Option('--anchor <anchor>', 'where intraday bins start: UTC midnight, or 18:00 New York (default: where they did before, else utc)').choices(['utc', 'session']))
    .option('--dry-run', 'show what would be made; write nothing')
    .action((ticker: string, options: SharedOptions & commands.RegenerateOptions) => run(commands.regenerateDerived(ticker, options), options));

  addRepair(addWriting, run);

  addWriting('backup [what...]', 'copy masters (or the tickers or files named) into backups/, verified', 'barkeep backup ES')
    .option('--list', 'list the backups there are')
    .option('--to [folder]', 'copy all masters and derived files into TradingBackups/ there (default: the first cloud drive found)')
    .option('--name <name>', 'with --to: what the copy is called (default: the data folder\'s name)')
    .option('--destinations', 'list the cloud drives found on this machine')
    .option('--verify [folder]', 'read backups again, or the copies in a folder, and name those that are damaged')
    .option('--sample <share>', 'with --verify: read only this share, such as 10%', share, 1)
    .option('--prune', 'remove backups beyond those to keep; never the only one')
    .option('--keep-last <n>', `with --prune: the newest ones to keep of each file (default: "backups" in .barkeep/settings.json, else ${RETENTION.last})`, whole)
    .option('--keep-daily <n>', `with --prune: the newest one of each of so many days (default: … ${RETENTION.daily})`, whole)
    .option('--keep-weekly <n>', `with --prune: … weeks (default: … ${RETENTION.weekly})`, whole)
    .option('--keep-monthly <n>', `with --prune: … months (default: … ${RETENTION.monthly})`, whole)
    .option('--dry-run', 'show what would be done; write nothing')
    .action((what: string[], options: SharedOptions & BackupOptions) => {
      if (options.list === true) return run(commands.backups(what[0]), options);
      if (options.destinations === true) return run(keeping.destinations(), options);
      if (options.verify !== undefined) return run(keeping.checkCopies(options.verify, options.sample), options);
      if (options.prune === true) return run(keeping.prune(policyOf(options), options), options);
      if (options.to !== undefined) return run(keeping.copy(options.to, options), options);
      return run(commands.backup(what, options), options);
    });

  addWriting('restore <file>', 'put a backup back; the file as it is now is backed up first', 'barkeep restore ES_1m.parquet --list')
    .option('--from <backup>', 'which backup (default: the newest that differs from the file)')
    .option('--list', 'list the backups of this file')
    .option('--dry-run', 'show what would happen; write nothing')
    .action((file: string, options: SharedOptions & commands.RestoreOptions & { list?: boolean }) =>
      options.list === true ? run(commands.backups(file), options) : run(commands.restore(file, options), options));

  addWriting('rebuild <ticker> <timeframe> [exports...]', 'make a damaged master anew from the exports it was imported from; the damaged file goes to quarantine/', 'barkeep rebuild ES 1m --dry-run')
    .option('--aside', 'only set the damaged file aside')
    .option('--tz <zone>', 'zone of the local times of exports whose import is not on record (default: America/Los_Angeles)')
    .addOption(new Option('--stamp <convention>', 'what their stamps mean (default: close for NinjaTrader, else open)').choices(['close', 'open']))
    .addOption(new Option('--dates <order>', 'which number comes first in dates such as 06/07/2025 (default: month-first, refused when in doubt)').choices(['month-first', 'day-first']))
    .option('--scale <factor>', 'multiply every price of such exports, such as 0.01 for prices in cents', factor)
    .option('--aggregate <timeframe>', 'join single trades (tick exports) into bars of this timeframe', timeframe)
    .option('--dry-run', 'show what would be done; write nothing')
    .action((ticker: string, frame: string, exports: string[], options: SharedOptions & keeping.RebuildOptions) => run(keeping.rebuild(ticker, frame, exports, options), options));

  add('status', 'how writing here has gone: locks, temporary files, backups, alerts', 'barkeep status --metrics')
    .option('--metrics', 'also latency and success of the writes on record')
    .option('--limit <seconds>', 'a write longer than this is an alert', seconds, WRITE_LIMIT / 1000)
    .action((options: SharedOptions & { metrics?: boolean; limit: number }) => run(keeping.status(options), options));

  add('clean', 'remove what interrupted writes left: temporary files of dead writers, stale locks', 'barkeep clean --dry-run')
    .option('--dry-run', 'show what would be removed; write nothing')
    .action((options: SharedOptions & { dryRun?: boolean }) => run(keeping.cleanUp(options), options));

  add('sample [folder]', 'make a folder of sample exports to try everything on', 'barkeep sample my-sample')
    .option('--tour', 'also run the main job on it, command by command')
    .option('--open', 'with --tour: open the folder in VS Code at the end')
    .action(async (named: string | undefined, options: SharedOptions & { tour?: boolean; open?: boolean }) => {
      const folder = named ?? 'barkeep-sample';
      if (options.tour === true) finish(await tour(folder, options.open === true));
      else await run(commands.sample(folder), options);
    });

  addPipeline(add, addWriting, run);
  addMonthly(program, run);
  addDbn(program, finish);

  program
    .command('mcp')
    .description('serve inventory, verify, continuity, align and import to an agent over standard input and output (Model Context Protocol)')
    .option('--data <folder>', 'the data folder (default: the nearest folder up from here that has masters or .barkeep/, else here)')
    .addHelpText('after', '\nExample:\n  barkeep mcp --data ~/bars')
    .action(async ({ data }: { data?: string }) => {
      await mcp(data);
      finish(EXIT.ok.code);
    });

  program
    .command('serve', { hidden: true })
    .description('answer an editor over standard input and output (JSON-RPC)')
    .action(async () => {
      await serve();
      finish(EXIT.ok.code);
    });
  return program;
}

interface BackupOptions {
  readonly list?: boolean;
  readonly to?: string | true;
  readonly name?: string;
  readonly destinations?: boolean;
  readonly verify?: string | true;
  readonly sample: number;
  readonly prune?: boolean;
  readonly keepLast?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly dryRun?: boolean;
}

/** What the command line asks for; what it leaves open is absent. */
const policyOf = ({ keepLast: last, keepDaily: daily, keepWeekly: weekly, keepMonthly: monthly }: BackupOptions): Partial<Retention> => ({
  ...(last === undefined ? {} : { last }),
  ...(daily === undefined ? {} : { daily }),
  ...(weekly === undefined ? {} : { weekly }),
  ...(monthly === undefined ? {} : { monthly }),
});

const ALIGN_EXITS = `
Exit codes here:
  0  aligned
  1  aligned once the option named is given
  2  no master, or no two bars at the same time: check ticker, timeframe and stamps
  3  these are other bars
  6  no overlap: nothing to compare, a person must decide`;

function year(text: string): number {
  if (!/^(19|20)\d\d$/.test(text)) throw new InvalidArgumentError('Give a year such as 2025.');
  return Number(text);
}

/** `10%` or `0.1` → 0.1 */
function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Give a share such as 10%.');
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return value;
}

function hours(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number of hours above 0.');
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a factor above 0, such as 0.01.');
  return value;
}

function days(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Give a number of days, such as 5.');
  return Number(text);
}
