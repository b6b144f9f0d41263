import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Bars } from '../../src/core/base/bar';
import { makeBars } from '../../src/core/jobs/sampleBars';
import { masterPath } from '../../src/core/store/layout';
import { writeMaster } from '../../src/core/table/master';
import { barkeep, failureOf, result } from '../support/barkeep';

/** From 10:00 to 12:00 on a Wednesday, and all of the day before it. */
const HOLES = [{ from: Date.UTC(2025, 9, 15, 14), to: Date.UTC(2025, 9, 15, 16) }, { from: Date.UTC(2025, 9, 14), to: Date.UTC(2025, 9, 15) }];

function without(bars: Bars): Bars {
  const kept = [...bars.time.keys()].filter((at) => !HOLES.some(({ from, to }) => bars.time[at]! >= from && bars.time[at]! < to));
  return Object.fromEntries(Object.entries(bars).map(([name, values]) => [name, Float64Array.from(kept, (at) => (values as Float64Array)[at]!)])) as unknown as Bars;
}

describe('coverage', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-coverage-'));
    await writeMaster(masterPath(folder, 'ES', '1m'), { changes: without(makeBars(Date.UTC(2025, 9, 5), 2, 3)), volume: 'BIGINT', metadata: {} });
  });
  after(() => { rmSync(folder, { recursive: true, force: true }); });

  it('names the days that lack bars, and exits with findings', async () => {
    const { code, stdout } = await barkeep(['coverage', 'ES', '--data', folder]);
    assert.equal(code, 1);
    assert.match(stdout, /1,500 bars are missing in the hours of CME equity index, on 2 days of ES_1m\.parquet/);
    assert.match(stdout, /2025-10-14 +1,380 of 1,380\n +2025-10-15 +120 of 1,380/);
  });

  it('lists the ranges of a day and when the market was closed', async () => {
    const { stdout } = await barkeep(['coverage', 'ES', '--day', '2025-10-15', '--data', folder]);
    assert.match(stdout, /14:00–16:00 +120 missing/);
    assert.match(stdout, /21:00–22:00 +closed +daily maintenance/);
    assert.match((await barkeep(['coverage', 'ES', '--day', '2025-10-09', '--data', folder])).stdout, /^✔/);
  });

  it('speaks in events', async () => {
    const { missing, first } = await result('coverage', ['coverage', 'ES', '--data', folder]);
    assert.deepEqual([first, missing.reduce((sum, bars) => sum + bars, 0)], ['2025-10-05', 1500]);
    const { missing: ranges } = await result('dayCoverage', ['coverage', 'ES', '--day', '2025-10-15', '--data', folder]);
    assert.deepEqual(ranges.map(({ from, bars }) => [from, bars]), [['2025-10-15T14:00:00.000Z', 120]]);
  });

  it('says that there is no such master, or day', async () => {
    assert.match(failureOf(await barkeep(['coverage', 'NQ', '--data', folder, '--json'])).message, /NQ_1m\.parquet: there is no such file/);
    for (const day of ['monday', '2025-02-31']) assert.equal((await barkeep(['coverage', 'ES', '--day', day, '--data', folder])).code, 2, day);
  });
});
