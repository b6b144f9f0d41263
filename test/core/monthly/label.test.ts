import assert from 'node:assert/strict';
import { LABEL_DEFAULTS, MODES, label } from '../../../src/core/monthly/label';
import { hasShared, sharedOr } from '../../support/barkeep';
import { readShared, secondsOf } from './shared';

describe('monthly: labels', () => {
  it(sharedOr('of real bars with rollovers are what the original gave'), async function () {
    if (!hasShared) this.skip();
    const column = await readShared('labels_with_rollover_1000.parquet');
    const found = label(secondsOf(column), LABEL_DEFAULTS);
    assert.equal(found.labels[0]!.length, 1000);
    MODES.forEach((mode, at) => {
      assert.deepEqual(Float64Array.from(found.labels[at]!), column(`label_${mode}`), mode);
      const weights = column(`weight_${mode}`);
      const differing = found.weights[at]!.findIndex((weight, row) => !(Math.abs(weight - weights[row]!) <= 1e-12));
      assert.equal(differing, -1, `${mode}: weight of row ${differing}`);
    });
  });
});
