import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { textWriting } from '../../../src/core/disk/atomic';
import { replaceFile } from '../../../src/core/disk/backup';
import { nodeFiles, type Files } from '../../../src/core/disk/files';
import { releaseAllSync, withLock, type LockFormat } from '../../../src/core/disk/lock';
import { restoreFile } from '../../../src/core/disk/restore';
import { Failure } from '../../../src/core/base/failure';
import { watched } from './faulty';
import { diskWith, whole } from './world';

/** The process that the tests run many of, and kill (children.ts builds and starts it). One job per first argument. */
const jobs: Record<string, (...args: string[]) => Promise<void>> = { contend, hold, write, restore, quit };

/** What a parent tells a contender. */
export interface Round {
  readonly lock: string;
  readonly log: string;
  readonly wait: boolean;
  readonly format: LockFormat;
  /** Longest random pause before each operation on the disk, ms: spreads the contenders over every step. */
  readonly jitter: number;
}

/**
 * Tries the lock on each message; says 'held' or 'lost' (or what went wrong). Without `wait` it holds until told 'release'.
 * The log is the witness: one line on entering, one on leaving, in the order in which they happened.
 */
async function contend(): Promise<void> {
  let release: () => void = () => undefined;
  process.on('message', (message: Round | 'release') => {
    if (message === 'release') release();
    else void round(message, new Promise<void>((resolve) => (release = resolve)));
  });
  process.send?.('ready');
  await new Promise(() => undefined);
}

async function round({ lock, log, wait, format, jitter }: Round, told: Promise<void>): Promise<void> {
  const disk = diskWith(jitter === 0 ? nodeFiles : watched(nodeFiles, () => sleep(Math.random() * jitter)));
  try {
    await withLock(disk, lock, { doing: 'contending', wait, format }, async () => {
      appendFileSync(log, `enter ${process.pid}\n`);
      process.send?.('held');
      await (wait ? sleep(Math.random() * 2) : told);
      appendFileSync(log, `leave ${process.pid}\n`);
    });
    process.send?.('done');
  } catch (error) {
    process.send?.(error instanceof Failure && error.kind === 'locked' ? 'lost' : `failed: ${String(error)}`);
  }
}

/** Holds a lock until killed; releases on SIGTERM as the command line does. */
async function hold(lock: string, format: string): Promise<void> {
  process.on('SIGTERM', () => {
    releaseAllSync();
    process.exit(143);
  });
  await withLock(diskWith(), lock, { doing: 'holding', format: format === 'export' ? 'export' : 'store' }, async () => {
    process.stdout.write('held\n');
    setInterval(() => undefined, 1000);
    await new Promise(() => undefined);
  });
}

/** Ends while holding two locks, releasing them from an exit handler. */
async function quit(one: string, other: string): Promise<void> {
  process.on('exit', releaseAllSync);
  const disk = diskWith();
  await withLock(disk, one, { doing: 'quitting' }, () => withLock(disk, other, { doing: 'quitting', format: 'export' }, () => process.exit(0)));
}

/** Files that kill this process, as kill -9 does, just before the n-th operation; 0 = never. */
const deadly = (n: number): Files =>
  watched(nodeFiles, (at) => {
    if (at === n) process.kill(process.pid, 'SIGKILL');
  });

/** Replaces data.csv under the lock: `times` times, or until killed. */
async function write(folder: string, label: string, killAt: string, times = '1', bytes = '1000'): Promise<void> {
  const disk = diskWith(deadly(Number(killAt)));
  const target = path.join(folder, 'data.csv');
  await withLock(disk, path.join(folder, 'data.lock'), { doing: 'writing' }, async () => {
    process.stdout.write('writing\n');
    for (let i = 0; i < Number(times); i++) {
      await replaceFile(disk, folder, target, textWriting(disk, target, whole(`${label}${i}`, Number(bytes))), 'a test');
    }
  });
}

async function restore(folder: string, _label: string, killAt: string): Promise<void> {
  const disk = diskWith(deadly(Number(killAt)));
  await withLock(disk, path.join(folder, 'data.lock'), { doing: 'restoring' }, async () => {
    await restoreFile(disk, folder, 'data.csv');
  });
}

const [job = '', ...args] = process.argv.slice(2);
jobs[job]!(...args).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
