import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../base/failure';
import { isGone } from './claim';
import type { Disk } from './disk';
import { sight, type LockHolder } from './holder';

/** What a lock file is found to be. */
export interface LockState {
  /** Absolute. */
  readonly file: string;
  /** `elsewhere`: held from another host, which cannot be judged from here; `unreadable`: it does not say by whom. */
  readonly state: 'held' | 'stale' | 'elsewhere' | 'unreadable';
  readonly holder?: LockHolder;
  /** When the lock was taken, unix ms. */
  readonly since: number;
}

/** The state of a lock; undefined when nobody holds it. */
export async function judgeLock(disk: Disk, file: string): Promise<LockState | undefined> {
  const seen = await sight(disk.files, file);
  if (seen === undefined) return undefined;
  const { holder, made: since } = seen;
  if (holder === undefined) return { file, state: 'unreadable', since };
  if (await isGone(disk, seen)) return { file, state: 'stale', holder, since };
  return { file, state: (holder.host ?? disk.self.host) === disk.self.host ? 'held' : 'elsewhere', holder, since };
}

/** Names of locks in a folder, absolute: those there are, and those of which only a claim or an unused lock file was left. */
export async function locksIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const locks = names.flatMap((name) => /^(.+\.lock)(\.claim-.+|\.new-.+)?$/.exec(name)?.[1] ?? []);
  return [...new Set(locks)].sort().map((name) => path.join(folder, name));
}
