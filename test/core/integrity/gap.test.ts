import assert from 'node:assert/strict';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { zoneNamed } from '../../../src/core/base/time';
import { calendarFor } from '../../../src/core/calendar/calendar';
import { parseExceptions } from '../../../src/core/calendar/exceptions';
import { tickersIn } from '../../../src/core/integrity/hours';
import { verifyFile, verifyText, type VerifyOptions } from '../../../src/core/integrity/verify';
import { hasShared, SHARED, sharedOr } from '../../support/barkeep';

const MINUTE = 60_000;
const ROW = '6800;6801;6799;6800;10';

/** Minutes in which the market is open, as opens or closes of their bars. */
function openMinutes(ticker: string, from: string, to: string, stamp: 'open' | 'close' = 'open'): number[] {
  const calendar = calendarFor(ticker)!;
  const minutes: number[] = [];
  for (let minute = Date.parse(from); minute < Date.parse(to); minute += MINUTE) if (calendar.isOpen(minute)) minutes.push(stamp === 'open' ? minute : minute + MINUTE);
  return minutes;
}

const local = (utc: number, zone: string): string => new Date(zoneNamed(zone).localOf(utc)).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', ' ');
const ninjaTrader = (minutes: readonly number[], zone: string): string => minutes.map((minute) => `${local(minute, zone)};${ROW}\n`).join('');

async function gaps(name: string, text: string, zone?: string, options: VerifyOptions = {}): Promise<string[]> {
  const report = await verifyText(name, text, { ...options, ...(zone === undefined ? {} : { zone: zoneNamed(zone) }) }, unattended);
  assert.equal(report.errors, 0, JSON.stringify(report.findings.slice(0, 2)));
  return report.findings.filter(({ code }) => code === 'gap' || code === 'thin-gap').map(({ message }) => message);
}

/** What is found at all, each code with its total. */
const totals = async (name: string, text: string): Promise<Record<string, number>> => (await verifyText(name, text, {}, unattended)).totals;

describe('gaps by the calendar', () => {
  // Thanksgiving, the day after it with its outage, and the weekends around.
  const [from, to] = ['2025-11-21T12:00Z', '2025-12-02T00:00Z'];

  for (const stamp of ['open', 'close'] as const) {
    for (const zone of ['America/Los_Angeles', 'America/Chicago', 'UTC', 'Europe/London']) {
      it(`leaves closed hours alone: ${stamp} stamps in ${zone}`, async () => {
        assert.deepEqual(await gaps('ES history.txt', ninjaTrader(openMinutes('ES', from, to, stamp), zone), zone), []);
      });
    }
  }

  it('reports what was lost while the market was open, and says so', async () => {
    const minutes = openMinutes('ES', from, to);
    const lost = (start: string, end: string): number[] => minutes.filter((minute) => minute < Date.parse(start) || minute >= Date.parse(end));
    assert.deepEqual(await gaps('ES history.txt', ninjaTrader(lost('2025-11-24T15:00Z', '2025-11-24T15:10Z'), 'UTC'), 'UTC'), ['11 min after 2025-11-24T14:59:00Z: 10 bars are missing (CME equity index was open).']);
    assert.deepEqual(await gaps('ES history.txt', ninjaTrader(lost('2025-11-24T06:00Z', '2025-11-24T06:01Z'), 'UTC'), 'UTC'), ['2 min after 2025-11-24T05:59:00Z: 1 bar is missing (CME equity index was open, but perhaps nobody traded).']);
    // A lost Friday afternoon and the weekend after it are one step; only open minutes count.
    assert.deepEqual(await gaps('ES history.txt', ninjaTrader(lost('2025-11-21T20:00Z', '2025-11-23T00:00Z'), 'UTC'), 'UTC'), ['2 d 3 h after 2025-11-21T19:59:00Z: 120 bars are missing (CME equity index was open).']);
  });

  it('counts a step over years as the calendar does day by day, and passes over years it knows nothing of', async () => {
    const start = Date.parse('2011-03-15T14:30Z');
    const calendar = calendarFor('ES')!;
    const minutes = [0, 1, 2, 3].map((n) => start + n * MINUTE);
    for (const end of ['2011-03-29T03:10Z', '2011-04-05T20:00Z', '2013-11-03T23:30Z', '2024-02-29T15:00Z', '2079-01-01T00:00Z']) {
      const until = Math.min(Date.parse(end), Date.UTC(2060, 0, 1));
      const expected = calendar.expectedBars(minutes.at(-1)! + MINUTE, until, '1m');
      const [message] = await gaps('ES history.txt', ninjaTrader([...minutes, Date.parse(end)], 'UTC'), 'UTC');
      assert.match(message!, new RegExp(` ${expected.toLocaleString('en-US')} bars are missing`));
    }
  });

  it('needs to know the zone and the instrument', async () => {
    const text = ninjaTrader(openMinutes('ES', '2025-11-17T12:00Z', '2025-11-18T12:00Z'), 'America/Chicago');
    assert.deepEqual(await gaps('ES history.txt', text, 'America/Chicago'), []);
    assert.deepEqual(await totals('ES history.txt', text), { 'zone-unknown': 1 }, 'one pause tells no zone');
    assert.deepEqual(await gaps('export.txt', text, 'America/Chicago'), ['1 h 1 min after 2025-11-17T21:59:00Z: 60 bars are missing.']);
  });

  describe('of a file that does not say its zone', () => {
    const lost = (minutes: readonly number[], start: string, end: string): number[] => minutes.filter((minute) => minute < Date.parse(start) || minute >= Date.parse(end));
    const minutes = openMinutes('ES', from, to);

    for (const stamp of ['open', 'close'] as const) {
      for (const zone of ['America/Los_Angeles', 'America/New_York', 'Europe/Berlin', 'Asia/Tokyo', 'UTC-8']) {
        it(`the pauses tell it: ${stamp} stamps in ${zone}`, async () => {
          assert.deepEqual(await totals('ES history.txt', ninjaTrader(openMinutes('ES', from, to, stamp), zone)), {});
        });
      }
    }

    it('what was lost stands out, with the zone it is judged by', async () => {
      assert.deepEqual(await gaps('ES history.txt', ninjaTrader(lost(minutes, '2025-11-25T15:00Z', '2025-11-25T17:00Z'), 'America/Los_Angeles')), ['2 h 1 min after 2025-11-25T06:59:00: 120 bars are missing (CME equity index was open, if the times are of America/Los_Angeles).']);
      assert.deepEqual(await totals('ES history.txt', ninjaTrader(lost(minutes, '2025-11-25T15:00Z', '2025-11-25T15:10Z'), 'America/Chicago')), { gap: 1 });
    });

    it('goes by the clocks of the zone when they change', async () => {
      const autumn = openMinutes('ES', '2025-10-24T12:00Z', '2025-11-07T12:00Z').filter((minute) => new Date(minute).getUTCMinutes() % 5 === 0);
      assert.deepEqual(await totals('ES 5m.txt', ninjaTrader(autumn, 'America/Los_Angeles')), {});
    });

    it('an instrument that is not known has the hours its pauses show', async () => {
      assert.deepEqual(await totals('6E 12-25.Last.txt', ninjaTrader(minutes, 'America/Denver')), {});
    });

    it('regular hours alone are nothing to shout about, days that are missing are', async () => {
      const regular = minutes.filter((minute) => calendarFor('ES')!.openSpans(minute, minute + MINUTE, 'regular').length > 0);
      assert.deepEqual(Object.keys(await totals('ES history.txt', ninjaTrader(regular, 'America/New_York'))), ['zone-unknown']);
      assert.equal((await totals('ES history.txt', ninjaTrader(lost(regular, '2025-11-24T00:00Z', '2025-11-26T00:00Z'), 'America/New_York')))['gap'], 1);
    });

    it(sharedOr('real exports are quiet but for what they lack'), async function () {
      if (!hasShared) this.skip();
      const found = async (name: string): Promise<unknown[]> => {
        const { presumedZone, totals: { gap = 0 } } = await verifyFile(path.join(SHARED, 'ninjatrader', name), {}, unattended);
        return [presumedZone, gap];
      };
      assert.deepEqual(await found('ES recent.txt'), ['America/Los_Angeles', 0]);
      assert.deepEqual(await found('ES recent exported in Chicago time.txt'), ['America/Chicago', 0]);
      assert.deepEqual(await found('ES history.txt'), ['America/Los_Angeles', 1], 'the 23 days that are missing');
    });

    it('what never closes needs no zone', async () => {
      const hours = [0, 1, 2, 3, 10, 11].map((hour) => Date.UTC(2025, 10, 17, hour));
      assert.deepEqual(await totals('BTCUSD 1h.txt', ninjaTrader(hours, 'UTC')), { gap: 1 });
    });
  });

  it('takes each instrument of a column by its own calendar', async () => {
    const row = (minute: number, instrument: string): string => `${new Date(minute).toISOString().slice(0, 10)},${new Date(minute).toISOString().slice(11, 19)},100,101,99,100,5,${instrument}\n`;
    const minutes = openMinutes('ES', '2025-11-17T20:00Z', '2025-11-18T02:00Z');
    const text = (instruments: string[]): string => `Date,Time,Open,High,Low,Close,Volume,Instrument\n${minutes.flatMap((minute) => instruments.map((name) => row(minute, name))).join('')}`;
    assert.deepEqual(await gaps('x.csv', text(['ES 12-25', 'NQ 12-25'])), []);
    assert.deepEqual(await gaps('x.csv', text(['ES 12-25', 'BTCUSD'])), ['1 h 1 min after 2025-11-17T21:59:00Z: 60 bars are missing (around the clock was open).']);
    assert.equal((await gaps('ES_1m.csv', text(['ZZ']))).length, 1, 'the column, not the name of the file');
  });

  it('compares daily bars with trade dates', async () => {
    const daily = (dates: string[]): string => dates.map((date) => `${date};${ROW}\n`).join('');
    const week = ['20251124', '20251125', '20251126', '20251128', '20251201'];
    assert.deepEqual(await gaps('ES 1D.txt', daily(week), 'America/Chicago'), []);
    assert.deepEqual(await gaps('ES 1D.txt', daily(week), 'Europe/London'), []);
    assert.equal((await gaps('ES 1D.txt', daily(week.filter((date) => date !== '20251125')), 'America/Chicago')).length, 1);
    assert.deepEqual(await gaps('ES 1D.txt', daily(week)), [], 'dates need no zone');
    assert.equal((await gaps('export 1D.txt', daily(week))).length, 1, 'without an instrument every weekday counts');
  });

  it('heeds the user\'s exceptions', async () => {
    const minutes = openMinutes('ES', '2025-11-17T12:00Z', '2025-11-18T12:00Z').filter((minute) => minute < Date.parse('2025-11-17T16:00Z') || minute >= Date.parse('2025-11-17T17:00Z'));
    const exceptions = parseExceptions('{"closed":[{"from":"2025-11-17 10:00","to":"2025-11-17 11:00","why":"vendor outage"}]}', 'calendar.json');
    assert.equal((await gaps('ES.txt', ninjaTrader(minutes, 'UTC'), 'UTC')).length, 1);
    assert.deepEqual(await gaps('ES.txt', ninjaTrader(minutes, 'UTC'), 'UTC', { exceptions }), []);
  });

  it('reads the instrument from names of files', () => {
    const named = (name: string): string | undefined => tickersIn(name).map((ticker) => calendarFor(ticker)?.name).find((found) => found !== undefined);
    const equity = ['ES history.txt', 'ES_1m.csv', '/data/ES recent exported in Chicago time.txt', 'ES 12-25.Last.txt', 'NQ ##-##.Last.txt', 'MinuteDataExport_ES_20251113_212600_UTC.csv', 'CME_MINI_ES1!, 1.csv', 'CME_MINI_DL_NQ1!, 60_b3a.csv', 'ES=F.csv', 'ESZ5.csv', 'es.csv'];
    for (const name of equity) assert.equal(named(name), 'CME equity index', name);
    for (const name of ['history.txt', 'trades_20251103.csv', 'best ES.csv', '.csv', 'ESTOXX.csv']) assert.equal(named(name), undefined, name);
    assert.equal(named('CL_5m.csv'), 'NYMEX and COMEX');
  });
});
