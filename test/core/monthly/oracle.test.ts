import assert from 'node:assert/strict';
import { seededRandom } from '../../../src/core/base/random';
import { FEATURES, features } from '../../../src/core/monthly/features';
import { LABEL_DEFAULTS, MODES, label, type LabelOptions } from '../../../src/core/monthly/label';
import { fiveDays, type Trade } from './days';
import { firstDifference } from './difference';
import { consult, type Expected } from './oracle';

function agree(expected: Expected, options: Partial<LabelOptions> = {}): void {
  const found = label(expected.seconds, { ...LABEL_DEFAULTS, exactRolls: expected.rolls, ...options });
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

  it('on bars off the grid of ticks, with uneven seconds, spreads between the contracts, and two months', () => {
    agree(consult('filled', offGrid(4000, 5), '2026-03'), { decayReference: { year: 2026, month: 3 } });
  });
});

/** Prices in twentieths of a point, which no double holds exactly, and few different ranges: averages of them tie. */
function offGrid(rows: number, seed: number): Trade[] {
  const random = seededRandom(seed);
  let time = Date.parse('2025-09-30T19:00:00Z') / 1000;
  let price = 6700;
  return Array.from({ length: rows }, () => {
    time += random() < 0.9 ? 1 : Math.floor(random() * 30);
    if (random() < 0.001) time += 16 * 3600;
    const spread = random() < 0.002;
    const open = spread ? 58.2 : price;
    if (!spread && random() < 0.4) price = Math.round((price + (random() - 0.5)) * 20) / 20;
    const close = spread ? 58.35 : price;
    return { time, symbol: spread ? 'ESZ5-ESH6' : 'ESZ5', open, high: Math.max(open, close), low: Math.min(open, close), close, volume: Math.floor(random() * 9) };
  });
}
