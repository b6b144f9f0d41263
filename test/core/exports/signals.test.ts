import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { csvNameOf, isInstrument, parseCsvName, parseSignalName } from '../../../src/core/exports/names';
import { parseSignal, type Signal, type WholeState } from '../../../src/core/exports/signal';
import { listSignals, readSignal, writeComplete, writeProgress, writeStart } from '../../../src/core/exports/signals';
import { diskWith, freshFolder, read, removeFolders, tree } from '../disk/world';

const REAL = path.resolve('../shared/data/signals');
const AT = Date.UTC(2025, 10, 13, 21, 26, 32, 7);
const CSV = csvNameOf('Minute', 'ES', AT);
const STATE: WholeState = {
  csv: CSV,
  filePath: `/raw/${CSV}`,
  instrument: 'ES',
  dataType: 'Minute',
  bars: 100_000,
  gaps: 2,
  invalid: 1,
  bytes: 5_242_880,
  at: AT,
  lastBar: AT - 60_007,
  counters: { duplicateTimestamps: 0, nonMonotonicTimestamps: 3, negativeDurations: 3, sessionBoundaryViolations: 2 },
};

function parsed(name: string, content: string): Signal | string {
  const parsedName = parseSignalName(name);
  assert.ok(parsedName !== undefined, name);
  return parseSignal(parsedName, content);
}

describe('names of exports', () => {
  it('are written and read', () => {
    assert.equal(CSV, 'MinuteDataExport_ES_20251113_212632_UTC.csv');
    const minute = { csv: CSV, instrument: 'ES', dataType: 'Minute', stamp: '20251113_212632' };
    for (const name of [CSV, `${CSV}.DONE`, `${CSV}.gz.DONE`]) assert.deepEqual(parseCsvName(name), minute);
  });
  const others: readonly (readonly [string, unknown])[] = [
    ['TickDataExport_NQ 12-25_20251113_212632_UTC.csv', ['NQ 12-25', 'Tick', '20251113_212632']],
    ['DataExport_CL_20251113_212632_UTC.csv', ['CL', undefined, '20251113_212632']],
    ['DataExport_CL_20251113_152632.csv', ['CL', undefined, '20251113_152632']],
    ['DataExport_MICRO_ES_20251113_212632_UTC.csv', ['MICRO_ES', undefined, '20251113_212632']],
    ['ES_1m_2025.csv', ['ES', 'Minute', undefined]],
    ['ES_1m.csv', undefined],
    ['DataExport_ES.lock', undefined],
    ['DataExport_ES_20251113_212632_UTC.csv.tmp', undefined],
  ];
  for (const [name, told] of others) {
    it(name, () => {
      const found = parseCsvName(name);
      assert.deepEqual(found && [found.instrument, found.dataType, found.stamp], told);
    });
  }
  it('of signals: with or without .csv, with or without the instrument', () => {
    for (const name of [`export_complete_${CSV}.json`, `export_complete_${CSV.slice(0, -4)}.json`]) assert.deepEqual(parseSignalName(name), { kind: 'complete', csv: CSV });
    assert.deepEqual(parseSignalName('export_start_20251116_150511.json'), { kind: 'start', stamp: '20251116_150511', instrument: undefined });
    assert.deepEqual(parseSignalName('export_start_20251116_150511_ES 12-25.json'), { kind: 'start', stamp: '20251116_150511', instrument: 'ES 12-25' });
    for (const name of ['export_trigger.txt', `export_progress_${CSV}.json.tmp`, 'export_complete_.json']) assert.equal(parseSignalName(name), undefined, name);
  });
  it('take no instrument that leads elsewhere', () => {
    for (const good of ['ES', 'ES 12-25', 'BRK.B', '6E', 'ES1!'.slice(0, 3)]) assert.ok(isInstrument(good), good);
    for (const bad of ['', '..', '../ES', 'a/b', 'a\\b', 'C:ES', 'ES ', 'E\u0000S', 'x'.repeat(41)]) assert.ok(!isInstrument(bad), bad);
  });
});

describe('signals', () => {
  let folder: string;
  beforeEach(() => { folder = freshFolder(); });
  after(removeFolders);

  it('are read as they were written, and by Python', async () => {
    const files = [await writeProgress(diskWith(), folder, STATE), await writeComplete(diskWith(), folder, { ...STATE, lastBar: undefined }, { rows: 99_999, sha256: 'ab'.repeat(32) })];
    const { dataType, ...rest } = STATE;
    assert.deepEqual((await readSignal(files[0]!))?.signal, { kind: 'progress', dataType, ...rest });
    const ended = Object.fromEntries(Object.entries(STATE).filter(([name]) => name !== 'lastBar'));
    assert.deepEqual((await readSignal(files[1]!))?.signal, { kind: 'complete', ...ended, rows: 99_999, sha256: 'ab'.repeat(32) });
    const python = 'import json,sys; d=json.load(open(sys.argv[1])); print(d["status"], d["fileName"], d["totalBarsProcessed"], d["fileSizeMB"], d["lastUpdateTime"], d["lastBarTime"], d["sessionBoundaryViolations"])';
    assert.equal(execFileSync('python3', ['-c', python, files[0]!]).toString().trim(), `in_progress ${CSV} 100000 5 2025-11-13T21:26:32.007Z 2025-11-13T21:25:32.000Z 2`);
  });

  it('of a beginning never overwrite one another within a second', async () => {
    const starts = ['ES', 'NQ', 'CL'].map((instrument) => writeStart(diskWith(), folder, { instrument, dataType: 'Minute', startedAt: AT }));
    await Promise.all(starts);
    const found = await Promise.all((await listSignals(folder)).map(readSignal));
    assert.deepEqual(found.map((each) => (each?.signal as { instrument: string }).instrument).sort(), ['CL', 'ES', 'NQ']);
    assert.equal(tree(folder).filter((name) => /_20251113_212632\.json$/.test(name)).length, 1);
    assert.equal(tree(folder).length, 3);
    assert.match(read(folder, 'export_start_20251113_212632.json'), /"startedAt": "2025-11-13T21:26:32\.007Z"/);
  });

  it('are found in logs/ too; other files are none', async () => {
    mkdirSync(path.join(folder, 'logs'));
    for (const name of [`logs/export_complete_${CSV}.json`, 'export_start_20251116_150511.json', 'notes.json', `export_progress_${CSV}.json.tmp`]) writeFileSync(path.join(folder, name), '{}');
    assert.deepEqual((await listSignals(folder)).map((file) => path.relative(folder, file)), ['export_start_20251116_150511.json', path.join('logs', `export_complete_${CSV}.json`)]);
    await assert.rejects(listSignals(path.join(folder, 'none')), { kind: 'usage' });
  });

  it('that are torn or something else are told in words', () => {
    for (const [content, why] of [
      ['', /empty/],
      ['{"status": "complete", "tot', /no whole JSON/],
      ['[1]', /no JSON object/],
      ['null', /no JSON object/],
      ['{"status": "in_progress"}', /its status "in_progress"/],
    ] as const) {
      const said = parsed(`export_complete_${CSV}.json`, content);
      assert.ok(typeof said === 'string');
      assert.match(said, why);
    }
  });

  it('with missing, odd or local values leave those unknown', () => {
    const said = parsed(`export_complete_${CSV.slice(0, -4)}.json`, '\uFEFF{"status":"complete","totalBarsProcessed":"12","gapsDetected":null,"completedAt":"2025-11-13T15:26:34","lastBarTime":"2025-11-13T21:25:00","sha256":"no","duplicateTimestamps":-1}');
    assert.deepEqual(said, { kind: 'complete', csv: CSV, counters: {}, instrument: 'ES', dataType: 'Minute', bars: 12, lastBar: Date.UTC(2025, 10, 13, 21, 25) });
  });

  it('of a real system are understood', async function () {
    if (!existsSync(REAL)) this.skip();
    const found = await Promise.all((await listSignals(REAL)).map(readSignal));
    assert.equal(found.length, readdirSync(REAL).length);
    const signals = found.map((each) => each!.signal);
    assert.ok(signals.every((signal) => typeof signal === 'object'));
    const complete = signals.filter((signal) => typeof signal === 'object' && signal.kind === 'complete');
    assert.deepEqual([complete.length, complete.filter((signal) => signal.bars === 0).length], [12, 6]);
    for (const signal of complete) assert.deepEqual([signal.counters, signal.dataType, signal.rows], [{}, 'Minute', undefined]);
  });
});
