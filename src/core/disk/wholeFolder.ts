import path from 'node:path';
import { Failure } from '../base/failure';
import { TEMPORARY, renamePatiently } from './atomic';
import type { Disk } from './disk';
import { diskFailure, withNote } from './failures';
import { ifThere, makeFolder, type Files } from './files';

/**
 * Makes a new folder that appears under its name only when everything in it is written and durable: it is filled as
 * `<target>.tmp` and renamed last, so that whoever syncs or copies it never takes a part for the whole.
 * One left by a dead writer is replaced; the caller holds a lock under which the target is made.
 * On any failure the temporary folder is removed.
 * @param fill puts files into the folder it is given, each by an atomic write
 * @param needed bytes that all of it takes, told when the disk is full
 */
export async function makeWholeFolder(disk: Disk, target: string, needed: number, fill: (temporary: string) => Promise<void>): Promise<void> {
  const { files } = disk;
  const attempted = `make ${target}`;
  const temporary = target + TEMPORARY;
  try {
    if ((await ifThere(files.stat(target))) !== undefined) throw new Failure('refused', { attempted, file: target, why: 'it is there already.', remedy: 'Wait a minute and run it again.' });
    await removeTree(files, temporary);
    await makeFolder(files, temporary);
    await fill(temporary);
    await files.syncFolder(temporary);
    await renamePatiently(files, temporary, target);
  } catch (error) {
    throw await discard(files, temporary, diskFailure(error, attempted, target, needed));
  }
  await files.syncFolder(path.dirname(target)).catch((error: unknown) => {
    throw diskFailure(error, `make ${target} durable`, target, needed);
  });
}

/** Removes a folder of files and folders of ours; one that is not there is fine. */
export async function removeTree(files: Files, folder: string): Promise<void> {
  for (const name of (await ifThere(files.readdir(folder))) ?? []) {
    const inside = path.join(folder, name);
    await files.unlink(inside).catch(async () => removeTree(files, inside)); // A folder cannot be unlinked (EISDIR, EPERM).
  }
  await ifThere(files.rmdir(folder));
}

async function discard(files: Files, temporary: string, failure: Failure): Promise<Failure> {
  try {
    await removeTree(files, temporary);
    return failure;
  } catch {
    return withNote(failure, `${temporary} could not be removed; the next copy to this place removes it.`);
  }
}
