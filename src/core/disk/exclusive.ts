import path from 'node:path';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere, makeFolder, writeSmall, type Files } from './files';
import { linkIsPossible, succeeds, tidy } from './claim';

/**
 * Creates a small file that must not be there yet, its content in it from the first moment. Where the file system has no
 * hard links it is empty for an instant.
 * @param temporary in the target's folder; one found there was left by a dead writer
 * @returns false when the name is taken @throws Failure `io`
 */
export async function createText(disk: Disk, target: string, text: string, temporary: string): Promise<boolean> {
  const { files } = disk;
  try {
    await makeFolder(files, path.dirname(target));
    await ifThere(files.unlink(temporary));
    await writeSmall(files, temporary, text, 'wx', true);
    try {
      const made = await linkOrWrite(files, temporary, target, text);
      if (made) await files.syncFolder(path.dirname(target));
      return made;
    } finally {
      await tidy(files.unlink(temporary));
    }
  } catch (error) {
    throw diskFailure(error, `write ${target}`, target, Buffer.byteLength(text));
  }
}

/** Gives what was prepared a second name, unless that is taken. */
async function linkOrWrite(files: Files, prepared: string, target: string, text: string): Promise<boolean> {
  try {
    return await succeeds(files.link(prepared, target));
  } catch (error) {
    if (linkIsPossible(error)) throw error;
    return succeeds(writeSmall(files, target, text, 'wx', true));
  }
}
