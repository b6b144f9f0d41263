import fs from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { platform } from 'node:process';
import { errnoOf } from '../base/failure';

/**
 * The primitive operations on the disk, one method each. Everything in this room that changes the disk goes through
 * them, so that a test can fail, or kill the process at, the n-th one. Errors are Node's own, with their `code`.
 */
export interface Files {
  /** `wx` creates and fails with EEXIST; `w` creates or empties; `a` appends; `r` and `r+` need the file. */
  open(path: string, flags: 'wx' | 'w' | 'a' | 'r' | 'r+'): Promise<OpenFile>;
  /** Replaces `to` atomically where the file system can. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same file; fails with EEXIST when the name is taken. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the folder and those above it; returns the topmost one made, undefined when it was there. */
  mkdir(path: string): Promise<string | undefined>;
  /** The whole of a small file together with the time of its last change, both of the same file even if it is being replaced. */
  readFile(path: string): Promise<Content>;
  /** Removes an empty folder. */
  rmdir(path: string): Promise<void>;
  /** Names in a folder. */
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<FileStat>;
  /** The path with symbolic links resolved. */
  realpath(path: string): Promise<string>;
  /** Copies over `to`; shares the blocks (reflink) where the file system can. */
  copyFile(from: string, to: string): Promise<void>;
  /** Gives `to` the permissions of `from`, and its owner where the system lets us. */
  copyMode(from: string, to: string): Promise<void>;
  /**
   * Runs what fills a file (`produce`) or reads it back (`verify`) by other means than these operations, such as a native
   * library: it counts as one operation.
   */
  outside(step: 'produce' | 'verify', path: string, run: () => Promise<void>): Promise<void>;
  /** Makes renames and new names in a folder durable; does nothing where folders cannot be synced (Windows, some mounts). */
  syncFolder(path: string): Promise<void>;
}

export interface OpenFile {
  /** Writes all bytes after those written before. */
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStat {
  readonly bytes: number;
  /** Last change of the content, unix ms. */
  readonly modified: number;
}

export interface Content {
  readonly bytes: Buffer;
  /** Last change of the content, unix ms. */
  readonly modified: number;
}

export const nodeFiles: Files = {
  async open(file, flags) {
    const handle = await fs.open(file, flags);
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  unlink: (file) => fs.unlink(file),
  mkdir: makeFolders,
  async readFile(file) {
    const handle = await fs.open(file, 'r');
    try {
      const { mtimeMs } = await handle.stat();
      return { bytes: await handle.readFile(), modified: mtimeMs };
    } finally {
      await handle.close();
    }
  },
  rmdir: (file) => fs.rmdir(file),
  readdir: (file) => fs.readdir(file),
  async stat(file) {
    const { size, mtimeMs } = await fs.stat(file);
    return { bytes: size, modified: mtimeMs };
  },
  realpath: (file) => fs.realpath(file),
  copyFile: (from, to) => fs.copyFile(from, to, constants.COPYFILE_FICLONE),
  copyMode,
  outside: (_step, _file, run) => run(),
  syncFolder,
};

/** The owner first: changing it takes permission bits away. Only root may give a file away, which is no fault. */
async function copyMode(from: string, to: string): Promise<void> {
  const [wanted, there] = [await fs.stat(from), await fs.stat(to)];
  if (platform !== 'win32' && (wanted.uid !== there.uid || wanted.gid !== there.gid)) {
    await fs.chown(to, wanted.uid, wanted.gid).catch((error: unknown) => {
      if (errnoOf(error) !== 'EPERM') throw error;
    });
  }
  if ((await fs.stat(to)).mode !== wanted.mode) await fs.chmod(to, wanted.mode & 0o7777);
}

/** What systems and mounts answer that know no fsync of a folder. A real failure (EIO, ENOSPC) is none of these. */
const UNSYNCABLE = new Set(platform === 'win32' ? ['EPERM', 'EISDIR', 'EACCES', 'EINVAL'] : ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function syncFolder(file: string): Promise<void> {
  try {
    const handle = await fs.open(file, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!UNSYNCABLE.has(errnoOf(error) ?? '')) throw error;
  }
}

/** The result of an operation on a file, or undefined when the file is not there. */
export async function ifThere<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a small file in one go. A file created here (`wx`) is removed again when it cannot be filled.
 * @param durable fsync before closing
 */
export async function writeSmall(files: Files, file: string, text: string, flags: 'wx' | 'w' | 'a', durable: boolean): Promise<void> {
  const handle = await files.open(file, flags);
  try {
    await fillAndClose(handle, text, durable);
  } catch (error) {
    if (flags === 'wx') await ifThere(files.unlink(file));
    throw error;
  }
}

async function fillAndClose(handle: OpenFile, text: string, durable: boolean): Promise<void> {
  try {
    await handle.write(Buffer.from(text, 'utf8'));
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** fsync of a file somebody else wrote. Windows syncs only what is open for writing; elsewhere a read-only file must do. */
export async function syncFile(files: Files, file: string): Promise<void> {
  const handle = await files.open(file, platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Node's own tries for ever in a folder that refuses new ones as if it was not there, as /proc does. */
async function makeFolders(folder: string): Promise<string | undefined> {
  const there = await ifThere(fs.stat(folder));
  if (there?.isDirectory() === true) return undefined;
  const above = path.dirname(folder);
  const topmost = there !== undefined || above === folder ? undefined : await makeFolders(above);
  try {
    await fs.mkdir(folder);
  } catch (error) {
    // Somebody else may make it at this moment.
    if (errnoOf(error) !== 'EEXIST' || !(await fs.stat(folder)).isDirectory()) throw error;
  }
  return topmost ?? folder;
}

/** Makes a folder and those above it, and makes their names durable. */
export async function makeFolder(files: Files, folder: string): Promise<void> {
  const whole = path.resolve(folder);
  const topmost = await files.mkdir(whole);
  if (topmost === undefined) return;
  const above = path.dirname(path.resolve(topmost));
  for (let made = whole; made !== above && made !== path.dirname(made); made = path.dirname(made)) await files.syncFolder(path.dirname(made));
}
