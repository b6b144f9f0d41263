import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ConductContext, Launched } from '../../../src/core/jobs/conduct/bench';
import { keepSchedule } from '../../../src/core/jobs/conduct/keep';
import { asConductor, beginRun, planRun, resumeRun } from '../../../src/core/jobs/conduct/run';
import type { RunOrder } from '../../../src/core/jobs/conduct/state';
import { openDisk } from '../../../src/core/disk/disk';
import { nodeFiles, type Files } from '../../../src/core/disk/files';
import { describeParquet } from '../../../src/core/table/parquet';
import type { ExportStanding } from '../../../src/protocol/exports';
import { ended, exporter, type Exporting } from '../../support/exporter';
import { until } from '../../support/until';

const csv = (instrument: string, stamp = '20251113_212632'): string => `MinuteDataExport_${instrument}_${stamp}_UTC.csv`;

/** Runs in this process, on a real disk, with real exporters as processes of their own. */
describe('conduct', () => {
  let folder: string;
  let raw: string;
  let stop: AbortController;
  let said: string[];
  let told: ExportStanding[];
  let clock: { now: () => number };
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-conduct-'));
    raw = path.join(folder, 'raw');
    mkdirSync(raw);
    [stop, said, told, clock] = [new AbortController(), [], [], { now: Date.now }];
  });
  afterEach(() => {
    stop.abort();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = (instrument: string, how: Exporting): ChildProcess => {
    const child = exporter(raw, instrument, how);
    children.push(child);
    return child;
  };
  /** `launch: "ES {…}"` starts that exporter. */
  function launch(command: string): Promise<Launched> {
    if (command === 'fail') return Promise.resolve({ pid: process.pid, exited: Promise.resolve(3) });
    const [instrument, ...how] = command.split(' ');
    const child = begin(instrument!, JSON.parse(how.join(' ')) as Exporting);
    return Promise.resolve({ pid: child.pid!, exited: new Promise((resolve) => child.once('exit', resolve)) });
  }
  const context = (files = nodeFiles): ConductContext => ({
    disk: openDisk({ clock, command: 'conduct test', files }),
    clock,
    folder,
    operation: { signal: stop.signal, progress: () => undefined, log: (line) => void said.push(line) },
    launch,
    tell: ({ export: standing }) => void told.push(standing),
    poll: 200,
  });
  const order = (over: Partial<RunOrder> = {}): RunOrder => ({ raw, expect: [], timeoutMinutes: 30, settleSeconds: 0.2, existing: false, tickers: {}, ...over });
  const run = (over: Partial<RunOrder> = {}) => asConductor(context(), () => beginRun(context(), order(over)));
  /** Until the run has looked at what is there before it: what begins now is its own, however long a start takes. */
  const begun = (): Promise<unknown> => saying(/exports into/);
  const saying = (pattern: RegExp, times = 1): Promise<unknown> => until(`${String(pattern)}, ${times} times`, () => said.filter((line) => pattern.test(line)).length >= times, () => said);
  /** Until the run has been told so of an export. */
  const seeing = (instrument: string, is: Partial<ExportStanding>): Promise<unknown> =>
    until(`${instrument} as ${JSON.stringify(is)}`, () => told.some((standing) => standing.key === csv(instrument) && isDeepStrictEqual({ ...standing, ...is }, standing)), () => told);
  /** A clock, so many ms ahead, that stands still until it is told to hurry: ten minutes pass in a second from then on. */
  function standing(ahead = 0): { hurry: () => void } {
    const at = Date.now() + ahead;
    let since: number | undefined;
    clock = { now: () => at + (since === undefined ? 0 : (performance.now() - since) * 600) };
    return { hurry: () => { since = performance.now(); } };
  }
  const resume = () => asConductor(context(), () => resumeRun(context()));
  const rowsOf = async (ticker: string): Promise<number> => (await describeParquet(path.join(folder, `${ticker}_1m.parquet`))).rows;
  const archived = (): string[] => readdirSync(path.join(raw, 'archived')).sort();

  it('launches, waits, imports, regenerates and archives with everything that belongs to the export', async () => {
    const done = await run({ launch: 'ES {"bars":3000,"progress":1000,"chunk":500,"pause":20}' });
    assert.equal(done.stage, 'done');
    assert.deepEqual(done.exports[0]!.imported, { outcome: 'imported', newRows: 3000, rejectedRows: 0 });
    assert.deepEqual(archived(), [`${csv('ES')}.DONE`, `export_complete_${csv('ES')}.json`, `export_progress_${csv('ES')}.json`, 'export_start_20251113_212632.json']);
    assert.deepEqual(readdirSync(raw), ['archived']);
    assert.ok(existsSync(path.join(folder, 'ES_5m.parquet')) && existsSync(path.join(folder, 'ES_profiler.json')));
    const log = readFileSync(done.logFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { run: string; stage: string });
    assert.deepEqual([...new Set(log.map(({ stage }) => stage))], ['run', 'launch', 'wait', 'translate', 'analyse', 'archive']);
    assert.ok(log.every(({ run: id }) => id === done.id));
    assert.equal(await resume(), undefined);
  });

  it('several at once: all that have begun are waited for; an empty one is left alone and told', async () => {
    // It stands still until another has ended: how fast a process starts, or a run, makes no difference.
    begin('NQ', { bars: 3000, chunk: 1000, waits: { 1000: `${csv('ES')}.DONE` }, signals: 'logs' });
    await until('the file of NQ', () => existsSync(path.join(raw, csv('NQ'))));
    const working = run();
    await begun();
    await ended(begin('CL', { bars: 0 }));
    begin('ES', { bars: 1000, signals: false });
    const done = await working;
    assert.deepEqual(done.exports.map(({ ticker, imported }) => [ticker, imported?.newRows]), [['ES', 1000], ['NQ', 3000]]);
    assert.deepEqual(done.left.map(({ key, state }) => [key, state]), [[csv('CL'), 'empty']]);
    assert.ok(existsSync(path.join(raw, csv('CL'))), 'what was not taken in stays where it is');
    assert.ok(archived().includes(`export_complete_${csv('NQ')}.json`), 'signals in logs/ go too');
  });

  it('waits for the instruments that are expected; contracts and names of others go to their ticker', async () => {
    const working = run({ expect: ['ES 12-25', 'MICRO_NQ'], tickers: { MICRO_NQ: 'MNQ' } });
    await begun();
    begin('ES 12-25', { bars: 500 });
    await seeing('ES 12-25', { state: 'complete' });
    setTimeout(() => begin('MICRO_NQ', { bars: 700 }), 800);
    assert.deepEqual((await working).exports.map(({ ticker }) => ticker), ['ES', 'MNQ']);
    assert.equal(await rowsOf('MNQ'), 700);
  });

  it('an instrument that is not expected does not keep the run from ending while it is written', async () => {
    begin('NQ', { bars: 200_000, waits: { 1000: 'never' }, chunk: 100 });
    await until('the file of NQ', () => existsSync(path.join(raw, csv('NQ'))));
    const working = run({ expect: ['ES'], settleSeconds: 1 });
    await begun();
    begin('ES', { bars: 500, pause: 300, chunk: 100 });
    const done = await working;
    assert.deepEqual([done.exports.map(({ ticker }) => ticker), done.left], [['ES'], []]);
  });

  it('taking in what is finished waits for nothing: what is under way, and what has lost its file, is named', async () => {
    await ended(begin('ES', { bars: 500 }));
    await ended(begin('CL', { bars: 500 }));
    rmSync(path.join(raw, `${csv('CL')}.DONE`));
    writeFileSync(path.join(raw, 'export_start_20251113_212633.json'), '{"status":"started","instrument":"NQ"}');
    const left = [[csv('CL'), 'is complete, but its file is not there'], ['NQ', 'is starting: it was not waited for']];
    const planned = await planRun(context(), order());
    assert.deepEqual([planned.exports.map(({ ticker }) => ticker), planned.left.map(({ key, why }) => [key, why])], [['ES'], left]);
    // Time stands still: who waits for anything waits in vain.
    standing();
    const done = await run({ existing: true, settleSeconds: 8 });
    assert.deepEqual([done.exports.map(({ ticker, imported }) => [ticker, imported?.newRows]), done.left.map(({ key, why }) => [key, why])], [[['ES', 500]], left]);
    rmSync(path.join(raw, `export_complete_${csv('CL')}.json`));
    await assert.rejects(run({ existing: true }), { kind: 'usage', message: /there is none in .*; NQ is starting/ });
  });

  it('what was finished before is left alone, unless it is what is asked for', async () => {
    await ended(begin('ES', { bars: 500 }));
    const working = run();
    await begun();
    begin('NQ', { bars: 600, pause: 100, chunk: 100 });
    assert.deepEqual((await working).exports.map(({ ticker }) => ticker), ['NQ']);
    assert.match(said.join('\n'), /1 that ended before it are left alone/);
    const planned = await planRun(context(), order());
    assert.deepEqual(planned.exports.map(({ ticker, imported }) => [ticker, imported?.outcome, imported?.newRows]), [['ES', 'planned', 500]]);
    const real = await run({ existing: true });
    assert.deepEqual(real.exports.map(({ ticker, imported }) => [ticker, imported?.newRows]), [['ES', 500]]);
    for (const nothing of [() => run({ existing: true }), () => planRun(context(), order())]) await assert.rejects(nothing(), { kind: 'usage', message: /there is none/ });
  });

  it('an exporter that ends badly before it begins, one that brings nothing, one that never ends: each stops the run and says why', async () => {
    await assert.rejects(run({ launch: 'fail' }), { kind: 'refused', message: /exit code 3 before an export began.*stopped at the stage wait/ });
    await assert.rejects(run({ launch: 'ES {"bars":0}' }), { kind: 'refused', message: /none has bars to import: MinuteDataExport_ES.* is empty/ });
    rmSync(raw, { recursive: true });
    mkdirSync(raw);
    const { hurry } = standing();
    const refused = assert.rejects(run({ launch: 'NQ {"bars":9000,"chunk":1000,"waits":{"5000":"never"},"progress":2000}', timeoutMinutes: 2 }), { kind: 'refused', message: /none was complete after 2 min: .*NQ.* is running: 4,000 bars/ });
    await seeing('NQ', { bars: 4000 });
    hurry();
    await refused;
    for (const child of children) child.kill('SIGKILL');
    await assert.rejects(run({ timeoutMinutes: 1, expect: ['CL'] }), { message: /CL has not begun/ });
  });

  it('an exporter that dies or stands still under way, and nobody ends it: the run says which, and what came whole goes on', async () => {
    await ended(begin('NQ', { bars: 9000, chunk: 1000, dieAt: 5000, progress: 2000 }));
    const { hurry } = standing(10 * 60_000);
    await assert.rejects(run({ existing: true }), { kind: 'refused', message: /none has bars to import: MinuteDataExport_NQ.* is crashed/ });
    said.length = 0;
    const working = run({ timeoutMinutes: 20 });
    await begun();
    begin('CL', { bars: 9000, chunk: 1000, waits: { 5000: 'never' }, progress: 2000 });
    begin('ES', { bars: 400 });
    await Promise.all([seeing('CL', { bars: 4000 }), seeing('ES', { state: 'complete' })]);
    hurry();
    const done = await working;
    assert.deepEqual(done.exports.map(({ ticker, imported }) => [ticker, imported?.newRows]), [['ES', 400]]);
    assert.deepEqual(done.left.map(({ key, why }) => [key, why]), [[csv('CL'), 'was still stalled after 20 min']], 'what had ended before the run is none of its own');
    assert.deepEqual(readdirSync(raw).filter((name) => name.endsWith('.csv')), [csv('CL'), csv('NQ')], 'they stay where they are');
  });

  it('what a dead exporter left does not keep the next one from being started, nor the run from ending', async () => {
    const { hurry } = standing();
    await ended(begin('ES', { bars: 9000, chunk: 1000, dieAt: 5000, progress: 2000, lock: false, stamp: '20251113_200000' }));
    const working = run({ launch: 'ES {"bars":400}' });
    await seeing('ES', { state: 'complete' });
    hurry();
    const done = await working;
    assert.deepEqual(done.exports.map(({ csv: name, imported }) => [name, imported?.newRows]), [[csv('ES'), 400]]);
    assert.deepEqual(done.left.map(({ key, state }) => [key, state]), [[csv('ES', '20251113_200000'), 'crashed']]);
  });

  it('an unfinished file of the instrument, left by an exporter that was killed a day ago, does not keep a run from ending', async () => {
    const old = path.join(raw, csv('ES', '20251103_100000'));
    writeFileSync(old, 'Date,Time,Open,High,Low,Close,Volume,Instrument\r\n2024-01-01,00:00:00,1,1,1,1,1,ES\r\n');
    utimesSync(old, Date.now() / 1000 - 86_400, Date.now() / 1000 - 86_400);
    const done = await run({ launch: 'ES {"bars":300}' });
    assert.deepEqual([done.exports.map(({ csv: name }) => name), done.left], [[csv('ES')], []]);
  });

  it('an export that is refused stops the run there; once mended, resuming goes on with it and keeps what was done', async () => {
    await ended(begin('ES', { bars: 400 }));
    await ended(begin('NQ', { bars: 0 }));
    const nq = path.join(raw, csv('NQ'));
    writeFileSync(nq, 'Date,Time,Open,High,Low,Close,Volume,Instrument\r\n2024-01-01,00:00:00,x,x,x,x,x,NQ\r\n2024-01-01,00:01:00,x,x,x,x,x,NQ\r\n');
    renameSync(nq, `${nq}.DONE`);
    await assert.rejects(run({ existing: true }), { kind: 'refused', message: /none of its rows is a usable bar.*stopped at the stage translate; barkeep conduct --resume/ });
    assert.equal(await rowsOf('ES'), 400);
    await assert.rejects(run(), { kind: 'suspended', message: /cut at the stage translate.*--resume.*--anew/ });
    rmSync(`${nq}.DONE`);
    await ended(begin('NQ', { bars: 300 }));
    assert.deepEqual((await resume())?.exports.map(({ ticker, imported }) => [ticker, imported?.newRows]), [['ES', 400], ['NQ', 300]]);
    assert.equal(said.filter((line) => /translate: .*ES.*new bars/.test(line)).length, 1, 'imported once');
  });

  it('exports that are refused do not keep the others out; a schedule that gives their run up says what it leaves', async () => {
    for (const instrument of ['CL', 'NG']) {
      await ended(begin(instrument, { bars: 0 }));
      const bad = path.join(raw, csv(instrument));
      writeFileSync(`${bad}.DONE`, 'Date,Time,Open,High,Low,Close,Volume,Instrument\r\n2024-01-01,00:00:00,x,x,x,x,x,CL\r\n2024-01-01,00:01:00,x,x,x,x,x,CL\r\n');
      rmSync(bad);
    }
    await ended(begin('ES', { bars: 300 }));
    await assert.rejects(run({ existing: true }), { kind: 'refused', message: /_CL_.*none of its rows is a usable bar.*Not imported either: \S+_NG_.*stopped at the stage translate/ });
    assert.equal(await rowsOf('ES'), 300);
    assert.match(said.join('\n'), /translate: failed as well: .*_NG_/);
    writeFileSync(path.join(raw, 'export_trigger.txt'), 'next');
    const runs = asConductor(context(), () => keepSchedule(context(), order({ launch: 'NQ {"bars":200}' }), { expression: '0 7 * * *', zone: 'America/Chicago', tradingDays: 'ES' }));
    await saying(/run next: done/);
    stop.abort();
    const [given, next] = await runs;
    assert.deepEqual([given?.stage, given?.exports.map(({ ticker }) => ticker), next?.id], ['given-up', ['ES'], 'next']);
    const left = [[csv('CL'), 'was not imported'], [csv('ES'), 'was imported, but not archived, nor was what is derived from ES regenerated'], [csv('NG'), 'was not imported']];
    assert.deepEqual(given?.left.map(({ key, why }) => [key, why]), left);
    const line = said.find((each) => each.includes('given up at the stage translate'));
    for (const [key, why] of left) assert.ok(line?.includes(`${key} ${why}`), line);
  });

  it('rows whose local time was twice are told with what was taken in', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => `2025-11-02,01:0${i}:00,1,2,1,2,5,ES`);
    writeFileSync(path.join(raw, 'MinuteDataExport_ES_20251102_120000.csv.DONE'), `Date,Time,Open,High,Low,Close,Volume,Instrument\r\n${rows.join('\r\n')}\r\n`);
    const done = await run({ existing: true, timeZone: 'America/Chicago' });
    assert.deepEqual(done.exports[0]!.imported, { outcome: 'imported', newRows: 5, rejectedRows: 0, ambiguousRows: 5 });
    assert.match(said.join('\n'), /translate: .*5 new bars.*5 rows from line 2 on at a time that was twice \(the earlier assumed\), in ES_1m\.parquet/);
  });

  it('a file that was replaced since it was imported is not archived unseen', async () => {
    await ended(begin('ES', { bars: 400 }));
    const { disk } = context();
    const file = path.join(raw, `${csv('ES')}.DONE`);
    // Another export under the same name, at the moment before the move.
    const sly = { ...context(), disk: { ...disk, files: { ...disk.files, async mkdir(at: string) {
      if (at.endsWith('archived')) writeFileSync(file, readFileSync(file, 'utf8').replace(/$/, '2024-02-02,00:00:00,1,1,1,1,1,ES\r\n'));
      return disk.files.mkdir(at);
    } } } };
    await assert.rejects(asConductor(sly, () => beginRun(sly, order({ existing: true }))), { kind: 'refused', message: /another file has taken its place/ });
    const again = await resume();
    assert.equal(again?.stage, 'done');
    assert.equal(await rowsOf('ES'), 401);
  });

  it('only one conductor at a time', async () => {
    const working = run({ launch: 'ES {"bars":500,"pause":300,"chunk":100}' });
    await begun();
    await assert.rejects(run(), { kind: 'locked' });
    await working;
  });

  it('keeps a schedule: runs when due, once when late, and when the trigger file asks, under its id; a failed run does not end it', async () => {
    // Time stands still until the run of 7:00 is said to be the next.
    let now = Date.UTC(2025, 10, 17, 12, 59, 58);
    let since = Infinity;
    clock = { now: () => now + Math.max(0, performance.now() - since) };
    const files: Files = { ...nodeFiles, async readFile(file) {
      const content = await nodeFiles.readFile(file);
      if (path.basename(file) === 'export_trigger.txt' && content.bytes.length === 0) writeFileSync(file, 'by-hand\n');
      return content;
    } };
    const runs = asConductor(context(), () => keepSchedule(context(files), order({ launch: 'ES {"bars":300,"stamp":"20251117_130000"}' }), { expression: '0 7 * * *', zone: 'America/Chicago', tradingDays: 'ES' }));
    await saying(/next run: 2025-11-17 07:00 CST/);
    [now, since] = [now + 2000, performance.now()];
    await saying(/run .*: done/);
    await saying(/next run: 2025-11-18 07:00 CST/);
    // As a shell does it: the file is there, seen and empty, before it says anything.
    writeFileSync(path.join(raw, 'export_trigger.txt'), '');
    await saying(/run by-hand: done/);
    assert.ok(!existsSync(path.join(raw, 'export_trigger.txt')));
    writeFileSync(path.join(raw, 'export_trigger.txt'), '../../etc/passwd');
    await saying(/cannot name a run/);
    await saying(/run \d.*: done/, 2);
    now += 3 * 86_400_000;
    await saying(/due at 2025-11-20 07:00 CST/);
    await saying(/run .*: done/, 4);
    stop.abort();
    assert.equal((await runs).length, 4);
    assert.equal(archived().filter((name) => name.includes('.DONE')).length, 1, 'the same export four times is kept once');
  });
});
