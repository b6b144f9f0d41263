import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A file system of its own, small enough to be filled to the last block. */
export interface SmallDisk {
  readonly folder: string;
  /** Runs something while only so many blocks are free. */
  withRoomFor<T>(blocks: number, run: () => Promise<T>): Promise<T>;
}

/** Runs something on a small file system, which is gone afterwards. @returns false where none can be mounted */
export async function onSmallDisk(run: (disk: SmallDisk) => Promise<void>): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-room-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder); // It takes Linux, and its administrator.
    return false;
  }
  try {
    await run({ folder, withRoomFor: (blocks, work) => withRoomFor(folder, blocks, work) });
  } finally {
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  }
  return true;
}

async function withRoomFor<T>(folder: string, blocks: number, run: () => Promise<T>): Promise<T> {
  const ballast = path.join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail - blocks) * bsize, 1));
  try {
    return await run();
  } finally {
    rmSync(ballast);
  }
}
