import { createInterface } from 'node:readline';
import { type Event, type FailureEvent, failureEvent, parseEvent } from '../../protocol/events';
import type { JobName, Results } from '../../protocol/results';
import { launch, type Program, tailOf } from './program';

/** How long a cancelled child may take to leave the disk in order before it is killed, ms. */
const GRACE = 5000;

export type Outcome<Name extends JobName> =
  | { readonly kind: 'done'; readonly result: Results[Name]; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly failure: FailureEvent }
  | { readonly kind: 'cancelled' };

export interface Watch {
  readonly signal: AbortSignal;
  onEvent(event: Event): void;
}

/**
 * Runs one job in a child of its own and returns its result.
 * @param args the command line without `--json`
 * @param name the result that is expected: most commands answer with their own name, `restore --list` with `backups`
 */
export function runJob<Name extends JobName>(program: Program, name: Name, args: readonly string[], watch: Watch): Promise<Outcome<Name>> {
  return new Promise((resolve) => {
    if (watch.signal.aborted) {
      resolve({ kind: 'cancelled' });
      return;
    }
    const child = launch(program, [...args, '--json'], false);
    const errors = tailOf(child.stderr);
    const heard: { result?: Results[Name]; failure?: FailureEvent } = {};
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = parseEvent(line);
      if (event === undefined) return;
      if (event.type === 'failure') heard.failure = event;
      // The discriminant ties the result's type to its command; the compiler cannot follow it through the generic.
      if (event.type === 'result' && event.command === name) heard.result = event.result as Results[Name];
      watch.onEvent(event);
    });
    const release = cancelWith(watch.signal, (signal) => child.kill(signal));
    const end = (outcome: Outcome<Name>): void => {
      release();
      resolve(outcome);
    };
    child.once('error', (error) => { end({ kind: 'failed', failure: broken(args, error.message) }); });
    child.once('close', (code, signal) => {
      if (heard.failure?.kind === 'cancelled' || (watch.signal.aborted && heard.result === undefined)) end({ kind: 'cancelled' });
      else if (heard.failure !== undefined) end({ kind: 'failed', failure: heard.failure });
      else if (heard.result !== undefined && code !== null) end({ kind: 'done', result: heard.result, exitCode: code });
      else end({ kind: 'failed', failure: broken(args, `it ended with ${signal ?? `code ${code ?? '?'}`}. ${errors()}`.trim()) });
    });
  });
}

function cancelWith(signal: AbortSignal, kill: (signal: NodeJS.Signals) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    kill('SIGINT');
    timer = setTimeout(() => { kill('SIGKILL'); }, GRACE);
  };
  signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}

function broken(args: readonly string[], why: string): FailureEvent {
  const attempted = `run "${args[0] ?? ''}" in a process of its own`;
  const remedy = 'The log has the command; please report this.';
  return failureEvent('internal', `Cannot ${attempted}: ${why} ${remedy}`, { attempted, why, remedy });
}
