import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { durationOf, type Timeframe } from '../../../src/core/base/timeframe';
import { calendarFor } from '../../../src/core/calendar/calendar';
import { continuityOf } from '../../../src/core/intake/continuity';
import { readTimes } from '../../../src/core/table/parquet';
import type { Continuity } from '../../../src/protocol/results';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const calendar = calendarFor('ES')!;
const judge = (times: readonly number[], timeframe: Timeframe = '1m', year?: number): Continuity =>
  continuityOf(Float64Array.from(times), { master: 'ES.parquet', timeframe, calendar, ...(year === undefined ? {} : { year }) });

/** Every bar the market could have in [from, to), by asking for each slot whether one of its minutes is open. */
function complete(from: string, to: string, timeframe: Timeframe = '1m'): number[] {
  const duration = durationOf(timeframe);
  const bars: number[] = [];
  for (let slot = Date.parse(from); slot < Date.parse(to); slot += duration) {
    for (let minute = slot; minute < slot + duration; minute += MINUTE) {
      if (!calendar.isOpen(minute)) continue;
      bars.push(slot);
      break;
    }
  }
  return bars;
}

describe('continuity by the calendar', () => {
  it('finds nothing unexpected in weeks that hold every bar, across holidays, eras and changes of the clock', () => {
    for (const [from, to] of [['2025-11-17', '2025-12-05'], ['2025-10-27', '2025-11-08'], ['2012-11-12', '2012-11-30'], ['2015-03-02', '2015-03-14'], ['2009-06-29', '2009-07-10'], ['2024-12-16', '2025-01-18']] as const) {
      for (const timeframe of ['1m', '5m', '15m', '1h', '4h'] as const) {
        const { gaps, largest, calendar: view } = judge(complete(from, to, timeframe), timeframe);
        assert.deepEqual([gaps, largest, view!.missing.filter(({ cause }) => cause !== 'may-be-closed')], [[], undefined, []], `${from} ${timeframe}`);
        for (const month of Object.values(view!.completeness)) {
          assert.equal(month.bars, month.expected);
          assert.equal(month.regularBars, month.regularExpected);
        }
      }
    }
  });

  it('finds every bar that was taken out, and no other', () => {
    const bars = complete('2025-11-24', '2025-12-02');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bars.length - 2 }), fc.integer({ min: 1, max: 3000 }), (start, wanted) => {
        const length = Math.min(wanted, bars.length - 1 - start);
        const { calendar: view, gaps, largest } = judge([...bars.slice(0, start), ...bars.slice(start + length)]);
        const doubtful = view!.missing.filter(({ cause }) => cause !== 'may-be-closed');
        const taken = bars.slice(start, start + length).filter((time) => doubtful.some(({ from, to }) => time >= Date.parse(from) && time < Date.parse(to)));
        assert.equal(taken.length, length);
        assert.equal(doubtful.reduce((sum, range) => sum + range.bars, 0), length);
        const unexpected = doubtful.filter(({ cause }) => cause === 'unexpected').reduce((sum, range) => sum + range.bars, 0);
        assert.equal(gaps.reduce((sum, gap) => sum + gap.missingBars, 0), unexpected);
        assert.equal(largest?.missingBars ?? 0, unexpected);
      }),
      { numRuns: 60 },
    );
  });

  it('gives completeness per month, months without a bar included', () => {
    const bars = complete('2025-01-01', '2025-04-01').filter((time) => new Date(time).getUTCMonth() !== 1);
    const { completeness } = judge(bars).calendar!;
    assert.deepEqual(Object.keys(completeness), ['2025-01', '2025-02', '2025-03']);
    assert.deepEqual([completeness['2025-02']!.bars, completeness['2025-02']!.regularBars], [0, 0]);
    // 19 trading days of 390 regular minutes; Presidents' Day has none.
    assert.equal(completeness['2025-02']!.regularExpected, 19 * 390);
    assert.equal(completeness['2025-01']!.bars, completeness['2025-01']!.expected);
  });

  it('judges daily bars by trade dates', () => {
    // New York Stock Exchange days of May to July 2025 by hand: closed on 26 May, 19 June and 4 July.
    const days: number[] = [];
    for (let day = Date.UTC(2025, 4, 1); day < Date.UTC(2025, 7, 1); day += DAY) {
      const date = new Date(day).toISOString().slice(0, 10);
      if (![0, 6].includes(new Date(day).getUTCDay()) && !['2025-05-26', '2025-06-19', '2025-07-04'].includes(date)) days.push(day);
    }
    assert.deepEqual(judge(days, '1D').gaps, []);
    assert.deepEqual(judge(days.map((day) => day + 4 * 60 * MINUTE), '1D').gaps, [], 'stamped at midnight in New York');
    const { gaps, calendar: view } = judge(days.filter((_, i) => i !== 10 && i !== 11), '1D');
    assert.deepEqual([gaps.map((gap) => gap.missingBars), view!.missing.length], [[2], 1]);
    assert.deepEqual(view!.completeness['2025-05'], { bars: 19, expected: 21, regularBars: 0, regularExpected: 0 });
  });

  it('counts the steps into and out of a year', () => {
    const bars = complete('2024-12-20', '2025-01-10').filter((time) => time < Date.UTC(2024, 11, 27) || time >= Date.UTC(2025, 0, 6));
    for (const year of [2024, 2025]) assert.equal(judge(bars, '1m', year).gaps.length, 1);
    assert.equal(judge(bars, '1m', 2025).first, '2025-01-06T00:00:00.000Z');
  });

  const shared = path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'bars');
  it(existsSync(shared) ? 'real ES bars: only the 23-day hole is unexpected, at every timeframe' : 'real ES bars (skipped: ../shared/data is not there)', async function () {
    if (!existsSync(shared)) this.skip();
    for (const timeframe of ['1m', '5m', '15m', '1h', '4h'] as const) {
      const times = await readTimes(path.join(shared, `ES_${timeframe}.parquet`));
      const { gaps, largest, calendar: view } = continuityOf(times, { master: `ES_${timeframe}.parquet`, timeframe, calendar });
      assert.equal(gaps.length, 1, timeframe);
      assert.deepEqual([largest!.after.slice(0, 13), largest!.before.slice(0, 10)], ['2025-10-17T20', '2025-11-09']);
      const reasons = view!.explained.map(({ reason }) => reason);
      // Bars of an hour or more reach over the shorter closures.
      const short = durationOf(timeframe) < durationOf('1h') ? ['daily maintenance', 'Labor Day', 'Thanksgiving Day', 'day after Thanksgiving', 'Globex outage of 28 November 2025'] : [];
      for (const reason of ['weekend', ...short]) assert.ok(reasons.includes(reason), `${timeframe}: ${reason}`);
      for (const month of ['2025-08', '2025-09', '2025-12']) {
        const { regularBars, regularExpected } = view!.completeness[month]!;
        assert.equal(regularBars, regularExpected, `${timeframe} ${month}`);
      }
    }
  });
});
