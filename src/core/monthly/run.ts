import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, failureFrom } from '../base/failure';
import type { Operation } from '../base/ports';
import type { MonthDone, MonthFailed, MonthlyRun } from '../../protocol/monthly';
import { NAMING, discoverMonths, type MonthSource, type Naming } from './discover';
import { parseMonth } from './months';
import type { ProcessOptions } from './process';
import { writeReport } from './report';
import { readState } from './state';
import { monthText } from './statistics';
import { standings } from './status';
import { nextTry } from './strategy';
import { failedMonth, keepFailure, type MonthJob, type WorkContext } from './work';

/** All months of a folder, each in a process of its own. A month that fails never stops the others. */
export interface RunRequest {
  /** Absolute paths. */
  readonly source: string;
  readonly dest: string;
  /** `2025-10`: only this one, finished or not. */
  readonly month?: string;
  /** Processes at a time; default as many as cores and memory allow. */
  readonly workers?: number;
  /** Bytes that all processes together may take. */
  readonly memory: number;
  /** `2025-10`: the month whose bars weigh 1; default the newest there is. */
  readonly reference?: string;
  readonly leastBytes: number;
  readonly options: ProcessOptions;
  readonly naming?: Naming;
}

/** Processes one month elsewhere. @throws Failure */
export type Launch = (job: MonthJob, operation: Operation) => Promise<MonthDone>;

export const MEMORY = 8 * 2 ** 30;
/** What one month takes at most, bytes. */
const MONTH_MEMORY = 1.5 * 2 ** 30;

/** @throws Failure `usage` when there is no month to process; `cancelled` */
export async function runMonths(context: WorkContext, request: RunRequest, launch: Launch): Promise<MonthlyRun> {
  const began = context.clock.now();
  const naming = request.naming ?? NAMING;
  const found = await discoverMonths(request.source, naming);
  requireMonths(found, request, naming);
  const states = new Map((await standings(context.disk, request.dest, found, naming)).map(({ month, state }) => [month, state]));
  const wanted = found.filter(({ month }) => (request.month === undefined ? states.get(monthText(month)) !== 'finished' : monthText(month) === request.month));
  const reference = request.reference ?? monthText(found.at(-1)!.month);
  const workers = Math.max(1, Math.min(request.workers ?? affordable(request.memory), wanted.length));
  const outcomes = await inParallel(wanted, workers, (month, finishedOnes) => runMonth(context, { month, request, reference, launch, share: { finished: finishedOnes, total: wanted.length } }));
  if (context.operation.signal.aborted) throw new Failure('cancelled', { attempted: 'process the months', why: 'it was stopped.' });
  return {
    source: request.source,
    dest: request.dest,
    workers,
    seconds: (context.clock.now() - began) / 1000,
    done: outcomes.flatMap((outcome) => ('output' in outcome ? [outcome] : [])),
    failed: outcomes.flatMap((outcome) => ('output' in outcome ? [] : [outcome])),
    finished: found.filter((month) => !wanted.includes(month) && states.get(monthText(month.month)) === 'finished').map(({ month }) => monthText(month)),
    report: await writeReport(context, request.dest, naming),
  };
}

function requireMonths(found: readonly MonthSource[], { source, month }: RunRequest, naming: Naming): void {
  const attempted = 'process the months';
  if (found.length === 0) {
    const places = naming.sourcePrefixes.map((prefix) => path.join(source, prefix)).join(', ');
    throw new Failure('usage', { attempted, file: source, why: `there is no month in ${source}.`, remedy: `Files must be called ${naming.source} and lie in one of ${places}.` });
  }
  const names = found.map((each) => monthText(each.month));
  if (month === undefined || names.includes(monthText(parseMonth(month)))) return;
  throw new Failure('usage', { attempted, file: source, why: `${month} is not among the months of ${source}.`, remedy: `There are ${names.join(', ')}.` });
}

/** A month takes one core, DuckDB's second thread only while it is written. */
const affordable = (memory: number): number => Math.max(1, Math.min(availableParallelism(), Math.floor(Math.min(memory, totalmem() * 0.8) / MONTH_MEMORY)));

/** Works on so many items at a time; outcomes in the order of the items. @param work also given how many were finished before */
async function inParallel<Item, Outcome>(items: readonly Item[], workers: number, work: (item: Item, finished: () => number) => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(items.length);
  let [next, finished] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      outcomes[at] = await work(items[at]!, () => finished);
      finished++;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return outcomes;
}

interface OneMonth {
  readonly month: MonthSource;
  readonly request: RunRequest;
  readonly reference: string;
  readonly launch: Launch;
  readonly share: { readonly finished: () => number; readonly total: number };
}

/** Tries a month until it is done or has failed for good. Never throws. */
async function runMonth(context: WorkContext, { month, request, reference, launch, share }: OneMonth): Promise<MonthDone | MonthFailed> {
  const { operation } = context;
  const name = monthText(month.month);
  const watch: Operation = {
    signal: operation.signal,
    log: (line) => { operation.log(`${name}: ${line}`); },
    progress: ({ step, done, total }) => { operation.progress({ step: `${name} ${step}`, done: share.finished() + done / total, total: share.total }); },
  };
  let job = await firstTry(context, month, request, reference);
  const failures = new Map<string, number>();
  for (;;) {
    try {
      if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `process ${name}`, why: 'it was stopped.' });
      return await launch(job, watch);
    } catch (error) {
      const failure = failureFrom(error, `process ${name}`, job.source);
      // Stopped months stay as they are, to be taken up again.
      if (failure.kind === 'cancelled') return failedMonth(job, failure);
      const retry = nextTry(failure, job, month.files, count(failures, failure), Math.random());
      if (retry === undefined) {
        watch.log(failure.message);
        return await keepFailure(context, job, failure);
      }
      watch.log(retry.why);
      await sleep(retry.wait, undefined, { signal: operation.signal }).catch(() => undefined);
      job = retry.job;
    }
  }
}

/** @returns how often a month failed in this way before */
function count(failures: Map<string, number>, { facts: { errno = 'none' } }: Failure): number {
  const before = failures.get(errno) ?? 0;
  failures.set(errno, before + 1);
  return before;
}

/** Takes up a month that was left in the middle, under the names it was begun with. */
async function firstTry({ disk, clock, operation }: WorkContext, { month, files }: MonthSource, request: RunRequest, reference: string): Promise<MonthJob> {
  const name = monthText(month);
  const state = await readState(disk, request.dest, name);
  const left = state?.phase === 'working' ? state : undefined;
  if (left !== undefined) operation.log(`${name}: taken up again; it was left at the stage ${left.stage}.`);
  return {
    month: name,
    source: files[0]!,
    dest: request.dest,
    stamp: left?.stamp ?? clock.now(),
    attempt: (left?.attempts ?? 0) + 1,
    reference,
    leastBytes: request.leastBytes,
    options: request.options,
  };
}
