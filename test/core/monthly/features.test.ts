import assert from 'node:assert/strict';
import { FEATURES, features } from '../../../src/core/monthly/features';
import { hasShared, sharedOr } from '../../support/barkeep';
import { firstDifference } from './difference';
import { readShared, secondsOf } from './shared';

/** What the stored features define otherwise, or leave at 0 outside regular hours (../shared/data/README.md). */
const OTHERWISE_DEFINED = /^(vwap|distance_from_vwap_pct|vwap_slope|.*_retouches|distance_from_rth_.*|is_.*)$/;

describe('monthly: features', () => {
  it('are 43, each named once', () => {
    assert.equal(FEATURES.length, 43);
    assert.equal(new Set(FEATURES.map(({ name }) => name)).size, 43);
  });

  it(sharedOr('of real bars are what the original gave, where it defines them alike'), async function () {
    if (!hasShared) this.skip();
    const column = await readShared('features_1000.parquet');
    const found = features(secondsOf(column));
    let compared = 0;
    FEATURES.forEach(({ name }, at) => {
      if (OTHERWISE_DEFINED.test(name)) return;
      compared++;
      const expected = column(name);
      const row = firstDifference(found[at]!, expected);
      assert.equal(row, -1, `${name}, row ${row}: ${found[at]![row]} instead of ${expected[row]}`);
    });
    assert.equal(compared, 29);
  });
});
