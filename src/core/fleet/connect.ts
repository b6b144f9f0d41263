import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, failureFrom } from '../base/failure';
import { withoutSecrets } from '../cloud/address';
import type * as Library from './library';
import { MONTHS, type QueuedMonth } from './queued';
import type { MonthDone } from '../../protocol/monthly';

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
  const address = withoutSecrets(url);
  requireAddress(url, address);
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

/** A server that is gone must not keep us from ending. */
export const letGo = (closing: Promise<unknown>): Promise<unknown> => Promise.race([closing.catch(() => undefined), sleep(2000, undefined, { ref: false })]);

function requireAddress(url: string, address: string): void {
  if (/^rediss?:\/\/[^\s]+$/.test(url)) return;
  throw new Failure('usage', { attempted: `use the queue ${address}`, why: 'that is no address of a Redis server.', remedy: 'Write it as redis://host:6379, or rediss:// for TLS.' });
}

const unreachable = (address: string, trouble: Error | undefined): Failure =>
  new Failure('io', {
    attempted: `use the queue ${address}`,
    errno: 'ECONNREFUSED',
    why: `there is no answer from the server (${trouble === undefined ? 'no word of it' : 'code' in trouble ? String(trouble.code) : trouble.name}).`,
    remedy: 'Check that Redis runs there, that it can be reached from here, and the password in the address.',
  });
