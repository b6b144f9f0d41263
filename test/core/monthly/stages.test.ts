import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { clean, RULES } from '../../../src/core/monthly/clean';
import { primaryContracts } from '../../../src/core/monthly/contract';
import { openPlaces } from '../../../src/core/cloud/places';
import { openDisk } from '../../../src/core/disk/disk';
import { discoverMonths, finishedMonth, finishedMonths } from '../../../src/core/monthly/discover';
import { contractChanges, countRegular, fillGrid, regularRows, ROWS_A_DAY } from '../../../src/core/monthly/fill';
import type { RowBatch, Rows } from '../../../src/core/monthly/rows';
import type { SecondsTable } from '../../../src/core/monthly/seconds';
import { monthText } from '../../../src/core/monthly/statistics';
import { scratch } from '../../support/barkeep';

type Row = readonly [time: string | number, open: number, high: number, low: number, close: number, volume: number, instrument?: number];
const at = (time: string | number): number => (typeof time === 'number' ? time : Date.parse(time) / 1000);

function batchOf(rows: readonly Row[]): RowBatch {
  const column = (index: 1 | 2 | 3 | 4 | 5): Float64Array => Float64Array.from(rows, (row) => row[index]);
  return {
    count: rows.length,
    time: Float64Array.from(rows, (row) => at(row[0])),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    instrument: Int32Array.from(rows, (row) => row[6] ?? 0),
  };
}

function source(rows: readonly Row[], symbols = ['ESZ4']): Rows {
  return {
    symbols,
    ids: symbols.map((_, i) => i + 1),
    async *batches() {
      await Promise.resolve();
      for (const row of rows) yield batchOf([row]);
    },
    warnings: () => [],
  };
}

const tableOf = (rows: readonly Row[], symbols = ['ESZ4']): SecondsTable => ({ seconds: batchOf(rows), symbols, ids: symbols.map((_, i) => i + 1) });
const T = '2024-12-02T15:00:00Z';

describe('cleaning', () => {
  const good: Row = [T, 5000, 5001, 4999, 5000.5, 3];
  const bad: Readonly<Record<(typeof RULES)[number], readonly Row[]>> = {
    time_missing: [[NaN, 5000, 5001, 4999, 5000.5, 3], [at(T) + 0.5, 5000, 5001, 4999, 5000.5, 3]],
    price_not_positive: [[T, 0, 5001, 4999, 5000, 3], [T, 5000, NaN, 4999, 5000, 3], [T, 5000, 5001, -1, 5000, 3], [T, 5000, 5001, 4999, NaN, NaN]],
    price_out_of_bounds: [[T, 5000, 10_000.25, 4999, 5000, 3], [T, 5000, 5001, 499.75, 5000, 3]],
    ohlc_inconsistent: [[T, 5000, 5000.2, 4999, 5000.25, 3], [T, 5000, 5001, 5000.02, 5000.5, 3], [T, 5000, 4999, 5001, 5000, 3], [T, 5000.005, 5000, 5000, 5000, 3]],
    volume_invalid: [[T, 5000, 5001, 4999, 5000, -1], [T, 5000, 5001, 4999, 5000, NaN]],
  };
  for (const rule of RULES) {
    it(`${rule} leaves rows out and counts them`, async () => {
      const { issues, raw, table } = await clean(source([good, ...bad[rule], good]));
      assert.equal(issues[rule], bad[rule].length);
      assert.equal(Object.values(issues).reduce((a, b) => a + b), bad[rule].length);
      assert.equal(raw, bad[rule].length + 2);
      assert.equal(table.seconds.time.length, 2);
    });
  }
  it('a price that is off by a hundredth, and no volume, are kept', async () => {
    const { table } = await clean(source([[T, 5000.005, 5000, 4999, 5000, 0], [T, 500, 10_000, 500, 10_000, 1]]));
    assert.equal(table.seconds.time.length, 2);
  });
  it('reports what it leaves as it is', async () => {
    const rows = Array.from({ length: 300 }, (_, i): Row => [at(T) + i, 5000, 5003, 4999, 5000.5 + (i % 7) / 4, 1 + (i % 5)]);
    rows[10] = [at(T) + 10, 5000, 9001, 4999, 9000, 1000];
    rows[20] = [at(T) + 19, 5000, 5001, 4999, 5000, 1];
    rows[30] = [at(T) + 5, 5000, 5001, 4999, 5000, 1];
    const { warnings } = await clean(source(rows));
    const said = warnings.join(' ');
    for (const expected of [/only 300 rows/, /less than a day/, /1 volumes are more than 50 times/, /1 closes lie outside/, /1 rows repeat/, /1 rows are earlier/]) assert.match(said, expected);
    assert.doesNotMatch(said, /have no range|have no volume/);
    const flat = await clean(source(Array.from({ length: 20 }, (_, i): Row => [at(T) + i, 5000, 5000, 5000, 5000, i < 10 ? 0 : 1])));
    assert.match(flat.warnings.join(' '), /100.0 % of the bars have no range.*50.0 % of the bars have no volume/);
  });
});

describe('the primary contract', () => {
  const bars = (time: string, instrument: number, volume: number, close = 5000): Row => [time, close, close + 1, close - 1, close, volume, instrument];

  it('is the one with the highest volume of each Chicago date, spreads left out', () => {
    const symbols = ['ESZ4', 'ESH5', 'ESZ4-ESH5'];
    // 05:30 UTC is 23:30 of the day before in Chicago.
    const table = tableOf([bars('2024-12-02T15:00:00Z', 0, 10), bars('2024-12-02T15:00:00Z', 1, 4), bars('2024-12-02T15:00:00Z', 2, 99), bars('2024-12-03T05:30:00Z', 1, 5), bars('2024-12-03T15:00:00Z', 1, 5), bars('2024-12-03T15:00:01Z', 0, 4)], symbols);
    const { rows, dates } = primaryContracts(table);
    assert.deepEqual(dates.map(({ symbol, volume }) => [symbol, volume]), [['ESZ4', 10], ['ESH5', 5]]);
    assert.deepEqual([...rows], [0, 4]);
  });
  it('ties go to the first by name', () => {
    const { dates } = primaryContracts(tableOf([bars(T, 0, 5), bars(T, 1, 5)], ['ESZ4', 'ESH5']));
    assert.equal(dates[0]?.symbol, 'ESH5');
  });
  it('rows out of order are sorted; of two at one time the first counts', () => {
    const { rows } = primaryContracts(tableOf([bars('2024-12-02T15:00:02Z', 0, 1), bars('2024-12-02T15:00:01Z', 0, 1), bars('2024-12-02T15:00:02Z', 0, 1), bars('2024-12-02T15:00:00Z', 0, 1)]));
    assert.deepEqual([...rows], [3, 1, 0]);
  });
  it('without symbols, the busiest stretch between jumps of more than five points', () => {
    const table = tableOf([bars('2024-12-02T15:00:00Z', 0, 1, 5000), bars('2024-12-02T15:00:01Z', 0, 1, 5005), bars('2024-12-02T15:00:02Z', 0, 9, 5060), bars('2024-12-02T15:00:03Z', 0, 1, 5061), bars('2024-12-02T15:00:04Z', 0, 1, 5000)], ['']);
    const { rows, dates } = primaryContracts(table);
    assert.deepEqual([...rows], [2, 3]);
    assert.deepEqual(dates.map(({ symbol, volume }) => [symbol, volume]), [['', 10]]);
  });
});

describe('regular hours and the grid', () => {
  it('is 07:30:00 to 14:59:59 in Chicago, winter and summer', () => {
    const inside = ['2024-12-02T13:30:00Z', '2024-12-02T20:59:59Z', '2024-07-01T12:30:00Z', '2024-07-01T19:59:59Z'];
    const outside = ['2024-12-02T13:29:59Z', '2024-12-02T21:00:00Z', '2024-07-01T12:29:59Z', '2024-07-01T20:00:00Z'];
    const { seconds } = tableOf([...inside, ...outside].map((time): Row => [time, 1, 1, 1, 1, 1]));
    assert.deepEqual([...regularRows(seconds, Int32Array.from(seconds.time, (_, i) => i))], [0, 1, 2, 3]);
    assert.deepEqual(countRegular(seconds), { rows: 4, days: 2 });
  });

  it('has 27,000 rows a day, the close carried, whatever is missing', () => {
    assert.equal(ROWS_A_DAY, 27_000);
    // The days around the end of daylight saving, 2024-11-03.
    const opens = [at('2024-11-01T12:30:00Z'), at('2024-11-04T13:30:00Z')];
    const second = fc.nat(26_999);
    fc.assert(
      fc.property(fc.uniqueArray(second, { maxLength: 30 }), fc.uniqueArray(second, { minLength: 1, maxLength: 30 }), (first, other) => {
        const times = [first.map((s) => opens[0]! + s), other.map((s) => opens[1]! + s)].flat().sort((a, b) => a - b);
        const { seconds } = tableOf(times.map((time, i): Row => [time, 5000 + i, 5002 + i, 4999 + i, 5001 + i, i + 1, i % 2]), ['A', 'B']);
        const filled = fillGrid(seconds, Int32Array.from(times, (_, i) => i));
        const days = first.length === 0 ? [opens[1]!] : opens;
        assert.equal(filled.time.length, days.length * 27_000);
        let row = -1;
        for (let i = 0; i < filled.time.length; i++) {
          const time = days[Math.floor(i / 27_000)]! + (i % 27_000);
          assert.equal(filled.time[i], time);
          const traded = times[row + 1] === time;
          if (traded) row++;
          const close = 5001 + Math.max(row, 0);
          const expected = traded ? [5000 + row, 5002 + row, 4999 + row, close, row + 1] : [close, close, close, close, 0];
          assert.deepEqual([filled.open[i], filled.high[i], filled.low[i], filled.close[i], filled.volume[i]], expected);
          assert.equal(filled.instrument[i], Math.max(row, 0) % 2);
        }
      }),
      { numRuns: 10 },
    );
  });
  it('a change of the symbol is a roll, a change of the number alone is none', () => {
    const table = { ...tableOf([0, 0, 1, 2, 2].map((instrument, i): Row => [i, 1, 1, 1, 1, 1, instrument])), symbols: ['ESZ4', 'ESZ4', 'ESH5'] };
    assert.deepEqual(contractChanges(table), [3]);
  });
});

const places = openPlaces(openDisk({ clock: { now: Date.now }, command: 'test' }), {});

describe('finding months', () => {
  let folder: string;
  beforeEach(() => { folder = scratch(afterEach); });
  const touch = (name: string): void => {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), '');
  };

  it('by first and last day, in the preferred folder first', async () => {
    for (const name of [
      'raw/glbx-mdp3-20250201-20250228.ohlcv-1s.dbn.zst',
      'glbx-mdp3-20250201-20250228.ohlcv-1s.dbn',
      'raw-data/databento/glbx-mdp3-20250201-20250228.ohlcv-1s.dbn.zst',
      'glbx-mdp3-20240201-20240229.ohlcv-1s.dbn.zst',
      'glbx-mdp3-20250301-20250330.ohlcv-1s.dbn.zst',
      'glbx-mdp3-20250401-20250430.ohlcv-1m.dbn.zst',
      'elsewhere/glbx-mdp3-20250501-20250531.ohlcv-1s.dbn.zst',
    ]) touch(name);
    const found = await discoverMonths(places, folder);
    assert.deepEqual(found.map(({ month, files }) => [monthText(month), files.map((file) => path.relative(folder, file))]), [
      ['2024-02', ['glbx-mdp3-20240201-20240229.ohlcv-1s.dbn.zst']],
      ['2025-02', ['raw-data/databento/glbx-mdp3-20250201-20250228.ohlcv-1s.dbn.zst', 'raw/glbx-mdp3-20250201-20250228.ohlcv-1s.dbn.zst', 'glbx-mdp3-20250201-20250228.ohlcv-1s.dbn']],
    ]);
  });
  it('184 months from 2010-07 to 2025-10', async () => {
    for (let i = 0; i < 184; i++) {
      const day = (date: number): string => new Date(date).toISOString().slice(0, 10).replaceAll('-', '');
      touch(`raw-data/databento/glbx-mdp3-${day(Date.UTC(2010, 6 + i, 1))}-${day(Date.UTC(2010, 7 + i, 0))}.ohlcv-1s.dbn.zst`);
    }
    const found = await discoverMonths(places, folder);
    assert.deepEqual([found.length, monthText(found[0]!.month), monthText(found[183]!.month)], [184, '2010-07', '2025-10']);
  });
  it('finished ones by any of their names', async () => {
    const names = { 'monthly_2025-01_20250301_000000.parquet': '2025-01', '2025-02_processed.parquet': '2025-02', 'es_2025_03_processed.parquet': '2025-03', '202504.parquet': '2025-04', 'es-202505.parquet': '2025-05' };
    for (const [name, month] of Object.entries(names)) assert.equal(finishedMonth(name), month);
    for (const name of ['monthly_2025-13_x.parquet', 'monthly_2025-01_x_statistics.json', '20250401.parquet', 'report.parquet']) assert.equal(finishedMonth(name), undefined, name);
    touch('processed-data/monthly/2025/01/monthly_2025-01_20250301_000000.parquet');
    touch('processed-data/monthly/2025/01/monthly_2025-01_20250401_000000.parquet');
    touch('output/monthly/202502.parquet');
    touch('monthly_2025-03_20250301_000000.parquet');
    const done = await finishedMonths(places, folder);
    assert.deepEqual([...done].map(([month, file]) => [month, path.basename(file)]), [['2025-01', 'monthly_2025-01_20250401_000000.parquet'], ['2025-02', '202502.parquet']]);
  });
});
