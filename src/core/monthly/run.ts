import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure';
import { inParallel } from '../base/parallel';
import type { Operation } from '../base/ports';
import { isRemote } from '../cloud/address';
import type { MonthDone, MonthFailed, MonthlyRun } from '../../protocol/monthly';
import { attempt, type Launch, type Share, type Trial } from './attempt';
import { uploadsIn } from './move';
import { planMonths, type MonthsRequest } from './plan';
import { writeReport } from './report';
import { FIRST_WAIT } from './strategy';
import type { WorkContext } from './work';

/** All months of a place, each in a process of its own. A month that fails never stops the others. */
export interface RunRequest extends MonthsRequest {
  /** Processes at a time; default as many as cores and memory allow. */
  readonly workers?: number;
  /** Bytes that all processes together may take. */
  readonly memory: number;
}

export const MEMORY = 8 * 2 ** 30;
/** What one month takes at most, bytes. */
const MONTH_MEMORY = 1.5 * 2 ** 30;

/** @throws Failure `usage` when there is no month to process; `cancelled` */
export async function runMonths(context: WorkContext, request: RunRequest, launcher: (share: Share) => Launch): Promise<MonthlyRun> {
  const began = context.clock.now();
  const { trials, finished } = await planMonths(context, request);
  const workers = Math.max(1, Math.min(request.workers ?? affordable(request.memory), trials.length));
  const launch = launcher(workers > 1 ? 'core' : 'machine');
  const outcomes = await inParallel(trials, workers, (trial, before) =>
    runMonth(watching(context, trial, { finished: before, total: trials.length }), trial, launch, request.firstWait ?? FIRST_WAIT));
  if (context.operation.signal.aborted) throw new Failure('cancelled', { attempted: 'process the months', why: 'it was stopped.' });
  await sweepUploads(context, request);
  return {
    source: request.source,
    dest: request.dest,
    workers,
    seconds: (context.clock.now() - began) / 1000,
    done: outcomes.flatMap((outcome) => ('output' in outcome ? [outcome] : [])),
    failed: outcomes.flatMap((outcome) => ('output' in outcome ? [] : [outcome])),
    finished,
    report: await writeReport(context, request, request.naming),
  };
}

/** A month beside others takes one core. */
export const affordable = (memory: number): number => Math.max(1, Math.min(availableParallelism(), Math.floor(Math.min(memory, totalmem() * 0.8) / MONTH_MEMORY)));

/** What nobody has gone on with for so long, ms, nobody will. */
const ABANDONED = 24 * 3_600_000;

/** Removes what uploads of killed runs left in the store. */
export async function sweepUploads({ places, clock, operation }: WorkContext, { dest }: Pick<MonthsRequest, 'dest'>, age = ABANDONED): Promise<void> {
  if (!isRemote(dest)) return;
  for (const address of await (await places.store()).sweep(uploadsIn(dest), clock.now() - age)) operation.log(`${address}: an upload that was left unfinished is removed.`);
}

/** The same context, told of one month as a part of all. */
function watching(context: WorkContext, { job: { month } }: Trial, share: { readonly finished: () => number; readonly total: number }): WorkContext {
  const { operation } = context;
  const watch: Operation = {
    signal: operation.signal,
    log: (line) => { operation.log(`${month}: ${line}`); },
    progress: ({ step, done, total }) => { operation.progress({ step: `${month} ${step}`, done: share.finished() + done / total, total: share.total }); },
  };
  return { ...context, operation: watch };
}

/** Tries a month until it is done or has failed for good. Never throws. */
async function runMonth(context: WorkContext, first: Trial, launch: Launch, firstWait: number): Promise<MonthDone | MonthFailed> {
  for (let trial = first; ; ) {
    const outcome = await attempt(context, trial, launch, firstWait);
    if (outcome.kind === 'done') return outcome.done;
    if (outcome.kind !== 'again') return outcome.failed;
    await sleep(outcome.wait, undefined, { signal: context.operation.signal }).catch(() => undefined);
    trial = outcome.trial;
  }
}
