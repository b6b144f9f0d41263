import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { Bars } from '../../../src/core/base/bar';
import { unattended } from '../../../src/core/base/ports';
import type { VendorFile, VendorOptions } from '../../../src/core/intake/vendor';
import { readVendorFile } from '../../../src/core/intake/vendor';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `yyyyMMdd HHmmss` of an instant in a zone, by the runtime's own calendar rather than ours. */
function localStamp(zone: string): (utc: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  return (utc) => {
    const parts = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, value]));
    return `${parts['year']}${parts['month']}${parts['day']} ${parts['hour']}${parts['minute']}${parts['second']}`;
  };
}

/** Instants at which a zone's offset changes, found by asking the runtime hour by hour. */
function changeovers(zone: string, years: readonly number[]): number[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (utc: number): string => format.formatToParts(utc).find(({ type }) => type === 'timeZoneName')!.value;
  return years.flatMap((year) => {
    const found: number[] = [];
    for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 24 * HOUR) {
      if (offset(day) === offset(day + 24 * HOUR)) continue;
      let at = day;
      while (offset(at + HOUR) === offset(day)) at += HOUR;
      found.push(at + HOUR);
    }
    return found;
  });
}

const price = (i: number): string => `${5000 + (i % 40) * 0.25}`;
const row = (stamp: string, i: number): string => `${stamp};${price(i)};${5010 + (i % 40)};4990;${price(i + 1)};${i + 1}`;

describe('vendor files', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-vendor-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function read(text: string, options: Partial<VendorOptions> = {}, name = 'export.txt'): Promise<VendorFile> {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return readVendorFile(file, { timeframe: '1m', ...options }, unattended);
  }
  const lines = (...rows: string[]): string => rows.map((line) => `${line}\r\n`).join('');
  const iso = (bars: Bars): string[] => [...bars.time].map((time) => new Date(time).toISOString().slice(0, 16));

  it('takes a day of minutes over every clock change of 2008 to 2027 to the same instants, in five zones', async () => {
    const years = Array.from({ length: 20 }, (_, i) => 2008 + i);
    const american = changeovers('America/New_York', years);
    assert.equal(american.length, 40);
    for (const zone of ['America/Los_Angeles', 'America/Chicago', 'America/New_York', 'UTC', 'Europe/London']) {
      const stamp = localStamp(zone);
      const own = zone === 'Europe/London' ? changeovers(zone, years) : [];
      for (const change of [...american, ...own]) {
        const opens = Array.from({ length: 24 * 60 }, (_, i) => change - 12 * HOUR + i * MINUTE);
        const { bars, rejected } = await read(lines(...opens.map((open, i) => row(stamp(open + MINUTE), i))), { zone });
        const where = `${zone} at ${new Date(change).toISOString()}`;
        assert.deepEqual([...bars.time], opens, where);
        assert.equal(rejected.length, 0, where);
        assert.deepEqual([...bars.volume], opens.map((_, i) => i + 1), where);
      }
    }
  });

  it('rejects times that the clock skipped, and says so', async () => {
    const rows = ['20250309 015900', '20250309 021500', '20250309 030100'].map(row);
    const { bars, rejected } = await read(lines(...rows), { stamp: 'open' });
    assert.deepEqual(iso(bars), ['2025-03-09T09:59', '2025-03-09T10:01']);
    assert.deepEqual(rejected, [{ row: 2, line: 2, code: 'timestamp-nonexistent', text: rows[1] }]);
  });

  it('reads NinjaTrader stamps as closes and other shapes as opens, unless told', async () => {
    const ninja = lines(row('20250701 100000', 1), row('20250701 100100', 2));
    const head = 'Date,Time,Open,High,Low,Close,Volume';
    const headed = lines(head, '07/01/2025,10:00:00,1,2,1,2,5', '07/01/2025,10:01:00,2,2,1,2,5');
    const candles = lines('datetime,open,high,low,close', '2025-07-01 10:00:00,1,2,1,2', '2025-07-01 10:01:00,2,2,1,2');
    assert.deepEqual(iso((await read(ninja)).bars), ['2025-07-01T16:59', '2025-07-01T17:00']);
    assert.deepEqual(iso((await read(ninja, { stamp: 'open' })).bars), ['2025-07-01T17:00', '2025-07-01T17:01']);
    assert.deepEqual(iso((await read(headed)).bars), ['2025-07-01T16:59', '2025-07-01T17:00']);
    assert.deepEqual(iso((await read(candles)).bars), ['2025-07-01T17:00', '2025-07-01T17:01']);
    assert.ok((await read(candles)).bars.volume.every(Number.isNaN));
  });

  it('applies the zone to wall-clock times only', async () => {
    const stated = lines('time,open,high,low,close', '2025-07-01T10:00:00Z,1,2,1,2', '2025-07-01T10:01:00Z,2,2,1,2');
    const unix = lines('time,open,high,low,close', '1751364000,1,2,1,2', '1751364060,2,2,1,2');
    for (const text of [stated, unix]) {
      const file = await read(text, { zone: 'Asia/Tokyo' });
      assert.deepEqual(iso(file.bars), ['2025-07-01T10:00', '2025-07-01T10:01']);
      assert.equal(file.kind, 'instant');
      assert.equal(file.zone, 'UTC');
    }
    assert.equal((await read(lines(row('20250701 100000', 1), row('20250701 100100', 2)), { zone: 'UTC' })).kind, 'local');
  });

  it('leaves daily bars on their date', async () => {
    const days = lines(...['20250702', '20250703', '20250707'].map(row));
    const { bars, kind } = await read(days, { timeframe: '1D', zone: 'Asia/Tokyo' });
    assert.deepEqual(iso(bars), ['2025-07-02T00:00', '2025-07-03T00:00', '2025-07-07T00:00']);
    assert.equal(kind, 'date');
    const candles = lines('Date,Open,High,Low,Close,Adj Close,Volume', '2025-07-02,1,2,1,2,2,5', '2025-07-03,1,2,1,2,2,5');
    assert.deepEqual(iso((await read(candles, { timeframe: '1D' })).bars), ['2025-07-02T00:00', '2025-07-03T00:00']);
  });

  it('drops exact duplicates and rejects different rows for one instant: the first stays', async () => {
    const rows = [row('20250701 100000', 1), row('20250701 100100', 2), row('20250701 100100', 2), row('20250701 100200', 3), row('20250701 100000', 9), row('20250701 100300', 4), row('20250701 100200', 3)];
    const { bars, rejected } = await read(lines(...rows));
    assert.deepEqual([...bars.volume], [2, 3, 4, 5]);
    assert.deepEqual(rejected, [
      { row: 3, line: 3, code: 'duplicate-row', text: rows[2] },
      { row: 5, line: 5, code: 'duplicate-timestamp', text: rows[4] },
      { row: 7, line: 7, code: 'duplicate-row', text: rows[6] },
    ]);
  });

  it('counts repeated headers, which are no rows', async () => {
    const head = 'Date,Time,Open,High,Low,Close,Volume';
    const { bars, repeatedHeaders, rejected } = await read(lines(head, '07/01/2025,10:00:00,1,2,1,2,5', head, '07/01/2025,10:01:00,2,2,1,2,5'));
    assert.deepEqual([bars.time.length, repeatedHeaders, rejected.length], [2, 1, 0]);
  });

  it('gives the same bars whatever the order of rows', async () => {
    const opens = Array.from({ length: 60 }, (_, i) => Date.UTC(2025, 6, 1) + i * MINUTE);
    const rows = opens.map((open, i) => row(localStamp('America/Los_Angeles')(open + MINUTE), i));
    const expected = (await read(lines(...rows))).bars;
    assert.deepEqual([...expected.time], opens);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        assert.deepEqual((await read(lines(...shuffled))).bars, expected);
      }),
      { numRuns: 50 },
    );
    assert.deepEqual((await read(lines(...rows.toReversed()))).bars, expected);
  });

  it('refuses several instruments in one file, and trades', async () => {
    const mixed = lines('Date,Time,Open,High,Low,Close,Volume,Instrument', ...['ES', 'NQ'].flatMap((name) => ['10:00:00', '10:01:00'].map((clock) => `2025-07-01,${clock},1,2,1,2,5,${name}`)));
    await assert.rejects(read(mixed), { kind: 'refused', message: /several instruments: ES, NQ/ });
    await assert.rejects(read(lines('20250701 100000 0000000;5000;1', '20250701 100000 1000000;5000.25;2')), { kind: 'refused', message: /single trades/ });
  });

  it('refuses a sealed file whose seal is broken', async () => {
    const columns = ['datetime', 'open', 'high', 'low', 'close', 'file_seq', 'checksum_sha256'];
    const sealed = (clock: string, sequence: number): string[] => {
      const cells = [`2025-07-01 ${clock}`, '1', '2', '1', '2', String(sequence)];
      const ordered = columns.slice(0, 6).sort().map((name) => cells[columns.indexOf(name)]!);
      return [...cells, createHash('sha256').update(ordered.join('|')).digest('hex')];
    };
    const whole = lines(columns.join(','), sealed('10:00:00', 1).join(','), sealed('10:01:00', 2).join(','));
    assert.equal((await read(whole)).bars.time.length, 2);
    await assert.rejects(read(whole.replace('10:01:00', '10:02:00')), { kind: 'refused', message: /seal is broken \(1 checksum-mismatch\)/ });
    await assert.rejects(read(whole.slice(0, -9)), { kind: 'refused', message: /seal is broken \(1 truncated-tail\)/ });
    writeFileSync(path.join(folder, 'cut.csv.seal.json'), JSON.stringify({ rows: 3, sha256: '' }));
    await assert.rejects(read(whole, {}, 'cut.csv'), { kind: 'refused', message: /seal is broken \(1 truncated-tail\)/ });
    const unsealed = lines('datetime,open,high,low,close', '2025-07-01 10:00:00,1,2,1,2');
    assert.equal((await read(`${unsealed}2025-07-01 10:01`, {}, 'plain.csv')).bars.time.length, 1);
  });

  it('takes export files for UTC unless told a zone', async () => {
    const text = lines('Date,Time,Open,High,Low,Close,Volume', '2025-07-01,10:00:00,1,2,1,2,5', '2025-07-01,10:01:00,2,2,1,2,5');
    const [plain, told] = [await read(text), await read(text, { zone: 'America/Chicago' })];
    assert.deepEqual([plain.kind, iso(plain.bars)[0]], ['instant', '2025-07-01T10:00']);
    assert.deepEqual([told.kind, iso(told.bars)[0]], ['local', '2025-07-01T15:00']);
  });

  it('refuses bars of another interval, naming it, but not a thin market', async () => {
    const every = (minutes: number): string => lines(...Array.from({ length: 40 }, (_, i) => row(localStamp('UTC')(Date.UTC(2025, 6, 1) + i * minutes * MINUTE), i)));
    await assert.rejects(read(every(5)), /5m apart.*Import it as 5m/);
    await assert.rejects(read(every(1), { timeframe: '5m' }), /1m apart.*Import it as 1m/);
    await assert.rejects(read(every(7)), /7 minutes apart/);
    await assert.rejects(read(every(1), { timeframe: '1D' }), /1m apart/);
    const thin = Array.from({ length: 40 }, (_, i) => Date.UTC(2025, 6, 1) + (i * 2 - (i % 7 === 0 ? 1 : 0)) * MINUTE);
    assert.equal((await read(lines(...thin.map((open, i) => row(localStamp('UTC')(open), i))))).bars.time.length, 40);
  });

  it('refuses dates with the day first, though the first of them could be read as months', async () => {
    const days = ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].flatMap((day) => Array.from({ length: 5 }, (_, i) => `${day}/07/2025,10:0${i}:00,1,2,1,2,5`));
    const text = lines('Date,Time,Open,High,Low,Close,Volume', ...days, '13/07/2025,10:00:00,1,2,1,2,5');
    await assert.rejects(read(text), { kind: 'refused', message: /line 52.*day before the month.*13\/07\/2025/ });
  });

  it('refuses a file of which more than a tenth has no time', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => row(localStamp('UTC')(Date.UTC(2025, 6, 1) + i * MINUTE), i));
    const damaged = (count: number): string => lines(...rows.map((text, i) => (i < count ? text.replace('20250701', '2025070X') : text)));
    await assert.rejects(read(damaged(5)), { kind: 'refused', message: /5 of its 40 rows have no valid time/ });
    const some = await read(damaged(4));
    assert.deepEqual([some.bars.time.length, some.rejected.length], [36, 4]);
  });

  it('refuses decimal commas by name, with a header and without', async () => {
    // The last row has no comma and would be a bar.
    const rows = ['20250701 063100;100,25;101,5;99,75;100,5;7', '20250701 063200;100,5;101;99;100;7', '20250701 063300;100;101;99;100;7'];
    const quoted = rows.map((text) => text.split(';').map((cell) => `"${cell}"`).join(','));
    await assert.rejects(read(lines('datetime,open,high,low,close,volume', ...quoted)), { kind: 'refused', message: /decimal comma/ });
    for (const head of [[], ['datetime;open;high;low;close;volume']]) {
      await assert.rejects(read(lines(...head, ...rows)), { kind: 'refused', message: /decimal comma \(100,25\).*decimal point/ });
    }
  });

  it('refuses UTF-16 by name', async () => {
    const text = lines(row('20250701 100000', 1), row('20250701 100100', 2));
    const file = path.join(folder, 'utf16.txt');
    writeFileSync(file, `\ufeff${text}`, 'utf16le');
    await assert.rejects(readVendorFile(file, { timeframe: '1m' }, unattended), { kind: 'refused', message: /UTF-16.*Save it as UTF-8/ });
  });

  it('refuses what holds no bars, saying why', async () => {
    await assert.rejects(read(''), { name: 'Failure', kind: 'refused', message: /empty/ });
    await assert.rejects(read('Date,Time,Open,High,Low,Close,Volume\r\n'), { kind: 'refused', message: /no data row/ });
    await assert.rejects(read('name,age\nann,3\nbob,4\n'), { kind: 'refused', message: /open, high, low and close/ });
    await assert.rejects(read(lines('20250701 100000;5;4;6;5;1', '20250701 100100;5;4;6;5;1')), { kind: 'refused', message: /2 rejected.*2 ohlc-inconsistent/ });
    await assert.rejects(read('x', { zone: 'Mars/Olympus' }), { kind: 'usage' });
    await assert.rejects(readVendorFile(path.join(folder, 'none.txt'), { timeframe: '1m' }, unattended), { kind: 'usage' });
  });

  it(sharedOr('real exports give the bars of the given master'), async function () {
    if (!hasShared) this.skip();
    const given = await sql(`SELECT epoch_ms(datetime::TIMESTAMP) AS time, open, high, low, close FROM read_parquet(${quote(path.join(SHARED, 'bars/ES_1m.parquet'))}) ORDER BY 1`);
    const master = new Map(given.map((bar) => [Number(bar['time']), [bar['open'], bar['high'], bar['low'], bar['close']]]));
    for (const [name, zone] of [
      ['ES history.txt', 'America/Los_Angeles'],
      ['ES recent.txt', 'America/Los_Angeles'],
      ['ES recent with header.csv', 'America/Los_Angeles'],
      ['ES recent exported in Chicago time.txt', 'America/Chicago'],
    ] as const) {
      const { bars, rejected, rows } = await readVendorFile(path.join(SHARED, 'ninjatrader', name), { timeframe: '1m', zone }, unattended);
      assert.equal(rejected.length, 0, name);
      assert.equal(bars.time.length, rows, name);
      bars.time.forEach((time, i) => {
        assert.deepEqual(master.get(time), [bars.open[i], bars.high[i], bars.low[i], bars.close[i]], `${name} ${new Date(time).toISOString()}`);
      });
    }
  });
});
