import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SHARED, barkeep, failureOf, hasShared, result, sharedOr } from '../support/barkeep';
import { differing } from '../support/sql';

const vendor = (name: string): string => path.join(SHARED, 'ninjatrader', name);
const given = (timeframe: string): string => path.join(SHARED, 'bars', `ES_${timeframe}.parquet`);

/** The main job on real input, as real processes. */
describe('real NinjaTrader exports into a store', () => {
  let folder: string;
  const master = (timeframe: string): string => path.join(folder, `ES_${timeframe}.parquet`);
  const importing = (name: string, ...options: string[]): Promise<Awaited<ReturnType<typeof barkeep>>> =>
    barkeep(['import', vendor(name), 'ES', '1m', '--data', folder, '--json', ...options]);

  before(function () {
    if (!hasShared) this.skip();
  });
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-real-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(sharedOr('history, then recent: every bar equals the given master, and so do the resampled ones'), async () => {
    for (const name of ['ES history.txt', 'ES recent.txt']) assert.equal((await importing(name)).code, 0);
    const { entries } = await result('inventory', ['inventory', '--data', folder]);
    assert.equal(entries.find((entry) => entry.file === 'ES_1m.parquet')?.rows, 105_825);
    for (const timeframe of ['1m', '5m', '15m', '1h', '4h']) assert.equal(await differing(master(timeframe), given(timeframe)), 0, timeframe);
  });

  it(sharedOr('importing again changes nothing'), async () => {
    await importing('ES history.txt');
    const before = readdirSync(folder).map((name) => [name, name.endsWith('.parquet') ? readFileSync(path.join(folder, name)) : null]);
    const again = await result('import', ['import', vendor('ES history.txt'), 'ES', '1m', '--data', folder]);
    assert.equal(again.outcome, 'unchanged');
    assert.equal(again.plan.newRows + again.plan.conflictingRows, 0);
    assert.deepEqual(readdirSync(folder).map((name) => [name, name.endsWith('.parquet') ? readFileSync(path.join(folder, name)) : null]), before);
  });

  it(sharedOr('the header form gives the same bars'), async () => {
    await importing('ES history.txt', '--no-regenerate');
    await importing('ES recent with header.csv', '--no-regenerate');
    // The header form holds a part of the recent weeks: whatever it holds must equal the given master.
    const { rows } = (await result('inventory', ['inventory', '--data', folder])).entries.find((entry) => entry.file === 'ES_1m.parquet')!;
    assert.ok(rows !== undefined && rows > 90_000);
    const againstGiven = await result('align', ['align', vendor('ES recent.txt'), 'ES', '--data', folder]);
    assert.equal(againstGiven.verdict, 'aligned');
    assert.equal(againstGiven.differing, 0);
  });

  it(sharedOr('the Chicago export is refused, the zone named, and nothing written; with --tz it goes in'), async () => {
    await importing('ES history.txt', '--no-regenerate');
    const before = readFileSync(master('1m'));
    const wrong = await importing('ES recent exported in Chicago time.txt');
    assert.equal(wrong.code, 3);
    assert.match(failureOf(wrong).message, /America\/Chicago/);
    assert.deepEqual(readFileSync(master('1m')), before);
    assert.equal((await importing('ES recent exported in Chicago time.txt', '--tz', 'America/Chicago')).code, 0);
  });

  it(sharedOr('a master of nanosecond times without volume is read and grown as it is'), async () => {
    copyFileSync(given('1m'), master('1m'));
    const aligned = await result('align', ['align', vendor('ES recent.txt'), 'ES', '--data', folder]);
    assert.equal(aligned.verdict, 'aligned');
    const unchanged = await result('import', ['import', vendor('ES recent.txt'), 'ES', '1m', '--data', folder]);
    assert.equal(unchanged.outcome, 'unchanged');
    assert.deepEqual(readFileSync(master('1m')), readFileSync(given('1m')));
  });

  it(sharedOr('the dry run plans exactly what the real run does'), async () => {
    await importing('ES history.txt', '--no-regenerate');
    const args = ['import', vendor('ES recent.txt'), 'ES', '1m', '--data', folder, '--no-regenerate'];
    const planned = await result('import', [...args, '--dry-run']);
    const done = await result('import', args);
    assert.equal(planned.outcome, 'planned');
    assert.deepEqual(done.plan, planned.plan);
  });

  it(sharedOr('continuity finds the 23-day hole as the largest gap'), async () => {
    copyFileSync(given('1m'), master('1m'));
    const { largest, gaps } = await result('continuity', ['continuity', 'ES', '--data', folder]);
    assert.ok(largest !== undefined && Math.abs(largest.hours / 24 - 23) < 1.5, JSON.stringify(largest));
    assert.equal(gaps.length, 1, 'nothing else is unexpected');
    const naive = await result('continuity', ['continuity', 'ES', '--gap', '48', '--data', folder]);
    assert.ok(naive.gaps.length > 10, 'weekends are longer than 48 hours');
  });
});
