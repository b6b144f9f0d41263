import { createHash } from 'node:crypto';
import path from 'node:path';
import { bytesOf, differs } from '../disk/atomic';
import { measureFile, type Written } from '../disk/digest';
import type { Disk } from '../disk/disk';
import { diskFailure } from '../disk/failures';
import type { OpenFile } from '../disk/files';

/** Where the bytes of an export go. */
export interface Target {
  /** Written so far. */
  readonly bytes: number;
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more comes: what is there is durable and is what was written. */
  finish(): Promise<Written>;
  /** After a failure: what was written stays. */
  abandon(): Promise<void>;
}

/** Counts and digests the bytes only: for a dry run. */
export function nowhere(): Target {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    write(part) {
      hash.update(part);
      bytes += part.length;
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ bytes, sha256: hash.digest('hex') }),
    abandon: () => Promise.resolve(),
  };
}

/**
 * A new file that grows under its own name, as those who wait for it expect: the instrument's lock says that it is not
 * finished. @param needs about how many bytes it will have, told when the disk is full
 * @throws Failure `io`, also when the name is taken
 */
export async function openTarget(disk: Disk, file: string, needs: number): Promise<Target> {
  const attempted = `write ${file}`;
  const failing = (error: unknown): never => {
    throw diskFailure(error, attempted, file, needs);
  };
  const inner = nowhere();
  let handle: OpenFile | undefined = await disk.files.open(file, 'wx').catch(failing);
  const close = async (): Promise<void> => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  return {
    get bytes() {
      return inner.bytes;
    },
    async write(part) {
      await handle?.write(part).catch(failing);
      await inner.write(part);
    },
    async finish() {
      const began = disk.clock.now();
      const meant = await inner.finish();
      try {
        await handle?.sync();
        await close();
        await disk.files.syncFolder(path.dirname(file));
        await disk.files.outside('verify', file, () => requireSame(file, meant));
      } catch (error) {
        return failing(error);
      }
      const now = disk.clock.now();
      disk.record({ time: new Date(now).toISOString(), command: disk.self.command, file, outcome: 'written', milliseconds: now - began, bytes: meant.bytes, verified: true });
      return meant;
    },
    abandon: close,
  };
}

async function requireSame(file: string, meant: Written): Promise<void> {
  const found = await measureFile(file);
  if (found.sha256 !== meant.sha256) throw differs(file, `${meant.bytes} bytes were written, ${await bytesOf(file)} other bytes were read back.`);
}
