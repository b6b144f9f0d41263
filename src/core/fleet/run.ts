import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import type { MonthDone, MonthFailed, MonthlyRun } from '../../protocol/monthly';
import type { Trial } from '../monthly/attempt';
import { planMonths, type MonthsRequest } from '../monthly/plan';
import { writeReport } from '../monthly/report';
import { sweepUploads } from '../monthly/run';
import { FIRST_WAIT } from '../monthly/strategy';
import type { WorkContext } from '../monthly/work';
import { withQueue, type Connected, type MonthQueue } from './connect';
import { failureOf, queueId, queuedMonth, tellingOf } from './queued';

/** Months given to workers on any machine. */

export interface QueueRequest extends MonthsRequest {
  /** `redis://…` */
  readonly url: string;
  /** Do not stay until the months are done. */
  readonly leave: boolean;
}

/**
 * Queues every month that is not finished and, unless told to leave, watches until all are done. A month that is in the
 * queue already is not queued twice.
 */
export async function runQueued(context: WorkContext, request: QueueRequest): Promise<MonthlyRun> {
  const began = context.clock.now();
  const { trials, finished } = await planMonths(context, request);
  return withQueue(request.url, async (connected) => {
    await enqueue(connected.queue, trials, request.firstWait ?? FIRST_WAIT);
    context.operation.log(`${trials.length} months are in the queue ${connected.address}.`);
    const outcomes = request.leave ? [] : await new Watch(connected, trials, context.operation).untilDone();
    const failed = outcomes.flatMap((outcome) => ('output' in outcome ? [] : [outcome]));
    if (!request.leave) await sweepUploads(context, request);
    return {
      source: request.source,
      dest: request.dest,
      workers: await connected.queue.getWorkersCount(),
      seconds: (context.clock.now() - began) / 1000,
      done: outcomes.flatMap((outcome) => ('output' in outcome ? [outcome] : [])),
      failed,
      finished,
      queued: request.leave ? trials.map(({ job }) => job.month) : [],
      report: await writeReport(context, request, request.naming, failed),
    };
  });
}

/** So many are kept after their end, so that status can tell. No age: a worker whose clock is wrong would remove what was just finished. */
const KEEP = { count: 100_000 };

async function enqueue(queue: MonthQueue, trials: readonly Trial[], firstWait: number): Promise<void> {
  for (const trial of trials) {
    const jobId = queueId(trial.job.dest, trial.job.month);
    const data = queuedMonth(trial, firstWait);
    const there = await queue.getJob(jobId);
    // Ended before, or waiting for workers that may be gone: queued anew. One that is being processed stays.
    if (there !== undefined && (there.finishedOn !== undefined || (there.data.version !== data.version && !(await there.isActive())))) await there.remove();
    await queue.add(trial.job.month, data, { jobId, attempts: 1, removeOnComplete: KEEP, removeOnFail: KEEP });
  }
}

const POLL = 300;
/** Months asked about at once. */
const SLICE = 500;

/** Looks at the queue until months have ended. Looking, other than being told, survives a restart of the server. */
class Watch {
  readonly #queue: MonthQueue;
  readonly #operation: Operation;
  readonly #trials: readonly Trial[];
  readonly #ended = new Map<string, MonthDone | MonthFailed>();
  readonly #logged = new Map<string, number>();
  #open: string[];

  constructor({ queue }: Connected, trials: readonly Trial[], operation: Operation) {
    this.#queue = queue;
    this.#operation = operation;
    this.#trials = trials;
    this.#open = trials.map(({ job }) => job.month);
  }

  async untilDone(): Promise<(MonthDone | MonthFailed)[]> {
    while (this.#open.length > 0) {
      for (const month of this.#open.splice(0, SLICE)) await this.#look(month);
      if (this.#operation.signal.aborted) throw new Failure('cancelled', { attempted: 'watch the months', why: 'it was stopped.', remedy: 'The months stay in the queue; barkeep monthly queue cancel takes them out.', inEditor: { remedy: 'The months stay in the queue.' } });
      await sleep(POLL, undefined, { signal: this.#operation.signal }).catch(() => undefined);
    }
    return this.#trials.map(({ job }) => this.#ended.get(job.month)!);
  }

  async #look(month: string): Promise<void> {
    const trial = this.#trials.find(({ job }) => job.month === month)!;
    const job = await this.#queue.getJob(queueId(trial.job.dest, month));
    if (job === undefined) {
      this.#end(month, { month, source: trial.job.source, kind: 'cancelled', message: `Cannot process ${month}: it is no longer in the queue: it was taken out, or the queue's server lost it.`, attempts: trial.job.attempt });
      return;
    }
    await this.#passOn(month, job.id!);
    if (job.finishedOn !== undefined) {
      this.#end(month, (job.failedReason as string | undefined ?? '') === '' ? job.returnvalue : failureOf(job));
      return;
    }
    const telling = tellingOf(job.progress);
    if (telling !== undefined) this.#operation.progress({ step: `${month} ${telling.step}`, done: this.#ended.size + telling.done / telling.total, total: this.#trials.length });
    this.#open.push(month);
  }

  #end(month: string, outcome: MonthDone | MonthFailed): void {
    this.#ended.set(month, outcome);
    this.#operation.progress({ step: `${month} ended`, done: this.#ended.size, total: this.#trials.length });
  }

  async #passOn(month: string, id: string): Promise<void> {
    const from = this.#logged.get(month) ?? 0;
    const { logs, count } = await this.#queue.getJobLogs(id, from);
    for (const line of logs) this.#operation.log(`${month}: ${line}`);
    this.#logged.set(month, count);
  }
}
