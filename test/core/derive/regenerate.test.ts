import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Regeneration } from '../../../src/protocol/results';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { recipesFor } from '../../../src/core/derive/recipe';
import { seriesWriting } from '../../../src/core/derive/resampling';
import { regenerate, type RegenerateOptions } from '../../../src/core/derive/regenerate';
import { listBackups } from '../../../src/core/disk/backup';
import { sha256OfFile } from '../../../src/core/disk/digest';
import { derivedFiles, lockPath, masterPath } from '../../../src/core/store/layout';
import { applyMerge, planMerge } from '../../../src/core/store/merge';
import { readProvenance } from '../../../src/core/store/provenance';
import { describeParquet } from '../../../src/core/table/parquet';
import { quote, sql } from '../../support/sql';
import { barsOf, minutes, rowsIn, scene, schemaOf, START, writeForeign, type Row, type Scene } from '../store/folder';

/** Two steps stand for all: what is special to the others is in their own tests. */
const OUTPUTS = ['ES_5m.parquet', 'ES_15m.parquet', 'ES_1h.parquet', 'ES_4h.parquet', 'ES_daily_hod_lod.json'];

describe('derive: regenerate', () => {
  let at: Scene;
  let master: string;
  const cleanUps: (() => void)[] = [];
  beforeEach(async () => {
    at = scene((remove) => cleanUps.push(remove));
    mkdirSync(at.folder);
    master = masterPath(at.folder, 'ES', '1m');
    await grow(2000);
  });
  after(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  const file = (name: string): string => path.join(at.folder, name);
  const from = { sourceName: 'a.txt', sourceSha256: 'ab', zone: 'UTC', stamp: 'open' } as const;
  const grow = async (count: number): Promise<void> => {
    await applyMerge(at.disk, at.folder, await planMerge(master, barsOf(minutes(count)), 'keep'), from);
    at.pass(1000);
  };
  const run = async (options: RegenerateOptions = {}): Promise<Regeneration> => {
    const done = await regenerate(at.disk, at.folder, 'ES', { only: ['resample', 'daily-hod-lod'], ...options }, unattended);
    at.pass(1000);
    return done;
  };
  const outcomes = ({ steps }: Regeneration): string[] => steps.map(({ outcome }) => outcome);
  const everything = async (): Promise<Record<string, string>> => {
    const names = readdirSync(at.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, `${statSync(name, { bigint: true }).mtimeNs} ${await sha256OfFile(name)}`] as const)));
  };
  const backedUp = async (): Promise<string[]> => (await listBackups(at.folder)).map((backup) => backup.file).filter((name) => OUTPUTS.includes(name)).sort();

  it('says when bars of the master lack a price, once', async () => {
    const said: string[] = [];
    const again = (): Promise<Regeneration> => regenerate(at.disk, at.folder, 'ES', { only: ['resample', 'daily-hod-lod'] }, { ...unattended, log: (line) => said.push(line) });
    await again();
    assert.deepEqual(said, []);
    const other = file('other.parquet');
    await sql(`COPY (SELECT * REPLACE (CASE file_row_number WHEN 7 THEN NULL WHEN 9 THEN 'nan'::DOUBLE ELSE close END AS close) FROM (SELECT * FROM read_parquet(${quote(master)}, file_row_number = true))) TO ${quote(other)} (FORMAT parquet)`);
    renameSync(other, master);
    await again();
    assert.equal(said.length, 1, said.join());
    assert.ok(said.join().startsWith(`ES_1m.parquet: 2 bars lack a price (empty, or no number), the first at ${new Date(START + 7 * 60_000).toISOString()}`));
  });

  it('makes all outputs, each knowing the master it was made from', async () => {
    const done = await run();
    assert.deepEqual([done.master, done.masterDigest], ['ES_1m.parquet', await sha256OfFile(master)]);
    assert.deepEqual(done.steps.map(({ output, outcome, rows }) => [output, outcome, rows]), [['ES_5m.parquet', 'made', 400], ['ES_15m.parquet', 'made', 134], ['ES_1h.parquet', 'made', 34], ['ES_4h.parquet', 'made', 9], ['ES_daily_hod_lod.json', 'made', 2]]);
    for (const output of OUTPUTS) {
      const note = await readProvenance(at.folder, output);
      assert.deepEqual([note?.masterSha256, note?.outputSha256], [done.masterDigest, await sha256OfFile(file(output))]);
    }
    const { metadata } = await describeParquet(file('ES_5m.parquet'));
    assert.deepEqual((JSON.parse(metadata['barkeep.made']!) as { masterSha256: string }).masterSha256, done.masterDigest);
    assert.deepEqual(await schemaOf(file('ES_1h.parquet')), await schemaOf(master));
    assert.equal((await rowsIn(file('ES_1h.parquet')))[0]![5], minutes(60).reduce((sum, row) => sum + row[5], 0));
    const text = readFileSync(file('ES_daily_hod_lod.json'), 'utf8');
    assert.match(text, /^{\n {2}"2025-09-08": {\n {4}"hod_time": "\d\d:\d\d",\n/);
    assert.ok(!existsSync(lockPath(at.folder, 'ES')));
  });

  it('makes what the inventory expects to be there', () => {
    assert.deepEqual(recipesFor('ES', 'utc').map(({ output }) => output), derivedFiles('ES'));
  });

  it('then touches nothing, until the master changes', async () => {
    await run();
    const before = await everything();
    assert.deepEqual(new Set(outcomes(await run())), new Set(['up-to-date']));
    assert.deepEqual(await everything(), before);
    await grow(2001);
    assert.deepEqual(new Set(outcomes(await run())), new Set(['made']));
    assert.deepEqual(await backedUp(), [], 'our own unchanged files need no backup');
    assert.deepEqual(new Set(outcomes(await run())), new Set(['up-to-date']));
  });

  it('the same master gives the same bytes', async () => {
    await run();
    const digests = await Promise.all(OUTPUTS.map((output) => sha256OfFile(file(output))));
    for (const output of OUTPUTS) rmSync(file(output));
    at.pass(1e9);
    await run();
    assert.deepEqual(await Promise.all(OUTPUTS.map((output) => sha256OfFile(file(output)))), digests);
  });

  it('another anchor is another recipe; force makes all again', async () => {
    await run();
    const session = await run({ anchor: 'session' });
    assert.deepEqual(outcomes(session), ['made', 'made', 'made', 'made', 'up-to-date']);
    assert.match(session.steps[0]?.why ?? '', /made by "resample 1 anchor=utc"/);
    assert.deepEqual(new Set(outcomes(await run({ anchor: 'session' }))), new Set(['up-to-date']));
    assert.deepEqual(new Set(outcomes(await run({ anchor: 'session', force: true }))), new Set(['made']));
    assert.deepEqual(await backedUp(), []);
  });

  it('the anchor chosen once stays until another is chosen', async () => {
    await run({ anchor: 'session' });
    assert.deepEqual(new Set(outcomes(await run())), new Set(['up-to-date']));
    await grow(2100);
    assert.match((await run()).steps[3]?.why ?? '', /has changed since/);
    assert.equal((await readProvenance(at.folder, 'ES_4h.parquet'))?.recipe, 'resample 1 anchor=session');
    await run({ anchor: 'utc' });
    assert.deepEqual(new Set(outcomes(await run())), new Set(['up-to-date']));
  });

  it('a missing output is made again', async () => {
    await run();
    rmSync(file('ES_15m.parquet'));
    assert.deepEqual(outcomes(await run()), ['up-to-date', 'made', 'up-to-date', 'up-to-date', 'up-to-date']);
  });

  it('what somebody changed, or made, is backed up before it is replaced, and said', async () => {
    await run();
    await writeForeign(file('ES_5m.parquet'), minutes(3));
    writeFileSync(file('ES_daily_hod_lod.json'), '{}');
    writeFileSync(file('ES_4h.parquet'), 'torn');
    rmSync(file('.barkeep/derived/ES_15m.parquet.json'));
    const { steps } = await run();
    assert.deepEqual(steps.map(({ outcome }) => outcome), ['made', 'made', 'up-to-date', 'made', 'made']);
    assert.match(steps[0]?.why ?? '', /changed since Barkeep made it: it is backed up first/);
    assert.match(steps[1]?.why ?? '', /note .* is lost/);
    assert.match(steps[3]?.why ?? '', /cannot be read/);
    assert.deepEqual(await backedUp(), ['ES_15m.parquet', 'ES_4h.parquet', 'ES_5m.parquet', 'ES_daily_hod_lod.json']);
    const [backup] = await listBackups(at.folder, 'ES_5m.parquet');
    assert.deepEqual(await rowsIn(path.join(at.folder, 'backups', backup!.backup)), minutes(3));
  });

  it('a file it never made, within the minutes it has, is backed up and replaced', async () => {
    await writeForeign(file('ES_1h.parquet'), minutes(20));
    const { steps } = await run();
    assert.deepEqual([steps[2]?.outcome, steps[2]?.why], ['made', 'the file there was not made by Barkeep: it is backed up first']);
    assert.deepEqual(await backedUp(), ['ES_1h.parquet']);
  });

  it('a file that holds more than the minutes could give is kept, unless forced', async () => {
    const later: Row[] = [...minutes(5), ...minutes(1, START + 9e9)];
    await writeForeign(file('ES_4h.parquet'), later);
    const longer: Row[] = [...minutes(1, START - 9e9), ...minutes(5)];
    await writeForeign(file('ES_1h.parquet'), longer);
    const { steps } = await run();
    assert.deepEqual([steps[2]?.outcome, steps[3]?.outcome], ['skipped', 'skipped']);
    assert.deepEqual(await rowsIn(file('ES_4h.parquet')), later);
    assert.match(steps[2]?.why ?? '', /holds bars from 2025-05-26.* --force replaces it/);
    assert.deepEqual(await rowsIn(file('ES_1h.parquet')), longer);
    assert.equal((await run({ force: true })).steps[2]?.outcome, 'made');
    assert.deepEqual(await backedUp(), ['ES_1h.parquet', 'ES_4h.parquet']);
  });

  it('an imported master of that timeframe is kept, even one imported into a derived file', async () => {
    await run();
    const five = masterPath(at.folder, 'ES', '5m');
    await applyMerge(at.disk, at.folder, await planMerge(five, barsOf(minutes(1, START + 1e9)), 'keep'), from);
    await grow(2500);
    const { steps } = await run();
    assert.deepEqual([steps[0]?.outcome, steps[0]?.why], ['skipped', 'the file there is a master with imported bars; --force replaces it']);
    assert.equal(steps[1]?.outcome, 'made');
  });

  it('without minutes everything is skipped, and said', async () => {
    rmSync(master);
    const done = await run();
    assert.deepEqual([done.master, done.masterDigest, new Set(outcomes(done))], [null, null, new Set(['skipped'])]);
    assert.match(done.steps[4]?.why ?? '', /no 1-minute bars/);
  });

  it('a dry run writes nothing, needs no lock, and says exactly what the run then does', async () => {
    await run();
    await grow(2100);
    await writeForeign(file('ES_5m.parquet'), minutes(3));
    await writeForeign(file('ES_1h.parquet'), minutes(2, START - 9e9));
    rmSync(file('.barkeep/derived/ES_1h.parquet.json'));
    const before = await everything();
    const dry = await run({ dryRun: true });
    assert.deepEqual(await everything(), before);
    const real = await run();
    assert.deepEqual(dry, { ...real, steps: real.steps.map(({ step, output, outcome, why }) => ({ step, output, outcome: outcome === 'made' ? 'would-make' : outcome, ...(why === undefined ? {} : { why }) })) });
    assert.deepEqual(outcomes(dry), ['would-make', 'would-make', 'skipped', 'would-make', 'would-make']);
  });

  it('waits for nobody: another holder of the lock is named; nothing is made', async () => {
    writeFileSync(lockPath(at.folder, 'ES'), String(process.ppid));
    await assert.rejects(run(), (error: unknown) => error instanceof Failure && error.kind === 'locked');
    assert.ok(!existsSync(file('ES_5m.parquet')));
  });

  it('refuses a master out of order, and leaves what there is', async () => {
    await run();
    const before = await sha256OfFile(file('ES_5m.parquet'));
    await sql(`COPY (FROM (SELECT * FROM read_parquet(${quote(master)})) ORDER BY datetime DESC) TO ${quote(file('x'))} (FORMAT parquet)`);
    renameSync(file('x'), master);
    await assert.rejects(run(), (error: unknown) => error instanceof Failure && error.kind === 'refused' && /not in order/.test(error.message));
    assert.equal(await sha256OfFile(file('ES_5m.parquet')), before);
  });

  it('what reads back differently is not put in place', async () => {
    const writing = seriesWriting(at.disk, file('good'), { bars: barsOf(minutes(50)), volume: 'BIGINT', metadata: { a: 'b' } });
    await writing.produce(file('good'));
    await writing.verify(file('good'));
    const good = `read_parquet(${quote(file('good'))})`;
    for (const query of [`SELECT * REPLACE (close + 0.25 AS close) FROM ${good}`, `FROM ${good} LIMIT 9`, `SELECT * EXCLUDE time FROM ${good}`, `SELECT * REPLACE (volume + 1 AS volume) FROM ${good}`]) {
      await sql(`COPY (${query}) TO ${quote(file('bad'))} (FORMAT parquet)`);
      await assert.rejects(writing.verify(file('bad')), (error: unknown) => error instanceof Failure && error.kind === 'io', query);
    }
  });

  it('stops between two files when asked', async () => {
    const only = ['daily-hod-lod', 'profiler', 'opening-range'] as const;
    const made = (): boolean[] => ['ES_daily_hod_lod.json', 'ES_profiler.json', 'ES_opening_range.json'].map((output) => existsSync(file(output)));
    const stop = new AbortController();
    const operation = { ...unattended, signal: stop.signal, progress: ({ done }: { done: number }) => { if (done === 1) stop.abort(); } };
    await assert.rejects(regenerate(at.disk, at.folder, 'ES', { only }, operation), (error: unknown) => error instanceof Failure && error.kind === 'cancelled');
    assert.deepEqual(made(), [true, true, false]);
    assert.ok(!existsSync(lockPath(at.folder, 'ES')));
    assert.deepEqual(outcomes(await run({ only })), ['up-to-date', 'up-to-date', 'made']);
  });
});
