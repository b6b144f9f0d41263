import { type CancellationToken, ResponseError } from 'vscode-jsonrpc/node';
import { failureFrom } from '../core/base/failure';
import { failureEvent } from '../protocol/events';
import { exitCodeOf } from '../protocol/exit';

/** A failure travels as a ResponseError that carries the same facts as the command line's failure event. */
export async function answer<T>(attempted: string, work: () => Promise<T>): Promise<T | ResponseError<unknown>> {
  try {
    return await work();
  } catch (error) {
    const failure = failureFrom(error, attempted);
    return new ResponseError(exitCodeOf(failure.kind), failure.message, failureEvent(failure.kind, failure.message, failure.facts));
  }
}

/** Aborted when the request is cancelled. A token that was cancelled before anybody asked for it tells no listener. */
export function signalOf(token: CancellationToken): AbortSignal {
  if (token.isCancellationRequested) return AbortSignal.abort();
  const controller = new AbortController();
  token.onCancellationRequested(() => { controller.abort(); });
  return controller.signal;
}
