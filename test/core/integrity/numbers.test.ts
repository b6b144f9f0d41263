import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NumberList, RepeatedNumbers } from '../../../src/core/integrity/numbers';
import { slowness } from '../../support/slowness';

function listOf(values: Iterable<number>): NumberList {
  const list = new NumberList();
  for (const value of values) list.push(value);
  return list;
}

const contents = (list: NumberList): number[] => Array.from({ length: list.length }, (_, i) => list.at(i));

describe('lists of numbers', () => {
  it('are sorted in place', () => {
    const value = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.double({ noNaN: true, min: 0.5 }));
    fc.assert(fc.property(fc.array(value, { maxLength: 300 }), (values) => {
      const list = listOf(values);
      list.sort();
      assert.deepEqual(contents(list), [...Float64Array.from(values).sort()]);
    }));
  });

  it('of more than one block are sorted quickly, ordered or not', () => {
    const count = 300_000;
    const [began, slow] = [performance.now(), slowness()];
    for (const value of [(i: number) => i, (i: number) => count - i, (i: number) => (i * 618_033) % count, () => 7]) {
      const list = listOf(Array.from({ length: count }, (_, i) => value(i)));
      list.sort();
      for (let i = 1; i < count; i++) assert.ok(list.at(i - 1) <= list.at(i));
    }
    assert.ok(performance.now() - began < 10_000 * slowness(slow));
  });

  it('know what repeats, by themselves and after a count', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 })), fc.array(fc.integer({ min: 0, max: 30 })), (values, counted) => {
      const often = (list: number[], value: number): boolean => list.filter((other) => other === value).length > 1;
      const repeated = new RepeatedNumbers(listOf(values));
      for (let value = 0; value <= 30; value++) assert.equal(repeated.slotOf(value) >= 0, often(values, value));
      repeated.startCount();
      for (const value of counted) repeated.count(value);
      for (let value = 0; value <= 30; value++) assert.equal(repeated.slotOf(value) >= 0, values.includes(value) && often(counted, value));
    }));
  });
});
