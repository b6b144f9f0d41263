import { spawn, type ChildProcess } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Failure } from '../core/base/failure';
import type { Operation } from '../core/base/ports';
import type { Launch, Share } from '../core/monthly/attempt';
import { OUT_OF_MEMORY } from '../core/monthly/strategy';
import type { MonthJob } from '../core/monthly/work';
import type { Event, FailureEvent } from '../protocol/events';
import { parseEvent } from '../protocol/events';
import type { MonthDone } from '../protocol/monthly';

/** With one core, a process collects its garbage and compiles there too: threads for it would wait for that core, or take a neighbour's. */
const FLAGS: Readonly<Record<Share, readonly string[]>> = { core: ['--single-threaded-gc', '--no-concurrent-recompilation'], machine: [] };

/** Months in child processes: this same program as `monthly month`, telling what it does in events. */
export const launchMonth = (share: Share): Launch => (job, operation) => {
  const script = process.argv[1]!;
  const args = [...process.execArgv, ...FLAGS[share], script, 'monthly', 'month', JSON.stringify(job), '--share', share, '--json', '--data', job.work];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const stop = (): void => void child.kill('SIGTERM');
  operation.signal.addEventListener('abort', stop);
  return outcomeOf(child, job, operation).finally(() => {
    operation.signal.removeEventListener('abort', stop);
  });
};

async function outcomeOf(child: ChildProcess, job: MonthJob, operation: Operation): Promise<MonthDone> {
  let [done, failure, complaint]: [MonthDone | undefined, FailureEvent | undefined, string] = [undefined, undefined, ''];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => { resolve({ code, signal }); });
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = parseEvent(line);
    if (event?.type === 'result' && event.command === 'monthlyMonth') done = event.result;
    else if (event?.type === 'failure') failure = event;
    else if (event !== undefined) pass(event, operation);
  }
  const how = await ended;
  if (done !== undefined) return done;
  throw failure === undefined ? died(job, how, complaint.trim()) : failureOf(failure);
}

function pass(event: Event, operation: Operation): void {
  if (event.type === 'progress') operation.progress(event);
  else if (event.type === 'log') operation.log(event.message);
}

const failureOf = ({ kind, attempted, why, file, remedy, errno }: FailureEvent): Failure =>
  new Failure(kind, { attempted, why, ...(file === undefined ? {} : { file }), ...(remedy === undefined ? {} : { remedy }), ...(errno === undefined ? {} : { errno }) });

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** V8 ends a process that is out of memory by SIGABRT (134 in a shell), the system by SIGKILL (137). */
const OUT_OF_MEMORY_CODES: readonly (number | null)[] = [134, 137];

function died({ month, source }: MonthJob, { code, signal }: Ended, complaint: string): Failure {
  const attempted = `process ${month}`;
  if (signal === 'SIGKILL' || signal === 'SIGABRT' || OUT_OF_MEMORY_CODES.includes(code)) {
    return new Failure('io', { attempted, file: source, errno: OUT_OF_MEMORY, why: `its process was killed (${signal ?? code ?? 'no code'}), as the system does when memory runs out.`, remedy: 'Use fewer --workers, or a smaller --chunk.' });
  }
  return new Failure('internal', { attempted, file: source, why: `its process ended with ${signal ?? `code ${code ?? 'unknown'}`}. ${complaint}` });
}

/** A child whose parent is gone, which closes the pipe between them, stops as if it was told to: its month is taken up by the next run. */
export function stopWithParent(): void {
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  const stop = (): void => void process.kill(process.pid, 'SIGTERM');
  process.stdin.once('end', stop).once('error', stop).resume();
}
