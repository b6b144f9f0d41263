/** Work of a fixed size, ms: integer arithmetic that no machine can leave out. */
function work(): number {
  const began = performance.now();
  let state = 1;
  for (let i = 0; i < 24_000_000; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  if (state === 0) throw new Error('it never is');
  return performance.now() - began;
}

/** What that takes where the bounds of the tests were found, with nobody else at work, ms. */
const REFERENCE = 40;

/**
 * By how much this machine is slower just now than the one for which bounds on time hold, whether it is weak or busy with
 * other things; never less than 1. The longer of two measurements counts: one before, one after what is bounded.
 */
export function slowness(before = 1): number {
  return Math.max(1, before, work() / REFERENCE);
}
