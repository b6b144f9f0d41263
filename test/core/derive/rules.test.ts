import assert from 'node:assert/strict';
import { tradingDays, type TradingDays } from '../../../src/core/derive/days';
import { extremeTimes, rangeSpread } from '../../../src/core/derive/distribution';
import { openingOf } from '../../../src/core/derive/opening';
import { profileOf, type SessionProfile } from '../../../src/core/derive/profiler';
import { marksOf } from '../../../src/core/derive/sessions';
import { touchesOf, type LevelTouches } from '../../../src/core/derive/touches';
import { dateText, instantOf, isoText } from '../../../src/core/derive/tradingday';
import { barsOf, type Row } from '../store/folder';

/** Each session rule by itself, on days made by hand: flat at 100 but for the bars that matter. */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The instant of a New York wall clock on a trading date; the evening belongs to the day before. */
function at(date: string, clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number];
  const evening = hours >= 18 ? DAY : 0;
  return instantOf(Date.parse(date) - evening + (hours * 60 + minutes) * MINUTE);
}

type Special = readonly [clock: string, values: { open?: number; high?: number; low?: number; close?: number }];

/** A trading day of minutes from `from` to before `to`, flat at 100 ± 1 but for the special ones. */
function day(date: string, specials: readonly Special[] = [], [from, to] = ['18:00', '17:00'], gaps: readonly (readonly [string, string])[] = []): Row[] {
  const rows = new Map<number, Row>();
  for (let time = at(date, from); time < at(date, to); time += MINUTE) rows.set(time, [time, 100, 101, 99, 100, 1]);
  for (const [start, end] of gaps) for (let time = at(date, start); time < at(date, end); time += MINUTE) rows.delete(time);
  for (const [clock, { open = 100, high = 101, low = 99, close = 100 }] of specials) rows.set(at(date, clock), [at(date, clock), open, high, low, close, 1]);
  return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

const days = (...rows: Row[][]): TradingDays => tradingDays(barsOf(rows.flat()));
const profile = (rows: Row[], session: SessionProfile['session']): SessionProfile => {
  const found = profileOf(days(rows), 0).find((each) => each.session === session);
  assert.ok(found);
  return found;
};
const MONDAY = '2025-07-28';
const TUESDAY = '2025-07-29';

describe('derive: the trading day', () => {
  const dates = (...rows: Row[]): string[] => tradingDays(barsOf(rows)).list.map(({ date }) => dateText(date));
  const bar = (time: number): Row => [time, 1, 1, 1, 1, 1];

  it('begins at 18:00 in summer, in winter and on the Sundays the clocks change', () => {
    assert.deepEqual(dates(bar(Date.UTC(2025, 6, 28, 21, 59)), bar(Date.UTC(2025, 6, 28, 22))), ['2025-07-28', '2025-07-29']);
    assert.deepEqual(dates(bar(Date.UTC(2025, 11, 1, 22, 59)), bar(Date.UTC(2025, 11, 1, 23))), ['2025-12-01', '2025-12-02']);
    assert.deepEqual(dates(bar(Date.UTC(2025, 2, 9, 21, 59)), bar(Date.UTC(2025, 2, 9, 22))), ['2025-03-09', '2025-03-10']);
    assert.deepEqual(dates(bar(Date.UTC(2025, 10, 2, 22, 59)), bar(Date.UTC(2025, 10, 2, 23))), ['2025-11-02', '2025-11-03']);
  });

  it('keeps bars of 17:00 to 17:59 in the day that ends', () => {
    assert.deepEqual(dates(bar(at(MONDAY, '17:59')), bar(at(TUESDAY, '18:00'))), [MONDAY, TUESDAY]);
  });

  it('tells instants with their offset; a skipped time is the moment of the change', () => {
    assert.equal(isoText(at('2025-03-10', '18:00')), '2025-03-09T18:00:00-04:00');
    assert.equal(isoText(at('2025-12-02', '18:00')), '2025-12-01T18:00:00-05:00');
    assert.equal(isoText(at('2025-03-09', '02:30')), '2025-03-09T03:00:00-04:00');
  });
});

describe('derive: the profiler', () => {
  it('a session takes its first minute in and leaves its last bound out', () => {
    const range = profile(day(MONDAY, [['18:00', { high: 110 }], ['19:29', { low: 90 }], ['19:30', { high: 120, low: 80 }]]), 'Asia');
    assert.deepEqual([range.range_high, range.range_low, range.mid, range.high_time, range.low_time], [110, 90, 100, '18:00', '19:29']);
    assert.deepEqual([range.start_time, range.end_time], ['2025-07-27T18:00:00-04:00', '2025-07-27T19:30:00-04:00']);
  });

  it('four sessions a day in order of their start; one without bars has no record; a day of one session is told too', () => {
    assert.deepEqual(profileOf(days(day(MONDAY)), 0).map(({ session }) => session), ['Asia', 'London', 'NY1', 'NY2']);
    assert.deepEqual(profileOf(days(day(MONDAY, [], ['18:00', '17:00'], [['02:30', '03:30']])), 0).map(({ session }) => session), ['Asia', 'NY1', 'NY2']);
    assert.deepEqual(profileOf(days(day(MONDAY, [], ['07:30', '07:40'])), 0).map(({ session }) => session), ['NY1']);
  });

  it('bounds are the session\'s, not those of its bars', () => {
    const found = profile(day(MONDAY, [], ['02:45', '03:00']), 'London');
    assert.deepEqual([found.start_ts, found.end_ts], [at(MONDAY, '02:30') / 1000, at(MONDAY, '03:30') / 1000]);
  });

  it('nothing beyond the range: None, and equal to it is not beyond', () => {
    const found = profile(day(MONDAY, [['04:00', { high: 101, low: 99 }]]), 'London');
    assert.deepEqual([found.status, found.status_time, found.status_ts], ['None', null, null]);
  });

  it('up first is Long True at that bar, down first Short True', () => {
    const long = profile(day(MONDAY, [['03:30', { high: 102 }]]), 'London');
    assert.deepEqual([long.status, long.status_time, long.status_ts], ['Long True', '2025-07-28T03:30:00-04:00', at(MONDAY, '03:30') / 1000]);
    assert.equal(profile(day(MONDAY, [['03:40', { low: 98 }]]), 'London').status, 'Short True');
  });

  it('the other side later makes it False at that later bar', () => {
    const long = profile(day(MONDAY, [['04:00', { high: 102 }], ['05:00', { low: 98 }], ['05:30', { low: 97 }]]), 'London');
    assert.deepEqual([long.status, long.status_time?.slice(11, 16)], ['Long False', '05:00']);
    const short = profile(day(MONDAY, [['04:00', { low: 98 }], ['07:29', { high: 102 }]]), 'London');
    assert.deepEqual([short.status, short.status_time?.slice(11, 16)], ['Short False', '07:29']);
  });

  it('both sides in the first bar: by its open below, at or above its middle', () => {
    const both = (open: number): string => profile(day(MONDAY, [['04:00', { open, high: 102, low: 98 }], ['05:00', { high: 110, low: 90 }]]), 'London').status;
    assert.deepEqual([both(99.75), both(100), both(100.25)], ['Long False', 'Short False', 'Short False']);
  });

  const ends = { Asia: ['02:29', '02:30'], London: ['07:29', '07:30'], NY1: ['11:29', '11:30'], NY2: ['16:59', '17:00'] } as const;
  for (const [session, [last, over]] of Object.entries(ends) as [SessionProfile['session'], readonly [string, string]][]) {
    it(`the status of ${session} is settled before ${over}`, () => {
      const rows = (clock: string): Row[] => day(MONDAY, [[clock, { high: 105 }]], ['18:00', '17:30']);
      assert.deepEqual([profile(rows(last), session).status, profile(rows(over), session).status], ['Long True', 'None']);
    });
  }

  it('broken: the first bar from the next session on that holds the middle, up to 17:59; NY2 never', () => {
    // Asia around 120 all of its session; from there on at 100.
    const high = (clock: string, values: Special[1]): Row[] => day(MONDAY, [[clock, values]], ['18:00', '17:59'], []).map((row) => (row[0] < at(MONDAY, '19:30') ? [row[0], 120, 121, 119, 120, 1] : row));
    assert.deepEqual([profile(high('09:00', {}), 'Asia').broken, profile(high('09:00', {}), 'Asia').broken_time], [false, null]);
    const found = profile(high('02:30', { high: 120 }), 'Asia');
    assert.deepEqual([found.broken, found.broken_time, found.broken_ts], [true, '02:30', at(MONDAY, '02:30') / 1000]);
    assert.equal(profile(high('02:29', { high: 120 }), 'Asia').broken, false, 'before the next session it does not count');
    assert.equal(profile(high('17:58', { high: 130 }), 'Asia').broken_time, '17:58');
    const ny2 = profile(day(MONDAY, [['15:00', { high: 105, low: 95 }]]), 'NY2');
    assert.deepEqual([ny2.broken, ny2.broken_time, ny2.broken_ts], [false, null, null]);
  });

  it('prior_close is that of the bar before the session, never of the one at its start', () => {
    assert.equal(profile(day(MONDAY, [['02:29', { close: 100.5 }], ['02:30', { close: 99.5 }]]), 'London').prior_close, 100.5);
  });

  it('prior_close reaches back 24 hours and no further; else it is the open', () => {
    const friday = day('2025-07-25', [['16:59', { close: 100.75 }]]);
    const asia = (before: Row[], after: Row[]): SessionProfile => profileOf(tradingDays(barsOf([...before, ...after])), 1)[0]!;
    assert.equal(asia(friday, day(MONDAY, [['18:00', { open: 99.5 }]])).prior_close, 99.5, 'a weekend lies between');
    const one = (time: number): Row[] => [[time, 100, 101, 99, 100.75, 1]];
    assert.equal(asia(one(at(TUESDAY, '18:00') - DAY), day(TUESDAY)).prior_close, 100.75);
    assert.equal(asia(one(at(TUESDAY, '18:00') - DAY - MINUTE), day(TUESDAY)).prior_close, 100);
  });

  it('percentages are from the session\'s open; day values are the trading day\'s', () => {
    const found = profile(day(MONDAY, [['18:00', { open: 98 }], ['02:30', { open: 100, high: 104 }], ['03:29', { close: 99.5, low: 97 }], ['16:00', { high: 111 }]]), 'London');
    assert.deepEqual([found.high_pct, found.low_pct, found.close_pct], [4, -3, -0.5]);
    assert.deepEqual([found.daily_open, found.daily_high, found.daily_low], [98, 111, 97]);
  });

  it('the days around both clock changes have their sessions by the wall clock', () => {
    for (const [date, offset] of [['2025-03-07', '-05:00'], ['2025-03-10', '-04:00'], ['2025-10-31', '-04:00'], ['2025-11-03', '-05:00']] as const) {
      const found = profile(day(date, [['07:30', { high: 105 }], ['08:30', { high: 106 }]]), 'NY1');
      assert.deepEqual([found.start_time, found.high_time, found.status], [`${date}T07:30:00${offset}`, '07:30', 'Long True']);
    }
  });
});

describe('derive: level touches', () => {
  const of = (monday: Row[], tuesday: Row[]): Record<string, LevelTouches> => touchesOf(days(monday, tuesday), 1)!;
  /** Tuesday at 200 ± 1 but for what is given: nothing of Monday is touched by itself. */
  const high = (specials: readonly Special[] = [], hours?: [string, string], gaps?: readonly (readonly [string, string])[]): Row[] => {
    const special = new Set(specials.map(([clock]) => at(TUESDAY, clock)));
    return day(TUESDAY, specials, hours, gaps).map((row) => (special.has(row[0]) ? row : [row[0], 200, 201, 199, 200, 1]));
  };
  const times = (touches: Record<string, LevelTouches>, level: string): readonly string[] => touches[level]!.touch_times;

  it('the first day has no day before; a day of fewer than 100 bars is no day, and not the day before', () => {
    assert.equal(touchesOf(days(day(MONDAY)), 0), undefined);
    assert.equal(touchesOf(days(day(MONDAY, [], ['09:00', '10:39']), high()), 1), undefined);
    const short = days(day('2025-07-25', [['10:00', { high: 150 }]]), day(MONDAY, [], ['09:00', '10:39']), high());
    assert.deepEqual([touchesOf(short, 1), touchesOf(short, 2)?.['pdh']?.level], [undefined, 150]);
    assert.ok(touchesOf(days(day(MONDAY, [], ['09:00', '10:40']), high()), 1));
  });

  it('touched: low ≤ level ≤ high, each bar of the window named', () => {
    const touches = of(day(MONDAY, [['12:00', { high: 150, low: 50 }]]), high([['18:00', { high: 151, low: 150 }], ['10:00', { high: 150, low: 149 }], ['10:01', { high: 149.75, low: 149 }], ['17:59', { high: 160, low: 140 }]]));
    assert.deepEqual([touches['pdh'], touches['pdl']?.level, touches['pdm']?.level], [{ level: 150, touched: true, touch_times: ['18:00', '10:00', '17:59'] }, 50, 100]);
    assert.deepEqual(touches['pdl'], { level: 50, touched: false, touch_times: [] });
  });

  it('p12 is 18:00 to 06:00, watched from 06:00 to the end', () => {
    const touches = of(day(MONDAY), high([['05:59', { high: 300, low: 100 }], ['06:00', { high: 300, low: 100 }], ['17:59', { high: 300, low: 100 }]]));
    assert.deepEqual([touches['p12h']?.level, touches['p12l']?.level, touches['p12m']?.level], [300, 100, 200]);
    assert.deepEqual(times(touches, 'p12h'), ['06:00', '17:59']);
  });

  it('daily_open is the first bar\'s, whenever that is, and every later bar counts', () => {
    const late = of(day(MONDAY), high([['03:00', { open: 250, high: 260, low: 240 }], ['03:01', { high: 251, low: 249 }]], ['03:00', '17:00']));
    assert.deepEqual([late['daily_open']?.level, times(late, 'daily_open')], [250, ['03:01']]);
  });

  it('midnight_open and open_0730 are the open of the first bar from then on, not of 18:00', () => {
    const touches = of(day(MONDAY), high([['00:02', { open: 250, high: 260, low: 240 }], ['07:31', { open: 270, high: 271, low: 269 }]], undefined, [['00:00', '00:02'], ['07:30', '07:31']]));
    assert.deepEqual([touches['midnight_open']?.level, touches['open_0730']?.level], [250, 270]);
    const exact = of(day(MONDAY), high([['00:00', { open: 250, high: 260, low: 240 }], ['07:30', { open: 270, high: 271, low: 269 }]]));
    assert.deepEqual([exact['midnight_open'], exact['open_0730']], [{ level: 250, touched: false, touch_times: [] }, { level: 270, touched: false, touch_times: [] }]);
  });

  const windows = { midnight_open: ['00:00', '00:01'], open_0730: ['07:30', '07:31'], asia_mid: ['02:00', '02:01'], london_mid: ['07:00', '07:01'], ny1_mid: ['12:00', '12:01'], ny2_mid: ['16:00', '16:01'] } as const;
  for (const [level, [before, first]] of Object.entries(windows)) {
    it(`${level} is watched from ${first} to 17:00, that minute included`, () => {
      // 250 in every session and at every open, so that this is every one of these levels.
      const rows = high([], ['18:00', '17:30']).map((row): Row => [row[0], 250, 251, 249, 250, 1]);
      const found = times(of(day(MONDAY), rows), level);
      assert.deepEqual([found.includes(before), found[0], found.at(-1)], [false, first, '17:00']);
    });
  }

  it('ny_p12 is 06:00 to 17:00 of the kept day before, prev_ middles its sessions\', both watched all day', () => {
    const monday = day(MONDAY, [['05:59', { high: 400 }], ['06:00', { high: 300 }], ['16:59', { low: 60 }], ['17:00', { low: 20 }], ['18:30', { high: 120, low: 80 }], ['12:00', { high: 131, low: 119 }]], ['18:00', '17:30']);
    const touches = of(monday, high([['18:00', { high: 300, low: 250 }], ['17:40', { high: 300, low: 80 }]], ['18:00', '17:59']));
    assert.deepEqual(['ny_p12h', 'ny_p12l', 'ny_p12m', 'prev_asia_mid', 'prev_ny2_mid'].map((name) => touches[name]?.level), [300, 60, 180, 100, 115]);
    assert.deepEqual([times(touches, 'ny_p12h'), times(touches, 'prev_asia_mid')], [['18:00', '17:40'], ['17:40']]);
  });

  it('a half day has the levels it has bars for', () => {
    const touches = of(day(MONDAY), high([], ['18:00', '10:00']));
    assert.equal(touches['ny2_mid'], undefined);
    assert.ok(touches['ny1_mid'] !== undefined && touches['midnight_open'] !== undefined);
  });

  it('a middle that ends in .125 is written to even, and judged exactly', () => {
    const touches = of(day(MONDAY, [['12:00', { high: 150.25, low: 50 }]]), high([['10:00', { high: 100.12, low: 100 }], ['10:01', { high: 100.13, low: 100 }]]));
    assert.deepEqual(touches['pdm'], { level: 100.12, touched: true, touch_times: ['10:01'] });
  });
});

describe('derive: opening range, sessions and distributions', () => {
  it('the opening range is the minute of 09:30 alone', () => {
    const all = days(day(MONDAY, [['09:29', { high: 200 }], ['09:30', { open: 101, high: 104, low: 100.5, close: 103 }], ['09:31', { low: 1 }]]), day(TUESDAY, [], ['18:00', '09:30']));
    assert.deepEqual(openingOf(all, 0), { date: MONDAY, open: 101, high: 104, low: 100.5, close: 103, range_pts: 3.5, range_pct: 3.4653, timestamp: at(MONDAY, '09:30') / 1000 });
    assert.equal(openingOf(all, 1), undefined);
  });

  it('marks: PDH of the kept day before, the week\'s close of the last bar of a week before, blocks of twelve hours', () => {
    const all = days(day('2025-07-24', [['16:59', { close: 77 }]]), day('2025-07-25', [], ['09:00', '10:00']), day(MONDAY, [['05:59', { high: 140 }], ['06:00', { high: 130 }]]), day(TUESDAY));
    const mark = (which: number, name: string): unknown[] => marksOf(all, which).filter(({ session }) => session === name);
    assert.deepEqual(mark(2, 'PDH'), [{ date: MONDAY, session: 'PDH', start_time: '2025-07-27T18:00:00-04:00', end_time: '2025-07-28T17:00:00-04:00', price: 101 }]);
    assert.deepEqual((mark(3, 'PDH') as { price: number }[])[0]?.price, 140);
    assert.deepEqual((mark(2, 'P12') as { high: number }[]).map(({ high }) => high), [140, 130]);
    assert.deepEqual([2, 3].map((which) => (mark(which, 'PWeeklyClose') as { price: number }[])[0]?.price), [100, 100]);
    assert.deepEqual(mark(0, 'PWeeklyClose'), []);
    assert.deepEqual(mark(1, 'MidnightOpen'), [{ date: '2025-07-25', session: 'MidnightOpen', start_time: '2025-07-25T00:00:00-04:00', end_time: '2025-07-25T17:00:00-04:00', price: 100 }]);
  });

  it('times are ordered from 18:00: between 23:00 and 01:00 lies midnight', () => {
    const extremes = (clock: string): never => ({ hod_time: clock, lod_time: '09:30' }) as never;
    const { day: spread } = extremeTimes({ days: [extremes('23:00'), extremes('01:01')], sessions: [] });
    assert.deepEqual(spread.high, { median: '00:00', mode: '23:00', count: 2, histogram: [{ hour: '23', count: 1 }, { hour: '01', count: 1 }] });
    assert.deepEqual(spread.low, { median: '09:30', mode: '09:30', count: 2, histogram: [{ hour: '09', count: 2 }] });
  });

  it('ranges fall into tenths of a percent, the lower bound taken in', () => {
    const one = (high: number, low: number): never => ({ daily_open: 1000, daily_high: high, daily_low: low }) as never;
    const { day: spread } = rangeSpread({ days: [one(1001, 999), one(1001.75, 998.25), one(1000, 1000)], sessions: [] });
    assert.deepEqual(spread.high, { count: 3, buckets: [{ from: 0, count: 1 }, { from: 0.1, count: 2 }] });
    assert.deepEqual(spread.low.buckets, [{ from: -0.2, count: 1 }, { from: -0.1, count: 1 }, { from: 0, count: 1 }]);
    assert.deepEqual(spread.range.buckets, [{ from: 0, count: 1 }, { from: 0.2, count: 1 }, { from: 0.3, count: 1 }]);
  });

  it('a move of exactly so many tenths begins its bucket, whatever the price is a fraction of', () => {
    for (const cents of [3000, 4250, 6540, 7000, 9990]) {
      for (let tenths = 1; tenths < 40; tenths++) {
        const move = (cents * tenths) / 1000;
        if (!Number.isInteger(move)) continue;
        const { range } = rangeSpread({ days: [{ daily_open: cents / 100, daily_high: (cents + move) / 100, daily_low: cents / 100 } as never], sessions: [] }).day;
        assert.deepEqual(range.buckets, [{ from: tenths / 10, count: 1 }]);
      }
    }
  });

  it('nothing of nothing', () => {
    assert.deepEqual(extremeTimes({ days: [], sessions: [] }).day.high, { median: null, mode: null, count: 0, histogram: [] });
    assert.deepEqual(tradingDays(barsOf([])).list, []);
  });
});
