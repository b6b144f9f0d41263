import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Failure, Unfinished, errnoOf, failureFrom, type FailureFacts } from '../base/failure';

/** A native library's own words for a full disk, since it throws no errno. */
const FULL = /no space left on device|not enough space on the disk/i;

/**
 * What was caught while changing the disk, as a Failure.
 * @param needed about how many bytes had to fit, told when the disk was full: of what failed first, of all it is a part of further out
 */
export function diskFailure(error: unknown, attempted: string, file: string, needed?: number): Failure {
  const failure = failureFrom(full(error), attempted, file);
  const { needs = -1 } = failure.facts;
  return isFull(failure) && needed !== undefined && needed > needs ? roomTold(failure, `${needed} bytes are needed`, { needs: needed }) : failure;
}

/** Whether there was no room: what else is to be written would find none either. */
export const isFull = (error: unknown): error is Failure => error instanceof Failure && (error.facts.errno === 'ENOSPC' || error.facts.errno === 'EDQUOT');

/** What was done before stays told. */
function roomTold(failure: Failure, room: string, more: Partial<FailureFacts>): Failure {
  const { kind, facts } = failure;
  const told = new Failure(kind, { ...facts, ...more, why: `${facts.why.replace(/(: \d+ bytes are needed.*)?\.$/, '')}: ${room}.` });
  return failure instanceof Unfinished ? new Unfinished(told, failure.done) : told;
}

/** The same, also telling what is free: a full disk only. What was half written is gone by then. @param folder looked at when the failure names no file */
export async function withRoom(error: unknown, folder: string): Promise<unknown> {
  if (!isFull(error) || error.facts.needs === undefined) return error;
  const { needs } = error.facts;
  const free = await freeAt(error.facts.file ?? folder);
  if (free === undefined) return error;
  const but = free > needs ? ', but a quota, or the number of files, may be used up' : '';
  return roomTold(error, `${needs} bytes are needed, ${free} are free${but}`, {});
}

/** Bytes free where a file is or is to be; undefined when the system does not tell. */
async function freeAt(file: string): Promise<number | undefined> {
  for (let at = path.resolve(file); ; at = path.dirname(at)) {
    const found = await statfs(at).catch(() => undefined);
    if (found !== undefined) return found.blocks > 0 ? found.bavail * found.bsize : undefined;
    if (at === path.dirname(at)) return undefined;
  }
}

/** Of the room that is needed, the share that must be free before a job begins: what is known of both is not exact. */
const CLEARLY = 0.5;

/**
 * Refuses what clearly finds no room, before hours are spent on it. Asked only for whole copies on another file system:
 * on their own they may share their blocks.
 * @throws Failure `io`
 */
export async function requireRoom(from: string, to: string, needed: number): Promise<void> {
  const [here, there] = await Promise.all([from, to].map((folder) => stat(folder).catch(() => undefined)));
  const free = await freeAt(to);
  if (here === undefined || there === undefined || here.dev === there.dev || free === undefined || free >= needed * CLEARLY) return;
  throw diskFailure(Object.assign(new Error('no room'), { code: 'ENOSPC' }), `copy to ${to}`, to, needed);
}

function full(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error) || errnoOf(error) !== undefined || !FULL.test(error.message)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ENOSPC' });
}

/** What is left to be done when the bars are in the master, but what follows failed: that nothing was changed is no longer true. */
export function afterMerge(failure: Failure, master: string, ticker: string): Failure {
  if (!isFull(failure)) return withNote(failure, `The bars are in ${master}; run barkeep regenerate ${ticker} when this is mended.`, `The bars are in ${master}; use Regenerate Derived… when this is mended.`);
  const inEditor = { remedy: `The bars are in ${master}; free some space, then use Regenerate Derived….` };
  return new Failure(failure.kind, { ...failure.facts, remedy: `The bars are in ${master}; free some space, then run barkeep regenerate ${ticker}.`, inEditor });
}

/** The same failure with one more sentence for the user. @param inEditor where an editor says it otherwise */
export function withNote(failure: Failure, note: string, inEditor = note): Failure {
  const { remedy, inEditor: said } = failure.facts;
  const after = (before: string | undefined, sentence: string): string => (before === undefined ? sentence : `${before} ${sentence}`);
  return new Failure(failure.kind, { ...failure.facts, remedy: after(remedy, note), inEditor: { ...said, remedy: after(said?.remedy ?? remedy, inEditor) } });
}
