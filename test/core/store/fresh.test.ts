import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mapColumns, type Bars } from '../../../src/core/base/bar';
import { openDisk } from '../../../src/core/disk/disk';
import { nodeFiles, type Files } from '../../../src/core/disk/files';
import { makeBars } from '../../../src/core/jobs/sampleBars';
import { writeFresh } from '../../../src/core/store/fresh';
import { GROUP_ROWS } from '../../../src/core/table/master';
import { writeSeries, type Series } from '../../../src/core/table/series';

describe('a master that is not there yet', () => {
  let folder = '';
  before(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-fresh-')); });
  after(() => { rmSync(folder, { recursive: true, force: true }); });

  const all = makeBars(Date.UTC(2020, 0, 5), 40, 5);
  const seriesOf = (bars: Bars): Series => ({ bars, volume: 'BIGINT', metadata: { ticker: 'ES' } });
  const first = (rows: number): Series => seriesOf(mapColumns(all, (column) => column.subarray(0, rows)));
  const diskWith = (files: Files): ReturnType<typeof openDisk> => openDisk({ clock: { now: Date.now }, command: 'test', files });

  it('written in two halves is byte for byte what it is written in one go, and nothing else is left', async () => {
    for (const rows of [GROUP_ROWS, GROUP_ROWS + 1, 2 * GROUP_ROWS, 2 * GROUP_ROWS + 777]) {
      const [halves, whole] = [path.join(folder, 'ES_1m.parquet.tmp'), path.join(folder, 'whole.parquet')];
      await writeFresh(diskWith(nodeFiles), halves, first(rows));
      await writeSeries(whole, first(rows));
      assert.ok(readFileSync(halves).equals(readFileSync(whole)), `${rows} rows`);
      assert.deepEqual(readdirSync(folder).sort(), ['ES_1m.parquet.tmp', 'whole.parquet']);
    }
  });

  it('leaves no second half behind when the halves cannot be joined', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const disk = diskWith({ ...nodeFiles, open: () => Promise.reject(full) });
    await assert.rejects(writeFresh(disk, path.join(folder, 'NQ_1m.parquet.tmp'), first(2 * GROUP_ROWS)), /no space left|full/i);
    assert.ok(!readdirSync(folder).some((name) => name.includes('second')));
  });
});
