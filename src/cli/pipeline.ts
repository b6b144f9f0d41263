import { InvalidArgumentError, Option, type Command as Commander } from 'commander';
import { Failure } from '../core/base/failure';
import { zoneNamed } from '../core/base/time';
import { POLL } from '../core/exports/watch';
import type { ConductContext } from '../core/jobs/conduct/bench';
import { giveUp } from '../core/jobs/conduct/giveUp';
import { keepSchedule } from '../core/jobs/conduct/keep';
import { asConductor, beginRun, planRun, resumeRun } from '../core/jobs/conduct/run';
import { rawFolderOf, readConductSettings, type ConductSettings } from '../core/jobs/conduct/settings';
import type { RunOrder } from '../core/jobs/conduct/state';
import type { JobContext } from '../core/jobs/context';
import { watchRaw } from '../core/jobs/watch';
import type { ConductResult, ConductRun, ExportStateName, ExportTold } from '../protocol/exports';
import type { JobName } from '../protocol/results';
import { launchProgram } from './launch';
import type { Command, SharedOptions } from './run';
import { exportTold, showConduct, showWatch } from './show/exports';

/** `barkeep watch` and `barkeep conduct`: the other side of an export. */

const UNWELL: readonly ExportStateName[] = ['stalled', 'crashed', 'failed', 'violations', 'empty'];

interface WatchFlags {
  readonly once?: boolean;
  readonly poll?: number;
}

const watch = (raw: string | undefined, flags: WatchFlags): Command<'watch'> => ({
  name: 'watch',
  run: (context, tell) =>
    watchRaw(context, { once: flags.once === true, ...(raw === undefined ? {} : { raw }), ...(flags.poll === undefined ? {} : { poll: flags.poll * 1000 }) }, tell),
  told: exportTold,
  show: (result, paint) => showWatch(result, paint, flags.once === true),
  exit: ({ exports }) => (exports.some(({ state, complaints }) => UNWELL.includes(state) || complaints.length > 0) ? 'findings' : 'ok'),
});

interface ConductFlags {
  readonly launch?: string;
  readonly expect?: readonly string[];
  readonly timeout?: number;
  readonly settle?: number;
  readonly existing?: boolean;
  readonly resume?: boolean;
  readonly anew?: boolean;
  readonly id?: string;
  readonly schedule?: string | true;
  readonly zone?: string;
  readonly tz?: string;
  readonly stamp?: 'open' | 'close';
  readonly poll?: number;
  readonly dryRun?: boolean;
}

const conduct = (raw: string | undefined, flags: ConductFlags): Command<'conduct'> => ({
  name: 'conduct',
  run: async (context, tell) => {
    const settings = await readConductSettings(context.folder);
    const order = orderOf(await rawFolderOf(context.folder, raw), settings, flags);
    return { raw: order.raw, runs: await conductRuns(conductContext(context, flags, tell), order, settings, flags) };
  },
  show: showConduct,
  exit: conductExit,
});

const conductContext = (context: JobContext, { poll }: ConductFlags, tell: (told: ExportTold) => void): ConductContext =>
  ({ ...context, tell, launch: launchProgram, poll: poll === undefined ? POLL : poll * 1000 });

/** What the settings say, unless the command line says otherwise. */
function orderOf(raw: string, settings: ConductSettings, flags: ConductFlags): RunOrder {
  const launch = flags.existing === true ? undefined : (flags.launch ?? settings.launch);
  const timeZone = flags.tz === undefined ? settings.timeZone : zoneNamed(flags.tz).name;
  const stamp = flags.stamp ?? settings.stamp;
  return {
    raw,
    expect: flags.expect ?? settings.expect,
    timeoutMinutes: flags.timeout ?? settings.timeoutMinutes,
    settleSeconds: flags.settle ?? settings.settleSeconds,
    existing: flags.existing === true,
    tickers: settings.tickers,
    ...(launch === undefined ? {} : { launch }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(stamp === undefined ? {} : { stamp }),
  };
}

async function conductRuns(context: ConductContext, order: RunOrder, settings: ConductSettings, flags: ConductFlags): Promise<readonly ConductRun[]> {
  if (flags.dryRun === true) return [await planRun(context, order)];
  return asConductor(context, async () => {
    if (flags.schedule !== undefined) {
      const expression = flags.schedule === true ? settings.schedule : flags.schedule;
      return keepSchedule(context, order, { expression, zone: flags.zone ?? settings.zone, tradingDays: settings.tradingDays });
    }
    const given = flags.anew === true ? await giveUp(context) : [];
    const run = flags.resume === true ? await resumeRun(context) : await beginRun(context, order, flags.id);
    return [...given, ...(run === undefined ? [] : [run])];
  });
}

/** Exports that were left alone are findings: something is still to be done. */
const conductExit = ({ runs }: ConductResult): 'ok' | 'findings' => (runs.some(({ left, exports }) => left.length > 0 || exports.some(({ imported }) => (imported?.rejectedRows ?? 0) > 0)) ? 'findings' : 'ok');

type Run = <Name extends JobName>(command: Command<Name>, options: SharedOptions) => Promise<void>;
type Add = (grammar: string, description: string, example: string) => Commander;

export function addPipeline(add: Add, addWriting: Add, run: Run): void {
  add('watch [folder]', 'follow the exports into a folder: running, stalled, crashed, complete, empty; until it is stopped', 'barkeep watch raw')
    .option('--once', 'look once and end; exit 1 when an export is unwell, or something about it is to be said')
    .option('--poll <seconds>', 'look at least this often; changes are seen at once (default: 10)', number)
    .action((raw: string | undefined, options: SharedOptions & WatchFlags) => run(watch(raw, options), options));

  addWriting('conduct [folder]', 'wait for the exports into a folder, import them, regenerate, archive them; every stage can be taken up again', 'barkeep conduct raw --launch "python export.py" --expect ES,NQ')
    .option('--launch <command>', 'start the exporter first, in a shell; it is left running')
    .option('--expect <instruments>', 'wait for these, such as ES,NQ (default: every export that begins)', list)
    .option('--timeout <minutes>', 'wait no longer (default: 60)', number)
    .option('--settle <seconds>', 'how long after one export another may still begin (default: 5)', number)
    .option('--existing', 'take in the exports that are finished already; start and wait for nothing')
    .option('--resume', 'go on with the run that was cut, at the stage where it was')
    .option('--anew', 'give up a run that was cut; its files stay where they are')
    .option('--id <name>', 'what the run is called (default: the time)')
    .option('--schedule [cron]', 'stay, and run whenever it is due or export_trigger.txt asks for it (default: 07:00 on trading days)')
    .option('--zone <zone>', 'whose wall clock the schedule keeps (default: America/Chicago)')
    .option('--tz <zone>', "zone of the exports' local times (default: UTC where their names say so, else America/Los_Angeles)")
    .addOption(new Option('--stamp <convention>', 'what their stamps mean (default: close for NinjaTrader, else open)').choices(['close', 'open']))
    .option('--poll <seconds>', 'look at least this often; changes are seen at once (default: 10)', number)
    .option('--dry-run', 'show what --existing would import; write nothing')
    .action((raw: string | undefined, options: SharedOptions & ConductFlags) => {
      requireOne(options);
      return run(conduct(raw, options), options);
    });
}

function requireOne({ resume, existing, anew, id, schedule }: ConductFlags): void {
  const others = [existing, anew, id, schedule].some((each) => each !== undefined);
  if (resume === true && others) throw new Failure('usage', { attempted: 'conduct exports', why: '--resume does what the run that was cut was asked to do.', remedy: 'Give it alone.' });
  if (schedule !== undefined && existing === true) throw new Failure('usage', { attempted: 'conduct exports', why: '--schedule waits for exports to come, --existing for none.', remedy: 'Give one of them.' });
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '');
