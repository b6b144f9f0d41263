import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { NOTES } from './layout';

export interface FoundFile {
  /** Relative to the data folder, `/` between parts. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Last modified, unix ms UTC. */
  readonly updated: number;
}

/** Deep enough for `folder/instrument/year/month`; a data folder opened too far up does not list a whole disk. */
const DEEPEST = 4;

/**
 * Every file of a data folder, by name. Hidden folders and `node_modules` are passed over, links to folders not followed.
 * @throws Failure when the folder itself cannot be listed; one that cannot be further down is passed over
 */
export async function listFiles(folder: string): Promise<FoundFile[]> {
  try {
    await readdir(folder);
  } catch (error) {
    throw failureFrom(error, `list ${folder}`, folder);
  }
  const found = await filesUnder(folder, '', 1);
  return inOrder(found);
}

/** Files among our own notes, which `listFiles` passes over. */
export async function listNotes(folder: string): Promise<FoundFile[]> {
  return inOrder(await filesUnder(folder, NOTES, 1));
}

const inOrder = (found: FoundFile[]): FoundFile[] => found.sort((a, b) => (a.file < b.file ? -1 : 1));

async function filesUnder(folder: string, inside: string, depth: number): Promise<FoundFile[]> {
  const entries = await readdir(path.join(folder, inside), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<FoundFile[]> => {
      const file = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      if (entry.isDirectory()) return depth < DEEPEST ? filesUnder(folder, file, depth + 1) : [];
      return measured(folder, file);
    }),
  );
  return found.flat();
}

async function measured(folder: string, file: string): Promise<FoundFile[]> {
  const whole = path.join(folder, file);
  try {
    const stats = await stat(whole);
    return stats.isFile() ? [{ file, path: whole, bytes: stats.size, updated: Math.round(stats.mtimeMs) }] : [];
  } catch (error) {
    // Gone since it was listed, or a link to nothing.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return [];
    throw failureFrom(error, `look at ${whole}`, whole);
  }
}
