import path from 'node:path';
import { writeAtomic, type Writing } from '../disk/atomic';
import { replaceFile } from '../disk/backup';
import type { Disk } from '../disk/disk';
import type { Judgement } from './judgement';
import { isOurs } from './work';

/** Puts an output in its place; what is not provably our own unchanged work is backed up first. @returns its SHA-256 */
export async function putFile(disk: Disk, folder: string, output: string, writing: Writing, judgement: Judgement): Promise<string> {
  const target = path.join(folder, output);
  if (isOurs(judgement)) return (await writeAtomic(disk, target, writing)).sha256;
  const why = 'why' in judgement ? judgement.why : 'made again';
  return (await replaceFile(disk, folder, target, writing, `regenerate: ${why}`)).sha256;
}
