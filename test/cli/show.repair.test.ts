import assert from 'node:assert/strict';
import { showRepair } from '../../src/cli/show/repair';
import type { RepairResult } from '../../src/protocol/repair';

const untouched = (codes: readonly string[], repairs: RepairResult['repairs']): RepairResult => ({
  outcome: repairs.length === 0 ? 'planned' : 'unchanged', file: 'a.csv', repairs, advised: [], rowsBefore: 2, rowsAfter: 2, removed: {}, removedRecords: 0, moved: 0,
  renumbered: 0, resealed: 0, hidden: 0, mixesRepeatedHour: false, checks: codes.map((code) => ({ code, before: 1 })), sha256Before: '0', sha256After: '0',
});
const shown = (codes: readonly string[], repairs: RepairResult['repairs'] = []): string => showRepair(untouched(codes, repairs), (_, text) => text).join('\n');

describe('what repair says of a file that stays as it is', () => {
  it('ticks it only when it has no error', () => {
    assert.match(shown([], ['sort']), /^✔ a\.csv: there is nothing to repair that way\. Nothing was changed\.$/);
    assert.match(shown(['gap'], ['sort']), /^✔ .*; see barkeep verify for what was found\.$/);
    assert.match(shown(['gap', 'encoding-error'], ['sort']), /^▲ a\.csv: there is nothing to repair that way\..*see barkeep verify/);
    assert.match(shown(['ohlc-inconsistent']), /^▲ a\.csv: nothing that a repair could mend; see barkeep verify/);
    assert.match(shown([]), /^✔ a\.csv: nothing that a repair could mend\.$/);
  });
});
