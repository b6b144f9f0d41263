import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasRedis, startRedis } from '../support/servers';
import { writeMonth } from '../support/month';
import type { Figure } from './figure';

/** Months from a queue: one worker, then two, each a process as on a machine of its own; the queue is a real server. */

const root = path.join(import.meta.dirname, '..', '..');
const folder = path.join(root, '.cache', 'bench', 'fleet');
const CLI = path.join(root, 'dist/cli.js');
/** Whole months, as the vendor sends them, and enough of them that what a run does before and after them counts for little. */
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8];

export async function* fleet(): AsyncGenerator<Figure> {
  if (!hasRedis) throw new Error('this needs redis-server: bash test/support/servers/install.sh');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const month of MONTHS) writeMonth(path.join(folder, 'source'), { year: 2024, month, seed: month });
  const rates: [number[], number[]] = [[], []];
  // In turns, so that whatever else the machine does meets both.
  for (let round = 0; round < 2; round++) {
    for (const workers of [1, 2]) {
      const { rate, commands } = await measure(workers);
      rates[workers - 1]!.push(rate);
      yield { name: `queue-commands-${workers}`, value: commands, unit: 'commands/month' };
    }
  }
  const [one, two] = rates.map((each) => Math.max(...each)) as [number, number];
  yield { name: 'one-worker', value: one, unit: 'months/min' };
  yield { name: 'two-workers', value: two, unit: 'months/min' };
  yield { name: 'scaling', value: two / one, unit: '×', bound: { least: 1.8 } };
  rmSync(folder, { recursive: true, force: true });
}

/** Months a minute, and commands the queue's server carried out for each. */
async function measure(count: number): Promise<{ readonly rate: number; readonly commands: number }> {
  const redis = await startRedis(path.join(folder, 'redis'));
  const dest = path.join(folder, 'dest');
  const command = (...args: string[]): string[] => [CLI, 'monthly', ...args, '--queue', redis.url];
  const workers = Array.from({ length: count }, () => spawn(process.execPath, command('worker', '--workers', '1'), { stdio: 'ignore' }));
  try {
    while ((await connected(redis.url)) < count) await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    await promisify(execFile)(process.execPath, command('run', '--source', path.join(folder, 'source'), '--dest', dest, '--min-bytes', '0', '--json'), { maxBuffer: 1 << 26 }).catch((error: unknown) => {
      // Short months deserve to be processed again: exit code 1.
      if ((error as { code?: unknown }).code !== 1) throw error;
    });
    const rate = (MONTHS.length / (performance.now() - began)) * 60_000;
    const told = execFileSync('redis-cli', ['-u', redis.url, 'info', 'stats'], { encoding: 'utf8' });
    return { rate, commands: Number(/total_commands_processed:(\d+)/.exec(told)?.[1]) / MONTHS.length };
  } finally {
    await Promise.all(workers.map(ended));
    await redis.stop();
    for (const name of ['dest', 'redis']) rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function ended(worker: ChildProcess): Promise<void> {
  const gone = once(worker, 'exit');
  worker.kill('SIGTERM');
  await gone;
}

/** Workers that have reached the queue. */
async function connected(url: string): Promise<number> {
  const { stdout } = await promisify(execFile)('redis-cli', ['-u', url, 'client', 'list']);
  return new Set(stdout.match(/:w:\S+@\S+/g)).size;
}
