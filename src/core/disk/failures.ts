import { Failure, errnoOf, failureFrom } from '../base/failure';

/** A native library's own words for a full disk, since it throws no errno. */
const FULL = /no space left on device|not enough space on the disk/i;

/**
 * What was caught while changing the disk, as a Failure.
 * @param needed bytes that had to fit, told when the disk was full
 */
export function diskFailure(error: unknown, attempted: string, file: string, needed?: number): Failure {
  const failure = failureFrom(full(error), attempted, file);
  const { errno, needs } = failure.facts;
  if (needed === undefined || needs !== undefined || (errno !== 'ENOSPC' && errno !== 'EDQUOT')) return failure;
  return new Failure(failure.kind, { ...failure.facts, needs: needed, why: `${failure.facts.why.replace(/\.$/, '')}: ${needed} bytes are needed.` });
}

function full(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error) || errnoOf(error) !== undefined || !FULL.test(error.message)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ENOSPC' });
}

/** What is left to be done when the bars are in the master, but what follows failed: that nothing was changed is no longer true. */
export function afterMerge(failure: Failure, master: string, ticker: string): Failure {
  const full = failure.facts.errno === 'ENOSPC' || failure.facts.errno === 'EDQUOT';
  if (!full) return withNote(failure, `The bars are in ${master}; run barkeep regenerate ${ticker} when this is mended.`);
  return new Failure(failure.kind, { ...failure.facts, remedy: `The bars are in ${master}; free some space, then run barkeep regenerate ${ticker}.` });
}

/** The same failure with one more sentence for the user. */
export function withNote(failure: Failure, note: string): Failure {
  const { remedy } = failure.facts;
  return new Failure(failure.kind, { ...failure.facts, remedy: remedy === undefined ? note : `${remedy} ${note}` });
}
