import { createHash } from 'node:crypto';
import { VERSION } from '../base/version';
import type { Address } from '../cloud/address';
import type { Trial } from '../monthly/attempt';
import type { MonthDone, MonthFailed } from '../../protocol/monthly';

/** A month in the queue, as every machine sees it. */
export interface QueuedMonth {
  /** Of the Barkeep that queued it: a worker of another one leaves it alone. */
  readonly version: string;
  readonly trial: Trial;
  /** Before the first retry of trouble with the network, ms. */
  readonly firstWait: number;
  /** Why it is not being processed though it could be, in one sentence. */
  readonly waits?: string;
  /** Workers to whom the store refused it. */
  readonly deniedTo?: readonly string[];
  /** How it failed for good. */
  readonly failed?: MonthFailed;
}

/** What a worker tells while it is at work. */
export interface Telling {
  readonly worker: string;
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** The library's job, as far as we use it. */
export interface QueueJob {
  readonly id?: string | undefined;
  readonly data: QueuedMonth;
  readonly progress: unknown;
  readonly returnvalue: MonthDone | null;
  readonly failedReason: string;
  readonly finishedOn?: number | undefined;
}

export const MONTHS = 'barkeep-months';

/** One of a month and a destination is in the queue at a time. */
export const queueId = (dest: Address, month: string): string => `${createHash('sha256').update(dest).digest('hex').slice(0, 12)}-${month}`;

export const queuedMonth = (trial: Trial, firstWait: number): QueuedMonth => ({ version: VERSION, trial, firstWait });

/** Why a worker of another version leaves a month alone; undefined when it may take it. */
export const refusal = ({ version }: QueuedMonth, worker: string, own = VERSION): string | undefined =>
  version === own ? undefined : `It was queued by Barkeep ${version}; the worker ${worker} is Barkeep ${own} and leaves it to one of the same version.`;

/** How a month failed that the queue gave up, when no worker could tell. */
export function failureOf({ data: { failed, trial }, failedReason }: QueueJob): MonthFailed {
  if (failed !== undefined) return failed;
  const { month, source, attempt } = trial.job;
  const stalled = /stalled/.test(failedReason);
  const why = stalled ? 'the workers that took it died or fell silent, one after the other' : failedReason;
  const remedy = 'Look at the memory of the machines and at the logs of the workers, then queue it again.';
  return { month, source, kind: stalled ? 'io' : 'internal', message: `Cannot process ${month}: ${why}. ${remedy}`, remedy, attempts: attempt };
}

export const tellingOf = (progress: unknown): Telling | undefined =>
  typeof progress === 'object' && progress !== null && 'worker' in progress && 'step' in progress ? (progress as Telling) : undefined;
