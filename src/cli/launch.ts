import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Failure, failureFrom } from '../core/base/failure';
import type { Launch } from '../core/jobs/conduct/bench';

/** Starts a command in a shell, in a group of its own: it lives on when we end, and when we are killed. */
export const launchProgram: Launch = async (command, { cwd, output }) => {
  const attempted = `start ${command}`;
  const out = openOutput(output);
  try {
    const child = spawn(command, { cwd, shell: true, detached: true, stdio: ['ignore', out, out], windowsHide: true });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    if (child.pid === undefined) throw new Failure('io', { attempted, why: 'it got no process.' });
    return { pid: child.pid, exited };
  } catch (error) {
    throw failureFrom(error, attempted);
  } finally {
    closeSync(out);
  }
};

/** The child writes into it by itself, so it must be a file of the system, not of ours. */
function openOutput(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw failureFrom(error, `write ${file}`, file);
  }
}
