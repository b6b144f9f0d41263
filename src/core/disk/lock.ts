import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { Failure, errnoOf } from '../base/failure';
import { renamePatiently } from './atomic';
import { claimOwn, createWhole, dropClaim, isForgotten, isGone, makeClaim, prepare, releaseSync, sweep, tidy } from './claim';
import type { Disk } from './disk';
import { diskFailure, withNote } from './failures';
import { ifThere, makeFolder } from './files';
import { describeHolder, glance, lockText, sight, type LockFormat, type Sighting } from './holder';

export { readLock, type LockFormat, type LockHolder } from './holder';

export interface LockHow {
  /** What the lock is held for, told to others: `importing ES.csv`. */
  readonly doing: string;
  /** Wait until the lock is free instead of failing. */
  readonly wait?: boolean;
  /** Ends the waiting; what runs under the lock looks at its own signal. */
  readonly signal?: AbortSignal;
  /** About how many bytes will be written under it: told when there is not even room for the lock. */
  readonly needs?: number;
  /** Default `store`. */
  readonly format?: LockFormat;
}

/** A lock we hold. */
interface Held {
  readonly disk: Disk;
  readonly file: string;
  readonly identity: string;
}

const held = new Set<Held>();

/**
 * Runs something while holding a lock file, which exactly one process does at a time (the argument is in claim.ts).
 * The lock is released whatever happens; a lock left by a killed process on this host is taken over.
 * It does not nest: a second call for the same file, from the same process too, finds it held.
 * @throws Failure `locked` saying who holds it; `cancelled` when `signal` ends the waiting; `io`; or what `run` throws
 */
export async function withLock<T>(disk: Disk, lockFile: string, how: LockHow, run: () => Promise<T>): Promise<T> {
  const lock = await acquire(disk, path.resolve(lockFile), how);
  let result: T;
  try {
    result = await run();
  } catch (error) {
    const trouble = await released(lock);
    throw trouble === undefined ? error : withNote(diskFailure(error, how.doing, lockFile), trouble.message);
  }
  const trouble = await released(lock);
  if (trouble !== undefined) throw withNote(trouble, 'The work itself was finished.');
  return result;
}

/** Releases every lock this process holds, without awaiting anything: for the command line's exit and signal handlers. */
export function releaseAllSync(): void {
  for (const lock of held) {
    held.delete(lock);
    try {
      releaseSync(lock.disk, lock.file, lock.identity);
    } catch {
      // The process is ending: the lock it leaves is stale from then on, and the next run clears it.
    }
  }
}

/** What a lock, and the claim that ends it, take on the disk. */
const LOCK_BYTES = 1000;

const POLL = { first: 20, longest: 200 };

async function acquire(disk: Disk, file: string, how: LockHow): Promise<Held> {
  for (let pause = POLL.first; ; pause = Math.min(pause * 2, POLL.longest)) {
    const outcome = await tryLock(disk, file, how).catch((error: unknown) => {
      throw diskFailure(error, `lock ${file}`, file, Math.max(how.needs ?? 0, LOCK_BYTES));
    });
    if ('identity' in outcome) {
      await tidy(sweep(disk, file, outcome.identity));
      return outcome;
    }
    if (how.wait !== true) throw outcome.failure;
    await pauseOrStop(pause, file, how);
  }
}

async function pauseOrStop(pause: number, file: string, how: LockHow): Promise<void> {
  try {
    await sleep(pause, undefined, how.signal === undefined ? {} : { signal: how.signal });
  } catch (error) {
    throw new Failure('cancelled', { attempted: `lock ${file}`, file, why: 'the waiting was stopped.', cause: error });
  }
}

interface Refused {
  readonly failure: Failure;
}

/** A lock that changes hands this often within one try is no lock file, such as a dangling symbolic link. */
const MOST_CHANGES = 1000;

/** One try: free → create; held → refused; stale → take over. Starts again when the lock changed hands meanwhile. */
async function tryLock(disk: Disk, file: string, how: LockHow): Promise<Held | Refused> {
  for (let changes = 0; changes < MOST_CHANGES; changes++) {
    const seen = await glance(disk.files, file);
    if (seen !== undefined && !(await isStale(disk, file, seen))) return { failure: lockedBy(seen, file) };
    const text = lockText(disk.self, how.doing, how.format ?? 'store');
    const outcome = seen === undefined ? await createFresh(disk, file, text) : await takeOver(disk, file, seen, text);
    if (outcome !== 'changed') return outcome;
  }
  throw unreadable(file);
}

/** @returns 'changed' when another was faster */
async function createFresh(disk: Disk, file: string, text: string): Promise<Held | 'changed'> {
  await makeFolder(disk.files, path.dirname(file));
  const identity = await createWhole(disk.files, file, text);
  return identity === undefined ? 'changed' : hold({ disk, file, identity });
}

async function takeOver(disk: Disk, file: string, stale: Sighting, text: string): Promise<Held | Refused | 'changed'> {
  const claim = await makeClaim(disk, file, stale.identity);
  if ('lostTo' in claim) {
    if (isForgotten(disk, claim.lostTo)) throw unreadable(claim.file);
    return { failure: lockedBy(claim.lostTo, claim.file) };
  }
  try {
    if ((await sight(disk.files, file))?.identity !== stale.identity) return 'changed';
    return hold({ disk, file, identity: await replaceLock(disk, file, text) });
  } finally {
    await tidy(dropClaim(disk, claim));
  }
}

/** @returns the identity of the new lock */
async function replaceLock(disk: Disk, file: string, text: string): Promise<string> {
  const prepared = await prepare(disk.files, file, text);
  try {
    await renamePatiently(disk.files, prepared.file, file);
    return prepared.identity;
  } catch (error) {
    await tidy(disk.files.unlink(prepared.file));
    throw error;
  }
}

function hold(lock: Held): Held {
  held.add(lock);
  return lock;
}

const HOUR = 3_600_000;
/** @throws Failure `locked` about a lock that says nothing and that no waiting will clear */
async function isStale(disk: Disk, file: string, seen: Sighting): Promise<boolean> {
  const age = disk.clock.now() - seen.made;
  if (disk.lockTimeoutHours !== undefined && age > disk.lockTimeoutHours * HOUR) return true;
  if (isForgotten(disk, seen)) throw unreadable(file);
  return isGone(disk, seen);
}

function lockedBy({ holder }: Sighting, file: string): Failure {
  const attempted = `lock ${file}`;
  if (holder === undefined) {
    return new Failure('locked', { attempted, file, why: 'another process is just taking it.', remedy: 'Try again in some seconds.' });
  }
  const why = `it is held by ${describeHolder(holder)}.`;
  return new Failure('locked', { attempted, file, why, remedy: 'Wait until it is done (--wait), or end that process.', inEditor: { remedy: 'Wait until it is done, or end that process.' } });
}

const unreadable = (file: string): Failure =>
  new Failure('locked', {
    attempted: `lock ${file}`,
    file,
    why: 'the lock file does not say who holds it.',
    remedy: 'Make sure that nothing is writing there, then delete this file by hand.',
  });

/** Releases a lock; what went wrong is returned, and the lock stays listed for `releaseAllSync`. */
async function released(lock: Held): Promise<Failure | undefined> {
  try {
    await release(lock);
    held.delete(lock);
    return undefined;
  } catch (error) {
    const { kind, facts } = diskFailure(error, `release the lock ${lock.file}`, lock.file, LOCK_BYTES);
    return new Failure(kind, { ...facts, remedy: `It stays until this process ends (${errnoOf(error) ?? 'no errno'}); the next run then clears it.` });
  }
}

const RELEASE_TRIES = 10;

/** Removes the lock if it is still ours; a living process that is taking it over (age limit) is given time, then the lock. */
async function release({ disk, file, identity }: Held): Promise<void> {
  for (let tried = 0; tried < RELEASE_TRIES; tried++) {
    if ((await sight(disk.files, file))?.identity !== identity) return;
    const claim = await claimOwn(disk, file, identity);
    if ('lostTo' in claim) {
      await sleep(POLL.first);
      continue;
    }
    try {
      if ((await sight(disk.files, file))?.identity === identity) await ifThere(disk.files.unlink(file));
    } finally {
      await tidy(dropClaim(disk, claim));
    }
    return;
  }
}
