import type { Failure } from '../base/failure';
import { isRemote } from '../cloud/address';
import { STORE_BUSY, STORE_DENIED } from '../cloud/errors';
import { SMALLEST_CHUNK } from './process';
import type { MonthJob } from './work';

/** What is tried after a month failed, by the class of its failure. Source: 7-monthly, robustness. */
export type FailureClass = 'missing' | 'network' | 'corrupt' | 'memory' | 'denied' | 'other';

/** The error a child process that was killed or ran out of memory is told with. */
export const OUT_OF_MEMORY = 'ENOMEM';

const NETWORK: readonly string[] = ['ETIMEDOUT', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EHOSTDOWN', 'EAI_AGAIN', 'ESTALE', STORE_BUSY];

export function classOf({ kind, facts: { errno, file } }: Failure, source: string): FailureClass {
  if (errno === OUT_OF_MEMORY) return 'memory';
  if (errno === STORE_DENIED && file !== undefined && isRemote(file)) return 'denied';
  if (errno === 'ENOENT' && file === source) return 'missing';
  if (errno !== undefined && NETWORK.includes(errno)) return 'network';
  if (kind === 'io' && errno === undefined && file === source) return 'corrupt';
  return 'other';
}

/** How often each class is tried again. */
const RETRIES: Readonly<Record<FailureClass, number>> = { missing: Infinity, corrupt: Infinity, network: 3, memory: 2, denied: 0, other: 0 };

/** How often a copy that proves damaged is downloaded again before the next folder's file is tried. */
const DOWNLOADS_AGAIN = 2;

/** Before the first retry of trouble with the network, ms; doubled with each. */
export const FIRST_WAIT = 30_000;

export interface Retry {
  readonly job: MonthJob;
  /** Before it, ms. */
  readonly wait: number;
  /** One sentence for the log. */
  readonly why: string;
}

export interface Circumstances {
  /** How often this class has failed for this month and source. */
  readonly before: number;
  /** 0 … 1, for the jitter. */
  readonly random: number;
  /** Ms. */
  readonly firstWait: number;
}

/**
 * What to try next: the file of the next folder for one that is missing or damaged, the same again after a wait for
 * trouble with the network, smaller chunks for want of memory.
 * @returns undefined when the month has failed for good
 */
export function nextTry(failure: Failure, job: MonthJob, files: readonly string[], { before, random, firstWait }: Circumstances): Retry | undefined {
  const found = classOf(failure, job.source);
  if (before >= RETRIES[found]) return undefined;
  const again = { ...job, attempt: job.attempt + 1 };
  if (found === 'network') {
    const wait = firstWait * 2 ** before * (0.5 + random / 2);
    return { job: again, wait, why: `${failure.message} Trying again in ${Math.round(wait / 1000)} s.` };
  }
  if (found === 'memory') {
    const chunk = Math.max(SMALLEST_CHUNK, Math.floor(job.options.chunk / 2));
    return { job: { ...again, options: { ...job.options, chunk } }, wait: 0, why: `${failure.message} Trying again with chunks of ${chunk} rows.` };
  }
  if (found === 'corrupt' && isRemote(job.source) && before < DOWNLOADS_AGAIN) return { job: again, wait: 0, why: `${failure.message} Downloading it again.` };
  const source = files[files.indexOf(job.source) + 1];
  return source === undefined ? undefined : { job: { ...again, source }, wait: 0, why: `${failure.message} Trying ${source}.` };
}
