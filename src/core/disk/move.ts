import { stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, Failure } from '../base/failure';
import { bytesOf, differs, renamePatiently, writeAtomic } from './atomic';
import { linkIsPossible } from './claim';
import { measureFile } from './digest';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere, makeFolder } from './files';

/**
 * Moves a file into a folder, never over another one: where its name is taken it becomes `NAME.2` and so on. Whatever the
 * moment the process or the power dies, the file is here, there, or both; moving it again then ends with there. The caller
 * holds the lock under which that folder is written.
 * @returns the new path @throws Failure `usage` when the file is not there; `refused` when another one has just taken its name; `io`
 */
export async function moveInto(disk: Disk, file: string, folder: string): Promise<string> {
  const target = await keepIn(disk, file, folder);
  try {
    await remove(disk, file, target);
    return target;
  } catch (error) {
    throw diskFailure(error, `move ${file} to ${folder}`, file, await bytesOf(file));
  }
}

/**
 * Gives a file a second, lasting name in a folder, so that what it holds stays when another file takes its place; named and
 * locked as in `moveInto`. Doing it again leads to the same name. Where there are no links it is renamed: then only the new name is left.
 * @returns the new path @throws Failure `io`
 */
export async function keepIn(disk: Disk, file: string, folder: string): Promise<string> {
  try {
    await makeFolder(disk.files, folder);
    for (let turn = 1; ; turn++) {
      const target = path.join(folder, `${path.basename(file)}${turn === 1 ? '' : `.${turn}`}`);
      if (!(await putUnder(disk, file, target))) continue;
      await disk.files.syncFolder(folder);
      return target;
    }
  } catch (error) {
    throw diskFailure(error, `move ${file} to ${folder}`, file, await bytesOf(file));
  }
}

/** The new name is durable before the old one goes: a rename between two folders is not atomic everywhere. @returns false when the name is taken */
async function putUnder(disk: Disk, file: string, target: string): Promise<boolean> {
  try {
    await disk.files.link(file, target);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return isSame(file, target);
    if (errnoOf(error) === 'EXDEV') return copyUnder(disk, file, target);
    if (linkIsPossible(error)) throw error;
    if ((await ifThere(disk.files.stat(target))) !== undefined) return isSame(file, target);
    await renamePatiently(disk.files, file, target);
    return true;
  }
}

/** Two names of one file, or two files of one content: a move that was cut off. */
async function isSame(file: string, target: string): Promise<boolean> {
  const [from, to] = await Promise.all([stat(file), stat(target)]);
  if (from.ino === to.ino && from.dev === to.dev) return true;
  return from.size === to.size && (await measureFile(file)).sha256 === (await measureFile(target)).sha256;
}

/** To another file system: copied and compared. */
async function copyUnder(disk: Disk, file: string, target: string): Promise<boolean> {
  if ((await ifThere(disk.files.stat(target))) !== undefined) return isSame(file, target);
  const original = await measureFile(file);
  await writeAtomic(disk, target, {
    needs: original.bytes,
    produce: (temporary) => disk.files.copyFile(file, temporary),
    async verify(temporary) {
      if ((await measureFile(temporary)).sha256 !== original.sha256) throw differs(target, `it is no copy of ${file}.`);
    },
  });
  return true;
}

async function remove(disk: Disk, file: string, target: string): Promise<void> {
  const there = await ifThere(disk.files.stat(file));
  if (there === undefined) return; // It was renamed.
  if (!(await isSame(file, target))) throw new Failure('refused', { attempted: `move ${file}`, file, why: 'another file has just taken its name.', remedy: `The first one is ${target}.` });
  await ifThere(disk.files.unlink(file));
  await disk.files.syncFolder(path.dirname(file));
}
