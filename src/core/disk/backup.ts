import path from 'node:path';
import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import type { BackupEntry } from '../../protocol/keeping';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { TEMPORARY, differs, writeAtomic, type Writing, type Written } from './atomic';
import { measureFile } from './digest';
import type { Disk } from './disk';
import { diskFailure, isFull } from './failures';
import { ifThere } from './files';
import { BACKUPS, appendJournal, readJournal, type JournalLine } from './journal';

/**
 * Copies lie in `backups/`, named `{file}.{YYYYMMDD_HHMMSS}.bak` (UTC), then `…_002.bak` and so on within one second.
 * Subfolders of the data folder are repeated under `backups/`, so that a name there is a copy of one file only.
 */
const NAME = /^(?<file>.+)\.(?<stamp>\d{8}_\d{6})(?:_(?<turn>\d{3}))?\.bak$/;
const LAST_TURN = 999;

/**
 * Copies a file into `backups/`. The copy gets its name only when it is synced, compared by SHA-256 and journalled.
 * The caller holds the file's lock.
 * @param file absolute, or relative to the data folder
 * @param original what the file holds, when it was measured under that lock
 */
export async function backUp(disk: Disk, dataFolder: string, file: string, why: string, original?: Written): Promise<BackupEntry> {
  const name = nameIn(dataFolder, file);
  const source = path.join(dataFolder, name);
  const { bytes, sha256 } = original ?? (await measureFile(source));
  const { backup, made } = await freeName(disk, dataFolder, name).catch((error: unknown) => {
    throw diskFailure(error, `back up ${source}`, source, bytes);
  });
  const line = { what: 'backup', file: name, backup, why, bytes, sha256Before: sha256 } as const;
  await writeAtomic(disk, backupPath(dataFolder, backup), copyOf(disk, source, { bytes, sha256 }), () => appendJournal(disk, dataFolder, line));
  return { backup, file: name, made, bytes, sha256, why };
}

/**
 * Every change of a file in the data folder: what is there is backed up, then replaced atomically (writeAtomic). The
 * change is journalled with the digests before and after it happens. The caller holds the file's lock.
 * @param target absolute, or relative to the data folder
 */
export async function replaceFile(disk: Disk, dataFolder: string, target: string, writing: Writing, why: string, guard: Guard = {}): Promise<Written & { backup?: BackupEntry }> {
  return change(disk, dataFolder, nameIn(dataFolder, target), writing, { what: 'replace', why, ...guard });
}

/** Keeps a change from replacing what it was not made from. */
export interface Guard {
  /** SHA-256 of the file that is to be replaced. */
  readonly expected?: string;
  /** Called last, when the new file lies whole beside the old one; throwing abandons the change. */
  readonly last?: () => Promise<void>;
  /** What goes into the file, for the journal. */
  readonly sources?: readonly object[];
}

/** @throws Failure `refused` */
export const changedMeanwhile = (file: string): Failure =>
  new Failure('refused', { attempted: `write ${file}`, file, why: 'it was changed by another program while this was prepared; it is left as that program wrote it.', remedy: 'Run it again once nothing else writes to the file.' });

/** As `replaceFile`, saying in the journal what kind of change it is. @param name relative to the data folder */
export async function change(disk: Disk, dataFolder: string, name: string, writing: Writing, how: Guard & { what: 'replace' | 'restore'; why: string }): Promise<Written & { backup?: BackupEntry }> {
  const target = path.join(dataFolder, name);
  const there = await ifThere(disk.files.stat(target)).catch((error: unknown) => {
    throw diskFailure(error, `write ${target}`, target, writing.needs);
  });
  try {
    return await putAfterBackup(disk, dataFolder, name, writing, there !== undefined, how);
  } catch (error) {
    throw isFull(error) ? diskFailure(error, `write ${target}`, target, (there?.bytes ?? 0) + writing.needs) : error;
  }
}

async function putAfterBackup(disk: Disk, dataFolder: string, name: string, writing: Writing, isThere: boolean, how: Parameters<typeof change>[4]): Promise<Written & { backup?: BackupEntry }> {
  const target = path.join(dataFolder, name);
  const backup = isThere ? await backUp(disk, dataFolder, target, how.why) : undefined;
  if (how.expected !== undefined && backup?.sha256 !== how.expected) throw changedMeanwhile(target);
  const before = backup === undefined ? {} : { backup: backup.backup, ...(backup.sha256 === null ? {} : { sha256Before: backup.sha256 }) };
  const what = backup === undefined && how.what === 'replace' ? 'create' : how.what;
  const written = await writeAtomic(disk, target, writing, async ({ bytes, sha256 }) => {
    await how.last?.();
    const sources = how.sources === undefined ? {} : { sources: how.sources };
    await appendJournal(disk, dataFolder, { what, file: name, why: how.why, ...sources, bytes, ...before, sha256After: sha256 });
  });
  return backup === undefined ? written : { ...written, backup };
}

/**
 * The backups of a data folder, or of one file in it, newest first. They are found by name, so a lost journal hides none;
 * digest and reason are null for those the journal does not tell of.
 * @param file absolute, or relative to the data folder
 */
export async function listBackups(dataFolder: string, file?: string): Promise<BackupEntry[]> {
  const name = file === undefined ? undefined : nameIn(dataFolder, file);
  try {
    const lines = await readJournal(dataFolder).catch((): JournalLine[] => []); // Lost as well when it cannot be read.
    const journalled = new Map(lines.filter((line) => line.what === 'backup').map((line) => [line.backup, line]));
    const found = (await namesIn(dataFolder)).filter((backup) => name === undefined || fileOf(backup) === name);
    const entries = await Promise.all(found.map((backup) => entryOf(dataFolder, backup, journalled.get(backup))));
    return entries.filter((entry) => entry !== undefined).sort((a, b) => b.made - a.made || descending(a.backup, b.backup));
  } catch (error) {
    throw failureFrom(error, `list the backups of ${dataFolder}`, dataFolder);
  }
}

const descending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

export const backupPath = (dataFolder: string, backup: string): string => path.join(dataFolder, BACKUPS, backup);

/** The Writing of a copy: shares blocks where it can, and is compared with what the original was when measured. */
export function copyOf(disk: Disk, source: string, original: Written): Writing {
  return {
    needs: original.bytes,
    async produce(temporary) {
      try {
        await disk.files.copyFile(source, temporary);
      } catch (error) {
        throw diskFailure(error, `copy ${source}`, source, original.bytes);
      }
    },
    async verify(temporary) {
      const { bytes, sha256 } = await measureFile(temporary);
      if (sha256 !== original.sha256) throw differs(temporary, `the copy has ${bytes} bytes with SHA-256 ${sha256}, ${source} had ${original.bytes} with ${original.sha256}.`);
    },
  };
}

/**
 * A file's name relative to the data folder, with `/`: how backups and journal call it.
 * @throws Failure `usage` when it lies outside, or is a backup itself
 */
export function nameIn(dataFolder: string, file: string): string {
  const name = path.relative(path.resolve(dataFolder), path.resolve(dataFolder, file)).split(path.sep).join('/');
  const attempted = `back up ${file}`;
  if (!path.isAbsolute(dataFolder)) throw new Failure('internal', { attempted, file, why: `the data folder ${dataFolder} is not an absolute path.` });
  if (name === '' || name.startsWith('../') || name === '..' || path.isAbsolute(name)) {
    throw new Failure('usage', { attempted, file, why: `it is not a file in the data folder ${dataFolder}.`, remedy: 'Choose a file of that folder.' });
  }
  if (name.startsWith(`${BACKUPS}/`)) {
    throw new Failure('usage', { attempted, file, why: 'it is itself a part of the backups.', remedy: 'Choose the file it is a copy of.' });
  }
  return name;
}

/** A name no backup has yet, and its time (unix ms, whole seconds). Removes what a killed process left of an earlier copy. */
async function freeName(disk: Disk, dataFolder: string, name: string): Promise<{ backup: string; made: number }> {
  const made = Math.floor(disk.clock.now() / 1000) * 1000;
  const folder = path.dirname(backupPath(dataFolder, name));
  const names = (await ifThere(disk.files.readdir(folder))) ?? [];
  const base = path.posix.basename(name);
  for (const left of names.filter((entry) => entry.endsWith(TEMPORARY) && fileOf(entry.slice(0, -TEMPORARY.length)) === base)) {
    await ifThere(disk.files.unlink(path.join(folder, left)));
  }
  const taken = new Set(names);
  for (let turn = 1; turn <= LAST_TURN; turn++) {
    const suffix = turn === 1 ? '' : `_${String(turn).padStart(3, '0')}`;
    const end = `.${stampOf(made)}${suffix}.bak`;
    if (!taken.has(base + end)) return { backup: name + end, made };
  }
  throw new Failure('refused', { attempted: `back up ${name}`, file: name, why: `${LAST_TURN} backups of it were made within one second.`, remedy: 'Look for what keeps writing it.' });
}

/** `20250701_120000`, UTC. */
const stampOf = (ms: number): string => new Date(ms).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);

const timeOf = (stamp: string): number => Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:$6Z'));

const fileOf = (backup: string): string | undefined => NAME.exec(backup)?.groups?.['file'];

/** What is in the backups; a folder further down that cannot be listed is passed over, as in the data folder (walk.ts). */
async function namesIn(dataFolder: string): Promise<string[]> {
  const top = path.join(dataFolder, BACKUPS);
  const under = async (inside: string, entries: readonly Dirent[]): Promise<string[]> => {
    const names = await Promise.all(entries.map(async (entry) => {
      const name = inside + entry.name;
      return entry.isDirectory() ? under(`${name}/`, await readdir(path.join(top, name), { withFileTypes: true }).catch(() => [])) : [name];
    }));
    return names.flat();
  };
  return under('', (await ifThere(readdir(top, { withFileTypes: true }))) ?? []);
}

async function entryOf(dataFolder: string, backup: string, line: JournalLine | undefined): Promise<BackupEntry | undefined> {
  const parts = NAME.exec(backup)?.groups;
  if (parts === undefined) return undefined;
  const whole = backupPath(dataFolder, backup);
  const stats = await stat(whole).catch((error: unknown) => (errnoOf(error) === 'ENOENT' ? undefined : ifThere(lstat(whole)))); // One that cannot be read is listed.
  if (stats === undefined || stats.isDirectory()) return undefined;
  return { backup, file: parts['file']!, made: timeOf(parts['stamp']!), bytes: stats.size, sha256: line?.sha256Before ?? null, why: line?.why ?? null };
}
