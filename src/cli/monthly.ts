import path from 'node:path';
import { InvalidArgumentError, type Command as Commander } from 'commander';
import { Failure } from '../core/base/failure';
import type { Share } from '../core/monthly/attempt';
import { parseMonth } from '../core/monthly/months';
import { PROCESS_DEFAULTS, SMALLEST_CHUNK, type ProcessOptions } from '../core/monthly/process';
import { writeReport } from '../core/monthly/report';
import { addressOf } from '../core/cloud/address';
import { MEMORY, runMonths, type RunRequest } from '../core/monthly/run';
import { FIRST_WAIT } from '../core/monthly/strategy';
import { validateFile } from '../core/monthly/validate';
import { workMonth, type MonthJob } from '../core/monthly/work';
import { keepToOneCore } from '../core/table/duck';
import type { JobName } from '../protocol/results';
import { QUEUE, QUEUE_SAYS, addFleet, queueOf, runInQueue, statusOf, type QueueFlags } from './fleet';
import { launchMonth, stopWithParent } from './month';
import type { Command, SharedOptions } from './run';
import { destination, storeSettings, withPlaces, withStoreFlags, type StoreFlags } from './stores';
import { showMonthlyReport, showMonthlyRun, showMonthlyStatus, showValidation } from './show/monthly';

/** `barkeep monthly …`: months of one-second bars. */

interface ProcessFlags {
  readonly chunk: number;
  readonly sessionBounded?: boolean;
  readonly decayReference?: string;
  readonly tick: number;
  readonly rolloverGap: number;
  readonly lowest: number;
  readonly highest: number;
}

interface RunFlags extends ProcessFlags, QueueFlags {
  readonly source: string;
  readonly dest: string;
  readonly retryWait: number;
  readonly workers?: number;
  readonly memory: number;
  readonly minBytes: number;
}

const GIGABYTE = 2 ** 30;
const LEAST_BYTES = 1_000_000;

const processOptions = (flags: ProcessFlags): ProcessOptions => ({
  ...PROCESS_DEFAULTS,
  bounds: { low: flags.lowest, high: flags.highest },
  chunk: flags.chunk,
  sessionBounded: flags.sessionBounded === true,
  tick: flags.tick,
  rolloverGap: flags.rolloverGap,
});

const requestOf = (month: string | undefined, flags: RunFlags): RunRequest => ({
  ...destination(flags),
  source: addressOf(flags.source),
  store: storeSettings(flags),
  memory: flags.memory * GIGABYTE,
  leastBytes: flags.minBytes,
  options: processOptions(flags),
  firstWait: flags.retryWait * 1000,
  ...(month === undefined ? {} : { month }),
  ...(flags.workers === undefined ? {} : { workers: flags.workers }),
  ...(flags.decayReference === undefined ? {} : { reference: flags.decayReference }),
});

const run = (month: string | undefined, flags: RunFlags): Command<'monthlyRun'> => ({
  name: 'monthlyRun',
  run: (context) => runMonths(withPlaces(context, storeSettings(flags)), requestOf(month, flags), launchMonth),
  show: showMonthlyRun,
  exit: ({ failed, done }) => (failed.length > 0 || done.some((month) => month.requiresReprocessing) ? 'findings' : 'ok'),
});

/** What a child process of `monthly run` is started with. */
const month = (job: string): Command<'monthlyMonth'> => ({
  name: 'monthlyMonth',
  run: (context) => {
    const parsed = parseJob(job);
    return workMonth(withPlaces(context, parsed.store), parsed);
  },
  show: (done) => [done.output],
  exit: () => 'ok',
});

function parseJob(text: string): MonthJob {
  const attempted = 'process a month';
  try {
    const job: unknown = JSON.parse(text);
    if (typeof job === 'object' && job !== null && 'month' in job && 'options' in job && 'store' in job) return job as MonthJob;
  } catch (error) {
    throw new Failure('usage', { attempted, why: 'what it was given is no JSON.', cause: error });
  }
  throw new Failure('usage', { attempted, why: 'it was given no month.', remedy: 'Use barkeep monthly run.' });
}

interface StatusFlags extends QueueFlags {
  readonly source?: string;
  readonly dest?: string;
}

const status = (flags: StatusFlags): Command<'monthlyStatus'> => ({
  name: 'monthlyStatus',
  run: (context) => statusOf(context, flags),
  show: showMonthlyStatus,
  exit: ({ months }) => (months.some((each) => each.state === 'failed') ? 'findings' : 'ok'),
});

const report = (flags: StoreFlags & { dest: string }): Command<'monthlyReport'> => ({
  name: 'monthlyReport',
  run: (context) => writeReport(withPlaces(context, storeSettings(flags)), destination(flags)),
  show: showMonthlyReport,
  exit: ({ failed }) => (failed.length > 0 ? 'findings' : 'ok'),
});

const validate = (file: string, flags: ProcessFlags): Command<'monthlyValidate'> => ({
  name: 'monthlyValidate',
  run: (context) => validateFile(path.resolve(file), flags.decayReference === undefined ? undefined : parseMonth(flags.decayReference), processOptions(flags), context),
  show: showValidation,
  exit: ({ document }) => (document.requires_reprocessing ? 'findings' : 'ok'),
});

type Run = <Name extends JobName>(command: Command<Name>, options: SharedOptions) => Promise<void>;

/** Adds `monthly` and its commands to the program. */
export function addMonthly(program: Commander, runIt: Run): void {
  const monthly = program.command('monthly').description('months of one-second bars: from DBN to labelled, featured Parquet');
  const add = (grammar: string, description: string, example: string): Commander =>
    monthly.command(grammar).description(description).option('--json', 'print one event per line instead of text').addHelpText('after', `\nExample:\n  ${example}`);
  const inDest = (flags: SharedOptions & StoreFlags & { dest: string }): SharedOptions => ({ ...flags, data: destination(flags).work });

  withStoreFlags(withProcessFlags(add('run [month]', 'process every month that is not finished, or only the one given (2025-10)', 'barkeep monthly run --source downloads --dest months')), whole(1))
    .requiredOption('--source <folder>', 'where the months lie (.dbn or .dbn.zst): a folder, or s3://bucket/prefix')
    .requiredOption('--dest <folder>', 'where finished months, statistics and the report go: a folder, or s3://bucket/prefix')
    .option('--workers <n>', 'months at a time (default: as cores and memory allow)', whole(1))
    .option('--memory <gigabytes>', 'what all processes together may take', positive, MEMORY / GIGABYTE)
    .option('--min-bytes <n>', 'take a smaller file for a failed download', whole(0), LEAST_BYTES)
    .option('--retry-wait <seconds>', 'before the first retry of trouble with the network; doubled with each', positive, FIRST_WAIT / 1000)
    .option(QUEUE, `${QUEUE_SAYS}; default: processes of this machine`)
    .option('--leave', 'with a queue: do not stay until the months are done')
    .action((wanted: string | undefined, flags: RunFlags & SharedOptions) => {
      const queue = queueOf(flags);
      return runIt(queue === undefined ? run(wanted, flags) : runInQueue(requestOf(wanted, flags), queue, flags), inDest(flags));
    });

  withStoreFlags(add('status', 'how far every month is', 'barkeep monthly status --dest months --source downloads'), whole(1))
    .option('--dest <folder>', 'where finished months are')
    .option('--source <folder>', 'where the months lie: lists those not begun too')
    .option(QUEUE, QUEUE_SAYS)
    .action((flags: StatusFlags & SharedOptions) => runIt(status(flags), flags));

  addFleet(add, { whole: whole(1), positive }, (command, flags) => runIt(command as Command<JobName>, flags as SharedOptions));

  withProcessFlags(add('validate <file>', 'do everything to one DBN or Parquet file except writing, and judge it', 'barkeep monthly validate es_30day_rth.parquet'))
    .action((file: string, flags: ProcessFlags & SharedOptions) => runIt(validate(file, flags), flags));

  withStoreFlags(add('report', 'write the report of all months again: Markdown and JSON', 'barkeep monthly report --dest months'), whole(1))
    .requiredOption('--dest <folder>', 'where finished months are')
    .action((flags: StoreFlags & { dest: string } & SharedOptions) => runIt(report(flags), inDest(flags)));

  monthly.command('month <job>', { hidden: true }).option('--json').option('--data <folder>').option('--share <share>').action((job: string, flags: SharedOptions & { share?: Share }) => {
    stopWithParent();
    if (flags.share === 'core') keepToOneCore();
    return runIt(month(job), flags);
  });
}

const withProcessFlags = (command: Commander): Commander =>
  command
    .option('--decay-reference <month>', 'the month whose bars weigh 1 (default: the newest)', monthName)
    .option('--chunk <rows>', 'rows whose features are computed at once; results do not depend on it', whole(SMALLEST_CHUNK), PROCESS_DEFAULTS.chunk)
    .option('--session-bounded', 'labels do not look beyond the day of their bar')
    .option('--tick <points>', 'price step of the instrument', positive, PROCESS_DEFAULTS.tick)
    .option('--rollover-gap <points>', 'a larger change of the close is a rollover', positive, PROCESS_DEFAULTS.rolloverGap)
    .option('--lowest <points>', 'prices below are not this instrument\'s', positive, PROCESS_DEFAULTS.bounds.low)
    .option('--highest <points>', 'prices above are not this instrument\'s', positive, PROCESS_DEFAULTS.bounds.high);

function monthName(text: string): string {
  parseMonth(text);
  return text;
}

const whole = (least: number) => (text: string): number => {
  if (!/^\d{1,12}$/.test(text) || Number(text) < least) throw new InvalidArgumentError(`Give a whole number, ${least} or more.`);
  return Number(text);
};

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}
