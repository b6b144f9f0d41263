import assert from 'node:assert/strict';
import { FEATURES, features } from '../../../src/core/monthly/features';
import { LABEL_DEFAULTS, MODES, label } from '../../../src/core/monthly/label';
import { fiveDays } from './days';
import { firstDifference } from './difference';
import { consult, type Expected } from './oracle';

function agree(expected: Expected): void {
  const found = label(expected.seconds, { ...LABEL_DEFAULTS, exactRolls: expected.rolls });
  MODES.forEach((mode, at) => {
    assert.deepEqual(Float64Array.from(found.labels[at]!), expected.labels[at], `label_${mode}`);
    same(`weight_${mode}`, found.weights[at]!, expected.weights[at]!);
  });
  const columns = features(expected.seconds);
  FEATURES.forEach(({ name }, at) => {
    same(name, columns[at]!, expected.features[at]!);
  });
}

function same(name: string, found: Float64Array, expected: Float64Array): void {
  const row = firstDifference(found, expected);
  assert.equal(row, -1, `${name}, row ${row}: ${found[row]} instead of ${expected[row]}`);
}

describe('monthly: labels and features against a plain reading of the specification', function () {
  this.timeout(300_000);

  it('on five days with rolls, gaps, flat stretches, spreads, bad rows and the end of summer time', () => {
    const expected = consult('raw', fiveDays(8));
    assert.equal(expected.seconds.time.length, 5 * 27_000);
    assert.deepEqual(expected.rolls, [3 * 27_000]);
    for (const labels of expected.labels) {
      const share = labels.reduce((a, b) => a + b, 0) / labels.length;
      assert.ok(share > 0.05 && share < 0.5, `only a share of winners between tests anything: ${share}`);
    }
    agree(expected);
  });
});
