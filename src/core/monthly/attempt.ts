import { Failure, failureFrom } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Address } from '../cloud/address';
import type { MonthDone, MonthFailed } from '../../protocol/monthly';
import { classOf, nextTry } from './strategy';
import { failedMonth, keepFailure, type MonthJob, type WorkContext } from './work';

/** Processes one month elsewhere. @throws Failure */
export type Launch = (job: MonthJob, operation: Operation) => Promise<MonthDone>;

/** What a month may take of its machine: one core, where others are processed beside it, or all. */
export type Share = 'core' | 'machine';

/** A month on its way: how it is to be tried next. */
export interface Trial {
  readonly job: MonthJob;
  /** The machine that it was planned on: folders are its own. */
  readonly host: string;
  /** Where its file lies, the preferred place first. */
  readonly files: readonly Address[];
  /** How often it failed before, by class and source. */
  readonly failures: Readonly<Record<string, number>>;
}

export type Outcome =
  | { readonly kind: 'done'; readonly done: MonthDone }
  | { readonly kind: 'failed'; readonly failed: MonthFailed }
  /** The store refuses this machine, which says nothing of others. */
  | { readonly kind: 'denied'; readonly failed: MonthFailed }
  /** Stopped from outside: it stays as it is, to be taken up again. */
  | { readonly kind: 'stopped'; readonly failed: MonthFailed }
  /** To be tried again after so many ms. */
  | { readonly kind: 'again'; readonly wait: number; readonly trial: Trial };

/** Tries a month once, wherever it is then decided when to try again. Never throws. @param firstWait before the first retry of trouble with the network, ms */
export async function attempt(context: WorkContext, trial: Trial, launch: Launch, firstWait: number): Promise<Outcome> {
  const { job, files, failures } = trial;
  const { operation } = context;
  try {
    if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `process ${job.month}`, why: 'it was stopped.' });
    return { kind: 'done', done: await launch(job, operation) };
  } catch (error) {
    const failure = failureFrom(error, `process ${job.month}`, job.source);
    if (failure.kind === 'cancelled') return { kind: 'stopped', failed: failedMonth(job, failure) };
    const name = `${failure.facts.errno ?? 'none'} ${job.source}`;
    const before = failures[name] ?? 0;
    const retry = nextTry(failure, job, files, { before, random: Math.random(), firstWait });
    operation.log(retry?.why ?? failure.message);
    if (retry === undefined) return { kind: classOf(failure, job.source) === 'denied' ? 'denied' : 'failed', failed: await keepFailure(context, job, failure) };
    return { kind: 'again', wait: retry.wait, trial: { ...trial, job: retry.job, failures: { ...failures, [name]: before + 1 } } };
  }
}
