import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, linkSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../base/failure';
import { differs } from './atomic';
import type { Disk } from './disk';
import { ifThere, writeSmall, type Files } from './files';
import { lockText, sight, sightingOf, type Sighting } from './holder';
import { isDead } from './life';

/**
 * A claim is the right to end one taking of a lock: to rename another lock file over it, or to remove it.
 *
 * Why two processes that find the same stale lock never both win:
 * 1. A lock name goes from absent to present only by exclusive creation, so one process wins.
 * 2. A present lock of identity I is changed only by a process holding a claim for I, its own holder included.
 * 3. Claims for I are numbered. Claim n is created exclusively, and tried only after the makers of claims 0 … n−1 were
 *    found dead; the dead never act again. So at most one living process holds a claim for I while the lock is I.
 * 4. With the claim in hand the lock is read again. Still I: by 2 and 3 nobody else can change it before the rename,
 *    which is atomic. Not I: the process withdraws. I never comes back (holder.ts), so later claims for I are idle.
 * 5. Claims are removed by their maker, or by anybody once the lock is no longer I; by 4 that revives nothing.
 * Outside this are a person deleting lock files by hand and programs that do not know claims.
 */
export interface Claim {
  readonly file: string;
  readonly identity: string;
}

const claimFile = (lockFile: string, identity: string, n: number): string => `${lockFile}.claim-${identity}-${n}`;

type Claiming = Promise<Claim | { readonly lostTo: Sighting; readonly file: string }>;

/**
 * Claims one taking of a lock.
 * @returns the claim, or the claim file of another that holds it, which may be alive
 */
export function makeClaim(disk: Disk, lockFile: string, identity: string): Claiming {
  const text = lockText(disk.self, `taking over ${path.basename(lockFile)}`, 'store');
  return claimFirst(disk, lockFile, identity, async (file) => (await createWhole(disk.files, file, text)) !== undefined);
}

/**
 * As `makeClaim`, by the lock's own holder. The claim is a second name of the lock, which says who we are and needs no
 * room: a full disk lets go of its locks. Should the lock be another's by now, step 4 withdraws from it.
 */
export function claimOwn(disk: Disk, lockFile: string, identity: string): Claiming {
  const text = lockText(disk.self, `releasing ${path.basename(lockFile)}`, 'store');
  return claimFirst(disk, lockFile, identity, async (file) => {
    try {
      return await succeeds(disk.files.link(lockFile, file));
    } catch (error) {
      if (linkIsPossible(error) && errnoOf(error) !== 'ENOENT') throw error;
      return (await createWhole(disk.files, file, text)) !== undefined;
    }
  });
}

/** @param create false when the name is taken */
async function claimFirst(disk: Disk, lockFile: string, identity: string, create: (file: string) => Promise<boolean>): Claiming {
  for (let n = 0; ; ) {
    const file = claimFile(lockFile, identity, n);
    if (await create(file)) return { file, identity };
    const other = await sight(disk.files, file);
    if (other === undefined) continue; // Removed since: try the same number again.
    if (!(await isGone(disk, other))) return { lostTo: other, file };
    n++;
  }
}

export async function dropClaim(disk: Disk, claim: Claim): Promise<void> {
  await ifThere(disk.files.unlink(claim.file));
}

/** True when whoever made a lock or claim is known to be dead. What was made on another host, or says not by whom, is not. */
export async function isGone(disk: Disk, { holder, made }: Sighting): Promise<boolean> {
  if (holder === undefined || (holder.host ?? disk.self.host) !== disk.self.host) return false;
  return isDead(holder, made);
}

const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL']);

/** False when what was caught from `link` says that the file system has no hard links. */
export const linkIsPossible = (error: unknown): boolean => !NO_LINKS.has(errnoOf(error) ?? '');

/**
 * Creates a lock or claim file exclusively, its content in it from the first moment. Where the file system has no hard
 * links it is empty for an instant, which readers take for held.
 * @returns its identity, undefined when the name is taken
 */
export async function createWhole(files: Files, file: string, text: string): Promise<string | undefined> {
  const prepared = await prepare(files, file, text);
  try {
    return (await succeeds(files.link(prepared.file, file))) ? prepared.identity : undefined;
  } catch (error) {
    if (linkIsPossible(error)) throw error;
    return await createInPlace(files, file, text);
  } finally {
    await tidy(files.unlink(prepared.file));
  }
}

async function createInPlace(files: Files, file: string, text: string): Promise<string | undefined> {
  if (!(await succeeds(writeSmall(files, file, text, 'wx', true)))) return undefined;
  const placed = await sight(files, file);
  return placed?.text === text ? placed.identity : undefined;
}

/**
 * Writes a lock's text beside it, to be linked or renamed into place; neither changes its identity. Synced, so that a
 * power cut leaves no lock that does not say whose it is.
 */
export async function prepare(files: Files, lockFile: string, text: string): Promise<{ file: string; identity: string }> {
  const file = `${lockFile}.new-${randomUUID()}`;
  await writeSmall(files, file, text, 'wx', true);
  const written = await sight(files, file);
  if (written?.text !== text) throw differs(file, 'it was changed at once.');
  return { file, identity: written.identity };
}

/** Waits for the removal of a file that has no effect any more; one that cannot be removed is left to a later `sweep`. */
export async function tidy(removal: Promise<unknown>): Promise<void> {
  await removal.catch(() => undefined);
}

/** False when the creation failed because the name is taken. */
export async function succeeds(creation: Promise<void>): Promise<boolean> {
  try {
    await creation;
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A file without readable content may be one whose maker is about to write it, for so long (ms). */
const BEING_WRITTEN = 10_000;

/** Removes what killed processes left beside a lock just taken: claims for earlier takings, and lock files never put in place. */
export async function sweep(disk: Disk, lockFile: string, identity: string): Promise<void> {
  const [folder, name] = [path.dirname(lockFile), path.basename(lockFile)];
  for (const entry of await disk.files.readdir(folder)) {
    const isNew = entry.startsWith(`${name}.new-`);
    const isOldClaim = entry.startsWith(`${name}.claim-`) && !entry.startsWith(`${name}.claim-${identity}-`);
    if (!isNew && !isOldClaim) continue;
    const left = path.join(folder, entry);
    const seen = await sight(disk.files, left);
    if (seen !== undefined && ((await isGone(disk, seen)) || isForgotten(disk, seen))) await ifThere(disk.files.unlink(left));
  }
}

/** Created, but its maker was killed before writing who it is. Neither kind of file that is swept has any effect in that state. */
export const isForgotten = (disk: Disk, { holder, made }: Sighting): boolean => holder === undefined && disk.clock.now() - made > BEING_WRITTEN;

/**
 * Removes a lock that is still ours, at the end of the process, when nothing can be awaited.
 * @throws a system error when another is taking the lock over (it is left to that one), or when it cannot be removed
 */
export function releaseSync(disk: Disk, lockFile: string, identity: string): void {
  const claim = claimFile(lockFile, identity, 0);
  claimSync(disk, lockFile, claim);
  try {
    if (sightSync(lockFile).identity === identity) unlinkSync(lockFile);
  } finally {
    unlinkSync(claim);
  }
}

/** A claim there already may be our own, from a release that failed half way. */
function claimSync(disk: Disk, lockFile: string, claim: string): void {
  try {
    linkOrWriteSync(disk, lockFile, claim);
  } catch (error) {
    const holder = errnoOf(error) === 'EEXIST' ? sightSync(claim).holder : undefined;
    if (holder?.pid !== disk.self.pid || (holder.host ?? disk.self.host) !== disk.self.host) throw error;
  }
}

/** As `claimOwn`. */
function linkOrWriteSync(disk: Disk, lockFile: string, claim: string): void {
  try {
    linkSync(lockFile, claim);
  } catch (error) {
    if (linkIsPossible(error)) throw error;
    const handle = openSync(claim, 'wx');
    try {
      writeFileSync(handle, lockText(disk.self, 'releasing', 'store'));
    } catch (full) {
      unlinkSync(claim);
      throw full;
    } finally {
      closeSync(handle);
    }
  }
}

function sightSync(file: string): Sighting {
  const handle = openSync(file, 'r');
  try {
    return sightingOf(readFileSync(handle, 'utf8'), fstatSync(handle).mtimeMs);
  } finally {
    closeSync(handle);
  }
}
