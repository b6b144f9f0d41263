import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { BarBuilder, type Bars } from '../../../src/core/base/bar';
import { unattended } from '../../../src/core/base/ports';
import { decimalsOf, writeDecimal } from '../../../src/core/exports/digits';
import { exportBars, planExport, type ExportHow } from '../../../src/core/exports/export';
import { ExportedTimes } from '../../../src/core/exports/exported';
import type { Feed } from '../../../src/core/exports/rows';
import { readSignal } from '../../../src/core/exports/signals';
import { verifyFile } from '../../../src/core/integrity/verify';
import { diskWith, freshFolder, removeFolders, tree } from '../disk/world';
import { audit } from './audit';
import { until } from '../../support/until';

const MINUTE = 60_000;
const START = Date.UTC(2025, 10, 3, 15);
const NOW = Date.UTC(2025, 10, 4, 12);

type Row = readonly [minutes: number, open?: number, high?: number, low?: number, close?: number, volume?: number];

function barsOf(rows: readonly Row[]): Bars {
  const bars = new BarBuilder();
  for (const [minutes, open = 100.25, high = 101, low = 99.5, close = 100.5, volume = 7] of rows) bars.push(START + minutes * MINUTE, open, high, low, close, volume);
  return bars.finish();
}

const feeding = (bars: Bars): Feed => (sink) => sink.bars(bars);
const rising = (count: number): Bars => barsOf(Array.from({ length: count }, (_, i): Row => [i]));

describe('an export', () => {
  let folder: string;
  beforeEach(() => { folder = freshFolder(); });
  after(removeFolders);

  const how = (changes: Partial<ExportHow> = {}): ExportHow => ({
    folder, instrument: 'ES', dataType: 'Minute', begins: 'Minute', interval: MINUTE, decimals: 2, exceptions: undefined, range: {}, expected: undefined,
    sealed: false, gzip: false, report: false, needs: 1000, wait: false, ...changes,
  });
  const run = (bars: Bars, changes: Partial<ExportHow> = {}) => exportBars(diskWith(undefined, () => NOW), how(changes), feeding(bars), unattended);

  it('is what Python reads: rows, digest, signals, names', async () => {
    const done = await run(rising(3));
    const read = audit(folder);
    assert.deepEqual(read.names, ['MinuteDataExport_ES_20251104_120000_UTC.csv.DONE', 'export_complete_MinuteDataExport_ES_20251104_120000_UTC.csv.json', 'export_start_20251104_120000.json']);
    assert.equal(read.header, 'Date,Time,Open,High,Low,Close,Volume,Instrument');
    assert.ok(read.endsWhole);
    assert.deepEqual(read.rows[1], { Date: '2025-11-03', Time: '15:01:00', Open: '100.25', High: '101.00', Low: '99.50', Close: '100.50', Volume: '7', Instrument: 'ES' });
    assert.deepEqual([done.rows, done.bytes, done.sha256], [3, read.bytes, read.sha256]);
    const { rows, sha256, totalBarsProcessed, fileSizeBytes, status, lastBarTime } = read.signal;
    assert.deepEqual([rows, sha256, totalBarsProcessed, fileSizeBytes, status, lastBarTime], [3, read.sha256, 3, read.bytes, 'complete', '2025-11-03T15:02:00.000Z']);
    assert.equal((await readSignal(done.beside[0]!))?.signal instanceof Object, true);
  });

  it('sealed: numbered and hashed as Python does, with a manifest that finds a cut tail', async () => {
    const { file } = await run(rising(50), { sealed: true });
    const { badSeals, rows, manifest, sha256 } = audit(folder);
    assert.deepEqual([badSeals, rows.length, rows[49]?.['file_seq']], [0, 50, '50']);
    assert.deepEqual([manifest?.['rows'], manifest?.['firstSeq'], manifest?.['lastSeq'], manifest?.['sha256']], [50, 1, 50, sha256]);
    assert.equal((await verifyFile(file, {}, unattended)).errors, 0);
    const text = readFileSync(file, 'latin1');
    writeFileSync(file, text.slice(0, text.lastIndexOf('\r\n', text.length - 3) + 2));
    assert.deepEqual((await verifyFile(file, {}, unattended)).totals['truncated-tail'], 1);
  });

  it('packed: Python unpacks the same bytes', async () => {
    await run(rising(5), { gzip: true });
    const read = audit(folder);
    assert.equal(read.rows.length, 5);
    assert.equal(read.signal['sha256'], read.sha256);
  });

  it('skips repeats wherever they stand, writes steps back, skips what is no bar; counts and reports each', async () => {
    const rows: Row[] = [[0], [1], [1], [2], [0], [3], [400], [10], [-1000], [401], [402, NaN], [403, 100, 99, 98, 99], [404, 100, 101, 99, 100, -1], [405, Infinity], [406], [10]];
    const { counters, notes } = await run(barsOf(rows), { report: true });
    assert.deepEqual(counters, { duplicateTimestamps: 3, nonMonotonicTimestamps: 0, negativeDurations: 0, sessionBoundaryViolations: 2, gapsDetected: 2, invalidDataSkipped: 4 });
    const read = audit(folder);
    assert.deepEqual([read.repeated, read.backward, read.sessions], [0, 0, 2]);
    assert.deepEqual(read.signal['duplicateTimestamps'], 3);
    assert.deepEqual(read.report?.notes, JSON.parse(JSON.stringify(notes)));
    assert.deepEqual(read.report?.counters, counters);
    assert.deepEqual(notes.map(({ code, row }) => `${row} ${code}`), [
      '3 duplicate-timestamp', '5 duplicate-timestamp', '7 gap', '8 session-boundary', '9 session-boundary', '11 number-invalid', '12 ohlc-inconsistent', '13 volume-negative', '14 number-invalid', '15 gap', '16 duplicate-timestamp',
    ]);
  });

  it('counts as verify counts, whatever the order of rows; only repeats and what is no bar are missing', async () => {
    const arbitrary = fc.array(fc.tuple(fc.integer({ min: -40, max: 600 }), fc.integer({ min: 0, max: 20 }).map((n) => (n === 0 ? NaN : 100)), fc.constant(200), fc.constant(1)), { minLength: 1, maxLength: 60 });
    await fc.assert(fc.asyncProperty(arbitrary, async (rows) => {
      folder = freshFolder();
      const firsts = new Set<number>();
      const kept = rows.filter(([minutes, open]) => {
        const isNew = !Number.isNaN(open) && !firsts.has(minutes);
        if (isNew) firsts.add(minutes);
        return isNew;
      });
      if (kept.length === 0) return;
      const { counters, file, rows: written } = await run(barsOf(rows.map(([minutes, open, high, low]): Row => [minutes, open, high, low])));
      assert.equal(written, kept.length);
      const verified = await verifyFile(file, { interval: '1m' }, unattended);
      assert.deepEqual({ ...counters, duplicateTimestamps: 0, invalidDataSkipped: 0 }, verified.counters);
      const invalid = rows.filter(([, open]) => Number.isNaN(open)).length;
      assert.deepEqual([counters.invalidDataSkipped, counters.duplicateTimestamps], [invalid, rows.length - invalid - kept.length]);
    }), { numRuns: 25 });
  });

  it('of trades keeps repeated instants, with milliseconds', async () => {
    const time = Float64Array.from([START, START, START + 1, START + 999]);
    const price = Float64Array.from([1, 2, 3, 4]);
    await run({ time, open: price, high: price, low: price, close: price, volume: price }, { interval: 0, dataType: 'Tick', begins: 'Tick' });
    assert.deepEqual(audit(folder).rows.map((row) => row['Time']), ['15:00:00.000', '15:00:00.000', '15:00:00.001', '15:00:00.999']);
  });

  it('reaches the disk every so many rows, and says so in progress signals; the clock set back changes nothing', async () => {
    let now = NOW;
    const seen: [rows: number, told: unknown][] = [];
    const csv = path.join(folder, 'MinuteDataExport_ES_20251104_120000_UTC.csv');
    const feed: Feed = async (sink) => {
      for (let i = 0; i < 6; i++) {
        await sink.bars(barsOf(Array.from({ length: 100 }, (_, at): Row => [i * 100 + at])));
        now -= 3_600_000;
        const told = async (): Promise<number | undefined> => {
          const signal = await readSignal(path.join(folder, `export_progress_${path.basename(csv)}.json`));
          return typeof signal?.signal === 'object' && signal.signal.kind === 'progress' ? signal.signal.bars : undefined;
        };
        // The signal is written beside the rows, and may take its time on a busy disk.
        const due = [undefined, undefined, 300, 300, 300, 600][i];
        await until(`a signal of ${due} rows`, async () => (await told()) === due, told);
        seen.push([readFileSync(csv, 'latin1').split('\r\n').length - 2, await told()]);
      }
      assert.ok(existsSync(path.join(folder, 'DataExport_ES.lock')));
    };
    const { rows } = await exportBars(diskWith(undefined, () => now), how({ cadence: { flush: 100, rows: 300, most: 1e9 } }), feed, unattended);
    assert.deepEqual(seen, [[100, undefined], [200, undefined], [300, 300], [400, 300], [500, 300], [600, 600]]);
    assert.equal(rows, 600);
  });

  it('tells of itself after a while even when the source is slow', async () => {
    const feed: Feed = async (sink) => {
      await sink.bars(rising(10));
      await until('a progress signal', () => readdirSync(folder).some((name) => name.startsWith('export_progress_') && name.endsWith('.json')), () => readdirSync(folder));
    };
    await exportBars(diskWith(), how({ cadence: { flush: 10, rows: 1e9, most: 50 } }), feed, unattended);
    assert.ok(tree(folder).some((name) => name.startsWith('export_progress_')));
  });

  it('refuses a second one of the instrument, naming the first; another instrument goes on', async () => {
    const inside: Feed = async (sink) => {
      await sink.bars(rising(2));
      await assert.rejects(run(rising(2)), (error: Error) => error.message.includes(`PID ${process.pid}`) && error.message.includes('It is writing MinuteDataExport_ES_20251104_120000_UTC.csv.'));
      await run(rising(2), { instrument: 'NQ' });
    };
    await exportBars(diskWith(undefined, () => NOW), how(), inside, unattended);
    assert.deepEqual(tree(folder).filter((name) => /DONE|start|lock/.test(name)), [
      'MinuteDataExport_ES_20251104_120000_UTC.csv.DONE', 'MinuteDataExport_NQ_20251104_120000_UTC.csv.DONE', 'export_start_20251104_120000.json', 'export_start_20251104_120000_NQ.json',
    ]);
  });

  it('in the same second as another takes the next one; nothing is replaced', async () => {
    await run(rising(2));
    await run(rising(3), { gzip: true });
    await run(rising(4));
    assert.deepEqual(tree(folder).filter((name) => name.endsWith('.DONE')), ['00', '01', '02'].map((second) => `MinuteDataExport_ES_20251104_1200${second}_UTC.csv${second === '01' ? '.gz' : ''}.DONE`));
  });

  it('without a bar leaves nothing', async () => {
    for (const bars of [barsOf([]), barsOf([[0, NaN]])]) {
      await assert.rejects(run(bars, { report: true }), { kind: 'refused' });
      assert.deepEqual(tree(folder), []);
    }
    await assert.rejects(run(rising(5), { range: { from: START + 10 * MINUTE } }), { kind: 'refused' });
    await assert.rejects(planExport(diskWith(), how(), feeding(barsOf([])), unattended), { kind: 'refused' });
  });

  it('that fails on the way leaves what was written, without completion signal and lock, and says so', async () => {
    const feed: Feed = async (sink) => {
      await sink.bars(rising(10));
      throw new Error('the source broke');
    };
    await assert.rejects(exportBars(diskWith(undefined, () => NOW), how({ cadence: { flush: 4, rows: 1e9, most: 1e9 } }), feed, unattended), /the source broke.*_120000_UTC\.csv is unfinished: its 8 rows stay there/s);
    assert.deepEqual(tree(folder), ['MinuteDataExport_ES_20251104_120000_UTC.csv', 'export_start_20251104_120000.json']);
    const said: string[] = [];
    await exportBars(diskWith(undefined, () => NOW), how(), feeding(rising(3)), { ...unattended, log: (line) => said.push(line) });
    assert.deepEqual(said, ['MinuteDataExport_ES_20251104_120000_UTC.csv was never finished; it stays as it is.']);
    assert.ok(existsSync(path.join(folder, 'MinuteDataExport_ES_20251104_120001_UTC.csv.DONE')));
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(exportBars(diskWith(), how(), feeding(rising(3)), { ...unattended, signal: stop.signal }), { kind: 'cancelled' });
    assert.deepEqual(tree(folder), []);
  });

  it('of a range; a plan says the same and writes nothing', async () => {
    const range = { from: START + 2 * MINUTE, to: START + 5 * MINUTE };
    const planned = await planExport(diskWith(undefined, () => NOW), how({ range }), feeding(rising(9)), unattended);
    assert.deepEqual(tree(folder), []);
    const { beside, ...done } = await run(rising(9), { range });
    assert.deepEqual({ ...planned, beside }, { ...done, beside });
    assert.deepEqual(audit(folder).rows.map((row) => row['Time']), ['15:02:00', '15:03:00', '15:04:00']);
  });
});

describe('numbers of an export', () => {
  const bytes = Buffer.alloc(2048);
  const written = (value: number, decimals: number): string => bytes.toString('latin1', 0, writeDecimal(bytes, 0, value, decimals));

  it('have the decimals of the tick', () => {
    assert.deepEqual([written(6500, 2), written(6500.25, 2), written(-0.5, 2), written(0, 0), written(12, 0), written(1.1, 5), written(-37.63, 2), written(1e9, 2)], ['6500.00', '6500.25', '-0.50', '0', '12', '1.10000', '-37.63', '1000000000.00']);
    assert.deepEqual([0.25, 1, 0.1, 0.0001, 0.0005, 1 / 32, 1 / 256].map(decimalsOf), [2, 0, 1, 4, 4, 5, 8]);
  });
  it('have as many more as it takes, never an exponent, and read back the same', () => {
    assert.deepEqual([written(0.1 + 0.2, 2), written(1e-7, 2), written(1.5e300, 0).length, written(100.123, 2)], ['0.30000000000000004', '0.0000001', 301, '100.123']);
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 8 }), (value, decimals) => {
      const text = written(value, decimals);
      assert.match(text, decimals === 0 ? /^-?\d+(\.\d+)?$/ : new RegExp(`^-?\\d+\\.\\d{${decimals},}$`));
      assert.equal(Number(text), value === 0 ? 0 : value);
    }));
    fc.assert(fc.property(fc.integer({ min: -40_000_000, max: 40_000_000 }), fc.integer({ min: 0, max: 5 }), (ticks, decimals) => {
      assert.equal(written(ticks / 10 ** decimals, decimals), ticks === 0 ? (0).toFixed(decimals) : (ticks / 10 ** decimals).toFixed(decimals));
    }));
  });
});

describe('times exported so far', () => {
  it('are told from new ones exactly, in any order', () => {
    const near = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 30 }).map((n) => n * 5)), { maxLength: 200 });
    fc.assert(fc.property(near, (steps) => {
      const times = new ExportedTimes();
      const seen = new Set<number>();
      for (const time of steps) {
        assert.equal(times.add(time * 60_000), !seen.has(time));
        seen.add(time);
      }
    }), { numRuns: 500 });
  });
});
