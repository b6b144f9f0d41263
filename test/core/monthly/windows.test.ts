import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  rollingDeviation,
  rollingMax,
  rollingMean,
  rollingMin,
  rollingPercentile,
  rollingSlope,
  rollingSum,
} from '../../../src/core/monthly/features/windows';
import { seededRandom } from '../../../src/core/base/random';
import { ExactSum } from '../../../src/core/monthly/features/exact';
import { Peaks } from '../../../src/core/monthly/peaks';

type Rolling = (values: Float64Array, window: number) => Float64Array;

/** The same by looking at each window afresh. */
const slowly =
  (compute: (window: number[]) => number): Rolling =>
  (values, window) =>
    values.map((_, at) => {
      const seen = [...values.subarray(Math.max(0, at - window + 1), at + 1)];
      return seen.length < window || !seen.every(Number.isFinite) ? NaN : compute(seen);
    });

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function deviation(values: number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}

function slope(values: number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = sum(values) / values.length;
  return sum(values.map((value, k) => (k - middle) * (value - mean))) / sum(values.map((_, k) => (k - middle) ** 2));
}

function percentile(values: number[]): number {
  const last = values.at(-1)!;
  const ranks = values.toSorted((a, b) => a - b).flatMap((value, at) => (value === last ? [at + 1] : []));
  return (sum(ranks) / ranks.length / values.length) * 100;
}

const RULES: [string, Rolling, Rolling][] = [
  ['sum', rollingSum, slowly(sum)],
  ['mean', rollingMean, slowly((values) => sum(values) / values.length)],
  ['deviation', rollingDeviation, slowly(deviation)],
  ['slope', rollingSlope, slowly(slope)],
  ['max', rollingMax, slowly((values) => Math.max(...values))],
  ['min', rollingMin, slowly((values) => Math.min(...values))],
  ['percentile', rollingPercentile, slowly(percentile)],
];

/** Quarter points with ties, and now and then a value that is no number. */
const quarters = fc.array(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: -8, max: 8 }).map((ticks) => ticks / 4) }, fc.constantFrom(NaN, Infinity)), { maxLength: 80 });

describe('monthly: rolling windows', () => {
  for (const [name, quick, slow] of RULES) {
    it(`${name} is what a look at each window gives, holes included`, () => {
      fc.assert(
        fc.property(quarters, fc.integer({ min: 2, max: 12 }), (values, window) => {
          const column = Float64Array.from(values);
          const [found, expected] = [quick(column, window), slow(column, window)];
          found.forEach((value, at) => {
            const other = expected[at]!;
            assert.ok(Object.is(value, other) || Math.abs(value - other) <= 1e-12, `${at}: ${value} instead of ${other}`);
          });
        }),
        { numRuns: 300 },
      );
    });
  }

  it('sums forget what has left the window to the last bit', () => {
    const values = new Float64Array(100_000).map((_, at) => (at % 1000 === 0 ? 1e9 : ((at * 7919) % 1009) / 10));
    const sums = rollingSum(values, 30);
    for (let at = 100; at < values.length; at += 61) {
      const afresh = new ExactSum();
      values.subarray(at - 29, at + 1).forEach((value) => {
        afresh.add(value);
      });
      assert.equal(sums[at], afresh.value);
    }
  });

  it('sums are rounded once: a tenth ten times is one', () => {
    assert.equal(rollingSum(new Float64Array(10).fill(0.1), 10)[9], 1);
    assert.notEqual(sum(Array.from({ length: 10 }, () => 0.1)), 1);
  });

  it('of equal values have no deviation at all, whatever came before', () => {
    const values = new Float64Array(400).fill(0.1 / 3);
    values.set([1e6, 3, 1 / 7], 0);
    assert.deepEqual(rollingDeviation(values, 300).subarray(302), new Float64Array(98));
  });

  it('of values that differ by rounding only have no deviation either', () => {
    const values = new Float64Array(40).map((_, at) => 1 + (at % 2) * 1e-13);
    assert.equal(rollingDeviation(values, 30)[39], 0);
    const apart = values.map((value, at) => value + (at % 2) * 1e-9);
    assert.ok(Math.abs(rollingDeviation(apart, 30)[39]! / deviation([...apart.subarray(10)]) - 1) < 1e-6);
  });

  it('deviation keeps its precision beside a large mean', () => {
    const values = new Float64Array(60).map((_, at) => 1e8 + (at % 3) / 4);
    const found = rollingDeviation(values, 30)[59]!;
    assert.ok(Math.abs(found - deviation([...values.subarray(30)].map((value) => value - 1e8))) < 1e-14, `${found}`);
  });
});

describe('monthly: first passage', () => {
  it('is found as by looking at one value after the other', () => {
    const random = seededRandom(11);
    const upTo = (end: number): number => Math.floor(random() * (end + 1));
    for (let round = 0; round < 2000; round++) {
      const values = Array.from({ length: 1 + upTo(1200) }, () => (random() < 0.99 ? upTo(3) : upTo(30)));
      const from = upTo(values.length);
      const end = from + upTo(values.length - from);
      const level = upTo(32);
      const peaks = new Peaks(Float64Array.from(values));
      const expected = values.findIndex((value, at) => at >= from && at < end && value >= level);
      assert.equal(peaks.firstReaching(level, from, end), expected === -1 ? end : expected);
      assert.equal(peaks.highest(from, end), Math.max(...values.slice(from, end)));
    }
  });

  it('is found wherever it is', () => {
    for (let at = 0; at < 1200; at++) {
      const values = new Float64Array(1200);
      values[at] = 1;
      const peaks = new Peaks(values);
      for (const from of [0, 1, 17, 255]) {
        const expected = at < from ? [1200, 0] : [at, 1];
        assert.deepEqual([peaks.firstReaching(1, from, 1200), peaks.highest(from, 1200)], expected, `${at} from ${from}`);
      }
    }
  });
});
