import assert from 'node:assert/strict';
import fc from 'fast-check';
import { continuityOf } from '../../../src/core/intake/continuity';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const options = { master: 'ES_1m.parquet', timeframe: '1m' } as const;
const run = (from: string, bars: number): number[] => Array.from({ length: bars }, (_, i) => Date.parse(from) + i * MINUTE);

describe('continuity', () => {
  it('reports gaps over the threshold and the largest step', () => {
    const times = Float64Array.from([...run('2025-07-01T00:00Z', 60), ...run('2025-07-03T00:59Z', 10), ...run('2025-07-05T01:09Z', 10)]);
    const found = continuityOf(times, options);
    assert.deepEqual(found.gaps, [{ after: '2025-07-03T01:08:00.000Z', before: '2025-07-05T01:09:00.000Z', hours: 48 + 1 / 60, missingBars: 48 * 60 }]);
    assert.deepEqual(found.largest, found.gaps[0]);
    assert.deepEqual(found.months, { '2025-07': 80 });
    assert.deepEqual([found.rows, found.first, found.last], [80, '2025-07-01T00:00:00.000Z', '2025-07-05T01:18:00.000Z']);
  });

  it('keeps 31 December in its year, to the last minute, and drops the neighbours', () => {
    const times = Float64Array.from(run('2024-12-31T12:00Z', 60 * 24 * 367));
    const found = continuityOf(times, { ...options, year: 2025 });
    assert.equal(found.first, '2025-01-01T00:00:00.000Z');
    assert.equal(found.last, '2025-12-31T23:59:00.000Z');
    assert.equal(found.rows, 365 * 24 * 60);
    assert.equal(found.months['2025-12'], 31 * 24 * 60);
  });

  it('shows a gap over New Year in both years, and one that swallows a year', () => {
    const times = Float64Array.from([...run('2023-12-28T00:00Z', 10), ...run('2025-01-05T00:00Z', 10)]);
    for (const year of [2023, 2024, 2025]) assert.equal(continuityOf(times, { ...options, year }).gaps.length, 1, String(year));
    assert.equal(continuityOf(times, { ...options, year: 2022 }).gaps.length, 0);
    assert.equal(continuityOf(times, { ...options, year: 2024 }).rows, 0);
  });

  it('has nothing to say about no bars', () => {
    assert.deepEqual(continuityOf(new Float64Array(0), options), { master: 'ES_1m.parquet', rows: 0, first: null, last: null, thresholdHours: 48, gaps: [], months: {} });
  });

  it('agrees with a plain walk over any steps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 50 }), fc.integer({ min: 1, max: 100 }), (hours, thresholdHours) => {
        const times = [Date.UTC(2025, 0, 1)];
        for (const step of hours) times.push(times.at(-1)! + step * HOUR);
        const found = continuityOf(Float64Array.from(times), { ...options, timeframe: '1h', thresholdHours });
        assert.deepEqual(found.gaps.map((gap) => [gap.hours, gap.missingBars]), hours.filter((step) => step > thresholdHours).map((step) => [step, step - 1]));
        assert.equal(Object.values(found.months).reduce((a, b) => a + b, 0), times.length);
        assert.equal(found.largest?.hours ?? 1, Math.max(1, ...hours));
      }),
    );
  });
});
