import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFor } from '../../../src/core/calendar/calendar';
import type { Calendar, Explanation } from '../../../src/core/calendar/types';
import { slowness } from '../../support/slowness';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEARS = Array.from({ length: 20 }, (_, i) => 2008 + i);
const es = calendarFor('ES')!;

/** Wall clock in Chicago by Intl, an oracle independent of core/base/time: `Sun 2025-11-02 17:00`. */
const format = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
function chicago(utc: number): string {
  const part = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, value]));
  return `${part['weekday']!} ${part['year']!}-${part['month']!}-${part['day']!} ${part['hour']!}:${part['minute']!}`;
}
const told = ({ cause, reason, from, to }: Explanation): string => `${chicago(from).slice(0, 3)} ${chicago(from).slice(15)}–${chicago(to).slice(0, 3)} ${chicago(to).slice(15)} ${cause}: ${reason}`;
const explain = (calendar: Calendar, from: string, to: string): string[] => calendar.explain(Date.parse(from), Date.parse(to)).map(told);
const openMinutes = (calendar: Calendar, from: number, to: number): number => {
  let open = 0;
  for (let at = from; at < to; at += MINUTE) if (calendar.isOpen(at)) open++;
  return open;
};
const sunday = (year: number, month: number, nth: number): number => {
  const first = Date.UTC(year, month, 1);
  return first + (((7 - new Date(first).getUTCDay()) % 7) + 7 * (nth - 1)) * DAY;
};

describe('calendar: hours', () => {
  const ordinaryWeeks: [week: string, hours: string[]][] = [
    ['2008-09-15', ['17:00–15:15', '15:30–16:30']],
    ['2012-11-12', ['17:00–15:15', '15:30–16:30']],
    ['2012-11-26', ['17:00–15:15', '15:30–16:15']],
    ['2015-09-14', ['17:00–15:15', '15:30–16:15']],
    ['2015-09-21', ['17:00–15:15', '15:30–16:00']],
    ['2021-06-21', ['17:00–15:15', '15:30–16:00']],
    ['2021-06-28', ['17:00–16:00']],
    ['2025-11-17', ['17:00–16:00']],
  ];
  for (const [monday, hours] of ordinaryWeeks) {
    it(`of the week of ${monday}`, () => {
      const from = Date.parse(monday) - DAY;
      const sessions = es.sessions(from, from + 6 * DAY);
      assert.deepEqual(sessions.map(({ tradeDate }) => tradeDate), [0, 1, 2, 3, 4].map((day) => new Date(Date.parse(monday) + day * DAY).toISOString().slice(0, 10)));
      sessions.forEach(({ open, close, breaks }, day) => {
        const edges = [open, ...breaks.flatMap((pause) => [pause.from, pause.to]), close].map((utc) => chicago(utc).slice(15));
        const fridayEarly = day === 4 && monday < '2012-11-19';
        // 17:00–17:30 is in doubt before 2012, and so not part of a session that is certain.
        const expected = (fridayEarly ? ['17:00–15:15'] : hours).flatMap((piece) => piece.split('–')).map((clock, i) => (i === 0 && monday < '2012' ? '17:30' : clock));
        assert.deepEqual(edges, expected);
      });
    });
  }

  it('changes eras on the very trade dates', () => {
    const close = (date: string): string => chicago(es.sessions(Date.parse(date), Date.parse(date) + 20 * HOUR)[0]!.close).slice(15);
    assert.deepEqual(['2012-11-15', '2012-11-16', '2012-11-19', '2015-09-18', '2015-09-21'].map(close), ['16:30', '15:15', '16:15', '16:15', '16:00']);
    const breaks = (date: string): number => es.sessions(Date.parse(date), Date.parse(date) + 20 * HOUR)[0]!.breaks.length;
    assert.deepEqual(['2021-06-25', '2021-06-28'].map(breaks), [1, 0]);
  });

  it('are right on both changeover Sundays of every year', () => {
    for (const year of YEARS) {
      for (const changeover of [sunday(year, 2, 2), sunday(year, 10, 1)]) {
        assert.equal(es.isOpen(changeover + 8 * HOUR), false, 'the clock changes while the market is closed');
        const [session] = es.sessions(changeover + 21 * HOUR, changeover + 24 * HOUR);
        const opens = year < 2012 ? '17:30' : '17:00';
        assert.equal(chicago(session!.open), `Sun ${new Date(changeover).toISOString().slice(0, 10)} ${opens}`);
        const weekend = es.explain(changeover - 2 * HOUR, session!.open).filter(({ cause }) => cause !== 'may-be-closed');
        assert.deepEqual(weekend.map(({ cause }) => cause), ['weekend']);
        assert.equal(chicago(weekend[0]!.to).slice(15), '17:00');
      }
      // The weekend with the missing hour is an hour shorter, the one with the repeated hour an hour longer.
      const weekend = (at: number): number => {
        const { from, to } = es.explain(at - 3 * DAY, at + 2 * DAY).find(({ cause }) => cause === 'weekend')!;
        return (to - from) / HOUR;
      };
      const [spring, autumn] = [sunday(year, 2, 2), sunday(year, 10, 1)];
      assert.deepEqual([weekend(spring) - weekend(spring + 7 * DAY), weekend(autumn) - weekend(autumn + 7 * DAY)], [-1, 1], String(year));
    }
  });

  it('keep regular hours at 08:30–15:00 Chicago, cut by early closes, none while stocks are closed', () => {
    const regular = (date: string): string | undefined => {
      const session = es.sessions(Date.parse(date), Date.parse(date) + 14 * HOUR)[0]!;
      return session.regular === undefined ? undefined : `${chicago(session.regular.from).slice(15)}–${chicago(session.regular.to).slice(15)}`;
    };
    assert.deepEqual(['2025-07-30', '2025-12-10', '2025-11-28', '2025-11-27', '2026-04-03', '2025-01-09'].map(regular), ['08:30–15:00', '08:30–15:00', '08:30–12:15', undefined, undefined, undefined]);
  });

  it('give a halted session the next trade date', () => {
    const dates = (from: string, days: number): string[] => es.sessions(Date.parse(from), Date.parse(from) + days * DAY).map(({ tradeDate }) => tradeDate);
    assert.deepEqual(dates('2025-09-01', 1), ['2025-09-02', '2025-09-02'], 'Labor Day');
    assert.deepEqual(dates('2026-07-03', 1), ['2026-07-06'], 'a Friday');
    assert.deepEqual(dates('2012-10-29', 3), ['2012-10-31', '2012-10-31', '2012-10-31', '2012-11-01'], 'Hurricane Sandy');
  });

  it('of energy and metals: their own closes on holidays', () => {
    const cl = calendarFor('CL')!;
    const close = (date: string): string => chicago(cl.sessions(Date.parse(date), Date.parse(date) + 14 * HOUR)[0]!.close).slice(15);
    const days = ['2014-11-03', '2025-07-30', '2013-11-28', '2019-09-02', '2024-07-04', '2026-06-19', '2025-11-28', '2025-07-03', '2025-01-09'];
    assert.deepEqual(days.map(close), ['16:15', '16:00', '12:15', '12:00', '13:30', '12:00', '12:45', '16:00', '16:00']);
    assert.equal(cl.explain(Date.parse('2026-04-03T10:00Z'), Date.parse('2026-04-03T12:00Z'))[0]!.cause, 'holiday');
  });

  it('of crypto: always', () => {
    const btc = calendarFor('BTCUSDT')!;
    assert.equal(btc.expectedBars(Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1), '1m'), 366 * 1440);
    assert.deepEqual(btc.explain(Date.UTC(2024, 0, 6), Date.UTC(2024, 0, 9)).map(({ cause }) => cause), ['unexpected']);
  });
});

describe('calendar: explanations', () => {
  it('name the weekend, the maintenance, the holiday and the early close between two bars', () => {
    assert.deepEqual(explain(es, '2025-11-26T22:00Z', '2025-11-26T23:00Z'), ['Wed 16:00–Wed 17:00 maintenance: daily maintenance']);
    assert.deepEqual(explain(es, '2025-11-27T18:00Z', '2025-11-27T23:00Z'), ['Thu 12:00–Thu 17:00 early-close: Thanksgiving Day']);
    assert.deepEqual(explain(es, '2025-11-28T18:15Z', '2025-11-30T23:00Z'), ['Fri 12:15–Fri 17:00 early-close: day after Thanksgiving', 'Fri 17:00–Sun 17:00 weekend: weekend']);
    assert.deepEqual(explain(es, '2025-04-17T21:00Z', '2025-04-20T22:00Z'), ['Thu 16:00–Thu 17:00 maintenance: daily maintenance', 'Thu 17:00–Fri 17:00 holiday: Good Friday', 'Fri 17:00–Sun 17:00 weekend: weekend']);
    assert.deepEqual(explain(es, '2025-11-28T02:45Z', '2025-11-28T13:30Z'), ['Thu 20:45–Fri 07:30 halt: Globex outage of 28 November 2025']);
    assert.deepEqual(explain(es, '2008-07-03T17:15Z', '2008-07-03T19:00Z'), ['Thu 12:15–Thu 14:00 may-be-closed: day before Independence Day: perhaps an early close']);
    assert.deepEqual(explain(es, '2010-03-02T23:00Z', '2010-03-02T23:40Z'), ['Tue 17:00–Tue 17:30 may-be-closed: the open may still have been at 17:30', 'Tue 17:30–Tue 17:40 thin: perhaps no trade']);
  });

  it('say that the market was open, and forgive only short silence outside regular hours', () => {
    const cause = (from: string, minutes: number): string[] => es.explain(Date.parse(from), Date.parse(from) + minutes * MINUTE).map((part) => part.cause);
    assert.deepEqual(cause('2025-09-10T04:41Z', 1), ['thin']);
    assert.deepEqual(cause('2025-09-10T04:41Z', 15), ['thin']);
    assert.deepEqual(cause('2025-09-10T04:41Z', 16), ['unexpected']);
    assert.deepEqual(cause('2025-09-10T15:00Z', 1), ['unexpected']);
    assert.deepEqual(cause('2025-09-10T15:00Z', 0.5), ['thin'], 'one-second bars');
    assert.deepEqual(cause('2025-09-10T13:25Z', 10), ['unexpected'], 'reaching into regular hours');
    assert.deepEqual(cause('2025-11-27T16:00Z', 10), ['thin'], 'no regular hours on Thanksgiving');
  });

  it('do not pretend to know other years', () => {
    assert.deepEqual(explain(es, '2031-03-05T15:00Z', '2031-03-05T16:00Z'), ['Wed 09:00–Wed 10:00 may-be-closed: the calendar covers 2008–2027']);
    assert.equal(es.expectedBars(Date.UTC(2031, 0, 1), Date.UTC(2032, 0, 1), '1m'), 0);
    assert.deepEqual(es.sessions(Date.UTC(2007, 5, 1), Date.UTC(2007, 6, 1)), []);
  });

  it('are gapless and in order, and agree with isOpen, sessions and expectedBars', () => {
    fc.assert(
      fc.property(fc.constantFrom('ES', 'CL', 'BTC'), fc.integer({ min: Date.UTC(2007, 11, 1), max: Date.UTC(2027, 11, 20) }), fc.integer({ min: 1, max: 12 * 1440 }), (ticker, start, minutes) => {
        const calendar = calendarFor(ticker)!;
        const from = Math.floor(start / MINUTE) * MINUTE;
        const to = from + minutes * MINUTE;
        const parts = calendar.explain(from, to);
        assert.equal(parts[0]!.from, from);
        assert.equal(parts.at(-1)!.to, to);
        parts.slice(1).forEach((part, i) => { assert.equal(part.from, parts[i]!.to); });
        const open = parts.filter(({ cause }) => cause === 'thin' || cause === 'unexpected').reduce((sum, part) => sum + part.to - part.from, 0) / MINUTE;
        assert.equal(openMinutes(calendar, from, to), open);
        assert.equal(calendar.expectedBars(from, to, '1m'), open);
        const clip = (span: { from: number; to: number }): number => Math.max(0, Math.min(to, span.to) - Math.max(from, span.from));
        const inSessions = calendar.sessions(from, to).reduce((sum, { open: first, close, breaks }) => sum + clip({ from: first, to: close }) - breaks.reduce((pause, span) => pause + clip(span), 0), 0);
        assert.equal(inSessions / MINUTE, open);
      }),
      { numRuns: 200 },
    );
  });

  it('expect as many bars of every timeframe as a plain count of slots with an open minute', () => {
    for (const [timeframe, minutes] of [['1m', 1], ['5m', 5], ['15m', 15], ['1h', 60], ['4h', 240]] as const) {
      for (const from of [Date.UTC(2025, 10, 23), Date.UTC(2012, 10, 12), Date.UTC(2015, 8, 13)]) {
        let slots = 0;
        for (let slot = from; slot < from + 14 * DAY; slot += minutes * MINUTE) if (openMinutes(es, slot, slot + minutes * MINUTE) > 0) slots++;
        assert.equal(es.expectedBars(from, from + 14 * DAY, timeframe), slots, timeframe);
      }
    }
    assert.equal(es.expectedBars(Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1), '1D'), 252, 'as many trading days as the stock exchange had');
    assert.equal(es.expectedBars(Date.UTC(2025, 10, 24), Date.UTC(2025, 11, 1), '1m', 'regular'), 3 * 390 + 225);
  });

  it('answer a year of minutes at once', () => {
    const fresh = calendarFor('ES', { instruments: {}, patches: [{ from: 0, to: 1, hours: 'exception', reason: 'a calendar of its own' }] })!;
    const started = performance.now();
    openMinutes(fresh, Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1));
    assert.ok(performance.now() - started < 1000 * slowness());
  });
});

describe('calendar: instruments', () => {
  it('are known by root, contract, continuous series and pair', () => {
    for (const ticker of ['ES', 'es', 'ES1', 'ES1!', 'ESZ5', 'ESZ25', 'ESH2026', 'ES 12-25', 'ES ##-##', 'ES=F', '@ES', '/NQ', 'NQ.c.0', 'M2KZ5', 'RTY', 'YM', 'MES', 'MNQ']) {
      assert.equal(calendarFor(ticker)?.name, 'CME equity index', ticker);
    }
    for (const ticker of ['CL', 'CLF6', 'NG', 'GC1!', 'SI', 'SIL', 'SIH6', 'MGC', 'HG']) assert.equal(calendarFor(ticker)?.name, 'NYMEX and COMEX', ticker);
    for (const ticker of ['BTC', 'BTCUSD', 'BTC-USD', 'ETHUSDT']) assert.equal(calendarFor(ticker)?.name, 'around the clock', ticker);
    for (const ticker of ['', 'AAPL', 'EURUSD', 'ESTX', 'SILVER', 'CLOUD', 'ZN', 'ESH6-ESM6', 'BTCUSDTX']) assert.equal(calendarFor(ticker), undefined, ticker);
  });
});
