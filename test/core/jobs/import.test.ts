import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ImportResult } from '../../../src/protocol/results';
import { type Failure, messageInEditor } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { alignFile } from '../../../src/core/jobs/align';
import type { JobContext } from '../../../src/core/jobs/context';
import { checkContinuity } from '../../../src/core/jobs/continuity';
import type { ImportRequest } from '../../../src/core/jobs/import';
import { importFile } from '../../../src/core/jobs/import';
import { showAlignment, showImport } from '../../../src/cli/show/jobs';
import { planLines } from '../../../src/extension/commands/texts';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { minuteBars } from '../../support/bars';
import { differing, quote, sql } from '../../support/sql';

const plain = (_: string, text: string): string => text;
const NOW = Date.UTC(2025, 11, 5, 12);

describe('import', () => {
  let folder: string;
  let context: JobContext;
  const at = (name: string): string => path.join(folder, name);
  const data = (name: string): string => path.join(context.folder, name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-import-'));
    mkdirSync(at('data'));
    const clock = { now: (): number => NOW };
    context = { disk: openDisk({ clock, command: 'import test' }), clock, folder: at('data'), operation: unattended };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function source(name: string, text: string): string {
    writeFileSync(at(name), text);
    return at(name);
  }
  const run = (file: string, options: Partial<ImportRequest> = {}): Promise<ImportResult> =>
    importFile(context, { file, ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false, ...options });
  const vendor = (name: string): string => path.join(SHARED, 'ninjatrader', name);
  /** Everything below a folder: name, content, time of change. */
  const snapshot = (of: string): unknown[] =>
    readdirSync(of, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
      const stats = statSync(path.join(of, name));
      return stats.isFile() ? [name, stats.mtimeMs, readFileSync(path.join(of, name)).toString('hex')] : [name];
    });
  const count = async (file: string): Promise<number> => Number((await sql(`SELECT count(*) AS n FROM read_parquet(${quote(file)})`))[0]!['n']);

  it('into a data folder given relative to the working folder goes there, with its backup', async () => {
    const nearby = { ...context, folder: path.relative(process.cwd(), context.folder) };
    const minutes = (from: number): string => Array.from({ length: 9 }, (_, i) => `20250908 10${String(from + i).padStart(2, '0')}00;1;2;1;2;5\n`).join('');
    const options = { ticker: 'ES', timeframe: '1m', zone: 'UTC', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false } as const;
    await importFile(nearby, { ...options, file: source('a.txt', minutes(10)) });
    const { backup } = await importFile(nearby, { ...options, file: source('b.txt', minutes(30)) });
    assert.deepEqual(readdirSync(context.folder).sort(), ['ES_1m.parquet', 'backups']);
    assert.ok(existsSync(path.join(context.folder, 'backups', backup!)));
    assert.equal(await count(data('ES_1m.parquet')), 18);
  });

  it('a dry run and a real one show the same plan whatever is new, and say which bars were replaced', async () => {
    const rows = (volume: number, upTo: number): string => Array.from({ length: upTo }, (_, i) => `20250908 10${String(i + 10)}00;1;2;1;2;${volume}\n`).join('');
    const utc = { zone: 'UTC' } as const;
    await run(source('a.txt', rows(5, 10)), utc);
    const cases = [
      ['identical', rows(5, 10), 'keep', /✔ Nothing to do: all 10 bars/],
      ['conflicting', rows(6, 10), 'keep', /▲ Nothing was changed: 0 of 10 bars/],
      ['replaced', rows(6, 10), 'replace', /✔ Replaced 10 bars of ES_1m\.parquet; read back/],
      ['both', rows(7, 12), 'replace', /✔ Imported 2 new bars into ES_1m\.parquet and replaced 10; read back/],
    ] as const;
    for (const [name, text, onConflict, said] of cases) {
      const file = source(`${name}.txt`, text);
      const dry = showImport(await run(file, { ...utc, onConflict, dryRun: true }), plain);
      const real = showImport(await run(file, { ...utc, onConflict }), plain);
      const plan = dry.slice(0, -1);
      assert.ok(plan.length > 8, name);
      assert.deepEqual(real.slice(0, plan.length), plan, name);
      assert.match(real[plan.length]!, said);
    }
  });

  it('times that were twice, in an order that does not tell which, are said in the plan, by import and by align', async () => {
    const hour = (from: number): string => Array.from({ length: 60 }, (_, i) => `20251102 01${String(i).padStart(2, '0')}00;1;2;1;2;${from + i}\n`).join('');
    const once = { zone: 'America/Chicago', stamp: 'open' } as const;
    const expected = { rows: 60, line: 1, text: '20251102 010000', assumed: 'earlier' };
    const file = source('once.txt', hour(1));
    assert.deepEqual((await run(file, { ...once, dryRun: true })).plan.alignment.ambiguous, expected);
    const done = await run(file, once);
    assert.deepEqual(done.plan.alignment.ambiguous, expected);
    assert.equal(done.plan.after.start, '2025-11-02T06:00:00.000Z', 'CDT, the earlier');
    const said = /▲ 60 rows: the time was twice.*the earlier is assumed \(line 1: 20251102 010000\)/;
    assert.match(showImport(done, plain).join('\n'), said);
    assert.ok(planLines(done.plan).some((line) => line.startsWith('▲ Rows whose time was twice') && line.includes(': 60 (')));
    const alignment = await alignFile(context, { file, ticker: 'ES', timeframe: '1m', ...once });
    assert.match(showAlignment(alignment, plain).join('\n'), said);
    const twice = await run(source('twice.txt', hour(1) + hour(61)), { ...once, align: 'off', dryRun: true });
    assert.equal(twice.plan.alignment.ambiguous, undefined, 'the second pass tells which is which');
  });

  it(sharedOr('real history, then the recent weeks, give exactly the given master'), async function () {
    if (!hasShared) this.skip();
    const given = path.join(SHARED, 'bars/ES_1m.parquet');
    const first = await run(vendor('ES history.txt'));
    assert.deepEqual([first.outcome, first.plan.newRows, first.plan.before, first.backup], ['imported', 96_329, null, undefined]);
    const second = await run(vendor('ES recent.txt'));
    assert.match(second.plan.alignment.summary, /SUCCESS: Data is aligned\./);
    assert.equal(second.plan.newRows + second.plan.identicalRows, 17_776);
    assert.equal(second.plan.after.rows, 105_825);
    assert.equal(await count(data('ES_1m.parquet')), 105_825);
    assert.equal(await differing(data('ES_1m.parquet'), given), 0);
    assert.ok(second.backup !== undefined && existsSync(data(`backups/${second.backup}`)));

    const before = snapshot(context.folder);
    const again = await run(vendor('ES recent.txt'));
    assert.deepEqual([again.outcome, again.plan.newRows, again.backup], ['unchanged', 0, undefined]);
    const headed = await run(vendor('ES recent with header.csv'));
    assert.deepEqual([headed.outcome, headed.plan.identicalRows, headed.plan.conflictingRows], ['unchanged', 11_100, 0]);
    assert.deepEqual(snapshot(context.folder), before);
  });

  it(sharedOr('an export in Chicago time is refused, the zone named, nothing written; told the zone it goes in'), async function () {
    if (!hasShared) this.skip();
    await run(vendor('ES history.txt'));
    const before = snapshot(context.folder);
    const chicago = vendor('ES recent exported in Chicago time.txt');
    const refusal = await run(chicago).then(() => assert.fail('it was imported'), (error: unknown) => error as Failure);
    assert.match(refusal.message, /100\.0 % of [\d,]+ bars match after −120 min: this file is in America\/Chicago.*Import with --tz America\/Chicago/);
    assert.match(messageInEditor(refusal.facts), /this file is in America\/Chicago.*\. Nothing was written\.$/);
    assert.doesNotMatch(messageInEditor(refusal.facts), /--tz/);
    assert.deepEqual([refusal.kind, refusal.facts.options], ['refused', { tz: 'America/Chicago' }]);
    assert.deepEqual(snapshot(context.folder), before);
    assert.equal((await alignFile(context, { file: chicago, ticker: 'ES', timeframe: '1m' })).likelyZone, 'America/Chicago');
    assert.equal((await run(chicago, { zone: 'America/Chicago' })).outcome, 'imported');
    assert.equal((await run(vendor('ES recent with header.csv'))).outcome, 'unchanged');
  });

  it(sharedOr('over the recent weeks alone the Chicago export is refused too'), async function () {
    if (!hasShared) this.skip();
    await run(vendor('ES recent.txt'));
    await assert.rejects(run(vendor('ES recent exported in Chicago time.txt')), { kind: 'refused', message: /America\/Chicago/ });
  });

  it('bars that are still to come are refused: a year mistyped would be the master\'s newest', async () => {
    const file = source('b.txt', minuteBars(300).replaceAll('2025', '2045'));
    const before = snapshot(folder);
    await assert.rejects(run(file), { kind: 'refused', message: /its last bar is at 2045-.*still to come/ });
    assert.deepEqual(snapshot(folder), before);
  });

  for (const [what, timeframe, text] of [
    ['the minute that is still running', '1m', '20251205 035900;6850;6851;6849;6850;10\n20251205 040000;6850;6851;6849;6850;10\n20251205 040100;6850;6851;6849;6850;10\n'],
    ['the bar of the trading day that began this evening', '1D', '20251203;6850;6851;6849;6850;10\n20251204;6850;6851;6849;6850;10\n20251206;6850;6851;6849;6850;10\n'],
    ['the running week, labelled by its end', '1W', '20251121;6850;6851;6849;6850;10\n20251128;6850;6851;6849;6850;10\n20251212;6850;6851;6849;6850;10\n'],
  ] as const) {
    it(`bars are not still to come: ${what} goes in`, async () => {
      const { plan } = await run(source('running.txt', text), { timeframe });
      assert.equal(plan.newRows, 3);
    });
  }

  it('a dry run makes the very plan of the real run, and writes nothing', async () => {
    const text = minuteBars(3000);
    await run(source('a.txt', text));
    const altered = text.split('\r\n').map((row, i) => (i >= 2000 && i % 300 === 0 ? row.replace(/;\d+$/, ';7') : row)).slice(1500, 2990);
    const file = source('b.txt', [...altered, ...minuteBars(4000).split('\r\n').slice(2990), '20250913 0;1;2', ''].join('\r\n'));
    const before = snapshot(folder);
    const planned = await run(file, { dryRun: true });
    assert.equal(planned.outcome, 'planned');
    assert.deepEqual(snapshot(folder), before);
    const done = await run(file);
    assert.deepEqual(done.plan, planned.plan);
    assert.deepEqual([done.plan.newRows, done.plan.conflictingRows, done.plan.rejectedRows], [1000, 3, 1]);
    assert.equal(done.plan.after.rows, await count(data('ES_1m.parquet')));
    const bytes = statSync(data('ES_1m.parquet')).size;
    assert.ok(Math.abs(done.plan.bytesAfterEstimate / bytes - 1) < 0.3, `${done.plan.bytesAfterEstimate} estimated, ${bytes} written`);
  });

  it('puts rejected rows and conflicts beside the file, never over other content, and adds nothing when repeated', async () => {
    const rows = minuteBars(600).trimEnd().split('\r\n');
    await run(source('a.txt', minuteBars(500)));
    const bad = rows.map((row, i) => (i === 10 ? row.replace(/;\d+$/, ';1') : i === 20 ? row.replace(/;[^;]*;/, ';"a,b";') : row));
    const file = source('b.txt', `${bad.join('\r\n')}\r\n`);
    source('b.txt.rejected.csv', 'notes of mine\n');
    const done = await run(file);
    assert.equal(done.rejectedFile, `${file}.rejected.2.csv`);
    assert.equal(readFileSync(`${file}.rejected.csv`, 'utf8'), 'notes of mine\n');
    const [rejected] = await sql(`SELECT * FROM read_csv(${quote(done.rejectedFile)}, all_varchar = true)`);
    assert.deepEqual(rejected, { row: '21', line: '21', code: 'number-invalid', text: bad[20] });
    const conflicts = await sql(`SELECT * FROM read_csv(${quote(done.conflictsFile!)}, all_varchar = true)`);
    assert.deepEqual(conflicts.map((row) => [row['field'], row['file'], row['master']]), [['volume', '1', rows[10]!.split(';')[5]!]]);
    const before = snapshot(folder);
    const again = await run(file);
    assert.deepEqual([again.outcome, again.rejectedFile, again.conflictsFile], ['unchanged', done.rejectedFile, done.conflictsFile]);
    assert.deepEqual(snapshot(folder), before);
  });

  it('keeps, replaces or refuses rows that differ, as told', async () => {
    const rows = minuteBars(500).split('\r\n');
    const file = source('b.txt', rows.map((row, i) => (i === 100 ? row.replace(/;\d+$/, ';12345') : row)).join('\r\n'));
    const volume = async (): Promise<number> => Number((await sql(`SELECT volume FROM read_parquet(${quote(data('ES_1m.parquet'))}) ORDER BY datetime LIMIT 1 OFFSET 100`))[0]!['volume']);
    await run(source('a.txt', minuteBars(500)));
    const original = await volume();
    const before = snapshot(folder);
    const inMaster = new RegExp(`1 bar differs from that in the master \\(2025-09-08T15:10:00.000Z volume ${original} in the master, 12345 in the file\\)`);
    await assert.rejects(run(file, { onConflict: 'fail', dryRun: true }), { kind: 'refused', message: inMaster });
    assert.deepEqual(snapshot(folder), before);
    const logged: string[] = [];
    context = { ...context, operation: { ...unattended, log: (line) => void logged.push(line) } };
    await assert.rejects(run(file, { onConflict: 'fail' }), { kind: 'refused', message: new RegExp(`${inMaster.source}.*All are listed in .*b\\.txt\\.conflicts\\.csv\\..*--on-conflict`) });
    assert.deepEqual([logged, readFileSync(`${file}.conflicts.csv`, 'utf8').split('\n')[1]], [[], `2025-09-08T15:10:00.000Z,volume,${original},12345`]);
    rmSync(`${file}.conflicts.csv`);
    assert.deepEqual(snapshot(folder), before);
    assert.equal((await run(file, { onConflict: 'keep' })).outcome, 'unchanged');
    assert.equal(await volume(), original);
    const replaced = await run(file, { onConflict: 'replace' });
    assert.deepEqual([replaced.outcome, await volume()], ['imported', 12_345]);
    assert.equal((await run(file, { onConflict: 'replace' })).outcome, 'unchanged');
  });

  it('a master that is a link to a drive that is not mounted is refused, planned or not, and stays a link', async function () {
    if (process.platform === 'win32') this.skip();
    symlinkSync(at('unmounted/ES_1m.parquet'), data('ES_1m.parquet'));
    const file = source('a.txt', minuteBars(500));
    for (const align of ['check', 'off'] as const) {
      for (const dryRun of [true, false]) await assert.rejects(run(file, { align, dryRun }), { kind: 'refused', message: /ES_1m\.parquet is a symbolic link to a file that is not there/ });
    }
    assert.ok(lstatSync(data('ES_1m.parquet')).isSymbolicLink());
    assert.deepEqual(readdirSync(context.folder).filter((name) => name !== 'ES_1m.parquet' && name !== '.barkeep'), []);
  });

  it('cancelled after the merge it says where the bars are; run again it makes what is derived, and a third time nothing', async () => {
    const file = source('a.txt', minuteBars(3000));
    const stop = new AbortController();
    const progress = ({ step }: { step: string }): void => {
      if (step === 'ES_5m.parquet') stop.abort();
    };
    const { operation } = context;
    context = { ...context, operation: { ...unattended, signal: stop.signal, progress } };
    await assert.rejects(run(file, { regenerate: true }), { kind: 'cancelled', message: /The bars are in ES_1m\.parquet; run barkeep regenerate ES/ });
    context = { ...context, operation };
    const again = await run(file, { regenerate: true });
    assert.equal(again.outcome, 'unchanged');
    const made = again.derived!.steps.filter(({ outcome }) => outcome === 'made');
    assert.ok(made.length > 0 && made.every(({ output }) => existsSync(data(output))));
    const before = snapshot(context.folder);
    const third = await run(file, { regenerate: true });
    assert.deepEqual(third.derived!.steps.filter(({ outcome }) => outcome === 'made'), []);
    assert.deepEqual(snapshot(context.folder), before);
  });

  it('imports unaligned bars only when told that alignment is off', async () => {
    await run(source('a.txt', minuteBars(2000)));
    const other = source('other.txt', minuteBars(2000, 1, 77));
    await assert.rejects(run(other), { kind: 'refused', message: /right ticker.*--align off/ });
    const { plan } = await run(other, { align: 'off' });
    assert.equal(plan.alignment.verdict, 'mismatch');
  });

  describe('prices at another level', () => {
    /** NinjaTrader rows with every price changed. */
    const priced = (rows: readonly string[], change: (price: number) => number): string =>
      rows.map((row) => row.split(';').map((cell, i) => (i >= 1 && i <= 4 ? String(change(Number(cell))) : cell)).join(';')).join('\r\n');
    const rows = minuteBars(4000).trimEnd().split('\r\n');
    const lastClose = async (): Promise<number> => Number((await sql(`SELECT close FROM read_parquet(${quote(data('ES_1m.parquet'))}) ORDER BY datetime DESC LIMIT 1`))[0]!['close']);

    it('are refused with the points, go in when adjusted, and say what was added', async () => {
      await run(source('a.txt', rows.slice(0, 3000).join('\r\n')));
      const rolled = source('rolled.txt', priced(rows.slice(2000), (price) => price - 52.25));
      await assert.rejects(run(rolled), { kind: 'refused', message: /100\.0 % of 1,000 bars match after \+52\.25 points.*--align adjust/ });
      const planned = await run(rolled, { align: 'adjust', dryRun: true });
      const done = await run(rolled, { align: 'adjust' });
      assert.deepEqual(done.plan, planned.plan);
      assert.deepEqual([done.plan.prices, done.plan.identicalRows, done.plan.newRows], [{ factor: 1, points: 52.25 }, 1000, 1000]);
      assert.match(done.plan.alignment.summary, /SUCCESS/);
      assert.equal(await lastClose(), Number(rows.at(-1)!.split(';')[4]));
      const [sources] = await sql(`SELECT decode(value) AS value FROM parquet_kv_metadata(${quote(data('ES_1m.parquet'))}) WHERE decode(key) = 'barkeep.sources'`);
      assert.match(String(sources!['value']), /"prices":\{"factor":1,"points":52\.25\}/);
      assert.equal((await run(rolled, { align: 'adjust' })).outcome, 'unchanged');
    });

    it('adjusts nothing that matches as it is, and nothing that no offset explains', async () => {
      await run(source('a.txt', rows.slice(0, 3000).join('\r\n')));
      assert.equal((await run(source('b.txt', rows.slice(2000).join('\r\n')), { align: 'adjust' })).plan.prices, undefined);
      await assert.rejects(run(source('c.txt', minuteBars(2000, 1, 77)), { align: 'adjust' }), { kind: 'refused' });
    });

    it('in another unit are refused, and go in scaled exactly', async () => {
      await run(source('a.txt', rows.slice(0, 3000).join('\r\n')));
      const cents = source('cents.txt', priced(rows.slice(2000), (price) => price * 100));
      await assert.rejects(run(cents), { kind: 'refused', message: /dividing its prices by 100.*--scale 0\.01/ });
      const done = await run(cents, { scale: 0.01 });
      assert.deepEqual([done.plan.conflictingRows, done.plan.newRows, done.plan.prices], [0, 1000, { factor: 0.01, points: 0 }]);
    });

    it('of another instrument are told, and whose they are', async () => {
      await run(source('a.txt', rows.join('\r\n')));
      const other = source('nq.txt', minuteBars(4000, 1, 77));
      await run(other, { ticker: 'NQ' });
      const found = await alignFile(context, { file: other, ticker: 'ES', timeframe: '1m' });
      assert.deepEqual([found.verdict, found.cause, found.likelyTicker], ['mismatch', 'instrument', 'NQ']);
      assert.match(found.summary, /These are the bars of NQ\./);
      await assert.rejects(run(other), (failure: Failure) => {
        assert.deepEqual([failure.kind, failure.facts.options, failure.facts.unlike], ['refused', { ticker: 'NQ' }, 'ES_1m.parquet']);
        assert.match(messageInEditor(failure.facts), /nq\.txt: they are the bars of NQ, not of ES\. Nothing was written\.$/);
        return true;
      });
    });
  });

  it('reports gaps around the imported bars, the hole before them included', async () => {
    const rows = minuteBars(12_000).split('\r\n');
    await run(source('a.txt', rows.slice(0, 1000).join('\r\n')));
    const { continuity } = await run(source('b.txt', rows.slice(8000, 9000).join('\r\n')));
    assert.equal(continuity?.rows, 1000);
    // Of 7,000 minutes from Tuesday 01:10 to Saturday in Chicago the market was open in 890 + 3 × 1,380.
    assert.deepEqual(continuity.gaps.map((gap) => gap.missingBars), [5030]);
    const whole = await checkContinuity(context, { ticker: 'ES', timeframe: '1m', gapHours: 500 });
    assert.deepEqual([whole.rows, whole.gaps.length, whole.largest?.missingBars], [2000, 0, 7000]);
  });

  it('refuses tickers that cannot stand in a file name, before reading anything', async () => {
    for (const ticker of ['../ES', 'E_S', '', '.', '..', 'a/b', 'a\\b', 'ES ', 'x'.repeat(60)]) {
      await assert.rejects(run(at('none.txt'), { ticker }), { kind: 'usage', message: /ticker/ });
    }
    assert.deepEqual(readdirSync(context.folder), []);
  });

  it('says who holds the lock, and leaves it alone', async () => {
    writeFileSync(data('ES.lock'), `${process.ppid}\n`);
    await assert.rejects(run(source('a.txt', minuteBars(50))), { kind: 'locked' });
    assert.deepEqual(readdirSync(context.folder), ['ES.lock']);
  });

  it('regenerates what is derived from minutes', async () => {
    const { derived } = await run(source('a.txt', minuteBars(3000)), { regenerate: true });
    assert.ok(derived !== undefined && derived.steps.some((step) => step.outcome === 'made'));
    assert.ok(existsSync(data('ES_5m.parquet')));
  });
});
