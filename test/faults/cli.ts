import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
let copied: string | undefined;

/** The built command line, copied so that a build meanwhile is not in the way; beside node_modules so that it finds the native library. */
function cli(): string {
  if (copied !== undefined) return copied;
  const folder = path.join(root, '.cache', `faults-${process.pid}`);
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
  mkdirSync(folder, { recursive: true });
  for (const name of ['cli.js', 'kernel.js']) copyFileSync(path.join(root, 'dist', name), path.join(folder, name));
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
