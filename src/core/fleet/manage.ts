import type { Address } from '../cloud/address';
import type { MonthStanding, MonthlyQueue, QueueStatus, Stage } from '../../protocol/monthly';
import { withQueue, workersOf, type Connected, type MonthQueue } from './connect';
import { MONTHS, failureOf, tellingOf, type QueueJob } from './queued';
import { CANCEL } from './work';

/** The queue as a whole: what is in it, who works on it, and orders to it. */

/** @param dest only the months of this destination */
export const queueStatus = (url: string, dest?: Address): Promise<{ readonly queue: QueueStatus; readonly months: MonthStanding[] }> =>
  withQueue(url, async (connected) => ({ queue: await statusOf(connected), months: await monthsOf(connected.queue, dest) }));

async function statusOf({ queue, address }: Connected): Promise<QueueStatus> {
  const [counts, paused, workers] = [await queue.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed'), await queue.isPaused(), await workersOf(queue)];
  const { waiting = 0, active = 0, delayed = 0, completed = 0, failed = 0 } = counts;
  return { address, paused, waiting, working: active, later: delayed, finished: completed, failed, workers };
}

async function monthsOf(queue: MonthQueue, dest: Address | undefined): Promise<MonthStanding[]> {
  const jobs = (await queue.getJobs(['waiting', 'active', 'delayed', 'completed', 'failed'])).filter((job) => dest === undefined || job.data.trial.job.dest === dest);
  const active = new Set((await queue.getActive()).map(({ id }) => id));
  return jobs.map((job) => standingOf(job, active.has(job.id))).sort((a, b) => (a.month < b.month ? -1 : 1));
}

function standingOf(job: QueueJob, isActive: boolean): MonthStanding {
  const { month, source } = job.data.trial.job;
  const telling = tellingOf(job.progress);
  if (job.finishedOn !== undefined) {
    return (job.failedReason as string | undefined ?? '') === '' ? { month, state: 'finished', output: job.returnvalue!.output, done: job.returnvalue! } : { month, state: 'failed', failure: failureOf(job) };
  }
  if (isActive) return { month, state: 'working', source, stage: (telling?.step ?? 'download') as Stage, ...(telling === undefined ? {} : { worker: telling.worker }) };
  return { month, state: 'waiting', source, ...(job.data.waits === undefined ? {} : { why: job.data.waits }) };
}

export type QueueAction = 'pause' | 'resume' | 'drain' | 'cancel';

/**
 * pause: no worker begins another month; resume: they go on; drain: months that have not begun are taken out, the others
 * are finished; cancel: a month, or all, taken out, and stopped where it is being processed.
 */
export const manageQueue = (url: string, action: QueueAction, which: { readonly month?: string; readonly dest?: Address }): Promise<MonthlyQueue> =>
  withQueue(url, async (connected) => {
    const { queue } = connected;
    let [removed, stopping]: [string[], string[]] = [[], []];
    if (action === 'pause') await queue.pause();
    else if (action === 'resume') await queue.resume();
    else ({ removed, stopping } = await takeOut(connected, which, action === 'cancel'));
    return { action, removed, stopping, queue: await statusOf(connected) };
  });

async function takeOut({ queue, library, connection }: Connected, { month, dest }: { month?: string; dest?: Address }, alsoActive: boolean): Promise<{ removed: string[]; stopping: string[] }> {
  const wanted = (job: QueueJob): boolean => (month === undefined || job.data.trial.job.month === month) && (dest === undefined || job.data.trial.job.dest === dest);
  const [removed, stopping]: [string[], string[]] = [[], []];
  for (const job of (await queue.getJobs(['waiting', 'delayed'])).filter(wanted)) {
    // One that was begun at this moment is active and locked.
    await job.remove().then(() => removed.push(job.data.trial.job.month), () => undefined);
  }
  if (!alsoActive) return { removed: removed.sort(), stopping };
  const producer = new library.QueueEventsProducer(MONTHS, { connection });
  for (const job of (await queue.getActive()).filter(wanted)) {
    await producer.publishEvent({ eventName: CANCEL, jobId: job.id! });
    stopping.push(job.data.trial.job.month);
  }
  await producer.close();
  return { removed: removed.sort(), stopping: stopping.sort() };
}

/** What the destination's own files tell, and where the queue knows more, what it tells. */
export function merged(there: readonly MonthStanding[], queued: readonly MonthStanding[]): MonthStanding[] {
  const months = new Map(there.map((standing) => [standing.month, standing]));
  for (const standing of queued) {
    const known = months.get(standing.month);
    if (known?.state !== 'finished' || standing.state === 'working') months.set(standing.month, standing);
  }
  return [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
}

