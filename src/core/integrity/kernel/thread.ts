import { readSync } from 'node:fs';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import bytes from 'assembly:core/integrity/kernel/assembly/scan.ts';
import { Machine } from './machine';
import type { Vouched } from './stretch';

/** The program that is built as dist/kernel.js: it holds the kernel, and as a thread it looks at ranges of a file. */
export const kernel = (): Promise<WebAssembly.Module> => WebAssembly.compile(bytes);

/** What a thread is given. */
export interface Task {
  readonly kernel: WebAssembly.Module;
  readonly plan: Uint8Array;
  /** Of the open file; the same in all threads. */
  readonly descriptor: number;
  /** Its size. */
  readonly bytes: number;
  /** Bytes of a range. */
  readonly range: number;
  /** Int32s that all threads share: see below. */
  readonly shared: SharedArrayBuffer;
}

/** The range to be looked at next; those that the pass has taken; 1 when there is nothing more to do. */
const [NEXT, TAKEN, STOP] = [0, 1, 2];

/** How many ranges the threads may be ahead of the pass: a bound on what waits for it in memory. */
const LEAD = 32;

export interface Told extends Vouched {
  /** Number of the range, from 0. */
  readonly range: number;
}

const isTask = (data: unknown): data is Task => typeof data === 'object' && data !== null && 'kernel' in data && 'plan' in data;

if (parentPort !== null && isTask(workerData)) work(workerData, parentPort);

function work(task: Task, port: MessagePort): void {
  const machine = new Machine(task.kernel, task.plan);
  const shared = new Int32Array(task.shared);
  for (let range = take(shared); range * task.range < task.bytes && shared[STOP] === 0; range = take(shared)) {
    const from = range * task.range;
    machine.begin(from, Math.min(from + task.range, task.bytes), task.bytes);
    for (let room = machine.room(); room !== undefined; room = machine.room()) machine.grown(readSync(task.descriptor, room, 0, room.length, machine.position));
    const vouched = machine.vouched();
    const told: Told = { range, ...vouched };
    port.postMessage(told, [vouched.stretches, vouched.gaps]);
  }
}

/** The next range, once the pass is near enough. */
function take(shared: Int32Array): number {
  const range = Atomics.add(shared, NEXT, 1);
  for (let taken = Atomics.load(shared, TAKEN); range - taken >= LEAD; taken = Atomics.load(shared, TAKEN)) {
    if (Atomics.load(shared, STOP) !== 0) break;
    Atomics.wait(shared, TAKEN, taken);
  }
  return range;
}
