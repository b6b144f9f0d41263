/** One test: passed, failed or (null) skipped. */
export interface Outcome {
  readonly title: string;
  readonly ok: boolean | null;
  readonly ms?: number;
  /** Why it failed, or was skipped. */
  readonly why?: string;
}

export function print({ title, ok, ms, why }: Outcome): void {
  const word = ok === null ? 'skip' : ok ? 'ok  ' : 'FAIL';
  console.log(`${word} ${title}${ms === undefined ? '' : ` (${ms} ms)`}${why === undefined ? '' : `\n     ${why.replaceAll('\n', '\n     ')}`}`);
}

/** Prints the closing line; returns the exit code. A run in which nothing was tested, and nothing skipped, has failed. */
export function close({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): number {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || passed + skipped === 0 ? 1 : 0;
}
