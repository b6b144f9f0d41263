import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { NOTES, parseName } from './layout';

export interface FoundFile {
  /** Relative to the data folder, `/` between parts. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Last modified, unix ms UTC. */
  readonly updated: number;
  /** Of what has the name of a master or derived file but is none, or cannot be looked at: why, and what to do. */
  readonly noFile?: string;
}

/** Deep enough for `folder/instrument/year/month`; a data folder opened too far up does not list a whole disk. */
const DEEPEST = 4;

/**
 * Every file of a data folder, by name, and what only has the name of a master or derived file. Hidden folders and `node_modules` are passed over, links to folders not followed.
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
      if (!entry.isDirectory()) return measured(folder, file);
      const under = depth < DEEPEST ? await filesUnder(folder, file, depth + 1) : [];
      return [...(await inItsPlace(folder, file, FOLDER)), ...under];
    }),
  );
  return found.flat();
}

async function measured(folder: string, file: string): Promise<FoundFile[]> {
  const whole = path.join(folder, file);
  try {
    const stats = await stat(whole);
    if (!stats.isFile()) return await inItsPlace(folder, file, stats.isDirectory() ? FOLDER : 'it is no file. Move it away.');
    return [{ file, path: whole, bytes: stats.size, updated: Math.round(stats.mtimeMs) }];
  } catch (error) {
    const target = await readlink(whole).catch(() => undefined);
    const leadsNowhere = ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(errnoOf(error) ?? '');
    if (target === undefined && leadsNowhere) return []; // Gone since it was listed.
    return inItsPlace(folder, file, target !== undefined && leadsNowhere ? `it is a link to ${target}, which is not there. Mount the drive it leads to, or remove the link.` : whyUnread(error, whole));
  }
}

const FOLDER = 'it is a folder. Rename it, or move it away, so that the master can have its name.';

/** Why a file cannot be looked at or read, and what to do. */
export function whyUnread(error: unknown, whole: string): string {
  const { why, remedy } = failureFrom(error, `read ${whole}`, whole).facts;
  return remedy === undefined ? why : `${why} ${remedy}`;
}

/** What is missed is listed all the same. Of folders that is only one that keeps a master from its name: others have such names rightly. */
async function inItsPlace(folder: string, file: string, noFile: string): Promise<FoundFile[]> {
  const { category, timeframe } = parseName(file);
  const missed = noFile === FOLDER ? category === 'market' && timeframe !== undefined : category === 'market' || category === 'derived';
  if (!missed) return [];
  const whole = path.join(folder, file);
  const updated = await lstat(whole).then(({ mtimeMs }) => Math.round(mtimeMs), () => 0);
  return [{ file, path: whole, bytes: 0, updated, noFile }];
}
