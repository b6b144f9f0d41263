import type { RepairResult } from '../../src/protocol/repair';

/** What a dry run of a repair says of the real one: all but what only exists once it was done. */
export const foretold = (result: RepairResult): unknown =>
  Object.fromEntries(Object.entries(result).filter(([name]) => !['outcome', 'backup', 'manifest', 'checks'].includes(name)));
