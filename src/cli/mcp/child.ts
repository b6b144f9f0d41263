import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseEvent, type FailureEvent, type ProgressEvent } from '../../protocol/events';
import { EXIT } from '../../protocol/exit';

/** How long a cancelled child may take to leave the disk in order before it is killed, ms. */
const GRACE = 5000;

/** What a command said: its result, or why there is none. */
export interface Answer {
  readonly exitCode: number;
  /** What the exit code means. */
  readonly means: string;
  readonly result?: unknown;
  readonly failure?: FailureEvent;
  /** What it printed for a person, when it was not asked for events. */
  readonly text: string;
}

export interface Asking {
  /** The data folder, to which paths are relative. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ProgressEvent) => void;
}

/** Runs a command of the command line in a child process of its own. */
export function ask(args: readonly string[], { folder, signal, onProgress }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(__dirname, 'cli.js'), ...args, '--data', folder], { cwd: folder, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const heard: { result?: unknown; failure?: FailureEvent } = {};
    const lines: string[] = [];
    let errors = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseEvent(line);
      if (event === undefined) lines.push(line);
      else if (event.type === 'result') heard.result = event.result;
      else if (event.type === 'failure') heard.failure = event;
      else if (event.type === 'progress') onProgress?.(event);
    });
    child.stderr.setEncoding('utf8').on('data', (data: string) => (errors = (errors + data).slice(-4000)));
    const release = cancelWith(signal, (name) => child.kill(name));
    child.once('error', reject);
    child.once('close', (code) => {
      release();
      const exitCode = code ?? EXIT.internal.code;
      const means = Object.values(EXIT).find((exit) => exit.code === exitCode)?.means ?? 'it crashed';
      resolve({ exitCode, means, text: [...lines, errors.trim()].join('\n').trim(), ...heard });
    });
  });
}

function cancelWith(signal: AbortSignal, kill: (signal: NodeJS.Signals) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    kill('SIGINT');
    timer = setTimeout(() => { kill('SIGKILL'); }, GRACE);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}
