import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFor } from '../../../src/core/calendar/calendar';
import { continuityOf } from '../../../src/core/intake/continuity';
import { coverageOf, dayCoverageOf } from '../../../src/core/intake/coverage';
import { dayState } from '../../../src/protocol/coverage';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const calendar = calendarFor('ES')!;
const judging = { timeframe: '1m', calendar } as const;

/** Every minute in which the market is open, asked for one by one. */
function openMinutes(from: string, to: string): number[] {
  const minutes: number[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += MINUTE) if (calendar.isOpen(at)) minutes.push(at);
  return minutes;
}
const november = openMinutes('2025-11-17', '2025-12-05');
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

describe('coverage, day by day', () => {
  it('counts every bar on its UTC day, expects what is open, and misses nothing where all is there', () => {
    const { first, bars, expected, missing, calendar: name } = coverageOf(Float64Array.from(november), judging);
    assert.deepEqual([first, name], ['2025-11-17', calendar.name]);
    bars.forEach((count, at) => {
      const day = dayOf(Date.parse('2025-11-17') + at * DAY);
      assert.equal(count, november.filter((time) => dayOf(time) === day).length, day);
      assert.equal(expected[at], count, day);
    });
    assert.ok(missing.every((count) => count === 0));
    assert.equal(bars[5], 0, 'Saturday');
  });

  it('tells days that are missing whole or in part from those the market was closed on', () => {
    const [from, to] = [Date.parse('2025-11-18T22:00Z'), Date.parse('2025-11-20T15:00Z')];
    const { bars, missing } = coverageOf(Float64Array.from(november.filter((time) => time < from || time >= to)), judging);
    const states = bars.map((count, at) => dayState(count, missing[at]!, true));
    assert.deepEqual(states.slice(0, 7), ['present', 'degraded', 'missing', 'degraded', 'present', 'closed', 'present']);
    assert.equal(missing.reduce((sum, count) => sum + count, 0), november.filter((time) => time >= from && time < to).length);
  });

  it('misses as many bars as continuity does, wherever they were taken out; and each day by itself says the same', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(november.length - 1), fc.integer({ min: 20, max: 2000 })), { maxLength: 4 }), (holes) => {
      const times = Float64Array.from(november.filter((_, at) => at === 0 || at === november.length - 1 || !holes.some(([start, length]) => at >= start && at < start + length)));
      const { missing, bars } = coverageOf(times, judging);
      const { gaps } = continuityOf(times, { master: 'ES', timeframe: '1m', calendar });
      const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
      assert.equal(sum(missing), sum(gaps.map(({ missingBars }) => missingBars)));
      bars.forEach((count, at) => {
        const day = Date.parse('2025-11-17') + at * DAY;
        const one = dayCoverageOf(times, day, judging);
        assert.deepEqual([one.bars, sum(one.missing.filter(({ cause }) => cause === 'unexpected').map((range) => range.bars))], [count, missing[at]], one.day);
        assert.equal(sum(one.hours.map((hour) => hour.bars)), count);
      });
    }), { numRuns: 15 });
  });

  it('counts only, without a calendar; puts times in order; knows of an empty file', () => {
    const { expected, missing, bars } = coverageOf(Float64Array.from([DAY + MINUTE, NaN, 0, DAY]), {});
    assert.deepEqual([bars, expected, missing], [[1, 2], [0, 0], [0, 0]]);
    assert.equal(dayState(0, 0, false), 'unknown');
    assert.deepEqual(coverageOf(new Float64Array(), judging), { bars: [], expected: [], missing: [] });
  });
});
