import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { audit, type Audit } from '../core/exports/audit';
import { barkeep, failureOf, hasShared, result, scratch, SHARED, sharedOr } from '../support/barkeep';
import { minuteBars } from '../support/bars';
import { quote, sql } from '../support/sql';

describe('barkeep export', () => {
  let folder: string;
  let out: string;
  before(async () => {
    folder = scratch(after);
    out = path.join(folder, 'out');
    writeFileSync(path.join(folder, 'a.txt'), minuteBars(900));
    const { code, stderr } = await barkeep(['import', path.join(folder, 'a.txt'), 'ES', '1m', '--data', folder]);
    assert.equal(code, 0, stderr);
  });
  beforeEach(() => { rmSync(out, { recursive: true, force: true }); });

  const exporting = (...args: string[]) => result('export', ['export', ...args, '--data', folder, '--out', out]);
  const columns = (read: Audit, ...names: string[]): string[][] => read.rows.map((row) => names.map((name) => row[name] ?? '?'));

  it('a master: what DuckDB reads of it is in the CSV, verifies clean, and imports to the identical master', async () => {
    const { file, rows, counters } = await exporting('ES', 'ES');
    assert.equal(rows, 900);
    assert.deepEqual(Object.values(counters), [0, 0, 0, 0, 0, 0]);
    const master = path.join(folder, 'ES_1m.parquet');
    const read = audit(out);
    const oracle = await sql(`SELECT strftime(datetime, '%Y-%m-%d') AS d, strftime(datetime, '%H:%M:%S') AS t, format('{:.2f}', open) AS o, format('{:.2f}', high) AS h, format('{:.2f}', low) AS l, format('{:.2f}', close) AS c, volume::VARCHAR AS v FROM read_parquet(${quote(master)})`);
    assert.deepEqual(columns(read, 'Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume'), oracle.map((row) => Object.values(row)));
    assert.equal((await barkeep(['verify', file, '--strict'])).code, 0);
    const again = path.join(folder, 'again');
    mkdirSync(again);
    assert.equal((await barkeep(['import', file, 'ES', '1m', '--data', again, '--no-regenerate'])).code, 0);
    const [a, b] = [master, path.join(again, 'ES_1m.parquet')].map((each) => `SELECT * FROM read_parquet(${quote(each)})`);
    assert.deepEqual(await sql(`(${a} EXCEPT ALL ${b}) UNION ALL (${b} EXCEPT ALL ${a})`), []);
  });

  it('another timeframe of the store, a range of it, sealed and packed; a dry run says the same and writes nothing', async () => {
    const args = ['ES/5m', 'ES 12-25', '--sealed', '--gzip', '--from', '2025-09-08T14:00', '--to', '2025-09-08T15:00'];
    const planned = await exporting(...args, '--dry-run');
    assert.ok(!existsSync(out));
    const done = await exporting(...args);
    assert.match(path.basename(done.file), /^DataExport_ES 12-25_\d{8}_\d{6}_UTC\.csv\.gz\.DONE$/);
    assert.deepEqual([planned.outcome, planned.beside, done.outcome, done.beside.length], ['planned', [], 'exported', 3]);
    // Its name tells when it began.
    const same = { outcome: '', beside: [], file: '' };
    assert.deepEqual({ ...planned, ...same }, { ...done, ...same });
    const read = audit(out);
    assert.deepEqual([read.rows.length, read.badSeals, read.rows[0]?.['Time'], read.rows.at(-1)?.['Time']], [12, 0, '14:00:00', '14:55:00']);
  });

  it('tells the rows of a Parquet file as they are in it, whatever the range', async () => {
    const file = path.join(folder, 'twice_1m.parquet');
    const times = [0, 1, 2, 3, 4, 5, 5, 6, 1].map((minute, row) => `(${row}, TIMESTAMP '2025-09-08 13:3${minute}:00', 1.0, 1.0, 1.0, 1.0, 1)`);
    await sql(`COPY (SELECT datetime, open, high, low, close, volume FROM (VALUES ${times.join(', ')}) AS bars(place, datetime, open, high, low, close, volume) ORDER BY place) TO ${quote(file)} (FORMAT parquet)`);
    const { notes } = await exporting(file, 'ES', '--from', '2025-09-08T13:33');
    assert.deepEqual(notes.map(({ row, code }) => [row, code]), [[7, 'duplicate-timestamp']]);
  });

  it('a NinjaTrader file in its zone: close stamps become opens, repeats and broken rows are skipped and told', async () => {
    const lines = minuteBars(16).match(/.*\r\n/g)!;
    const file = path.join(folder, 'broken.txt');
    writeFileSync(file, [lines[0], lines[1], lines[1], lines[3], lines[2], 'nonsense;1;2;3;4;5\r\n', lines[4], lines[0], ...lines.slice(5)].join(''));
    const { counters, notes } = await exporting(file, 'ES', '--tz', 'America/Los_Angeles');
    assert.deepEqual(counters, { duplicateTimestamps: 2, nonMonotonicTimestamps: 1, negativeDurations: 1, sessionBoundaryViolations: 0, gapsDetected: 1, invalidDataSkipped: 1 });
    assert.deepEqual(audit(out).rows.map((row) => row['Time']), ['30', '31', '33', '32', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45'].map((minute) => `13:${minute}:00`));
    assert.ok(notes.some(({ row, code }) => row === 6 && code === 'timestamp-invalid'));
    const { stdout } = await barkeep(['export', file, 'ES', '--tz', 'America/Los_Angeles', '--data', folder, '--out', out, '--dry-run']);
    assert.match(stdout, /=== SEQUENCE INTEGRITY ===\nDuplicate timestamps: 2 .*\nNon-monotonic timestamps: 1 .*\nNegative durations: 1/);
  });

  it('a TradingView file and trades', async () => {
    const chart = path.join(folder, 'chart.csv');
    writeFileSync(chart, `time,open,high,low,close,Volume\n${[0, 1, 2, 3, 4, 5, 6].map((i) => `${1_757_338_200 + i * 60},1.5,2,1,1.75,${i}`).join('\n')}\n`);
    await exporting(chart, '6E');
    assert.deepEqual(columns(audit(out), 'Time', 'Open', 'Volume')[6], ['13:36:00', '1.50', '6']);
    rmSync(out, { recursive: true });
    const trades = path.join(folder, 'trades.txt');
    writeFileSync(trades, ['20250908 133000 0000000;6500.25;2', '20250908 133000 0000000;6500.5;1', '20250908 133000 2500000;6500.75;3'].map((line) => `${line}\r\n`).join(''));
    const { file, dataType } = await exporting(trades, 'ES', '--tz', 'UTC');
    assert.deepEqual([dataType, path.basename(file).slice(0, 18)], ['Tick', 'TickDataExport_ES_']);
    assert.deepEqual(columns(audit(out), 'Time', 'Open', 'Close', 'Volume'), [['13:30:00.000', '6500.25', '6500.25', '2'], ['13:30:00.000', '6500.50', '6500.50', '1'], ['13:30:00.250', '6500.75', '6500.75', '3']]);
    assert.equal((await barkeep(['verify', file])).code, 0);
  });

  it('refuses what it cannot export, before anything is written', async () => {
    writeFileSync(path.join(folder, 'several.csv'), `timestamp,open,high,low,close,symbol\n${['ES', 'NQ'].map((symbol) => `2025-09-08T13:30:00Z,1,1,1,1,${symbol}\n`).join('')}`);
    writeFileSync(path.join(folder, 'table.csv'), 'a,b\n1,2\n');
    const cases = [
      [['NQ', 'NQ'], 2, /no file of that name, and no NQ_1m\.parquet/],
      [['none.csv', 'ES'], 2, /no such file/],
      [['ES', '../ES'], 2, /cannot stand in the name of a file/],
      [['ES', 'ES', '--from', '2030-01-01'], 3, /no bar to export/],
      [[path.join(folder, 'several.csv'), 'ES'], 3, /several instruments: ES, NQ/],
      [[path.join(folder, 'table.csv'), 'ES'], 3, /no columns for time/],
      [['ES', 'ES', '--from', 'yesterday'], 2, /Give a time of UTC/],
      [['ES', 'ES', '--from', '2025-02-31'], 2, /Give a time of UTC/],
      [['ES', 'ES', '--tz', 'UTC', '--scale', '0.01'], 2, /--tz, --scale are for a vendor's text.*Parquet/],
      [[path.join(folder, 'x.dbn.zst'), 'ES', '--stamp', 'open'], 2, /--stamp is for a vendor's text.*DBN/],
    ] as const;
    for (const [args, code, why] of cases) {
      const outcome = await barkeep(['export', ...args, '--data', folder, '--out', out]);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, why);
      assert.deepEqual(existsSync(out) ? readdirSync(out) : [], [], args.join(' '));
    }
  });

  it('killed in the middle: the next run clears the lock, and nothing passes for finished', async () => {
    writeFileSync(path.join(folder, 'long.txt'), minuteBars(150_000));
    const args = ['export', path.join(folder, 'long.txt'), 'ES', '--tz', 'UTC', '--data', folder, '--out', out, '--json'];
    const killed = await barkeep(args, { env: { BARKEEP_FAULT: 'kill@export_progress_' } });
    assert.equal(killed.signal, 'SIGKILL');
    assert.ok(readdirSync(out).includes('DataExport_ES.lock'));
    assert.ok(!readdirSync(out).some((name) => /DONE|complete/.test(name)));
    const next = await barkeep(args);
    assert.equal(next.code, 0, next.stdout);
    assert.equal(audit(out).rows.length, 150_000);
    assert.deepEqual(readdirSync(out).filter((name) => /lock|tmp/.test(name)), []);
    assert.ok(next.events.some((event) => event.type === 'log' && event.message.includes('was never finished')));
  });

  it('six at once: one at a time, the others are told who', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => barkeep(['export', path.join(folder, 'long.txt'), 'ES', '--tz', 'UTC', '--data', folder, '--out', out, '--json'])));
    const done = readdirSync(out).filter((name) => name.endsWith('.DONE'));
    assert.equal(done.length, outcomes.filter(({ code }) => code === 0).length);
    assert.ok(done.length >= 1);
    for (const outcome of outcomes.filter(({ code }) => code !== 0)) {
      assert.equal(outcome.code, 4, outcome.stdout);
      assert.match(failureOf(outcome).message, /held by PID \d+|just taking it/);
    }
    assert.equal(new Set(done.map((name) => readFileSync(path.join(out, name), 'latin1'))).size, 1);
  });

  it(sharedOr('a real master without volume, a real vendor file and DBN'), async function () {
    if (!hasShared) this.skip();
    copyFileSync(path.join(SHARED, 'bars/ES_1m.parquet'), path.join(folder, 'real_1m.parquet'));
    const master = await exporting('real', 'ES');
    assert.deepEqual([master.rows, master.unknownVolumes, master.counters.duplicateTimestamps], [105_825, 105_825, 0]);
    const verified = await result('verify', ['verify', master.file]);
    assert.deepEqual([verified.errors, verified.counters.gapsDetected], [0, master.counters.gapsDetected]);
    const read = audit(out);
    const [oracle] = await sql(`SELECT sum(open) AS o, sum(close) AS c, count(*)::INT AS n FROM read_parquet(${quote(path.join(SHARED, 'bars/ES_1m.parquet'))})`);
    assert.deepEqual([read.rows.reduce((sum, row) => sum + Number(row['Open']), 0), read.rows.reduce((sum, row) => sum + Number(row['Close']), 0), read.rows.length], [oracle?.['o'], oracle?.['c'], oracle?.['n']]);
    rmSync(out, { recursive: true });
    await exporting(path.join(SHARED, 'dbn/test_data.ohlcv-1s.v3.dbn.zst'), 'ES');
    assert.ok(audit(out).rows.length > 0);
    const refused = await barkeep(['export', path.join(SHARED, 'dbn/test_data.mbo.v2.dbn.zst'), 'ES', '--data', folder, '--out', out]);
    assert.equal(refused.code, 3);
  });
});
