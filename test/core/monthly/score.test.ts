import assert from 'node:assert/strict';
import type { FeatureStatistics } from '../../../src/core/monthly/columns';
import type { ModeStatistics } from '../../../src/core/monthly/modes';
import { judge, reprocessing } from '../../../src/core/monthly/reprocess';
import { score, type Score } from '../../../src/core/monthly/score';
import type { MonthStatistics } from '../../../src/core/monthly/statistics';
import { sound } from './measured';

const near = (found: number, expected: number, what: string): void => {
  assert.ok(Math.abs(found - expected) < 1e-12, `${what}: ${found} instead of ${expected}`);
};

const mode = (changes: Partial<ModeStatistics>): Partial<MonthStatistics> => ({ modes: { low_vol_long: { ...sound().modes['low_vol_long']!, ...changes } } });
const features = (changes: Partial<FeatureStatistics>): Partial<MonthStatistics> => ({ features: { ...sound().features, ...changes } });
const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `feature ${at}`);
const events = (count: number): MonthStatistics['rollover_events'] =>
  names(count).map(() => ({ timestamp: '2025-10-01T14:00:00.000Z', price_gap: 21, bars_affected: 7, gap_direction: 'up', kind: 'gap' }));
const MINUTE = 60;
const GIB = 2 ** 30;

describe('monthly: score', () => {
  it('of a sound month is 1: nothing is taken off, and speed cannot lift it further', () => {
    assert.deepEqual(score(sound()), { total: 1, modes: 1, data: 1, features: 1, performance: 1.1, rollovers: 1 });
  });

  const cases: readonly (readonly [Exclude<keyof Score, 'total'>, string, Partial<MonthStatistics>, number])[] = [
    ['modes', 'win rate too low', mode({ win_rate: 0.04 }), 0.6],
    ['modes', 'win rate too high', mode({ win_rate: 0.51 }), 0.6],
    ['modes', 'win rate at its bounds', mode({ win_rate: 0.5 }), 1],
    ['modes', 'NaN', mode({ nan_weights: 1 }), 0.7],
    ['modes', 'infinite', mode({ infinite_weights: 3 }), 0.7],
    ['modes', 'not binary', mode({ not_binary: 1 }), 0.8],
    ['modes', 'not positive', mode({ not_positive: 1 }), 0.8],
    ['modes', 'two flags', mode({ flags: ['weight-too-small', 'average-weight-out-of-range'] }), 0.8],
    ['modes', 'everything', mode({ win_rate: 0, nan_weights: 1, infinite_weights: 1, not_binary: 1, not_positive: 1 }), 0],
    ['modes', 'no modes', { modes: {} }, 0],
    ['modes', 'the mean over modes', { modes: { ...sound().modes, low_vol_long: { ...sound().modes['low_vol_long']!, win_rate: 0.6 } } }, (5 + 0.6) / 6],
    ['data', 'retention 0.70', { retention: 0.7 }, 1],
    ['data', 'retention 0.69', { retention: 0.69 }, 0.9],
    ['data', 'retention 0.49', { retention: 0.49 }, 0.7],
    ['data', 'retention 0.29', { retention: 0.29 }, 0.5],
    ['data', 'loss 0.5', { loss: 0.5 }, 1],
    ['data', 'loss above', { loss: 0.51 }, 0.7],
    ['data', 'little RTH', { rth_share: 0.19 }, 0.8],
    ['data', 'RTH only', { rth_share: 0.61 }, 0.8],
    ['data', 'RTH bounds', { rth_share: 0.6 }, 1],
    ['data', 'three warnings', { warnings: ['a', 'b', 'c'] }, 0.85],
    ['data', 'never below 0', { warnings: names(30) }, 0],
    ['features', 'quality, complete', features({ quality: 0.8 }), 0.9],
    ['features', 'one missing', features({ quality: 0.8, completeness: 42 / 43 }), 0.8],
    ['features', 'below 90 %', features({ quality: 0.8, completeness: 38 / 43 }), 0.6],
    ['features', '2 of high NaN', features({ quality: 0.8, high_nan: names(2) }), 0.9],
    ['features', '3 of high NaN', features({ quality: 0.8, high_nan: names(3) }), 0.8],
    ['features', '6 of high NaN', features({ quality: 0.8, high_nan: names(6) }), 0.7],
    ['features', '5 with outliers', features({ quality: 0.8, outliers: names(5) }), 0.9],
    ['features', '6 with outliers', features({ quality: 0.8, outliers: names(6) }), 0.8],
    ['features', '11 with outliers', features({ quality: 0.8, outliers: names(11) }), 0.7],
    ['features', '1 suspicious', features({ quality: 0.8, suspicious: names(1) }), 0.9],
    ['features', '2 suspicious', features({ quality: 0.8, suspicious: names(2) }), 0.8],
    ['features', '4 suspicious', features({ quality: 0.8, suspicious: names(4) }), 0.7],
    ['features', 'never below 0', features({ quality: 0.1, completeness: 0.1 }), 0],
    ['performance', '30 minutes', { processing_seconds: 30 * MINUTE }, 1.1],
    ['performance', 'over 30 minutes', { processing_seconds: 30 * MINUTE + 1 }, 0.9],
    ['performance', 'over 45 minutes', { processing_seconds: 45 * MINUTE + 1 }, 0.7],
    ['performance', '6 GB', { peak_memory_bytes: 6 * GIB }, 1.1],
    ['performance', 'over 6 GB', { peak_memory_bytes: 6 * GIB + 1 }, 1],
    ['performance', 'over 8 GB', { peak_memory_bytes: 8 * GIB + 1 }, 0.8],
    ['performance', '10,000 rows a minute', { rows_per_second: 10_000 / 60 }, 1.1],
    ['performance', '8,000 rows a minute', { rows_per_second: 7999 / 60 }, 1],
    ['performance', '5,001 rows a minute', { rows_per_second: 5001 / 60 }, 1],
    ['performance', '4,999 rows a minute', { rows_per_second: 4999 / 60 }, 0.8],
    ['rollovers', '5 %', { excluded_share: 0.05 }, 1],
    ['rollovers', 'over 5 %', { excluded_share: 0.051 }, 0.9],
    ['rollovers', 'over 10 %', { excluded_share: 0.101 }, 0.7],
    ['rollovers', 'over 15 %', { excluded_share: 0.151 }, 0.5],
    ['rollovers', '5 events', { rollover_events: events(5) }, 1],
    ['rollovers', '6 events', { rollover_events: events(6) }, 0.9],
    ['rollovers', '11 events', { rollover_events: events(11) }, 0.7],
    ['rollovers', 'both', { excluded_share: 0.2, rollover_events: events(11) }, 0.2],
  ];
  for (const [part, what, changes, expected] of cases) {
    it(`${part}: ${what} → ${expected}`, () => {
      near(score(sound(changes))[part], expected, part);
    });
  }

  it('weighs its parts 0.40, 0.25, 0.20, 0.10 and 0.05', () => {
    const found = score(sound({ ...mode({ win_rate: 0 }), retention: 0.4, ...features({ quality: 0.5 }), processing_seconds: 40 * MINUTE, rollover_events: events(6) }));
    assert.ok(found.total < 1);
    near(found.total, 0.4 * 0.6 + 0.25 * 0.7 + 0.2 * 0.6 + 0.1 * 0.9 + 0.05 * 0.9, 'total');
    near(score(sound({ modes: {}, retention: 0, loss: 1, warnings: names(9), ...features({ quality: 0, completeness: 0 }), processing_seconds: 9999, rows_per_second: 0, peak_memory_bytes: 9 * GIB })).total, 0.1 * 0.1 + 0.05, 'worst');
  });
});

describe('monthly: reprocessing', () => {
  const advise = (changes: Partial<MonthStatistics>, total = 0.95): ReturnType<typeof reprocessing> => reprocessing(sound(changes), { total });

  it('is not required of a sound month', () => {
    assert.deepEqual(advise({}), { required: false, priority: null, reasons: [], alerts: [] });
  });

  const cases: readonly (readonly [string, Partial<MonthStatistics>, RegExp, Partial<MonthStatistics>])[] = [
    ['an error', { errors: ['The disk was full.'] }, /^An error: The disk was full\.$/, { errors: [] }],
    ['loss', { loss: 0.501 }, /Cleaning removed 50\.1 % of the rows/, { loss: 0.5 }],
    ['retention', { retention: 0.299 }, /Only 29\.9 % of the expected rows/, { retention: 0.3 }],
    ['features', features({ quality: 0.59 }), /quality of the features is 0\.59/, features({ quality: 0.6 })],
    ['a failing mode', mode({ not_binary: 1 }), /low_vol_long has labels or weights that are impossible/, mode({ flags: ['weight-too-small'] })],
    ['a low win rate', mode({ win_rate: 0.04 }), /win rate of low_vol_long is 4\.0 %/, mode({ win_rate: 0.05 })],
    ['a high win rate', mode({ win_rate: 0.51 }), /win rate of low_vol_long is 51\.0 %/, mode({ win_rate: 0.5 })],
    ['rollovers', { excluded_share: 0.151 }, /Rollovers exclude 15\.1 % of the bars/, { excluded_share: 0.15 }],
  ];
  for (const [what, changes, reason, bound] of cases) {
    it(`is required because of ${what}, and not at the bound`, () => {
      const advice = advise(changes);
      assert.equal(advice.required, true);
      assert.equal(advice.reasons.length, 1);
      assert.match(advice.reasons[0]!, reason);
      assert.equal(advise(bound).required, false);
    });
  }

  it('is more urgent the lower the score', () => {
    const priority = (total: number): unknown => advise({ errors: ['a'] }, total).priority;
    assert.deepEqual([0.49, 0.5, 0.69, 0.7].map(priority), ['high', 'medium', 'medium', 'low']);
    assert.deepEqual(advise({}, 0.69).reasons, ['The score is 0.69, below 0.70.']);
    assert.equal(advise({}, 0.7).required, false);
  });

  it('alerts to slowness, a low score and unusual win rates', () => {
    assert.deepEqual(advise({ processing_seconds: 45 * MINUTE }).alerts, []);
    assert.deepEqual(advise({ processing_seconds: 46 * MINUTE }).alerts, ['Processing took 46.0 minutes.']);
    assert.deepEqual(advise({}, 0.8).alerts, []);
    assert.deepEqual(advise({}, 0.79).alerts, ['The score is 0.79, below 0.80.']);
    assert.deepEqual(advise(mode({ win_rate: 0.6 })).alerts, ['The win rate of low_vol_long is 60.0 %, outside 5–50 %.']);
  });

  it('is written with the statistics', () => {
    const document = judge(sound({ retention: 0.2 }));
    assert.equal(document.quality_score, score(sound({ retention: 0.2 })).total);
    assert.equal(document.quality_parts.data, 0.5);
    assert.equal(document.requires_reprocessing, true);
    assert.equal(document.reprocessing_priority, 'low');
    assert.deepEqual(document.reasons, ['Only 20.0 % of the expected rows remain.']);
  });
});
