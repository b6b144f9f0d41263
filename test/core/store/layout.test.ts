import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { findDataFolder, masterPath, parseName } from '../../../src/core/store/layout';

describe('store: layout', () => {
  const names: [file: string, expected: ReturnType<typeof parseName>][] = [
    ['ES_1m.parquet', { category: 'market', ticker: 'ES', timeframe: '1m' }],
    ['sub/ES=F_1D.parquet', { category: 'market', ticker: 'ES=F', timeframe: '1D' }],
    ['ES_1M.parquet', { category: 'market', ticker: 'ES' }],
    ['ES_extra_1m.parquet', { category: 'market', ticker: 'ES' }],
    ['ticks.parquet', { category: 'market' }],
    ['_1m.parquet', { category: 'market' }],
    ['ES_daily_hod_lod.json', { category: 'derived', ticker: 'ES', kind: 'daily_hod_lod' }],
    ['ES_hod_lod.json', { category: 'derived', ticker: 'ES', kind: 'hod_lod' }],
    ['ES_profiler.json', { category: 'derived', ticker: 'ES', kind: 'profiler' }],
    ['ES_level_touches.json', { category: 'derived', ticker: 'ES', kind: 'level_touches' }],
    ['ES_range_dist.json', { category: 'derived', ticker: 'ES', kind: 'range_dist' }],
    ['ES_session_stats_v2.json', { category: 'derived', ticker: 'ES', kind: 'stats' }],
    ['export_start_20251116_150511.json', { category: 'other' }],
    ['package.json', { category: 'other' }],
    ['ES history.TXT', { category: 'raw' }],
    ['ES_20250101.csv', { category: 'raw' }],
    ['ES_1m.parquet.20250101_000000.bak', { category: 'other' }],
    ['ES_1m.parquet.tmp', { category: 'other' }],
    ['README', { category: 'other' }],
    ['quarantine/ES_1m.parquet', { category: 'other' }],
    ['quarantine/ES_20251203_145300.csv', { category: 'other' }],
  ];
  for (const [file, expected] of names) {
    it(`reads ${file}`, () => {
      assert.deepEqual(parseName(file), expected);
    });
  }

  it('the name of a master is read back as what it was made of', () => {
    for (const ticker of ['ES', 'ES=F', '^GSPC', 'BRK.B', 'BTC-USD', 'Ω1']) assert.deepEqual(parseName(masterPath('/d', ticker, '15m')), { category: 'market', ticker, timeframe: '15m' });
  });

  it('a ticker that could leave the folder, or be cut elsewhere, is refused', () => {
    for (const ticker of ['', '..', '.', 'a/b', 'a\\b', 'ES_X', 'ES ', 'a\0b', 'a:b', 'x'.repeat(40), '-x', 'ES.']) {
      assert.throws(() => masterPath('/d', ticker, '1m'), (error: unknown) => error instanceof Failure && error.kind === 'usage', JSON.stringify(ticker));
    }
  });

  describe('the data folder', () => {
    let root: string;
    before(() => {
      root = mkdtempSync(path.join(tmpdir(), 'barkeep-layout-'));
      mkdirSync(path.join(root, 'bars', 'raw', 'deep'), { recursive: true });
      mkdirSync(path.join(root, 'noted', '.barkeep'), { recursive: true });
      mkdirSync(path.join(root, 'noted', 'inside'));
      mkdirSync(path.join(root, 'plain'));
      writeFileSync(path.join(root, 'bars', 'ES_1m.parquet'), '');
      writeFileSync(path.join(root, 'bars', 'raw', 'deep', 'x.csv'), '');
      writeFileSync(path.join(root, 'plain', '.barkeep'), 'a file of that name');
    });
    after(() => {
      rmSync(root, { recursive: true, force: true });
    });
    const finds = async (from: string, expected: string): Promise<void> => {
      assert.equal(await findDataFolder(path.join(root, from)), path.join(root, expected));
    };
    it('is the nearest one upwards with a master', async () => {
      await finds('bars', 'bars');
      await finds('bars/raw/deep', 'bars');
      await finds('bars/raw/deep/x.csv', 'bars');
    });
    it('or with our notes', () => finds('noted/inside', 'noted'));
    it('or where one stands', () => finds('plain', 'plain'));
    it('but none above or at a folder that anybody may write to', async function () {
      if (process.platform === 'win32') this.skip();
      mkdirSync(path.join(root, 'shared', '.barkeep'), { recursive: true });
      mkdirSync(path.join(root, 'shared', 'mine', 'deep'), { recursive: true });
      chmodSync(path.join(root, 'shared'), 0o1777);
      await finds('shared/mine/deep', 'shared/mine/deep');
      await finds('shared', 'shared');
    });
  });
});
