import assert from 'node:assert/strict';
import { dueNow, forgiven, nextDue, requireSchedule, type Schedule } from '../../../src/core/jobs/conduct/schedule';

const DAILY: Schedule = { expression: '0 7 * * *', zone: 'America/Chicago', tradingDays: 'ES' };
const EVERY_DAY: Schedule = { ...DAILY, tradingDays: '' };
const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(`${text}Z`);
const iso = (instant: number | undefined): string => new Date(instant!).toISOString().slice(0, 16);

describe('the schedule of runs', () => {
  it('07:00 Chicago is 07:00 there on each of 2,500 days, whatever the clock change; an oracle of the platform agrees', () => {
    const clock = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    let [now, days] = [at('2020-01-01T00:00'), 0];
    for (; days < 2500; days++) {
      const next = nextDue(EVERY_DAY, now)!;
      assert.equal(clock.format(next), '07:00');
      if (days > 0) assert.ok([23, 24, 25].includes((next - now) / HOUR));
      now = next;
    }
  });

  it('is an hour earlier in UTC in summer', () => {
    assert.equal(iso(nextDue(DAILY, at('2025-03-07T14:00'))), '2025-03-10T12:00'); // Clocks went forward on Sunday.
    assert.equal(iso(nextDue(DAILY, at('2025-03-06T14:00'))), '2025-03-07T13:00');
    assert.equal(iso(nextDue(DAILY, at('2025-10-31T13:00'))), '2025-11-03T13:00'); // … and back.
  });

  it('knows trading days: no weekend, no Thanksgiving, no Christmas; with none named every day', () => {
    const days: string[] = [];
    for (let now = at('2025-11-25T00:00'); days.length < 6; ) days.push(iso((now = nextDue(DAILY, now)!)).slice(5, 10));
    assert.deepEqual(days, ['11-25', '11-26', '11-28', '12-01', '12-02', '12-03']);
    assert.equal(iso(nextDue(DAILY, at('2025-12-24T14:00'))), '2025-12-26T13:00');
    assert.equal(iso(nextDue(EVERY_DAY, at('2025-12-24T14:00'))), '2025-12-25T13:00');
  });

  it('a machine that slept past it runs once, late, and knows how many times it missed', () => {
    const monday = at('2025-11-17T13:00');
    assert.equal(dueNow(DAILY, monday, monday + 23 * HOUR), undefined);
    assert.deepEqual(dueNow(DAILY, monday, monday + 24 * HOUR), { at: monday + 24 * HOUR, missed: 0 });
    const friday = monday + 96 * HOUR;
    assert.deepEqual(dueNow(DAILY, monday, friday + 5 * HOUR), { at: friday, missed: 3 });
    assert.equal(dueNow(DAILY, friday, friday + 5 * HOUR), undefined);
  });

  it('a clock set back makes nothing due twice; one that was years ahead is forgiven', () => {
    const monday = at('2025-11-17T13:00');
    for (const back of [1, 5, 20]) assert.equal(dueNow(DAILY, monday, monday - back * HOUR), undefined);
    assert.equal(dueNow(DAILY, monday, monday + 1), undefined);
    const ahead = at('2031-01-01T00:00');
    const last = forgiven(ahead, monday - HOUR);
    assert.equal(dueNow(DAILY, last, monday - 1), undefined);
    assert.deepEqual(dueNow(DAILY, forgiven(last, monday), monday), { at: monday, missed: 0 });
  });

  it('a time that the clock skips or repeats is due once on that day', () => {
    const night: Schedule = { ...EVERY_DAY, expression: '30 2 * * *' };
    const dues = (from: string, to: string): string[] => {
      const found: string[] = [];
      for (let now = at(from); (now = nextDue(night, now)!) < at(to); ) found.push(iso(now));
      return found;
    };
    assert.equal(dues('2025-03-08T12:00', '2025-03-10T12:00').length, 2);
    assert.equal(dues('2025-11-01T12:00', '2025-11-03T12:00').length, 2);
  });

  it('refuses what is none', () => {
    assert.throws(() => { requireSchedule({ ...DAILY, expression: '61 7 * * *' }); }, { kind: 'usage', message: /cron expression/ });
    assert.throws(() => { requireSchedule({ ...DAILY, zone: 'Chicago' }); }, { kind: 'usage', message: /no such zone/ });
    assert.throws(() => { requireSchedule({ ...DAILY, tradingDays: 'ACME' }); }, { kind: 'usage', message: /ACME/ });
    requireSchedule(DAILY);
  });
});
