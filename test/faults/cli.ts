import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { VERSION } from '../../src/core/base/version';
import { buildProgram } from '../../src/cli/program';
import { NOBODY } from './scenarios';

const root = path.join(__dirname, '../..');
let copied: string | undefined;

/** The built command line, copied so that a build meanwhile is not in the way; beside node_modules so that it finds the native library. */
function cli(): string {
  if (copied !== undefined) return copied;
  const folder = path.join(root, '.cache', `faults-${process.pid}`);
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(path.join(root, 'dist')).filter((file) => file.endsWith('.js'))) copyFileSync(path.join(root, 'dist', name), path.join(folder, name));
  return (copied = path.join(folder, 'cli.js'));
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs the real command on a world. @param fault for BARKEEP_FAULT (core/disk/faults.ts) */
export function barkeepIn(world: string, args: readonly string[], fault?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli(), ...args, '--data', path.join(world, 'data')], {
      cwd: world,
      env: { ...process.env, NO_COLOR: '1', ...(fault === undefined ? {} : { BARKEEP_FAULT: fault }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, output });
    });
  });
}

/** As `barkeepIn`, in this process, which is thought of as gone when its world is examined: a tenth of the time. For faults that a process survives. */
export async function barkeepHere(world: string, args: readonly string[], fault: string): Promise<Ended> {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));
  let [output, code] = ['', 0];
  const listen = (text: string | Uint8Array): boolean => ((output += String(text)), true);
  const { pid } = process;
  process.env['BARKEEP_FAULT'] = fault;
  try {
    Object.defineProperty(process, 'pid', { value: NOBODY, configurable: true });
    for (const stream of streams) stream.write = listen;
    await buildProgram(VERSION, (ended) => (code = ended)).parseAsync([...args, '--data', path.join(world, 'data')], { from: 'user' });
  } finally {
    Object.defineProperty(process, 'pid', { value: pid, configurable: true });
    delete process.env['BARKEEP_FAULT'];
    streams.forEach((stream, at) => { stream.write = writes[at]!; });
  }
  return { code, signal: null, output };
}
