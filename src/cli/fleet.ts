import { Argument, type Command as Commander } from 'commander';
import { Failure } from '../core/base/failure';
import { addressOf, type Address } from '../core/cloud/address';
import { manageQueue, merged, queueStatus, type QueueAction } from '../core/fleet/manage';
import { runQueued } from '../core/fleet/run';
import { workQueue } from '../core/fleet/work';
import { MEMORY, affordable, type RunRequest } from '../core/monthly/run';
import { monthsStatus } from '../core/monthly/status';
import type { MonthlyStatus } from '../protocol/monthly';
import type { JobContext } from '../core/jobs/context';
import { launchMonth } from './month';
import type { Command } from './run';
import { destination, storeSettings, withPlaces, workFolder, type StoreFlags } from './stores';
import { showMonthlyQueue, showMonthlyRun, showMonthlyWorker } from './show/monthly';

/** Months on many machines: `monthly run --queue`, `worker`, `queue`, `status --queue`. */

export interface QueueFlags extends StoreFlags {
  readonly queue?: string;
  readonly leave?: boolean;
}

export const QUEUE = '--queue <address>';
export const QUEUE_SAYS = 'the queue that machines share: redis://host:6379 (or the variable BARKEEP_QUEUE, where a password is not seen)';

/** @returns undefined when no queue is named at all */
export const queueOf = ({ queue }: QueueFlags): string | undefined => queue ?? process.env['BARKEEP_QUEUE'];

function requireQueue(flags: QueueFlags): string {
  const url = queueOf(flags);
  if (url !== undefined) return url;
  throw new Failure('usage', { attempted: 'use a queue', why: 'none is named.', remedy: 'Give --queue redis://host:6379, or set BARKEEP_QUEUE.' });
}

export const runInQueue = (request: RunRequest, url: string, flags: QueueFlags): Command<'monthlyRun'> => ({
  name: 'monthlyRun',
  run: (context) => runQueued(withPlaces(context, request.store), { ...request, url, leave: flags.leave === true }),
  show: showMonthlyRun,
  exit: ({ failed, done }) => (failed.length > 0 || done.some((month) => month.requiresReprocessing) ? 'findings' : 'ok'),
});

export interface WorkerFlags extends QueueFlags {
  readonly workers?: number;
  readonly memory: number;
  readonly lease: number;
  readonly untilEmpty?: boolean;
}

export const worker = (flags: WorkerFlags): Command<'monthlyWorker'> => ({
  name: 'monthlyWorker',
  run: (context) =>
    workQueue(
      withPlaces(context, storeSettings(flags)),
      {
        url: requireQueue(flags),
        workers: flags.workers ?? affordable(flags.memory * 2 ** 30),
        lease: flags.lease * 1000,
        workFor: (dest) => workFolder(dest, flags),
        untilEmpty: flags.untilEmpty === true,
      },
      launchMonth('core'),
    ),
  show: showMonthlyWorker,
  exit: () => 'ok',
});

export const manage = (action: QueueAction, month: string | undefined, flags: QueueFlags & { readonly dest?: string }): Command<'monthlyQueue'> => ({
  name: 'monthlyQueue',
  run: () => manageQueue(requireQueue(flags), action, { ...(month === undefined ? {} : { month }), ...(flags.dest === undefined ? {} : { dest: addressOf(flags.dest) }) }),
  show: showMonthlyQueue,
  exit: () => 'ok',
});

/** What the files of a destination tell, what a queue tells, or both. */
export async function statusOf(context: JobContext, flags: QueueFlags & { readonly source?: string; readonly dest?: string }): Promise<MonthlyStatus> {
  const url = queueOf(flags);
  const { dest, source } = flags;
  if (url === undefined && dest === undefined) throw new Failure('usage', { attempted: 'see how far the months are', why: 'neither --dest nor --queue was given.', remedy: 'Give one of them, or both.' });
  const there = dest === undefined ? undefined : await monthsStatus({ ...withPlaces(context, storeSettings(flags)), ...destination({ ...flags, dest }) }, source === undefined ? undefined : addressOf(source));
  if (url === undefined) return there!;
  const { queue, months } = await queueStatus(url, there?.dest);
  return { ...there, months: merged(there?.months ?? [], months), queue };
}

/** A small file of an object store. */
export async function storedText(context: JobContext, address: Address, flags: StoreFlags): Promise<string> {
  const content = await (await withPlaces(context, storeSettings(flags)).places.store()).read(address);
  if (content !== undefined) return content.toString('utf8');
  throw new Failure('usage', { attempted: `read ${address}`, file: address, why: 'there is no such object.', remedy: 'Look at the months again.' });
}

type Run = (command: Command<'monthlyWorker'> | Command<'monthlyQueue'>, options: WorkerFlags | QueueFlags) => Promise<void>;

/** Adds `monthly worker` and `monthly queue`. @param add makes a command with the options that all have */
export function addFleet(add: (grammar: string, description: string, example: string) => Commander, number: { readonly whole: (text: string) => number; readonly positive: (text: string) => number }, runIt: Run): void {
  add('worker', 'take months out of a queue and process them here, until stopped', 'barkeep monthly worker --queue redis://queue.example.com:6379')
    .option(QUEUE, QUEUE_SAYS)
    .option('--workers <n>', 'months at a time (default: as cores and memory allow)', number.whole)
    .option('--memory <gigabytes>', 'what all processes together may take', number.positive, MEMORY / 2 ** 30)
    .option('--lease <seconds>', 'without a sign of life for so long, its months go to other workers', number.positive, 60)
    .option('--until-empty', 'end when nothing is left in the queue')
    .option('--work <folder>', 'folder of this machine for months on their way to an object store (default: below ~/.cache/barkeep)')
    .action((flags: WorkerFlags) => runIt(worker(flags), flags));
  add('queue', 'pause, resume, drain (take out what has not begun) or cancel (that, and stop the rest) the queue', 'barkeep monthly queue cancel 2025-10 --queue redis://queue.example.com:6379')
    .addArgument(new Argument('<action>', 'what to do').choices(['pause', 'resume', 'drain', 'cancel']))
    .argument('[month]', 'drain or cancel only this one (2025-10)')
    .option(QUEUE, QUEUE_SAYS)
    .option('--dest <folder>', 'drain or cancel only months that go there')
    .action((action: QueueAction, month: string | undefined, flags: QueueFlags & { dest?: string }) => runIt(manage(action, month, flags), flags));
}
