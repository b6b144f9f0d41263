import { Worker } from 'node:worker_threads';
import type { Source } from '../../table/csv/source';
import { program } from './kernel';
import { LocalVoucher } from './local';
import type { Voucher } from './ride';
import { readStretches, shareOf, type Stretch, type Vouched } from './stretch';
import type { Task, Told } from './thread';

/** Int32s shared with the threads (thread.ts). */
const [TAKEN, STOP, SHARED] = [1, 2, 3];

/** With little vouched for in so many ranges, the rest is not looked at. */
const POOR = 8;

/** Small isolates: a thread holds one range of the file and no more. */
const LIMITS = { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** What the threads of a crew are given, but for what they share. */
export type Work = Omit<Task, 'shared'>;

/**
 * Threads that look ahead in a file: each takes the next range, and what they found is told in order. When one fails
 * or cannot be started, the pass's own thread does what is left.
 */
export class Crew implements Voucher {
  readonly #work: Work;
  readonly #source: Source;
  readonly #shared: Int32Array;
  readonly #threads: readonly Worker[];
  readonly #told = new Map<number, Vouched>();
  /** The range to be told next, and who waits for it. */
  #next = 0;
  #tell: (() => void) | undefined;
  #poor = 0;
  /** A thread failed; what it met, the pass will meet too, and say. */
  #isLost = false;
  #substitute: LocalVoucher | undefined;

  /** @param file of the threads' program, its own unless given */
  constructor(work: Work, source: Source, threads: number, file = program) {
    this.#work = work;
    this.#source = source;
    const shared = new SharedArrayBuffer(SHARED * Int32Array.BYTES_PER_ELEMENT);
    this.#shared = new Int32Array(shared);
    this.#threads = Array.from({ length: threads }, () => this.#start(file, { ...work, shared })).filter((thread) => thread !== undefined);
  }

  #start(file: string, task: Task): Worker | undefined {
    try {
      const thread = new Worker(file, { workerData: task, resourceLimits: LIMITS, execArgv: [] });
      thread.on('message', ({ range, ...vouched }: Told) => {
        this.#told.set(range, vouched);
        this.#tell?.();
      });
      thread.on('error', () => { this.#lose(); });
      return thread;
    } catch {
      this.#lose();
      return undefined;
    }
  }

  #lose(): void {
    this.#isLost = true;
    this.#stop();
    this.#tell?.();
  }

  async next(): Promise<{ to: number; stretches: Stretch[] } | undefined> {
    const { range, bytes } = this.#work;
    const from = this.#next * range;
    if (from >= bytes || this.#poor >= POOR) return undefined;
    while (!this.#told.has(this.#next) && !this.#isLost) await new Promise<void>((resolve) => (this.#tell = resolve));
    const vouched = this.#told.get(this.#next);
    if (vouched === undefined) return this.#instead(from).next();
    this.#told.delete(this.#next++);
    Atomics.store(this.#shared, TAKEN, this.#next);
    Atomics.notify(this.#shared, TAKEN);
    const to = Math.min(from + range, bytes);
    const stretches = readStretches(vouched, from);
    this.#poor = shareOf(stretches, to - from) < 0.25 ? this.#poor + 1 : 0;
    if (this.#poor >= POOR) this.#stop();
    return { to, stretches };
  }

  #instead(from: number): LocalVoucher {
    const { kernel, plan, range } = this.#work;
    return (this.#substitute ??= new LocalVoucher(kernel, plan, this.#source, range, from));
  }

  async close(): Promise<void> {
    this.#stop();
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #stop(): void {
    Atomics.store(this.#shared, STOP, 1);
    Atomics.notify(this.#shared, TAKEN);
  }
}
