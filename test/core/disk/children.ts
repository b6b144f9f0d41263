import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { freshFolder } from './world';

let built: string | undefined;

/** child.ts as one plain file: it starts in 50 ms. */
function script(): string {
  if (built !== undefined && existsSync(built)) return built; // Another test file may have cleared its folder.
  built = path.join(freshFolder(), 'child.cjs');
  buildSync({ entryPoints: [path.join(__dirname, 'child.ts')], outfile: built, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
  return built;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** Resolves on the first thing it prints; rejects when it ends before. */
  readonly started: Promise<void>;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a job of child.ts. */
export function start(...args: string[]): Running {
  const child = spawn(process.execPath, [script(), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => { resolve({ code, signal, stderr }); }));
  const printed = once(child.stdout, 'data').then(() => undefined);
  const started = Promise.race([printed, ended.then((end) => Promise.reject(new Error(`ended before it began: ${JSON.stringify(end)}`)))]);
  started.catch(() => undefined); // Awaited only by those who care when it began.
  return { pid: child.pid!, started, ended, kill: (signal) => child.kill(signal) };
}

/** A contender ready for messages. */
export async function startContender(): Promise<ChildProcess> {
  const child = fork(script(), ['contend'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

/** The PID of a process that has just ended. */
export async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid!;
}
