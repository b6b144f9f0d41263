import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openDisk } from '../../../src/core/disk/disk';
import { withLock } from '../../../src/core/disk/lock';
import { lockPath } from '../../../src/core/store/layout';

/** What the chapters have in common. */

/** The cloud drive that the machine is made to look as if it had, beside the workspace. */
export const driveBeside = (workspace: string): string => path.join(path.dirname(workspace), 'OneDrive');

export const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

export const leftovers = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tmp|lock)$/.test(name));

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 40_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 100))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

/** Runs the command line, as a person did before the walk. */
export function barkeep(folder: string, ...args: string[]): void {
  execFileSync(process.execPath, [path.join(__dirname, '..', '..', '..', 'dist', 'cli.js'), ...args, '--data', folder], { cwd: folder, stdio: 'pipe' });
}

/** Stops the first process whose command line matches as soon as there is one, so that it is met half-way on any machine. @returns lets it go on */
export async function hold(commandLine: RegExp): Promise<() => void> {
  let pid: number | undefined;
  await until(`a process like ${String(commandLine)}`, () => {
    pid = processes().find(({ line }) => commandLine.test(line))?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGSTOP');
    return pid !== undefined;
  });
  return () => { process.kill(pid!, 'SIGCONT'); };
}

/** Holds the lock of ES as another command would. @returns what lets it go */
export async function holdLock(folder: string): Promise<() => Promise<void>> {
  const disk = openDisk({ clock: Date, command: 'another program' });
  let free!: () => void;
  const until = new Promise<void>((resolve) => (free = resolve));
  let held!: Promise<void>;
  await new Promise<void>((taken, failed) => {
    held = withLock(disk, lockPath(folder, 'ES'), { doing: 'growing ES' }, () => (taken(), until));
    held.catch(failed);
  });
  return () => (free(), held);
}

function processes(): { pid: number; line: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return { pid: Number(name), line: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') };
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}
