import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { unattended, type ProgressUpdate } from '../../../src/core/base/ports';
import { zoneNamed } from '../../../src/core/base/time';
import { verifyFile, verifyText, type BarSink } from '../../../src/core/integrity/verify';

const HEADER = 'timestamp,open,high,low,close,volume\n';
const minute = (at: number): string => new Date(Date.UTC(2025, 0, 6) + at * 60_000).toISOString().slice(0, 16).replace('T', ' ');
const bars = (count: number, values = '100,101,99,100,5'): string => HEADER + Array.from({ length: count }, (_, i) => `${minute(i)},${values}\n`).join('');

describe('verifying a file', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'verify-')); });
  after(() => { rmSync(folder, { recursive: true }); });
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('fails with the reason when it cannot be read', async () => {
    for (const missing of [path.join(folder, 'none.csv'), folder, path.join(file('plain.csv', 'a\n'), 'below.csv')]) {
      await assert.rejects(verifyFile(missing, {}, unattended), (error) => error instanceof Failure && error.kind === 'usage' && error.facts.file === missing);
    }
  });

  it('fails at once on what is no regular file', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = path.join(folder, 'pipe.csv');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/null']) {
      await assert.rejects(verifyFile(file, {}, unattended), (error) => error instanceof Failure && error.kind === 'usage' && /not a regular file/.test(error.message));
    }
  });

  it('gives the report of its text', async () => {
    const text = bars(30_000).replace('100,101,99,100,5', '100,101,99,x,5');
    const name = file('text.csv', text);
    assert.deepEqual(await verifyFile(name, { chunk: 1000 }, unattended), await verifyText(name, text, {}, unattended));
  });

  it('tells how far it is, and stops when cancelled', async () => {
    const name = file('long.csv', bars(20_000));
    const controller = new AbortController();
    const updates: ProgressUpdate[] = [];
    const progress = (update: ProgressUpdate): void => {
      updates.push(update);
      if (update.done > update.total / 2) controller.abort();
    };
    const watched = { ...unattended, signal: controller.signal, progress };
    await assert.rejects(verifyFile(name, { chunk: 10_000 }, watched), (error) => error instanceof Failure && error.kind === 'cancelled');
    assert.ok(updates.length > 10);
    assert.ok(updates.every(({ done, total }, i) => done <= total && (i === 0 || done > updates[i - 1]!.done)));
  });

  it('stops promptly on text, too', async () => {
    const controller = new AbortController();
    const running = verifyText('x.csv', bars(50_000), { chunk: 1000 }, { ...unattended, signal: controller.signal });
    setImmediate(() => { controller.abort(); });
    await assert.rejects(running, (error) => error instanceof Failure && error.kind === 'cancelled');
  });
});

describe('the layout', () => {
  const good = Array.from({ length: 20 }, (_, at) => `20250701 10${String(at).padStart(2, '0')}00;100;101;99;100;5\n`);

  for (const [what, damaged, code] of [
    ['no time', '2025070X 095900;100;101;99;100;5\n', 'timestamp-invalid'],
    ['no number', '20250701 095900;abc;101;99;100;5\n', 'number-invalid'],
    ['a cell too few', '20250701 095900;100\n', 'missing-cell'],
  ] as const) {
    it(`is that of most rows when the first holds ${what}`, async () => {
      const report = await verifyText('x.txt', [damaged, ...good].join(''), {}, unattended);
      assert.deepEqual([report.shape, report.totals, report.rows], ['ninjatrader', { [code]: 1 }, 21]);
    });
  }

  it('is found in spite of decimal commas, which are named', async () => {
    const { shape, totals, findings } = await verifyText('x.txt', '20250701 063100;100,25;101;99;100;7\n20250701 063200;100,5;101,5;99,5;100,5;7\n', {}, unattended);
    assert.deepEqual([shape, totals], ['ninjatrader', { 'number-invalid': 5 }]);
    assert.match(findings[0]!.message, /"100,25" has a decimal comma/);
  });

  it('of fixed-point prices stands, whatever one row holds', async () => {
    const row = (minute: number, open: string): string => `2025-07-01T10:0${minute}:00.000000000Z,${open},101000000000,99000000000,100000000000,5\n`;
    const text = ['ts_event,open,high,low,close,volume\n', row(0, 'x'), row(1, '100000000000'), row(2, '100000000000')].join('');
    const closes: number[] = [];
    const sink: BarSink = { bar: (_row, _time, _open, _high, _low, close) => closes.push(close), rejected: () => undefined };
    await verifyText('x.csv', text, { bars: sink }, unattended);
    assert.deepEqual(closes, [100, 100]);
  });
});

describe('a UTF-16 file', () => {
  const text = bars(50);
  for (const [what, bytes] of [
    ['with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['without mark', Buffer.from(text, 'utf16le')],
  ] as const) {
    it(`is named once: ${what}`, async () => {
      const { totals, errors, rows, findings } = await verifyText('x.csv', bytes, {}, unattended);
      assert.deepEqual([totals, errors, rows], [{ 'encoding-error': 1 }, 1, 0]);
      assert.match(findings[0]!.message, /UTF-16/);
    });
  }
});

describe('the report', () => {
  it('counts everything and shows the first examples, runs joined', async () => {
    const lines = bars(1000).split('\n');
    for (let row = 1; row <= 1000; row += 2) lines[row] = lines[row]!.replace('101', '1');
    for (let row = 121; row <= 180; row++) lines[row] = lines[row]!.replace('99', '0');
    const { totals, findings } = await verifyText('x.csv', lines.join('\n'), { examples: 7 }, unattended);
    assert.deepEqual(totals, { 'ohlc-inconsistent': 500, 'price-not-positive': 60 });
    const of = (code: string): typeof findings => findings.filter((finding) => finding.code === code);
    assert.deepEqual(of('ohlc-inconsistent').map(({ row }) => row), [1, 3, 5, 7, 9, 11, 13]);
    assert.deepEqual(of('price-not-positive').map(({ row, lastRow, count }) => [row, lastRow, count]), [[121, 180, 60]]);
  });

  it('keeps 20 examples of each code unless told otherwise', async () => {
    const text = bars(400).split('\n').map((line, at) => (at % 3 === 1 ? line.replace('101', '1') : line)).join('\n');
    assert.equal((await verifyText('x.csv', text, {}, unattended)).findings.length, 20);
  });

  it('names the zone that was given, or that the times imply', async () => {
    const zone = zoneNamed('America/Chicago');
    const zoneOf = async (name: string, text: string, given = true): Promise<unknown> => (await verifyText(name, text, given ? { zone } : {}, unattended)).zone;
    assert.equal(await zoneOf('x.csv', bars(3)), 'America/Chicago');
    assert.equal(await zoneOf('x.csv', bars(3), false), 'local');
    assert.equal(await zoneOf('x.csv', bars(3).replace('timestamp', 'timestamp_utc')), 'UTC');
    const exported = (last: string): string => `Date,Time,Open,High,Low,Close,Volume${last === '' ? '' : ',Instrument'}\n2025-01-06,10:00:00,1,1,1,1,1${last}\n`;
    assert.equal(await zoneOf('MinuteDataExport_ES_20250106_100000_UTC.csv.DONE', exported('')), 'UTC');
    assert.equal(await zoneOf('MinuteDataExport_ES_20250106_100000_UTC.csv', exported(',ES')), 'UTC');
    assert.equal(await zoneOf('x.csv', exported(',ES')), 'America/Chicago');
    assert.equal(await zoneOf('x.csv', exported(',ES'), false), 'UTC');
    assert.equal(await zoneOf('x.csv', exported(''), false), 'UTC');
    assert.equal(await zoneOf('x.csv', exported('')), 'America/Chicago');
    assert.equal(await zoneOf('x.csv', 'id,v\n1,2\n'), undefined);
  });

  it('takes the interval from the option, the name, or the first steps', async () => {
    const text = HEADER + [0, 5, 10, 20, 30].map((at) => `${minute(at)},1,1,1,1,1\n`).join('');
    const intervalOf = async (name: string, options = {}): Promise<number> => (await verifyText(name, text, options, unattended)).intervalSeconds;
    assert.equal(await intervalOf('x.csv'), 300);
    assert.equal(await intervalOf('ES_15m_2025.csv'), 900);
    assert.equal(await intervalOf('MinuteDataExport_ES_20250106_000000_UTC.csv'), 60);
    assert.equal(await intervalOf('ES_15m_2025.csv', { interval: '1h' }), 3600);
  });

  it('is the same for the same bytes', async () => {
    const text = bars(500).replaceAll('10:0', '09:0');
    assert.deepEqual(await verifyText('x.csv', text, {}, unattended), await verifyText('x.csv', text, {}, unattended));
  });

  it('survives files that are no CSV at all', async () => {
    let seed = 1;
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => (seed = (seed * 48271) % 2147483647) & 255));
    const { totals, findings } = await verifyText('x.bin', noise, {}, unattended);
    assert.ok(totals['nul-byte']! > 0 && totals['encoding-error']! > 0);
    assert.ok(findings.filter(({ code }) => code === 'nul-byte').length <= 20);
  });
});

describe('the bars handed on', () => {
  it('are all rows, each once: usable ones with their values, the others with the reason', async () => {
    const rows = ['10:00,1,2,0.5,1.5,10', '10:01,1,2,0.5,1.5', '10:02,1,2,0.5,x,10', '10:02,1,2,0.5,1.5,10', '10:03,1,0,0.5,1.5,10', '10:04,1,2,0.5,1.5,-1', '10:05,-1,2,-1,1.5,1', '10:0x,1,2,0.5,1.5,10', '10:06,1,2,0.5,1.5,10', '10:06,1,2,0.5,1.5,10', '10:06,1,2,0.5,1.5,11', '10:05,1,2,0.5,1.5,10', '10:07,1,2,0.5,1.5,10,9', '10:08,1,2,0.5'];
    const seen: unknown[] = [];
    const sink: BarSink = {
      bar: (row, time, ...values) => { seen.push([row, new Date(time).toISOString().slice(11, 16), ...values]); },
      rejected: (row, line, code, raw) => { seen.push([row, line, code, raw]); },
    };
    await verifyText('x.csv', HEADER + rows.map((row) => `2025-01-06 ${row}`).join('\n'), { bars: sink }, unattended);
    const good = [1, 2, 0.5, 1.5, 10];
    const bad = (row: number, code: string): unknown[] => [row, row + 1, code, `2025-01-06 ${rows[row - 1]!}`];
    assert.deepEqual(seen, [
      [1, '10:00', ...good, 2, ''], bad(2, 'missing-cell'), bad(3, 'number-invalid'), bad(4, 'duplicate-timestamp'), bad(5, 'ohlc-inconsistent'), bad(6, 'volume-negative'),
      bad(7, 'price-not-positive'), bad(8, 'timestamp-invalid'), [9, '10:06', ...good, 10, ''], bad(10, 'duplicate-row'), bad(11, 'duplicate-timestamp'),
      [12, '10:05', ...good, 13, ''], bad(13, 'extra-cell'), bad(14, 'truncated-tail'),
    ]);
  });

  it('have scaled prices where they are fixed-point, and NaN without volume', async () => {
    const seen: unknown[][] = [];
    const sink: BarSink = { bar: (...values) => { seen.push(values); }, rejected: () => { assert.fail(); } };
    await verifyText('x.csv', 'ts_event,open,high,low,close\n1609160400000000000,372025000000000,372050000000001,372025000000000,372050000000000\n', { bars: sink }, unattended);
    assert.deepEqual(seen, [[1, 1609160400000, 372025, 372050.000000001, 372025, 372050, NaN, 2, '']]);
  });
});
