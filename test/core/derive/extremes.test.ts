import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { BarBuilder, type Bars } from '../../../src/core/base/bar';
import { tradingDays } from '../../../src/core/derive/days';
import { extremesOf, type DailyExtremes } from '../../../src/core/derive/extremes';
import { roundToCents } from '../../../src/core/derive/round';
import { dateText } from '../../../src/core/derive/tradingday';
import { writeMaster } from '../../../src/core/table/master';
import { readBars } from '../../../src/core/table/parquet';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { barsOf, type Row } from '../store/folder';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function dailyExtremes(bars: Bars): Record<string, DailyExtremes> {
  const days = tradingDays(bars);
  return Object.fromEntries([...days.list.keys()].flatMap((at) => {
    const found = extremesOf(days, at);
    return found === undefined ? [] : [[dateText(days.list[at]!.date), found]];
  }));
}

/** The same from SQL: New York's wall clock by ICU, the date by adding six hours. Rounding is left to Python below. */
async function extremesBySql(file: string): Promise<unknown> {
  const rows = await sql(`
    WITH bars AS (SELECT *, timezone('America/New_York', datetime::TIMESTAMP::TIMESTAMPTZ) AS ny FROM read_parquet(${quote(file)})),
    dated AS (SELECT *, (ny + INTERVAL 6 HOURS)::DATE AS day FROM bars)
    SELECT strftime(day, '%Y-%m-%d') AS day, max(high) AS high, min(low) AS low, arg_min(open, datetime) AS open,
      min(datetime) FILTER (high = top) AS high_at, min(datetime) FILTER (low = bottom) AS low_at,
      strftime(min_by(ny, datetime) FILTER (high = top), '%H:%M') AS high_time, strftime(min_by(ny, datetime) FILTER (low = bottom), '%H:%M') AS low_time,
      epoch(min(datetime::TIMESTAMP) FILTER (high = top))::BIGINT AS high_ts, epoch(min(datetime::TIMESTAMP) FILTER (low = bottom))::BIGINT AS low_ts
    FROM (SELECT *, max(high) OVER (PARTITION BY day) AS top, min(low) OVER (PARTITION BY day) AS bottom FROM dated)
    GROUP BY day HAVING count(*) >= 100 ORDER BY day`);
  return Object.fromEntries(
    rows.map((row) => [
      row['day'],
      {
        hod_time: row['high_time'],
        lod_time: row['low_time'],
        hod_ts: Number(row['high_ts']),
        lod_ts: Number(row['low_ts']),
        hod_price: row['high'],
        lod_price: row['low'],
        daily_high: row['high'],
        daily_low: row['low'],
        daily_open: row['open'],
      },
    ]),
  );
}

describe('derive: daily high and low', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'barkeep-extremes-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(sharedOr('of real bars is what SQL finds'), async function () {
    if (!hasShared) this.skip();
    const file = path.join(SHARED, 'bars', 'ES_1m.parquet');
    const days = dailyExtremes(await readBars(file));
    assert.equal(Object.keys(days).length, 78);
    assert.deepEqual(days, await extremesBySql(file));
  });

  it('of bars around the clock, over both clock changes, is what SQL finds', async () => {
    const bars = new BarBuilder();
    const walk = fc.sample(fc.integer({ min: -8, max: 8 }), { numRuns: 60_000, seed: 5 });
    let [time, price] = [Date.UTC(2024, 9, 20), 20_000];
    for (const move of walk) {
      price += move;
      time += (move === 8 ? 30 : 5) * MINUTE;
      bars.push(time, price / 4, price / 4 + 0.5, price / 4 - 0.5, price / 4, 1);
    }
    const all = bars.finish();
    const file = path.join(folder, 'walk.parquet');
    await writeMaster(file, { changes: all, volume: 'BIGINT', metadata: {} });
    const days = dailyExtremes(all);
    assert.ok(Object.keys(days).length > 150);
    assert.deepEqual(days, await extremesBySql(file));
  });

  const day = (from: number, count: number, rows: (i: number) => [high: number, low: number]): Row[] =>
    Array.from({ length: count }, (_, i) => [from + i * MINUTE, 50, ...rows(i), 50, 1]);
  const flat = (from: number, count: number): Row[] => day(from, count, () => [51, 49]);
  const of = (...rows: Row[]): ReturnType<typeof dailyExtremes> => dailyExtremes(barsOf(rows) satisfies Bars);

  it('a day begins at 18:00 in New York; Sunday evening is Monday; 17:00 to 17:59 belong to the day that ends', () => {
    const sunday18 = Date.UTC(2025, 6, 27, 22); // EDT
    assert.deepEqual(Object.keys(of(...flat(sunday18, 120))), ['2025-07-28']);
    const monday16 = Date.UTC(2025, 6, 28, 20);
    const days = of(...day(monday16, 240, (i) => (i === 119 ? [90, 49] : i === 120 ? [51, 10] : [51, 49])));
    assert.deepEqual(Object.keys(days), ['2025-07-28', '2025-07-29']);
    assert.deepEqual([days['2025-07-28']?.hod_time, days['2025-07-29']?.lod_time], ['17:59', '18:00']);
    const winter18 = Date.UTC(2025, 11, 1, 23); // EST
    assert.deepEqual(Object.keys(of(...flat(winter18, 100))), ['2025-12-02']);
  });

  it('days of fewer than 100 bars are left out', () => {
    const start = Date.UTC(2025, 6, 28, 22);
    assert.deepEqual(Object.keys(of(...flat(start, 99), ...flat(start + 24 * HOUR, 100))), ['2025-07-30']);
  });

  it('names the first of equal highs and lows', () => {
    const start = Date.UTC(2025, 6, 28, 22);
    const { '2025-07-29': found } = of(...day(start, 150, (i) => [i >= 30 && i % 10 === 0 ? 60 : 55, i >= 45 ? 40 : 45]));
    assert.deepEqual([found?.hod_time, found?.hod_ts, found?.lod_time], ['18:30', (start + 30 * MINUTE) / 1000, '18:45']);
  });

  it('rounds as Python does', () => {
    const values = [0.125, 0.375, 2.675, 1.005, -0.125, -0.375, 6543.125, 6543.375, 0.005, 1e6 + 0.125, 21_999.625, 0, 5, -1.5, 0.1 + 0.2];
    values.push(...fc.sample(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { numRuns: 2000, seed: 3 }), ...fc.sample(fc.integer({ min: -1e7, max: 1e7 }), { numRuns: 2000, seed: 4 }).map((eighths) => eighths / 8));
    const python = spawnSync('python3', ['-c', 'import json, sys; print(json.dumps([round(x, 2) for x in json.load(sys.stdin)]))'], { input: JSON.stringify(values), encoding: 'utf8' });
    assert.equal(python.status, 0, python.stderr);
    const expected = JSON.parse(python.stdout) as number[];
    values.forEach((value, i) => { assert.equal(roundToCents(value) + 0, expected[i]! + 0, String(value)); });
  });
});
