import path from 'node:path';
import { countBars } from '../base/bar';
import { writeAtomic } from '../disk/atomic';
import { measureFile } from '../disk/digest';
import type { Disk } from '../disk/disk';
import { appendJournal } from '../disk/journal';
import { keepIn, moveInto } from '../disk/move';
import { writeFresh } from './fresh';
import { QUARANTINE } from './layout';
import { mergedMetadata, type ImportedFrom, type Metadata } from './lineage';
import { BAR_BYTES, type MergePlan } from './merge';
import { REBUILD } from './recorded';
import { verifyMerged } from './verify';

/**
 * Puts a master made of a plan's bars alone in the place of a damaged one. That is given its name in the quarantine when the
 * new one lies whole and read back beside it; then the new one takes its place, so that there is a master at every moment.
 * The caller holds the ticker's lock.
 * @param sources in order, not empty
 * @returns where the damaged file is, relative to the data folder
 */
export async function putAnew(disk: Disk, folder: string, plan: MergePlan, sources: readonly ImportedFrom[], signal?: AbortSignal): Promise<string> {
  const { master, changes, volume } = plan;
  const metadata = sources.reduce<Metadata>((before, from) => mergedMetadata(master, before, from), {});
  const file = path.basename(master);
  const { sha256: sha256Before } = await measureFile(master, signal);
  let kept = '';
  await writeAtomic(
    disk,
    master,
    {
      needs: BAR_BYTES * countBars(changes),
      produce: (temporary) => writeFresh(disk, temporary, { bars: changes, volume, metadata }),
      verify: async (temporary) => {
        await verifyMerged(temporary, plan, null);
        signal?.throwIfAborted();
      },
    },
    async ({ bytes, sha256 }) => {
      await appendJournal(disk, folder, { what: 'replace', file, why: `${REBUILD}: the damaged one goes to ${QUARANTINE}/`, sources, bytes, sha256Before, sha256After: sha256 });
      kept = await keepIn(disk, master, path.join(folder, QUARANTINE));
    },
  );
  return inside(folder, kept);
}

/** Moves a damaged master to the quarantine and puts nothing in its place. @returns where it is, relative to the data folder */
export async function setAside(disk: Disk, folder: string, master: string): Promise<string> {
  const { bytes, sha256: sha256Before } = await measureFile(master);
  await appendJournal(disk, folder, { what: 'aside', file: path.basename(master), why: `set aside in ${QUARANTINE}/`, bytes, sha256Before });
  return inside(folder, await moveInto(disk, master, path.join(folder, QUARANTINE)));
}

const inside = (folder: string, file: string): string => path.relative(folder, file).split(path.sep).join('/');
