import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, errnoOf } from '../base/failure';
import { measureFile, type Written } from './digest';
import type { Disk } from './disk';
import { diskFailure, withNote } from './failures';
import { ifThere, makeFolder, nodeFiles, syncFile, writeSmall, type Files } from './files';
import { requireNoLink } from './link';
import type { WriteRecord } from './operations';

export type { Written } from './digest';

/** How a file's content comes about. Both get the temporary path, in the target's folder. */
export interface Writing {
  /** Fills the file, which exists and is empty; may write over it by any means, a native library's included. */
  produce(temporary: string): Promise<void>;
  /** Reads it back and throws a Failure when it is not what was meant to be written. */
  verify(temporary: string): Promise<void>;
  /** About how many bytes it will have, told when the disk is full. */
  readonly needs: number;
}

export const TEMPORARY = '.tmp';

/**
 * Puts a whole new file in the place of `target`: whatever the moment the process dies, the target is the old file or
 * the new one. Steps: reserve `<target>.tmp`, produce, fsync, verify, take on the old file's permissions,
 * rename, fsync the folder. Missing folders are made;
 * a target that is a symbolic link keeps being one, and one that leads nowhere is refused.
 *
 * The caller holds the lock under which the target is written: a `.tmp` found there was left by a dead writer and is replaced.
 * On any failure up to the rename the target is untouched and the temporary file removed.
 * @param before told what is about to appear under the target's name; throwing abandons the write
 * @throws Failure `io` (ENOSPC, EIO, EROFS …), `refused` (a link that leads nowhere), or what `produce` and `verify` throw
 */
export async function writeAtomic(disk: Disk, target: string, writing: Writing, before?: (written: Written) => Promise<void>): Promise<Written> {
  const began = disk.clock.now();
  const about = (): Pick<WriteRecord, 'time' | 'command' | 'file' | 'milliseconds'> => {
    const now = disk.clock.now();
    return { time: new Date(now).toISOString(), command: disk.self.command, file: target, milliseconds: now - began };
  };
  try {
    const written = await putInPlace(disk, target, writing, before);
    disk.record({ ...about(), outcome: 'written', bytes: written.bytes, verified: true });
    return written;
  } catch (error) {
    disk.record({ ...about(), outcome: 'failed', ...(error instanceof Mismatch ? { verified: false } : {}), why: errnoOf(error) ?? String(error) });
    throw error;
  }
}

async function putInPlace(disk: Disk, target: string, writing: Writing, before?: (written: Written) => Promise<void>): Promise<Written> {
  const { files } = disk;
  const attempted = `write ${target}`;
  const there = await ifThere(files.realpath(target)).catch(rethrow(attempted, target, writing.needs));
  if (there === undefined) await requireNoLink(target, attempted).catch(rethrow(attempted, target, writing.needs));
  const final = there ?? target;
  const temporary = final + TEMPORARY;
  let written: Written;
  try {
    await reserve(files, temporary);
    written = await fill(files, temporary, writing);
    if (there !== undefined) await files.copyMode(final, temporary);
    await before?.(written);
    await renamePatiently(files, temporary, final);
  } catch (error) {
    throw await discard(files, temporary, diskFailure(error, attempted, target, writing.needs));
  }
  await files.syncFolder(path.dirname(final)).catch((error: unknown) => {
    throw notDurable(error, target, written.bytes);
  });
  return written;
}

/** As `writeAtomic`, for text in UTF-8; what was written is read back and compared. */
export function writeText(disk: Disk, target: string, text: string): Promise<Written> {
  return writeAtomic(disk, target, textWriting(disk, target, text));
}

/**
 * Replaces a small text that is of use for a moment only, such as a progress signal: readers see the old one or the new
 * one, but it is not synced, so a power cut may leave any of it.
 * @throws Failure `io`
 */
export async function writeFleeting(disk: Disk, target: string, text: string): Promise<void> {
  const temporary = target + TEMPORARY;
  try {
    await writeSmall(disk.files, temporary, text, 'w', false);
    await renamePatiently(disk.files, temporary, target);
  } catch (error) {
    throw await discard(disk.files, temporary, diskFailure(error, `write ${target}`, target, Buffer.byteLength(text)));
  }
}

/** The Writing of a text, for `replaceFile`. @param target named in failures */
export function textWriting(disk: Disk, target: string, text: string): Writing {
  const bytes = Buffer.from(text, 'utf8');
  return {
    needs: bytes.length,
    async produce(temporary) {
      try {
        await writeSmall(disk.files, temporary, text, 'w', false);
      } catch (error) {
        throw diskFailure(error, `write ${target}`, target, bytes.length);
      }
    },
    async verify(temporary) {
      const read = await disk.files.readFile(temporary);
      if (!read.bytes.equals(bytes)) throw differs(target, `${bytes.length} bytes were written, ${read.bytes.length} other bytes were read back.`);
    },
  };
}

async function reserve(files: Files, temporary: string): Promise<void> {
  await makeFolder(files, path.dirname(temporary));
  await ifThere(files.unlink(temporary));
  const file = await files.open(temporary, 'wx');
  await file.close();
}

async function fill(files: Files, temporary: string, writing: Writing): Promise<Written> {
  await files.outside('produce', temporary, () => writing.produce(temporary));
  await syncFile(files, temporary);
  const { bytes } = await files.stat(temporary);
  const written = await measureFile(temporary);
  if (written.bytes !== bytes) throw differs(temporary, `it has ${bytes} bytes, but ${written.bytes} could be read.`);
  await files.outside('verify', temporary, () => writing.verify(temporary));
  return written;
}

/** Bytes of a file; 0 when there is none, or nothing can be said. */
export const bytesOf = (file: string): Promise<number> =>
  nodeFiles.stat(file).then(
    ({ bytes }) => bytes,
    () => 0,
  );

/** A file that is read back differently from what was written. */
export class Mismatch extends Failure {}

export const differs = (file: string, why: string): Mismatch =>
  new Mismatch('io', { attempted: `write ${file}`, file, why: `what is on the disk is not what was written: ${why}`, remedy: 'Check the disk; the file that was there is unchanged.' });

/** Waits between tries, ms: about 1.6 s in all, longer than a virus scanner or sync client holds a small file. */
const PATIENCE = [10, 20, 50, 100, 200, 400, 800];
const HELD_BY_OTHERS = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** rename, tried again while a scanner or sync client holds one of the files (Windows, network mounts). */
export async function renamePatiently(files: Files, from: string, to: string): Promise<void> {
  for (const wait of PATIENCE) {
    try {
      await files.rename(from, to);
      return;
    } catch (error) {
      if (!HELD_BY_OTHERS.has(errnoOf(error) ?? '')) throw error;
    }
    await sleep(wait);
  }
  await files.rename(from, to);
}

/** Removes the temporary file after a failure; what cannot be removed is told with it. */
async function discard(files: Files, temporary: string, failure: Failure): Promise<Failure> {
  try {
    await ifThere(files.unlink(temporary));
    return failure;
  } catch (error) {
    return withNote(failure, `${temporary} could not be removed (${errnoOf(error) ?? String(error)}); the next write replaces it.`);
  }
}

function notDurable(error: unknown, target: string, bytes: number): Failure {
  const { facts, kind } = diskFailure(error, `make ${target} durable`, target, bytes);
  return new Failure(kind, { ...facts, remedy: 'The new file is in place and whole, but a power cut now could bring back the old one. Check the disk.' });
}

function rethrow(attempted: string, file: string, needed: number): (error: unknown) => never {
  return (error) => {
    throw diskFailure(error, attempted, file, needed);
  };
}
