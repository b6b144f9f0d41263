import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PRICES, featureStatistics } from '../../../src/core/monthly/columns';
import { FEATURES } from '../../../src/core/monthly/features';
import { modeStatistics, isFailing, isUnusual, type ModeStatistics } from '../../../src/core/monthly/modes';
import { quantiles } from '../../../src/core/monthly/quantile';
import { statistics } from '../../../src/core/monthly/statistics';
import { flat } from './bars';
import { columnsOf, measured } from './measured';

describe('monthly: quantiles', () => {
  it('are those of the sorted values, interpolated', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, (numbers) => {
        const sorted = Float64Array.from(numbers).sort();
        const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 1];
        const expected = shares.map((share) => {
          const rank = share * (sorted.length - 1);
          const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
          return low + (rank - Math.floor(rank)) * (high - low);
        });
        assert.deepEqual(quantiles(Float64Array.from(numbers), shares).map((each) => each + 0), expected.map((each) => each + 0));
      }),
    );
  });
});

describe('monthly: statistics of labels', () => {
  /** Of the first mode. */
  const of = (labels: readonly number[], weights: readonly number[], decay = 1): ModeStatistics =>
    modeStatistics({ labels: flat(6, 0).map(() => Int8Array.from(labels)), weights: flat(6, 0).map(() => Float64Array.from(weights)) }, decay)['low_vol_long']!;

  it('count winners and describe weights', () => {
    assert.deepEqual(of([1, 0, 0, 0], [4, 1, 1, 2]), {
      win_rate: 0.25,
      winners: 1,
      samples: 4,
      avg_weight: 2,
      std_weight: Math.sqrt(2),
      min_weight: 1,
      max_weight: 4,
      weight_percentiles: { 25: 1, 50: 1.5, 75: 2.5, 90: 2 + (0.9 * 3 - 2) * 2, 95: 2 + (0.95 * 3 - 2) * 2 },
      not_binary: 0,
      nan_weights: 0,
      infinite_weights: 0,
      not_positive: 0,
      flags: [],
    });
  });

  it('count what no label and no weight can be, and describe the weights that are some', () => {
    const found = of([2, 0, -1, 1, 1], [NaN, Infinity, 0, -3, 1]);
    assert.deepEqual(
      [found.not_binary, found.nan_weights, found.infinite_weights, found.not_positive, found.winners, found.min_weight, found.max_weight],
      [2, 1, 1, 2, 2, -3, 1],
    );
    for (const [labels, weights] of [[[2], [1]], [[1], [NaN]], [[1], [Infinity]], [[1], [0]]] as const) assert.ok(isFailing(of(labels, weights)));
    assert.ok(!isFailing(of([1, 0], [1, 1])));
    assert.deepEqual([of([0], [NaN]).avg_weight, of([0], [Infinity]).weight_percentiles], [null, {}]);
  });

  it('flag weights beyond their bounds, which move with the decay of the month', () => {
    const flagsOf = (weights: number[], decay?: number): readonly string[] => of(flat(weights.length, 0), weights, decay).flags;
    assert.deepEqual(flagsOf([0.1, 10, 1, 1]), []);
    assert.deepEqual(flagsOf([0.09, 1, 1, 1]), ['weight-too-small']);
    assert.deepEqual(flagsOf([10.1, 1, 1, 1]), ['weight-too-large']);
    assert.deepEqual(flagsOf([0.4, 0.4]), ['average-weight-out-of-range']);
    assert.deepEqual(flagsOf([0.5, 0.5]), []);
    assert.deepEqual(flagsOf([5, 5]), []);
    assert.deepEqual(flagsOf([5.1, 5.1]), ['average-weight-out-of-range']);
    assert.deepEqual(flagsOf([0.025, 0.4], 0.1), [], 'ten times as much before its decay');
    assert.deepEqual(flagsOf([0.009, 0.2], 0.1), ['weight-too-small']);
  });

  it('find a win rate unusual outside 0.05 … 0.50', () => {
    const unusual = (win_rate: number): boolean => isUnusual({ win_rate });
    assert.deepEqual([0.049, 0.05, 0.5, 0.501].map(unusual), [true, false, false, true]);
  });
});

describe('monthly: statistics of features', () => {
  const of = (change: Readonly<Record<string, readonly number[]>>): ReturnType<typeof featureStatistics> => featureStatistics(columnsOf(change));

  it('of sound columns: all there, nothing to remark', () => {
    const found = of({});
    assert.equal(found.generated, 43);
    assert.equal(found.completeness, 1);
    assert.equal(found.mean_nan_share, 0);
    assert.equal(found.quality, 1);
    assert.deepEqual([found.high_nan, found.outliers, found.suspicious], [[], [], []]);
    assert.deepEqual(found.columns['is_lunch'], { nan_share: 0, outlier_share: 0, min: 0, max: 0, high_nan: false, outliers: 'few', suspicious: false });
  });

  it('limit NaN to 35 % of rolling columns, 1 % of flags and 10 % of the others', () => {
    const nan = (share: number): number[] => Array.from({ length: 1000 }, (_, at) => (at < share * 1000 ? NaN : 1));
    const isHigh = (name: string, share: number): boolean => of({ [name]: nan(share) }).high_nan.includes(name);
    const cases = [['atr_300s', 0.35], ['is_lunch', 0.01], ['bar_range', 0.1], ['short_range_retouches', 0.1]] as const;
    for (const [name, limit] of cases) {
      assert.deepEqual([isHigh(name, limit), isHigh(name, limit + 0.001)], [false, true], name);
    }
  });

  it('count outliers beyond three times the middle half', () => {
    // 0, 1, 2, 3 in turn: Q1 = 0 or 1, Q3 = 2 or 3; with 1,000 values the quartiles are 0.75 and 2.25, the fences −3.75 and 6.75.
    const outlying = (share: number, value: number): number[] => Array.from({ length: 1000 }, (_, at) => (at < share * 1000 ? value : at % 4));
    const of4 = (share: number, value: number): [number, string] => {
      const column = of({ position_in_short_range: outlying(share, value) }).columns['position_in_short_range']!;
      return [column.outlier_share, column.outliers];
    };
    assert.deepEqual(of4(0.05, 100), [0.05, 'few']);
    assert.deepEqual(of4(0.06, 100), [0.06, 'warn']);
    assert.deepEqual(of4(0.1, -100), [0.1, 'warn']);
    assert.deepEqual(of4(0.11, -100), [0.11, 'high']);
    assert.deepEqual(of4(0.06, 6), [0, 'few']);
  });

  it('do not measure by a scale of nothing: a column that is one value in its middle half has no outliers', () => {
    const column = Array.from({ length: 1000 }, (_, at) => (at < 200 ? 1 : 0));
    assert.equal(of({ is_afternoon: column }).columns['is_afternoon']!.outlier_share, 0);
  });

  it('suspect values beyond their range by more than a tenth', () => {
    const isSuspicious = (name: string, value: number): boolean => of({ [name]: [value] }).suspicious.includes(name);
    const bounds: readonly (readonly [string, number, number])[] = [
      ['volume_ratio_30s', 0.001, 30], ['volume_slope_30s', -300, 300], ['volume_slope_5s', -6000, 4000], ['volume_exhaustion', -5000, 35_000],
      ['vwap', 1000, 8000], ['distance_from_vwap_pct', -5, 5], ['vwap_slope', -12, 12], ['distance_from_rth_high', -200, 0.1], ['distance_from_rth_low', -0.1, 200],
      ['short_range_high', 1000, 8000], ['short_range_low', 1000, 8000], ['short_range_size', 0.5, 200],
      ['medium_range_high', 1000, 8000], ['medium_range_low', 1000, 8000], ['medium_range_size', 1, 200],
      ['return_30s', -0.1, 0.1], ['return_60s', -0.1, 0.1], ['return_300s', -0.2, 0.2], ['momentum_acceleration', -0.2, 0.2], ['momentum_consistency', 0, 0.05],
      ['atr_30s', 0.01, 50], ['atr_300s', 0.07, 50], ['volatility_regime', 0, 5], ['volatility_acceleration', -1, 1], ['volatility_breakout', -5, 5], ['atr_percentile', 0, 100],
      ['bar_range', 0, 25], ['relative_bar_size', 0, 10], ['uptick_pct_30s', 0, 100], ['uptick_pct_60s', 0, 100], ['bar_flow_consistency', 0, 100], ['directional_strength', 0, 100],
    ];
    assert.equal(bounds.length, FEATURES.filter(({ range }) => range !== undefined).length);
    for (const [name, low, high] of bounds) {
      const [lowest, highest] = [low - 0.1 * Math.abs(low), high + 0.1 * Math.abs(high)];
      const near = [lowest * (lowest < 0 ? 0.999 : 1.001), highest * 0.999];
      assert.deepEqual(near.map((value) => isSuspicious(name, value)), [false, false], name);
      const beyond = [lowest - 0.001 * Math.max(Math.abs(lowest), 0.01), highest * 1.001];
      assert.deepEqual(beyond.map((value) => isSuspicious(name, value)), [true, true], name);
    }
    assert.ok(isSuspicious('position_in_short_range', Infinity));
    assert.ok(!isSuspicious('position_in_short_range', 1e12));
  });

  it('take the instrument’s own prices', () => {
    const suspicious = featureStatistics(columnsOf({ vwap: [26_000] }), { low: 3000, high: 30_000 }).suspicious;
    assert.ok(!suspicious.includes('vwap'));
    assert.ok(featureStatistics(columnsOf({ vwap: [26_000] }), PRICES).suspicious.includes('vwap'));
  });

  it('weigh completeness, NaN, outliers and ranges alike', () => {
    const missing = of({ is_lunch: [NaN, NaN] });
    assert.equal(missing.generated, 42);
    assert.equal(missing.quality, (42 / 43 + 42 / 43 + 1 + 1) / 4);
    const outliers = Array.from({ length: 100 }, (_, at) => (at < 6 ? 90 : at % 4));
    assert.equal(of({ atr_percentile: outliers }).quality, (3 + 42 / 43) / 4);
    assert.equal(of({ bar_range: [30] }).quality, (3 + 42 / 43) / 4);
  });
});

describe('monthly: statistics of a month', () => {
  it('give shares as fractions of the rows they are shares of', () => {
    const found = statistics(measured({ rows: { raw: 2000, cleaned: 1900, rth: 760, expected: 1000, final: 900 } }));
    assert.equal(found.retention, 0.9);
    assert.equal(found.loss, 0.05);
    assert.equal(found.rth_share, 0.4);
    assert.equal(found.processing_seconds, 4);
    assert.equal(found.rows_per_second, 500);
    assert.equal(found.excluded_share, 7 / 900);
  });

  it('keep both kinds of rollover apart, and say what the weights were multiplied by', () => {
    const event = { timestamp: '2025-10-01T14:00:00.000Z', price_gap: 21, bars_affected: 7, gap_direction: 'up' } as const;
    const labels = { ...measured().labels, events: [{ ...event, kind: 'gap' }, { ...event, kind: 'contract' }, { ...event, kind: 'gap' }] as const };
    const found = statistics(measured({ labels: { ...labels, events: [...labels.events] }, decayReference: { year: 2026, month: 1 } }));
    assert.deepEqual(found.rollover_kinds, { gap: 2, contract: 1 });
    assert.equal(found.month, '2025-10');
    assert.equal(found.decay_reference, '2026-01');
    assert.equal(found.decay, Math.exp(-0.05 * 3));
  });

  it('are written whole as JSON, whatever the columns hold', () => {
    const rough = statistics(measured({ features: columnsOf({ vwap: [Infinity, NaN], atr_30s: [NaN, NaN] }) }));
    assert.deepEqual(JSON.parse(JSON.stringify(rough)), { ...rough });
    const none = statistics(measured({ rows: { raw: 0, cleaned: 0, rth: 0, expected: 0, final: 0 }, stageSeconds: {} }));
    assert.deepEqual(JSON.parse(JSON.stringify(none)), { ...none });
    assert.deepEqual([none.retention, none.loss, none.rows_per_second], [0, 0, 0]);
  });
});
