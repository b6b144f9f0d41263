import path from 'node:path';
import { differs, renamePatiently, type Writing } from './atomic';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere } from './files';

/** The Writing of bytes given in parts, one after the other; what was written is read back and compared. @param target named in failures */
export function bytesWriting(disk: Disk, target: string, parts: readonly Uint8Array[]): Writing {
  const needs = parts.reduce((bytes, part) => bytes + part.length, 0);
  return {
    needs,
    async produce(temporary) {
      try {
        const file = await disk.files.open(temporary, 'w');
        try {
          for (const part of parts) await file.write(part);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw diskFailure(error, `write ${target}`, target, needs);
      }
    },
    async verify(temporary) {
      const { bytes } = await disk.files.readFile(temporary);
      let at = 0;
      for (const part of parts) {
        if (bytes.compare(part, 0, part.length, at, Math.min(at + part.length, bytes.length)) !== 0) throw differs(target, `other bytes were read back after byte ${at}.`);
        at += part.length;
      }
      if (at !== bytes.length) throw differs(target, `${at} bytes were written, ${bytes.length} were read back.`);
    },
  };
}

/** Gives files of a folder other names, one after the other; the folder is synced at the end. The caller holds the lock they are written under. */
export async function renameFiles(disk: Disk, folder: string, names: readonly (readonly [from: string, to: string])[]): Promise<void> {
  try {
    for (const [from, to] of names) await renamePatiently(disk.files, path.join(folder, from), path.join(folder, to));
    if (names.length > 0) await disk.files.syncFolder(folder);
  } catch (error) {
    throw diskFailure(error, `rename files in ${folder}`, folder, 0);
  }
}

/** Removes files of a folder; those that are not there are gone already. The caller holds the lock they are written under. */
export async function removeFiles(disk: Disk, folder: string, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await ifThere(disk.files.unlink(path.join(folder, name)));
    if (names.length > 0) await ifThere(disk.files.syncFolder(folder));
  } catch (error) {
    throw diskFailure(error, `remove files from ${folder}`, folder, 0);
  }
}
