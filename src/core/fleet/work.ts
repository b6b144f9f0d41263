import { hostname } from 'node:os';
import { pid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, QueueEventsListener, Worker } from 'bullmq';
import type { Operation } from '../base/ports';
import { VERSION } from '../base/version';
import { isRemote, type Address } from '../cloud/address';
import { openPlaces } from '../cloud/places';
import { attempt, type Launch, type Outcome, type Trial } from '../monthly/attempt';
import type { WorkContext } from '../monthly/work';
import type { MonthDone, MonthFailed, MonthlyWorker } from '../../protocol/monthly';
import { letGo, serverTime, withQueue, workersOf, type Connected } from './connect';
import { MONTHS, refusal, type QueuedMonth, type Telling } from './queued';

/** A worker: takes months out of the queue, whoever queued them, and processes each in a process of its own. */
export interface WorkerRequest {
  readonly url: string;
  /** Months at a time. */
  readonly workers: number;
  /** Ms after which a worker that gives no sign of life loses its months to others. */
  readonly lease: number;
  /** The folder of this machine that months for a destination are made in. */
  readonly workFor: (dest: Address) => string;
  /** End when nothing is left in the queue. */
  readonly untilEmpty: boolean;
}

/** How often a month may lose its worker before it counts as one that kills them. */
const DEATHS = 3;
/** Ms before a month is offered again that was queued by another version. */
const AFTER_REFUSAL = 5000;
/** Event by which a month that is being processed is cancelled. */
export const CANCEL = 'cancel-month';
const CANCELLED = 'it was cancelled';
const LOST = 'the queue gave it to another worker';
/** Ms between two tellings of progress. */
const TELL = 250;

interface Orders extends QueueEventsListener {
  readonly [CANCEL]: (told: { readonly jobId: string }) => void;
}

type QueuedJob = Job<QueuedMonth, MonthDone>;

export const workQueue = (context: WorkContext, request: WorkerRequest, launch: Launch): Promise<MonthlyWorker> =>
  withQueue(request.url, async (connected) => {
    const crew = new Crew(context, request, connected, launch);
    try {
      await crew.untilStopped();
    } finally {
      await crew.end();
    }
    return { queue: connected.address, worker: crew.name, ...crew.counts };
  });

/** The months one worker has in hand. */
class Crew {
  readonly name = `${hostname()}:${pid}`;
  readonly counts = { done: 0, failed: 0, givenBack: 0 };
  readonly #context: WorkContext;
  readonly #request: WorkerRequest;
  readonly #connected: Connected;
  readonly #launch: Launch;
  readonly #worker: Worker<QueuedMonth, MonthDone>;
  readonly #events: InstanceType<Connected['library']['QueueEvents']>;
  readonly #attempts = new Set<Promise<Outcome>>();
  #trouble = '';

  constructor(context: WorkContext, request: WorkerRequest, connected: Connected, launch: Launch) {
    this.#context = context;
    this.#request = request;
    this.#connected = connected;
    this.#launch = launch;
    const { library, connection } = connected;
    this.#worker = new library.Worker<QueuedMonth, MonthDone>(MONTHS, (job, token, signal) => this.#process(job, token!, signal!), {
      connection,
      name: `${VERSION}@${this.name}`,
      concurrency: request.workers,
      lockDuration: request.lease,
      stalledInterval: request.lease / 2,
      maxStalledCount: DEATHS,
      drainDelay: 1,
    });
    this.#worker.on('error', (error) => { this.#warn(error); });
    this.#worker.on('lockRenewalFailed', (ids) => { for (const id of ids) this.#worker.cancelJob(id, LOST); });
    this.#events = new library.QueueEvents(MONTHS, { connection });
    this.#events.on('error', (error) => { this.#warn(error); });
    this.#events.on<Orders>(CANCEL, ({ jobId }: { readonly jobId: string }) => { this.#worker.cancelJob(jobId, CANCELLED); });
    context.operation.log(`${this.name} takes months from ${connected.address}, ${request.workers} at a time.`);
  }

  /** Returns when asked to stop, or when nothing is left and that was to be the end. */
  async untilStopped(): Promise<void> {
    const { signal } = this.#context.operation;
    while (!signal.aborted) {
      await sleep(500, undefined, { signal }).catch(() => undefined);
      if (this.#request.untilEmpty && (await this.#isEmpty())) return;
    }
  }

  /** Gives back what is in hand, and lets go. */
  async end(): Promise<void> {
    const closing = Promise.all([this.#events.close(), this.#worker.close()]);
    // However long their processes take to stop; to give them back, the server may not be there.
    await Promise.all(this.#attempts);
    await letGo(closing);
  }

  async #isEmpty(): Promise<boolean> {
    const counts = await this.#connected.queue.getJobCounts('waiting', 'active', 'delayed');
    return Object.values(counts).every((count) => count === 0);
  }

  /** A server that is away is told of once, not at every try to reach it. */
  #warn(error: Error): void {
    if (this.#trouble !== error.message) this.#context.operation.log(`The queue: ${error.message}`);
    this.#trouble = error.message;
  }

  async #process(job: QueuedJob, token: string, cancelled: AbortSignal): Promise<MonthDone> {
    const why = refusal(job.data, this.name) ?? this.#outOfReach(job.data.trial) ?? (await this.#leftToOthers(job.data));
    if (why !== undefined) return this.#leave(job, token, why);
    const signal = AbortSignal.any([cancelled, this.#context.operation.signal]);
    const { month, dest, store } = job.data.trial.job;
    const context: WorkContext = { ...this.#context, places: openPlaces(this.#context.disk, store), operation: this.#watching(job, signal) };
    const work = this.#request.workFor(dest);
    const first: Trial = { ...job.data.trial, job: { ...job.data.trial.job, work } };
    await job.updateData({ version: job.data.version, trial: job.data.trial, firstWait: job.data.firstWait });
    context.operation.log(`${this.name} takes it, attempt ${first.job.attempt}.`);
    for (let trial = first; ; ) {
      const outcome = await this.#attempt(context, trial, job.data.firstWait);
      if (outcome.kind !== 'again' || outcome.wait > 0) return this.#settle(job, token, { month, outcome, cancelled });
      trial = outcome.trial;
    }
  }

  async #attempt(context: WorkContext, trial: Trial, firstWait: number): Promise<Outcome> {
    const trying = attempt(context, trial, this.#launch, firstWait);
    this.#attempts.add(trying);
    return trying.finally(() => this.#attempts.delete(trying));
  }

  async #settle(job: QueuedJob, token: string, { month, outcome, cancelled }: { month: string; outcome: Outcome; cancelled: AbortSignal }): Promise<MonthDone> {
    const { DelayedError, WaitingError } = this.#connected.library;
    switch (outcome.kind) {
      case 'done':
        this.counts.done++;
        await job.log(`done: score ${outcome.done.score.toFixed(2)}, ${outcome.done.output}`);
        return outcome.done;
      case 'failed':
        return this.#fail(job, outcome.failed);
      case 'denied': {
        const data: QueuedMonth = { ...job.data, deniedTo: [...(job.data.deniedTo ?? []), this.name] };
        await job.updateData(data);
        const why = await this.#leftToOthers(data);
        return why === undefined ? this.#fail(job, outcome.failed) : this.#leave(job, token, `${outcome.failed.message} ${why}`);
      }
      case 'again':
        await job.updateData({ ...job.data, trial: outcome.trial, waits: `It failed, and is tried again in ${Math.round(outcome.wait / 1000)} s.` });
        await job.moveToDelayed((await serverTime(this.#connected.queue)) + outcome.wait, token);
        throw new DelayedError();
      case 'stopped':
        if (cancelled.aborted && reasonOf(cancelled) === CANCELLED) return this.#fail(job, { ...outcome.failed, message: `Cannot process ${month}: ${CANCELLED}.` });
        if (cancelled.aborted) throw new Error(LOST);
        this.counts.givenBack++;
        await job.log(`${this.name} was stopped and gives it back.`);
        await job.moveToWait(token);
        throw new WaitingError();
    }
  }

  async #fail(job: QueuedJob, failed: MonthFailed): Promise<never> {
    this.counts.failed++;
    await job.updateData({ ...job.data, failed });
    throw new this.#connected.library.UnrecoverableError(failed.message);
  }

  /** Leaves a month to another worker, and says why. */
  async #leave(job: QueuedJob, token: string, why: string): Promise<never> {
    if (job.data.waits !== why) {
      await job.log(why);
      this.#context.operation.log(`${job.name}: ${why}`);
    }
    await job.updateData({ ...job.data, waits: why });
    await job.moveToDelayed((await serverTime(this.#connected.queue)) + AFTER_REFUSAL, token);
    throw new this.#connected.library.DelayedError();
  }

  /** Folders are of one machine: its own workers alone can see them, and judge who holds a lock there. */
  #outOfReach({ host, job: { source, dest } }: Trial): string | undefined {
    if (host === hostname() || (isRemote(source) && isRemote(dest))) return undefined;
    return `Its folders are those of the machine ${host}; the worker ${this.name} cannot see them and leaves it.`;
  }

  /** Why a month is left to others that the store refused to us: as long as there is a worker that has not tried. */
  async #leftToOthers({ deniedTo = [], trial: { host, job } }: QueuedMonth): Promise<string | undefined> {
    if (!deniedTo.includes(this.name)) return undefined;
    const isFree = isRemote(job.source) && isRemote(job.dest);
    const others = (await workersOf(this.#connected.queue)).filter(({ version, worker }) => version === VERSION && !deniedTo.includes(worker) && (isFree || worker.startsWith(`${host}:`)));
    return others.length === 0 ? undefined : `The worker ${this.name} leaves it to others, to whom the store may not refuse it.`;
  }

  #watching(job: QueuedJob, signal: AbortSignal): Operation {
    const { operation } = this.#context;
    let [last, step] = [0, ''];
    const quietly = (telling: Promise<unknown>): void => { telling.catch((error: unknown) => { this.#warn(error instanceof Error ? error : new Error(String(error))); }); };
    return {
      signal,
      log: (line) => {
        operation.log(`${job.name}: ${line}`);
        quietly(job.log(line));
      },
      progress: (update) => {
        operation.progress({ ...update, step: `${job.name} ${update.step}` });
        const now = this.#context.clock.now();
        if (update.step === step && now - last < TELL) return;
        [last, step] = [now, update.step];
        const telling: Telling = { worker: this.name, step: update.step, done: update.done, total: update.total };
        quietly(job.updateProgress(telling));
      },
    };
  }
}

const reasonOf = ({ reason }: AbortSignal): string => (reason instanceof Error ? reason.message : String(reason));
