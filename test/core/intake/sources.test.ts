import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countBars, type Bars } from '../../../src/core/base/bar';
import { unattended } from '../../../src/core/base/ports';
import type { VendorFile, VendorOptions } from '../../../src/core/intake/vendor';
import { readVendorFile } from '../../../src/core/intake/vendor';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';

/** Exports of other vendors go into a master by the same import. */
describe('other sources', function () {
  let folder: string;
  const said: string[] = [];
  before(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-sources-')); });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  function read(text: string, options: Partial<VendorOptions> = {}, name = 'export.csv'): Promise<VendorFile> {
    writeFileSync(path.join(folder, name), text);
    return readVendorFile(path.join(folder, name), { timeframe: '1m', ...options }, { ...unattended, log: (line) => void said.push(line) });
  }
  const rows = (bars: Bars): unknown[] => Array.from({ length: countBars(bars) }, (_, i) => [new Date(bars.time[i]!).toISOString(), bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]]);

  it('TradingView: unix seconds or ISO with a zone, open stamps, with or without volume', async () => {
    const unix = await read('time,open,high,low,close,Volume\n1764685800,6831.25,6833,6831,6832.5,1204\n1764685860,6832.5,6834,6832,6833.75,998\n');
    assert.deepEqual(rows(unix.bars), [['2025-12-02T14:30:00.000Z', 6831.25, 6833, 6831, 6832.5, 1204], ['2025-12-02T14:31:00.000Z', 6832.5, 6834, 6832, 6833.75, 998]]);
    assert.deepEqual([unix.zone, unix.stamp], ['UTC', 'open']);
    const iso = await read('time,open,high,low,close\n2025-12-02T09:30:00-05:00,6831.25,6833,6831,6832.5\n');
    assert.deepEqual(rows(iso.bars), [['2025-12-02T14:30:00.000Z', 6831.25, 6833, 6831, 6832.5, NaN]]);
  });

  it('exports with an instrument column: UTC, unless a zone is given and the name does not say UTC', async () => {
    const text = 'Date,Time,Open,High,Low,Close,Volume,Instrument\n2025-12-02,08:30:00,6831.25,6833,6831,6832.5,1204,ES\n';
    const at = async (options: Partial<VendorOptions>, name?: string): Promise<unknown> => new Date((await read(text, options, name)).bars.time[0]!).toISOString();
    assert.equal(await at({}), '2025-12-02T08:30:00.000Z');
    assert.equal(await at({ zone: 'America/Chicago' }), '2025-12-02T14:30:00.000Z');
    said.length = 0;
    assert.equal(await at({ zone: 'America/Chicago' }, 'MinuteDataExport_ES_20251202_083000_UTC.csv'), '2025-12-02T08:30:00.000Z');
    assert.match(said.join(), /America\/Chicago was not used.*are UTC/);
  });

  it('Yahoo: dates of daily bars, its adjusted close left aside', async () => {
    const { bars } = await read('Date,Open,High,Low,Close,Adj Close,Volume\n2025-12-01,6840,6860,6800.25,6829.5,6801.1,1400000\n2025-12-02,6829.5,6850,6820,6845.25,6816.8,1300000\n', { timeframe: '1D' });
    assert.deepEqual(rows(bars), [['2025-12-01T00:00:00.000Z', 6840, 6860, 6800.25, 6829.5, 1400000], ['2025-12-02T00:00:00.000Z', 6829.5, 6850, 6820, 6845.25, 1300000]]);
  });

  it('Databento CSV: nanoseconds and billionths, or text', async () => {
    const fixed = await read('ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume\n1764685800000000000,33,1,5482,6831250000000,6833000000000,6831000000000,6832500000000,1204\n');
    assert.deepEqual(rows(fixed.bars), [['2025-12-02T14:30:00.000Z', 6831.25, 6833, 6831, 6832.5, 1204]]);
    const pretty = await read('ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n2025-12-02T14:30:00.000000000Z,33,1,5482,6831.250000000,6833.000000000,6831.000000000,6832.500000000,1204,ESZ5\n');
    assert.deepEqual(rows(pretty.bars), rows(fixed.bars));
  });

  it(sharedOr('DBN: the vendor’s own files, plain and packed, of every version'), async function () {
    if (!hasShared) this.skip();
    const dbn = (name: string, timeframe: VendorOptions['timeframe'], scale = 1): Promise<VendorFile> => readVendorFile(path.join(SHARED, 'dbn', name), { timeframe, scale }, unattended);
    const seconds = await dbn('test_data.ohlcv-1s.dbn', '1s');
    assert.deepEqual(rows(seconds.bars)[0], ['2020-12-28T13:00:00.000Z', 372025, 372050, 372025, 372050, 57]);
    assert.deepEqual([seconds.zone, seconds.stamp, seconds.kind], ['UTC', 'open', 'instant']);
    assert.deepEqual(rows((await dbn('test_data.ohlcv-1s.v3.dbn.zst', '1s')).bars).length, rows(seconds.bars).length);
    assert.equal((await dbn('test_data.ohlcv-1s.dbn', '1s', 0.01)).bars.open[0], 3720.25);
    assert.ok(countBars((await dbn('test_data.ohlcv-1m.dbn', '1m')).bars) > 0);
    assert.ok(countBars((await dbn('test_data.ohlcv-1m.v1.dbn.zst', '1m')).bars) > 0);
    assert.ok(countBars((await dbn('test_data.ohlcv-1h.dbn', '1h')).bars) > 0);
    await assert.rejects(dbn('test_data.ohlcv-1d.dbn', '1D'), { kind: 'refused', message: /no record/ });
    await assert.rejects(dbn('test_data.ohlcv-1s.dbn', '1m'), { kind: 'refused', message: /ohlcv-1s, not ohlcv-1m/ });
    await assert.rejects(dbn('test_data.mbo.v2.dbn.zst', '1s'), { kind: 'refused', message: /mbo/ });
    await assert.rejects(dbn('test_data.ohlcv-1s.dbn', '5m'), { kind: 'refused', message: /no 5m bars/ });
  });

  describe('ticks', () => {
    const ticks = 'Date,Time,Open,High,Low,Close,Volume,Instrument\n' + [
      ['09:30:00.100', 100, 2], ['09:30:00.100', 100.5, 1], ['09:30:59.999', 99.75, 4], ['09:31:00.000', 99.75, 1], ['09:33:10.000', 101, 3],
    ].map(([clock, price, volume]) => `2025-12-02,${String(clock)},${[price, price, price, price, volume].join(',')},ES 12-25\n`).join('');

    it('are not made bars of unless that is asked for', async () => {
      await assert.rejects(read(ticks, {}, 'TickDataExport_ES_20251202_UTC.csv'), { kind: 'refused', message: /single trades.*--aggregate/ });
    });

    it('make bars from first to last trade, none where nothing was traded', async () => {
      const { bars, stamp } = await read(ticks, { aggregate: '1m' }, 'TickDataExport_ES_20251202_UTC.csv');
      assert.equal(stamp, 'open');
      assert.deepEqual(rows(bars), [
        ['2025-12-02T09:30:00.000Z', 100, 100.5, 99.75, 99.75, 7],
        ['2025-12-02T09:31:00.000Z', 99.75, 99.75, 99.75, 99.75, 1],
        ['2025-12-02T09:33:00.000Z', 101, 101, 101, 101, 3],
      ]);
    });

    it('go into the master of their timeframe only, and never into days', async () => {
      await assert.rejects(read(ticks, { aggregate: '5m' }, 'TickDataExport_ES_20251202_UTC.csv'), { kind: 'usage', message: /--aggregate 1m/ });
      await assert.rejects(read(ticks, { aggregate: '1D', timeframe: '1D' }, 'TickDataExport_ES_20251202_UTC.csv'), { kind: 'usage', message: /never built from trades/ });
    });
  });
});
