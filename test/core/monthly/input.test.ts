import assert from 'node:assert/strict';
import { inspectInput } from '../../../src/core/monthly/input';
import { flat, secondsFrom } from './bars';

describe('monthly: rows outside regular hours', () => {
  /** The first `outside` of `rows` are at 07:29:59 in Chicago, the others at 07:30:00. */
  const inspect = (rows: number, outside: number): ReturnType<typeof inspectInput> => {
    const bars = secondsFrom(flat(rows, 6000));
    const opening = Date.parse('2025-10-15T12:30:00Z') / 1000;
    bars.time.forEach((_, at) => (bars.time[at] = at < outside ? opening - 1 : opening));
    return inspectInput(bars);
  };

  it('are warned about when they are few', () => {
    assert.deepEqual(inspect(10, 0), { errors: [], warnings: [] });
    assert.equal(inspect(10, 10).warnings.length, 1);
    assert.match(inspect(10, 3).warnings[0]!, /^3 of 10 rows have a time outside regular hours/);
    assert.deepEqual(inspect(5000, 5000).errors, []);
    assert.deepEqual(inspect(60_000, 6000).errors, [], 'a tenth');
  });

  it('are an error when they are more than 5,000 and more than a tenth', () => {
    assert.equal(inspect(5001, 5001).errors.length, 1);
    assert.equal(inspect(60_000, 6001).errors.length, 1);
    assert.deepEqual(inspect(60_000, 6001).warnings, []);
  });

  it('begin at 15:00:00, by the clock of summer and of winter', () => {
    const at = (instant: string): number => {
      const bars = secondsFrom([6000]);
      bars.time[0] = Date.parse(instant) / 1000;
      return inspectInput(bars).warnings.length;
    };
    assert.equal(at('2025-10-31T19:59:59Z'), 0);
    assert.equal(at('2025-10-31T20:00:00Z'), 1);
    assert.equal(at('2025-11-03T20:59:59Z'), 0);
    assert.equal(at('2025-11-03T21:00:00Z'), 1);
    assert.equal(at('2025-11-03T13:29:59Z'), 1);
    assert.equal(at('2025-11-03T13:30:00Z'), 0);
  });
});
