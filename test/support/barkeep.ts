import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseEvent, type Event, type FailureEvent } from '../../src/protocol/events';
import type { JobName, Results } from '../../src/protocol/results';

/** The built command line, run as a real process. */
export const CLI = path.join(__dirname, '../../dist/cli.js');

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly Event[];
}

export interface Spawning {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  /** Called with the running child: to kill it, say. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

/** Where commands run that name all their folders: what one writes beside itself all the same is not in another's way. */
function elsewhere(): string {
  if (standing === undefined || !existsSync(standing)) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-elsewhere-'));
    process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
    standing = folder;
  }
  return standing;
}
let standing: string | undefined;

export function barkeep(args: readonly string[], how: Spawning = {}): Promise<Outcome> {
  if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: run npm run build first');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: how.cwd ?? elsewhere(),
      env: { ...process.env, NO_COLOR: '1', ...how.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(how.uid === undefined ? {} : { uid: how.uid }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const events = stdout.split('\n').flatMap((line) => parseEvent(line) ?? []);
      resolve({ code, signal, stdout, stderr, events });
    });
    how.meanwhile?.(child);
  });
}

/** The result of a command run with `--json`; fails with what it said when there is none. */
export async function result<Name extends JobName>(command: Name, args: readonly string[], how: Spawning = {}): Promise<Results[Name]> {
  const outcome = await barkeep([...args, '--json'], how);
  const found = outcome.events.find((event) => event.type === 'result');
  if (found?.command !== command) throw new Error(`no ${command} result (exit ${outcome.code}):\n${outcome.stdout}\n${outcome.stderr}`);
  return found.result as Results[Name];
}

export function failureOf(outcome: Outcome): FailureEvent {
  const found = outcome.events.find((event) => event.type === 'failure');
  if (found === undefined) throw new Error(`no failure (exit ${outcome.code}):\n${outcome.stdout}\n${outcome.stderr}`);
  return found;
}

/** A new empty folder, removed after the test that calls it (give it mocha's `after` or `afterEach`). */
export function scratch(cleanUp: (remove: () => void) => void): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-test-'));
  cleanUp(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** `../shared/data` beside the checkout: real inputs that only some machines have. */
export const SHARED = path.join(__dirname, '../../../shared/data');
export const hasShared = existsSync(SHARED);
export const sharedOr = (title: string): string => (hasShared ? title : `${title} (skipped: ../shared/data is not here)`);
