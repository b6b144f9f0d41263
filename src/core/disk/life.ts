import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { kill, pid as ownPid, platform } from 'node:process';
import { promisify } from 'node:util';
import { errnoOf } from '../base/failure';

/**
 * Whether the process that made a lock still runs. Doubt counts as alive: a lock too many costs a question, one too few costs data.
 */

/** What is known of a process beyond its number. */
interface Life {
  /** It has ended and only its number is kept until its parent collects it. */
  readonly ended: boolean;
  /** As `Self.birth`. */
  readonly birth?: string;
  /** Unix ms, good to about a second. */
  readonly started?: number;
}

/** Start times are compared with file times; coarser clocks (`ps`: 1 s, FAT: 2 s) must not make a process look young. */
const SLACK = 3000;

/**
 * True when the process that wrote a file can never act again: its PID is free (ESRCH; EPERM means it runs under
 * another user), it is a zombie, or the PID now belongs to a process with another birth, or, where no
 * birth was recorded, to one that started after the file was made.
 * @param writer PID and, when the file tells it, birth of the writer, on this host
 * @param made unix ms
 */
export async function isDead(writer: { readonly pid: number; readonly birth?: string }, made: number): Promise<boolean> {
  if (!isRunning(writer.pid)) return true;
  const life = await lifeOf(writer.pid);
  if (life.ended) return true;
  if (writer.birth !== undefined && life.birth !== undefined) return writer.birth !== life.birth;
  return life.started !== undefined && life.started > made + SLACK;
}

function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

function lifeOf(pid: number): Life | Promise<Life> {
  if (platform === 'linux') return linuxLife(pid);
  if (platform === 'darwin') return macLife(pid);
  return { ended: false };
}

/** Fields of /proc/PID/stat after the parenthesised name, which may itself hold spaces and parentheses (proc(5)). */
interface ProcStat {
  readonly state: string;
  readonly threads: number;
  /** Start since boot, in clock ticks of 1/100 s (USER_HZ, 100 on every platform Node runs on). */
  readonly ticks: number;
}

function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', threads: Number(fields[17]), ticks: Number(fields[19]) };
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The boot and the tick in it at which a process started: no two processes with one PID share both, whatever the clock did. */
const birthAt = (ticks: number): string => `${bootId()}/${ticks}`;

const procStat = (pid: number): ProcStat => parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));

function linuxLife(pid: number): Life {
  try {
    const stat = procStat(pid);
    return {
      ended: stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1),
      birth: birthAt(stat.ticks),
      started: performance.timeOrigin + (stat.ticks - procStat(ownPid).ticks) * 10,
    };
  } catch {
    return { ended: false }; // No /proc, or not for us to read: nothing is known, which counts as alive.
  }
}

async function macLife(pid: number): Promise<Life> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', TZ: 'UTC' } });
    const started = Date.parse(`${stdout.trim()} UTC`);
    return Number.isNaN(started) ? { ended: false } : { ended: false, started };
  } catch {
    return { ended: false }; // As above.
  }
}

/** The birth of this process, where the system tells it (Linux). */
export function ownBirth(): string | undefined {
  if (platform !== 'linux') return undefined;
  try {
    return birthAt(procStat(ownPid).ticks);
  } catch {
    return undefined; // No /proc: others then judge us by PID and start time alone.
  }
}
