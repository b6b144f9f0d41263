import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../base/failure';
import { isGone } from './claim';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { glance, type LockHolder } from './holder';
import { NOTES } from './operations';

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
  const seen = await glance(disk.files, file).catch((error: unknown) => {
    throw diskFailure(error, `look at the lock ${file}`, file, 0);
  });
  if (seen === undefined) return undefined;
  const { holder, made: since } = seen;
  if (holder === undefined) return { file, state: 'unreadable', since };
  if (await isGone(disk, seen)) return { file, state: 'stale', holder, since };
  return { file, state: (holder.host ?? disk.self.host) === disk.self.host ? 'held' : 'elsewhere', holder, since };
}

/**
 * Names of locks in a data folder and in its notes, absolute: those there are, and those of which only a claim or an
 * unused lock file was left.
 */
export async function locksOf(dataFolder: string): Promise<string[]> {
  const notes = path.join(dataFolder, NOTES);
  const folders = (await readdir(notes, { recursive: true, withFileTypes: true }).catch(ifMissing)).filter((entry) => entry.isDirectory());
  const found = await Promise.all([dataFolder, notes, ...folders.map((entry) => path.join(entry.parentPath, entry.name))].map(locksIn));
  return found.flat();
}

function ifMissing(error: unknown): [] {
  if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
  throw error;
}

async function locksIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(ifMissing);
  const locks = names.flatMap((name) => /^(.+\.lock)(\.claim-.+|\.new-.+)?$/.exec(name)?.[1] ?? []);
  return [...new Set(locks)].sort().map((name) => path.join(folder, name));
}
