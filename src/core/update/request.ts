import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import type { UpdateSettings } from './settings';

const TRIES = 4;
/** The longest pause a source may ask of us, ms. */
const LONGEST_PAUSE = 60_000;
/** Sources answer 429 to programs that give no name. */
const HEADERS = { 'User-Agent': 'Mozilla/5.0 (compatible; barkeep)', Accept: 'application/json' };

type Outcome = { readonly kind: 'answered'; readonly body: string } | { readonly kind: 'again'; readonly why: string; readonly wait?: number };

/**
 * The body of an answer. Tried again, with pauses that double, when the source is throttling (429, heeding Retry-After),
 * failing (5xx), silent too long or not reachable.
 * @throws Failure `io` when it stays so or the answer is a refusal (other 4xx); `cancelled`
 */
export async function fetchPatiently(address: string, attempted: string, { timeout, pause }: UpdateSettings, operation: Operation): Promise<string> {
  let last = '';
  for (let turn = 1; turn <= TRIES; turn++) {
    const outcome = await fetchOnce(address, attempted, timeout, operation.signal);
    if (outcome.kind === 'answered') return outcome.body;
    last = outcome.why;
    if (turn === TRIES) break;
    const wait = Math.min(LONGEST_PAUSE, Math.max(outcome.wait ?? 0, pause * 2 ** (turn - 1)));
    operation.log(`${outcome.why}; trying again in ${Math.round(wait / 100) / 10} s`);
    await sleep(wait, undefined, { signal: operation.signal }).catch(() => undefined);
    if (operation.signal.aborted) throw stopped(attempted);
  }
  throw new Failure('io', { attempted, why: `${last}, after ${TRIES} tries.`, remedy: 'Nothing was changed. Try again later.' });
}

async function fetchOnce(address: string, attempted: string, timeout: number, signal: AbortSignal): Promise<Outcome> {
  try {
    const { answer, body } = await within(timeout, signal, (limit) => ask(address, limit));
    if (answer.ok) return { kind: 'answered', body };
    if (answer.status === 429 || answer.status >= 500) return { kind: 'again', why: `the source answered ${answer.status}`, ...retryAfter(answer.headers.get('Retry-After')) };
    throw new Failure('io', { attempted, why: `the source answered ${answer.status}${messageIn(body)}.`, remedy: 'Nothing was changed. Look at the symbol in .barkeep/settings.json.' });
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (signal.aborted) throw stopped(attempted);
    return { kind: 'again', why: isTimeout(error) ? `the source did not answer within ${timeout / 1000} s` : `the source could not be reached (${reasonOf(error)})` };
  }
}

async function ask(address: string, signal: AbortSignal): Promise<{ answer: Response; body: string }> {
  const answer = await fetch(address, { headers: HEADERS, redirect: 'error', signal });
  return { answer, body: await textOf(answer, signal) };
}

/** The body is let go of here when the signal is aborted: once fetch has answered, its own hold on the signal may be collected as garbage. */
async function textOf({ body }: Response, signal: AbortSignal): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  const parts: Uint8Array[] = [];
  // What it was stopped for is thrown below.
  signal.addEventListener('abort', () => void reader?.cancel().catch(() => undefined));
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) parts.push(read.value);
  signal.throwIfAborted();
  return new TextDecoder().decode(Buffer.concat(parts));
}

/**
 * Work whose signal is aborted when `signal` is, and after so many ms with a TimeoutError. The timer holds the controller:
 * an `AbortSignal.timeout` that only an `AbortSignal.any` knows is lost on Node 20 once garbage is collected.
 */
async function within<Done>(ms: number, signal: AbortSignal, work: (limit: AbortSignal) => Promise<Done>): Promise<Done> {
  const limit = new AbortController();
  const stop = (): void => { limit.abort(signal.reason); };
  const timer = setTimeout(() => { limit.abort(new DOMException('It took too long.', 'TimeoutError')); }, ms);
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

const stopped = (attempted: string): Failure => new Failure('cancelled', { attempted, why: 'it was stopped.', remedy: 'Nothing was changed.' });

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

/** fetch says "fetch failed"; the cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function retryAfter(header: string | null): { wait?: number } {
  const seconds = Number(header ?? NaN);
  return Number.isFinite(seconds) ? { wait: seconds * 1000 } : {};
}

const messageIn = (body: string): string => {
  const found = /"description":\s*"([^"]{1,200})"/.exec(body)?.[1];
  return found === undefined ? '' : `: ${found.replace(/\.$/, '')}`;
};
