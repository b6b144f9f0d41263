import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { NOTES } from '../store/layout';
import { parseJson } from '../store/lineage';
import type { Fingerprint } from './fingerprint';

/** The fingerprint of the master that everything derived was last made from: `.barkeep/derived/{master}.days.json`. */
export interface Prints extends Fingerprint {
  readonly masterSha256: string;
}

/** Changes when fingerprints can no longer be compared with older ones. */
const VERSION = 1;

const noteOf = (folder: string, master: string): string => path.join(folder, NOTES, 'derived', `${master}.days.json`);

/** Undefined when there are none, or they are torn: then everything is made from the whole master. */
export async function readPrints(folder: string, master: string): Promise<Prints | undefined> {
  const note = noteOf(folder, master);
  try {
    const read = parseJson(await readFile(note, 'utf8')) as Partial<Record<'version' | 'masterSha256' | 'days' | 'groups', unknown>> | undefined;
    if (read?.version !== VERSION || typeof read.masterSha256 !== 'string' || !Array.isArray(read.days) || !Array.isArray(read.groups)) return undefined;
    const days = (read.days as [number, number, string][]).map(([day, bars, hash]) => ({ day, bars, hash }));
    const groups = (read.groups as [number, string][]).map(([rows, sha256]) => ({ rows, sha256 }));
    return { masterSha256: read.masterSha256, days, groups };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw failureFrom(error, `read ${note}`, note);
  }
}

export async function recordPrints(disk: Disk, folder: string, master: string, { masterSha256, days, groups }: Prints): Promise<void> {
  const note = { version: VERSION, masterSha256, days: days.map(({ day, bars, hash }) => [day, bars, hash]), groups: groups.map(({ rows, sha256 }) => [rows, sha256]) };
  await writeText(disk, noteOf(folder, master), JSON.stringify(note));
}
