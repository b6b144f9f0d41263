import assert from 'node:assert/strict';
import { unattended } from '../../../src/core/base/ports';
import { zoneNamed } from '../../../src/core/base/time';
import { verifyText, type BarSink } from '../../../src/core/integrity/verify';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Collects the times handed on and the codes of the rest. */
class Times implements BarSink {
  readonly times: number[] = [];
  readonly codes: string[] = [];
  bar(_row: number, time: number): void {
    this.times.push(time);
  }
  rejected(_row: number, _line: number, code: string): void {
    this.codes.push(code);
  }
}

const line = (local: number): string => {
  const stamp = new Date(local).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', ' ');
  return `${stamp};100;101;99;100;${local % 997}\r\n`;
};

/** Offset of a zone by the platform's own formatter, ms: independent of core/base/time. */
function offsetBy(zone: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (utc) => {
    const name = format.formatToParts(utc).find((part) => part.type === 'timeZoneName')!.value;
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
    return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
  };
}

describe('local times in a zone', () => {
  for (const name of ['America/Los_Angeles', 'America/Chicago', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'UTC']) {
    it(`come back as the instants they were, over every change of ${name} 2019–2027`, async () => {
      const zone = zoneNamed(name);
      const offset = offsetBy(name);
      const changes = zone.changes(Date.UTC(2019, 0, 1), Date.UTC(2028, 0, 1));
      assert.equal(changes.length, name === 'UTC' ? 0 : 18);
      for (const { at } of [...changes, { at: Date.UTC(2025, 5, 15) }]) {
        const instants = Array.from({ length: 24 * 60 }, (_, i) => at - 12 * HOUR + i * MINUTE);
        const sink = new Times();
        const text = instants.map((utc) => line(utc + offset(utc))).join('');
        const { totals } = await verifyText('x.txt', text, { zone, bars: sink, interval: '1m' }, unattended);
        assert.deepEqual(totals, {});
        assert.deepEqual(sink.times, instants);
      }
    });
  }

  for (const name of ['America/Los_Angeles', 'America/Chicago', 'Europe/London', 'Africa/Cairo', 'Australia/Lord_Howe', 'America/Sao_Paulo']) {
    it(`come back as the instants they were from a file in reverse, over every change of ${name} 2016–2027`, async () => {
      const zone = zoneNamed(name);
      const offset = offsetBy(name);
      for (const { at } of zone.changes(Date.UTC(2016, 0, 1), Date.UTC(2028, 0, 1))) {
        // A bar of an hour is in one pass only where clocks go back by half of it.
        for (const step of name === 'Australia/Lord_Howe' ? [MINUTE] : [MINUTE, HOUR]) {
          const instants = Array.from({ length: (24 * HOUR) / step }, (_, i) => at + 12 * HOUR - i * step);
          const sink = new Times();
          const text = instants.map((utc) => line(utc + offset(utc))).join('');
          const report = await verifyText('x.txt', text, { zone, bars: sink }, unattended);
          assert.deepEqual(sink.times, instants);
          assert.deepEqual(report.totals, { 'non-monotonic-timestamp': instants.length - 1 });
          assert.equal(report.intervalSeconds, step / 1000);
        }
      }
    });
  }

  it('of one pass only are reported as ambiguous in a file in reverse, too', async () => {
    const locals = ['02:00', '01:59', '01:30', '01:00', '00:59'].map((clock) => Date.parse(`2025-11-02T${clock}:00Z`));
    const report = await verifyText('x.txt', locals.map(line).join(''), { zone: zoneNamed('America/New_York') }, unattended);
    assert.equal(report.totals['timestamp-ambiguous'], 3);
    assert.match(report.findings.find(({ code }) => code === 'timestamp-ambiguous')!.message, /the later is assumed/);
  });

  it('that never were are rejected, and no others', async () => {
    const sink = new Times();
    const locals = Array.from({ length: 24 * 60 }, (_, i) => Date.UTC(2025, 2, 9) + i * MINUTE);
    const { totals } = await verifyText('x.txt', locals.map(line).join(''), { zone: zoneNamed('America/New_York'), bars: sink }, unattended);
    assert.deepEqual(totals, { 'timestamp-nonexistent': 60 });
    assert.deepEqual(sink.codes, Array.from({ length: 60 }, () => 'timestamp-nonexistent'));
    assert.equal(sink.times.length, 23 * 60);
  });

  it('that stand twice in a row are duplicates, not the second pass of the hour', async () => {
    const locals = ['00:59', '01:00', '01:01', '01:01', '01:02', '01:00', '01:01', '02:00'];
    const text = locals.map((clock) => line(Date.parse(`2025-11-02T${clock}:00Z`))).join('');
    const { totals } = await verifyText('x.txt', text, { zone: zoneNamed('America/New_York'), interval: '1m' }, unattended);
    assert.deepEqual(totals, { 'duplicate-timestamp': 1, 'duplicate-row': 1, gap: 2 });
  });

  it('of a file that was joined to itself are the same instants again', async () => {
    const offset = offsetBy('America/New_York');
    const instants = Array.from({ length: 8 * 60 }, (_, i) => Date.UTC(2025, 10, 2, 4) + i * MINUTE);
    const once = instants.map((utc) => line(utc + offset(utc))).join('');
    const sink = new Times();
    const { totals } = await verifyText('x.txt', once + once, { zone: zoneNamed('America/New_York'), bars: sink }, unattended);
    // The very last row meets its original, still the latest, and is rejected at once.
    assert.deepEqual(sink.times, [...instants, ...instants.slice(0, -1)]);
    assert.deepEqual(totals, { 'duplicate-timestamp': 480, 'duplicate-row': 480, 'session-boundary': 1 });
  });

  it('are placed per instrument in an interleaved file', async () => {
    const rows = ['00:30', '01:00', '01:30', '01:00', '01:30', '02:00'].flatMap((clock) => ['ES', 'NQ'].map((symbol) => `2025-11-02 ${clock},1,1,1,1,1,${symbol}`));
    const sink = new Times();
    const { totals } = await verifyText('x.csv', ['timestamp,open,high,low,close,volume,symbol', ...rows].join('\n'), { zone: zoneNamed('America/New_York'), bars: sink }, unattended);
    assert.deepEqual(totals, {});
    const steps = [4.5, 5, 5.5, 6, 6.5, 7].flatMap((hour) => [hour, hour]);
    assert.deepEqual(sink.times, steps.map((hour) => Date.UTC(2025, 10, 2) + hour * HOUR));
  });

  it('are as in the file when no zone is given', async () => {
    const sink = new Times();
    const local = Date.UTC(2025, 10, 2, 1, 30);
    const report = await verifyText('x.txt', line(local) + line(local + MINUTE), { bars: sink }, unattended);
    assert.deepEqual([sink.times, report.zone, report.first], [[local, local + MINUTE], 'local', '2025-11-02T01:30:00']);
  });
});
