import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, failureFrom } from '../base/failure';
import { withoutSecrets } from '../cloud/address';
import type * as Library from './library';
import { MONTHS, type QueuedMonth } from './queued';
import type { MonthDone, QueueWorker } from '../../protocol/monthly';

/** The connection to the queue: a Redis server of the user's. */
export type MonthQueue = InstanceType<typeof Library.Queue<QueuedMonth, MonthDone>>;

export interface Connected {
  readonly library: typeof Library;
  readonly queue: MonthQueue;
  readonly connection: Connection;
  /** Can be shown. */
  readonly address: string;
}

export interface Connection {
  readonly url: string;
  readonly maxRetriesPerRequest: null;
  readonly retryStrategy: (times: number) => number;
}

/** How long a server may take to answer first, ms. */
const PATIENCE = 10_000;

const connectionTo = (url: string): Connection => ({ url, maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(2000, 100 * times) });

/** Runs something with the queue, and lets go of it afterwards. @throws Failure `usage` for a wrong address, `io` when there is no answer */
export async function withQueue<T>(url: string, run: (connected: Connected) => Promise<T>): Promise<T> {
  const address = shown(url);
  const library = await import('./library');
  const connection = connectionTo(url);
  const queue = new library.Queue<QueuedMonth, MonthDone>(MONTHS, { connection });
  let trouble: Error | undefined;
  queue.on('error', (error) => (trouble = error));
  try {
    const ready = await Promise.race([queue.waitUntilReady().then(() => true), sleep(PATIENCE, false, { ref: false })]);
    if (!ready) throw unreachable(address, trouble);
    return await run({ library, queue, connection, address });
  } catch (error) {
    throw failureFrom(error, `use the queue ${address}`);
  } finally {
    await letGo(queue.close());
  }
}

/** Unix ms by the server's clock or ours, whichever is behind: a worker whose clock is ahead would keep a month from the others for as long. */
export async function serverTime(queue: MonthQueue): Promise<number> {
  const client = await queue.backend.connection.client;
  const told: unknown = await client.runCommand('time', []);
  return Math.min(Date.now(), Array.isArray(told) ? Number(told[0]) * 1000 : Infinity);
}

/** Servers that do not tell who is connected tell of no workers. */
export async function workersOf(queue: MonthQueue): Promise<QueueWorker[]> {
  const names = (await queue.getWorkers()).flatMap((worker) => /:w:(.+)$/.exec(worker['rawname'] ?? '')?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => {
    const [version = '', worker = ''] = name.split('@');
    return { version, worker };
  });
}

/** A server that is gone must not keep us from ending. */
export const letGo = (closing: Promise<unknown>): Promise<unknown> => Promise.race([closing.catch(() => undefined), sleep(2000, undefined, { ref: false })]);

/** What can be shown of a server's address. */
function shown(url: string): string {
  const { protocol = '', host = '', pathname = '' } = URL.canParse(url) ? new URL(url) : {};
  if (['redis:', 'rediss:'].includes(protocol) && host !== '') return `${protocol}//${host}${pathname}`;
  throw new Failure('usage', { attempted: `use the queue ${withoutSecrets(url)}`, why: 'that is no address of a Redis server.', remedy: 'Write it as redis://host:6379, or rediss:// for TLS.' });
}

function unreachable(address: string, trouble: Error | undefined): Failure {
  const attempted = `use the queue ${address}`;
  const [refusal] = /^(NOAUTH|WRONGPASS|NOPERM)\b/.exec(trouble?.message ?? '') ?? [];
  if (refusal !== undefined) return new Failure('usage', { attempted, why: `the server refuses us (${refusal}).`, remedy: 'Check user and password in the address; in the variable BARKEEP_QUEUE they are not seen.' });
  const remedy = 'Check that Redis runs there, that it can be reached from here, and whether it wants TLS (rediss://).';
  if (trouble !== undefined && !('code' in trouble)) return new Failure('io', { attempted, why: 'what answers there does not speak as a Redis server does.', remedy });
  return new Failure('io', { attempted, errno: 'ECONNREFUSED', why: `there is no answer from the server (${trouble === undefined ? 'no word of it' : String(trouble.code)}).`, remedy });
}
