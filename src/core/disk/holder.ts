import { createHash, randomUUID } from 'node:crypto';
import { errnoOf } from '../base/failure';
import type { Self } from './disk';
import { ifThere, nodeFiles, type Files } from './files';

/** Who holds a lock, as far as the lock file tells. */
export interface LockHolder {
  readonly pid: number;
  /** Absent in the export format: this host. */
  readonly host?: string;
  /** Start of the holder's process, ISO UTC. */
  readonly started?: string;
  /** As `Self.birth`. */
  readonly birth?: string;
  readonly command?: string;
  readonly doing?: string;
  /** When the lock was taken, unix ms: the time of the lock file. */
  readonly since: number;
}

/**
 * `store`: line 1 the PID, line 2 JSON with host, process start, command and what is being done.
 * `export`: the PID as plain text and nothing else, since other programs read it.
 */
export type LockFormat = 'store' | 'export';

/** The text of a lock file. In the store format no two are alike: each carries a random token. */
export function lockText(self: Self, doing: string, format: LockFormat): string {
  if (format === 'export') return String(self.pid);
  const about = { host: self.host, started: new Date(self.started).toISOString(), command: self.command, doing, birth: self.birth, token: randomUUID() };
  return `${self.pid}\n${JSON.stringify(about)}\n`;
}

/** A lock (or claim) file as it was at one moment. */
export interface Sighting {
  /**
   * Names this taking of the lock: made of the content, and of the file's time where the content is only a PID. It is
   * the same before and after link, rename and a remount (inode numbers and the time of the last attribute change are
   * not). The time counts in steps of 2 s, the coarsest a file system keeps (FAT).
   */
  readonly identity: string;
  readonly text: string;
  /** Last change of the file, unix ms. */
  readonly made: number;
  /** Undefined when the content is empty or not a lock's. */
  readonly holder?: LockHolder;
}

/** Reads a lock or claim file; undefined when there is none. */
export async function sight(files: Files, file: string): Promise<Sighting | undefined> {
  const content = await ifThere(files.readFile(file));
  return content === undefined ? undefined : sightingOf(content.bytes.toString('utf8'), content.modified);
}

/** As `sight`; what is there but cannot be read, such as a folder or another user's file, is a lock that does not say who holds it. */
export async function glance(files: Files, file: string): Promise<Sighting | undefined> {
  try {
    return await sight(files, file);
  } catch (error) {
    if (!['EISDIR', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
    const made = await nodeFiles.stat(file).then(({ modified }) => modified, () => 0);
    return sightingOf('', made);
  }
}

/** @param made time of the file, unix ms */
export function sightingOf(text: string, made: number): Sighting {
  const holder = parseHolder(text, made);
  const unique = text.trimEnd().includes('\n') ? text : `${text}\n${Math.floor(made / 2000)}`;
  const identity = createHash('sha256').update(unique).digest('hex').slice(0, 16);
  return holder === undefined ? { identity, text, made } : { identity, text, made, holder };
}

function parseHolder(text: string, since: number): LockHolder | undefined {
  const [first = '', second = ''] = text.split('\n');
  if (!/^\s*[1-9]\d{0,9}\s*$/.test(first)) return undefined;
  const pid = Number(first);
  if (second.trim() === '') return { pid, since };
  const about = parseObject(second);
  if (about === undefined) return undefined;
  const named = ['host', 'started', 'birth', 'command', 'doing'].filter((name) => typeof about[name] === 'string');
  return { pid, since, ...Object.fromEntries(named.map((name) => [name, about[name]])) };
}

/** The object a line of JSON stands for; undefined when it is torn or something else. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Who holds a lock; undefined when nobody does or the file does not say. */
export async function readLock(lockFile: string): Promise<LockHolder | undefined> {
  return (await glance(nodeFiles, lockFile))?.holder;
}

/** `PID 4711 on desk-3 (barkeep import ES.csv), since 2025-07-01T12:00:00.000Z, importing ES.csv` */
export function describeHolder(holder: LockHolder): string {
  const host = holder.host === undefined ? '' : ` on ${holder.host}`;
  const command = holder.command === undefined ? '' : ` (${holder.command})`;
  const doing = holder.doing === undefined ? '' : `, ${holder.doing}`;
  return `PID ${holder.pid}${host}${command}, since ${new Date(holder.since).toISOString()}${doing}`;
}
