import { memoryUsage, resourceUsage, versions } from 'node:process';
import { Failure, failureFrom } from '../base/failure';
import type { Clock, Operation } from '../base/ports';
import { isRemote, type Address } from '../cloud/address';
import type { StoreSettings } from '../cloud/place';
import type { Places } from '../cloud/places';
import type { Disk } from '../disk/disk';
import { withLock } from '../disk/lock';
import type { MonthDone, MonthFailed, Stage } from '../../protocol/monthly';
import { readDone, recordText } from './done';
import { bringSource, forgetSource, madeBefore, publishElsewhere, publishedBefore, setAside } from './move';
import { parseMonth } from './months';
import { processRows, type ProcessOptions, type Processed, type RunStage } from './process';
import { monthPaths, publishMonth, type MonthPaths } from './publish';
import { judge, type MonthDocument } from './reprocess';
import { dbnRows } from './rows';
import { monthLock, readState, writeState, type MonthState } from './state';
import { statistics } from './statistics';
import type { Month } from './weight';

/** One month from its file to its finished Parquet: what a child process is given to do. */
export interface MonthJob {
  /** `2025-10` */
  readonly month: string;
  readonly source: Address;
  /** Where the finished month goes. */
  readonly dest: Address;
  /** The folder of this machine that it is made in: `dest` itself, unless that is a bucket. */
  readonly work: string;
  readonly store: StoreSettings;
  /** Begun first, unix ms. */
  readonly stamp: number;
  readonly attempt: number;
  /** `2025-10`: the month whose bars weigh 1. */
  readonly reference: string;
  /** A source of fewer bytes is taken for a failed download. */
  readonly leastBytes: number;
  readonly options: ProcessOptions;
}

export interface WorkContext {
  readonly disk: Disk;
  readonly places: Places;
  readonly clock: Clock;
  readonly operation: Operation;
}

const STAGES: readonly Stage[] = ['download', 'clean', 'contract', 'hours', 'fill', 'label', 'features', 'write', 'verify', 'statistics', 'upload'];

/**
 * Processes a month. Its state on the disk tells at every stage how far it is; what is in the middle of it when the
 * process dies is done again from the source.
 * @throws Failure, which is in the state too, except when it was cancelled
 */
export function workMonth(context: WorkContext, job: MonthJob): Promise<MonthDone> {
  const how = { doing: `processing ${job.month}`, wait: true, signal: context.operation.signal };
  return withLock(context.disk, monthLock(job.work, job.month), how, async () => {
    const before = await readState(context.disk, job.work, job.month);
    // Another run finished it while we waited for the lock.
    if (before?.phase === 'done' && before.updated >= job.stamp) return readDone(context.places, before.output);
    const stages = new Stages(context, job);
    try {
      const output = await workStages(context, job, stages);
      await forgetSource(context, job);
      await stages.save({ phase: 'done', output });
      return await readDone(context.places, output);
    } catch (error) {
      const failure = await setAside(context, job, failureFrom(error, `process ${job.month}`, job.source));
      if (failure.kind !== 'cancelled') await saveFailure(context, job, failedMonth(job, failure, stages.current));
      throw failure;
    }
  });
}

/** Keeps that a month failed; that this cannot be kept, on a full disk say, is told, and the month's own failure goes on. */
async function saveFailure({ disk, clock, operation }: WorkContext, job: MonthJob, failure: MonthFailed): Promise<void> {
  await writeState(disk, job.work, { ...common(job, clock), phase: 'failed', failure }).catch((error: unknown) => {
    operation.log(failureFrom(error, 'keep the state of the month').message);
  });
}

/** As a failed attempt keeps its own failure: for one whose process was killed. The state tells the stage it was in. */
export async function keepFailure(context: WorkContext, job: MonthJob, failure: Failure): Promise<MonthFailed> {
  const how = { doing: `keeping the failure of ${job.month}`, wait: true };
  return withLock(context.disk, monthLock(job.work, job.month), how, async () => {
    const state = await readState(context.disk, job.work, job.month);
    const failed = failedMonth(job, failure, state?.phase === 'working' ? state.stage : state?.phase === 'failed' ? state.failure.stage : undefined);
    await saveFailure(context, job, failed);
    return failed;
  });
}

const common = ({ month, source, stamp, attempt }: MonthJob, clock: Clock): Omit<MonthState, 'phase'> => ({ version: 1, month, source, stamp, attempts: attempt, updated: clock.now() });

/** A failure as the report tells it. */
export const failedMonth = (job: Pick<MonthJob, 'month' | 'source' | 'attempt'>, { kind, message, facts }: Failure, stage?: Stage): MonthFailed => ({
  month: job.month,
  source: job.source,
  kind,
  message,
  attempts: job.attempt,
  ...(stage === undefined ? {} : { stage }),
  ...(facts.remedy === undefined ? {} : { remedy: facts.remedy }),
});

/** @returns the finished file where it is to be found */
async function workStages(context: WorkContext, job: MonthJob, stages: Stages): Promise<Address> {
  if (!isRemote(job.dest)) return (await make(context, job, stages)).output;
  const published = await publishedBefore(context, job);
  if (published !== undefined) return published;
  const made = (await madeBefore(context, job)) ?? (await make(context, job, stages));
  return stages.run('upload', () => publishElsewhere({ ...context, operation: stages.within('upload') }, job, made));
}

/** Makes the month in the folder of this machine. */
async function make(context: WorkContext, job: MonthJob, stages: Stages): Promise<MonthPaths> {
  const { disk, clock, operation } = context;
  const [month, reference, paths] = [parseMonth(job.month), parseMonth(job.reference), monthPaths(job.work, parseMonth(job.month), job.stamp)];
  const bring = (): Promise<string> => bringSource({ ...context, operation: stages.within('download') }, job);
  const source = isRemote(job.source) ? await stages.run('download', bring) : await bring();
  const rows = await dbnRows(source, operation.signal);
  const processed = await processRows(rows, reference, job.options, stages.run);
  await publishMonth(disk, paths, processed, stages.run, (file) => {
    const document = judgeMonth(processed, { month, reference, now: clock.now(), stageSeconds: stages.seconds, options: job.options });
    return recordText(document, processed, job, file);
  });
  return paths;
}

export interface Judging {
  readonly month: Month;
  readonly reference: Month;
  readonly now: number;
  readonly stageSeconds: Readonly<Partial<Record<Stage, number>>>;
  readonly options: ProcessOptions;
}

export function judgeMonth(processed: Processed, { month, reference, now, stageSeconds, options }: Judging): MonthDocument {
  return judge(
    statistics({
      month,
      decayReference: reference,
      now,
      stageSeconds,
      rows: processed.rows,
      issues: processed.issues,
      labels: processed.labels,
      features: processed.features,
      prices: options.prices,
      memory: { peak: resourceUsage().maxRSS * 1024, final: memoryUsage().rss },
      versions: { node: versions.node },
      errors: processed.errors,
      warnings: processed.warnings,
    }),
  );
}

/** Measures the stages and keeps the month's state on the disk. */
class Stages {
  readonly seconds: Partial<Record<Stage, number>> = {};
  current: Stage | undefined;
  readonly #context: WorkContext;
  readonly #job: MonthJob;

  constructor(context: WorkContext, job: MonthJob) {
    this.#context = context;
    this.#job = job;
  }

  readonly run: RunStage = async (stage, run) => {
    const { clock, operation } = this.#context;
    if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `process ${this.#job.month}`, why: 'it was stopped.' });
    this.current = stage;
    await this.save({ phase: 'working', stage });
    operation.progress({ step: stage, done: STAGES.indexOf(stage), total: STAGES.length });
    const began = clock.now();
    const result = await run();
    this.seconds[stage] = (clock.now() - began) / 1000;
    return result;
  };

  /** Tells of a share of one stage as one of the whole month. */
  within(stage: Stage): Operation {
    const { operation } = this.#context;
    return { ...operation, progress: ({ done, total }) => { operation.progress({ step: stage, done: STAGES.indexOf(stage) + (total === 0 ? 0 : done / total), total: STAGES.length }); } };
  }

  async save(phase: { phase: 'working'; stage: Stage } | { phase: 'done'; output: string }): Promise<void> {
    await writeState(this.#context.disk, this.#job.work, { ...common(this.#job, this.#context.clock), ...phase });
  }
}
