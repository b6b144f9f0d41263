import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.join(__dirname, '../..');
let built: string | undefined;

/** The command line as it is in the source, beside node_modules so that it finds the native library. */
function cli(): string {
  if (built !== undefined) return built;
  const folder = path.join(root, '.cache', `faults-${process.pid}`);
  built = path.join(folder, 'cli.js');
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
  buildSync({ entryPoints: [path.join(root, 'src/cli/main.ts')], outfile: built, bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['@duckdb/node-api'] });
  return built;
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
