import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Bars } from '../../../src/core/base/bar';
import { chunkBytes } from '../../../src/core/derive/chunktext';

/** The oracle is `JSON.stringify` of the same bars. */
describe('derive: the text of chunks', () => {
  const textOf = (bars: Bars): string => Buffer.from(chunkBytes(bars)).toString();
  const barsOf = (values: readonly number[]): Bars => {
    const column = Float64Array.from(values);
    return { time: Float64Array.from(values, (_, at) => at * 60_000), open: column, high: column.map((value) => value + 0.25), low: column.map((value) => -value), close: column.map((value) => value / 8), volume: column };
  };
  const expected = ({ time, open, high, low, close, volume }: Bars): unknown =>
    [...time.keys()].map((at) => ({ time: time[at]! / 1000, open: open[at], high: high[at], low: low[at], close: close[at], volume: volume[at] }));
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('parses to the same numbers, whatever they are', () => {
    const price = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.integer(), fc.integer({ min: 0, max: 10 ** 9 }).map((cents) => cents / 100), fc.constantFrom(NaN, 0.1 + 0.2, 2 ** 31, 21_474_836.47, 21_474_836.48));
    fc.assert(fc.property(fc.array(price, { maxLength: 30 }), (values) => {
      const bars = barsOf(values);
      assert.deepEqual(plain(JSON.parse(textOf(bars))), plain(expected(bars)));
    }), { numRuns: 300, seed: 5 });
  });

  it('a bar a line, every number in its shortest form', () => {
    const values = [0, 7, 10, 999, 1000, 9999, 10_000, 12_345_678, 100_000_001, 2_147_483_647, 0.05, 0.5, 6850.25, 10_000.01, 99.9];
    const bars = { ...barsOf(values), high: Float64Array.from(values), low: Float64Array.from(values), close: Float64Array.from(values) };
    const lines = (expected(bars) as object[]).map((bar) => JSON.stringify(bar));
    assert.equal(textOf(bars), `[\n${lines.join(',\n')}\n]`);
    assert.equal(textOf(barsOf([])), '[\n]');
  });
});
