import path from 'node:path';
import type { CleanResult, KeptLeftover, TemporaryNote } from '../../protocol/keeping';
import { Failure } from '../base/failure';
import { diskFailure, isFull } from '../disk/failures';
import { ifThere } from '../disk/files';
import { judgeLock, locksOf } from '../disk/lockState';
import { withLock } from '../disk/lock';
import { lockPath } from '../store/layout';
import { governorOf, isOurs } from '../store/leftover';
import type { JobContext } from './context';
import { UNREADABLE, temporaryNotes } from './status';

/**
 * Removes what interrupted processes left: temporary files whose writer is known to be gone, stale locks, claims.
 * A lock is cleared by taking it, so nobody alive ever loses one; a temporary file goes only under the lock of its writer.
 * One that the disk does not let go of stops no other. A temporary file of another program is left alone: nobody can tell whether it is still being written.
 */
export async function clean(context: JobContext, request: { dryRun: boolean }): Promise<CleanResult> {
  const removed: string[] = [];
  const kept: KeptLeftover[] = [];
  const note = async (file: string, work: () => Promise<string | undefined>): Promise<void> => {
    try {
      const why = await work();
      if (why === undefined) removed.push(file);
      else kept.push({ file, why });
    } catch (error) {
      if (isFull(error) || !(error instanceof Failure) || error.kind !== 'io') throw error;
      kept.push({ file, why: error.message, failed: true });
    }
  };
  const locks = await locksOf(context.folder); // Now: removing a temporary file clears its writer's lock on the way.
  for (const temporary of await temporaryNotes(context.folder, context.clock.now())) {
    await note(temporary.file, () => removeTemporary(context, temporary, request.dryRun));
  }
  for (const lock of locks) {
    await note(path.relative(context.folder, lock).split(path.sep).join('/'), () => clearLock(context, lock, request.dryRun));
  }
  return { outcome: request.dryRun ? 'planned' : 'cleaned', removed, kept };
}

/** @returns why it is kept */
async function removeTemporary(context: JobContext, { file, leftover }: TemporaryNote, dryRun: boolean): Promise<string | undefined> {
  const ticker = governorOf(file);
  if (ticker === undefined && !isOurs(file)) return 'it is another program\'s, which may still be writing it; delete it by hand if not';
  if (!leftover) return 'it is being written';
  if (dryRun) return undefined;
  const whole = path.join(context.folder, file);
  const remove = async (): Promise<void> => {
    await ifThere(context.disk.files.unlink(whole)).catch((error: unknown) => {
      throw diskFailure(error, `remove ${whole}`, whole, 0);
    });
  };
  if (ticker === undefined) return remove().then(() => undefined);
  const lock = lockPath(context.folder, ticker);
  return unlessHeld(() => withLock(context.disk, lock, { doing: 'clean' }, remove).catch((error: unknown) => withoutRoom(context, lock, error, remove)));
}

/**
 * What is done when the disk has no room for a lock, not even for ours: a temporary file that keeps it full goes without
 * one, unless somebody alive holds it. Should one have taken it in that instant, its write would find its temporary file
 * gone, and fail with the target as it was.
 */
async function withoutRoom(context: JobContext, lock: string, error: unknown, remove: () => Promise<void>): Promise<void> {
  if (!isFull(error)) throw error;
  const found = await judgeLock(context.disk, lock);
  if (found !== undefined && found.state !== 'stale') throw error;
  await remove();
}

async function clearLock(context: JobContext, lock: string, dryRun: boolean): Promise<string | undefined> {
  const found = await judgeLock(context.disk, lock);
  if (found?.state === 'held' || found?.state === 'elsewhere') return `it is held${found.holder?.doing === undefined ? '' : ` (${found.holder.doing})`}`;
  if (found?.state === 'unreadable') return `it ${UNREADABLE}`;
  if (dryRun) return undefined;
  return unlessHeld(() => withLock(context.disk, lock, { doing: 'clean' }, () => Promise.resolve()));
}

async function unlessHeld(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'locked') return error.facts.why;
    throw error;
  }
}
