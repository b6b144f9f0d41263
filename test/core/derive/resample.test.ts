import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { BarBuilder, countBars, type Bars } from '../../../src/core/base/bar';
import { durationOf } from '../../../src/core/base/timeframe';
import { RESAMPLED, resample } from '../../../src/core/derive/resample';
import { writeMaster } from '../../../src/core/table/master';
import { readBars } from '../../../src/core/table/parquet';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { barsOf, rowsOf, type Row } from '../store/folder';

const MINUTE = 60_000;

/** Bars at random minutes, around the clock and over both changes of New York's clocks; some volumes missing. */
function scattered(seed: number): Bars {
  const random = fc.sample(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: -8, max: 8 }), fc.integer({ min: 0, max: 9 })), { numRuns: 4000, seed });
  const bars = new BarBuilder();
  let time = Date.UTC(2024, 2, 1);
  let price = 20_000;
  for (const [step, move, volume] of random) {
    time += step < 300 ? (step % 40) * MINUTE + MINUTE : step * 10 * MINUTE;
    price += move;
    bars.push(time, price / 4, price / 4 + 1 + (move & 3), price / 4 - 1 - (volume & 3), price / 4 + 0.25, volume === 0 ? NaN : volume);
  }
  return bars.finish();
}

describe('derive: resample', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'barkeep-resample-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const timeframe of RESAMPLED) {
    it(sharedOr(`real ${timeframe} bars are equal to those another program made, all of them`), async function () {
      if (!hasShared) this.skip();
      const expected = await rowsWithoutVolume(timeframe);
      assert.deepEqual(rowsOf(resample(await readBars(path.join(SHARED, 'bars', 'ES_1m.parquet')), timeframe, 'utc')), expected);
    });
  }

  async function rowsWithoutVolume(timeframe: string): Promise<Row[]> {
    const found = await sql(`SELECT epoch_ms(datetime::TIMESTAMP) AS t, open, high, low, close FROM read_parquet(${quote(path.join(SHARED, 'bars', `ES_${timeframe}.parquet`))})`);
    return found.map((row): Row => [Number(row['t']), Number(row['open']), Number(row['high']), Number(row['low']), Number(row['close']), NaN]);
  }

  // The oracle's bins: the wall clock in New York by DuckDB's ICU, an hour being whole in UTC under either anchor.
  const edges = {
    utc: (ms: number) => `make_timestamp((epoch_us(datetime) // ${ms * 1000}) * ${ms * 1000})`,
    session: (ms: number) =>
      ms <= 3_600_000
        ? edges.utc(ms)
        : `((time_bucket(INTERVAL '4 hours', timezone('America/New_York', datetime::TIMESTAMPTZ), TIMESTAMP '2000-01-01 18:00:00')) AT TIME ZONE 'America/New_York') AT TIME ZONE 'UTC'`,
  };
  for (const anchor of ['utc', 'session'] as const) {
    for (const timeframe of RESAMPLED) {
      it(`${timeframe} from ${anchor} does what SQL does, also where clocks change`, async () => {
        const file = path.join(folder, `${anchor}${timeframe}.parquet`);
        for (const seed of [1, 2]) {
          const bars = scattered(seed);
          await writeMaster(file, { changes: bars, volume: 'DOUBLE', metadata: {} });
          const query = `SELECT ${edges[anchor](durationOf(timeframe))} AS edge, arg_min(open, datetime) AS o, max(high) AS h, min(low) AS l, arg_max(close, datetime) AS c, sum(volume) AS v
            FROM read_parquet(${quote(file)}) GROUP BY edge ORDER BY edge`;
          const expected = await sql(`SELECT epoch_ms(edge) AS t, o, h, l, c, v FROM (${query})`);
          const rows = expected.map((row): Row => [Number(row['t']), Number(row['o']), Number(row['h']), Number(row['l']), Number(row['c']), row['v'] === null ? NaN : Number(row['v'])]);
          assert.ok(rows.length > 1000 || timeframe === '4h');
          assert.deepEqual(rowsOf(resample(bars, timeframe, anchor)), rows);
        }
      });
    }
  }

  it('session bars of 4 h begin at 18, 22, 02, 06, 10, 14 in New York, in summer, in winter and on the days between', () => {
    const around = (day: number): Bars => {
      const bars = new BarBuilder();
      for (let i = 0; i < 3 * 24 * 60; i++) bars.push(day + i * MINUTE, 1, 1, 1, 1, 1);
      return bars.finish();
    };
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
    for (const [day, odd] of [[Date.UTC(2025, 6, 1), []], [Date.UTC(2025, 11, 1), []], [Date.UTC(2025, 2, 8), ['03:00']], [Date.UTC(2025, 10, 1), []]] as const) {
      const joined = resample(around(day), '4h', 'session');
      const shown = [...joined.time].map((time) => clock.format(time));
      assert.deepEqual([...new Set(shown)].filter((time) => !['18:00', '22:00', '02:00', '06:00', '10:00', '14:00'].includes(time)), odd);
      assert.equal(joined.volume.reduce((sum, volume) => sum + volume, 0), 3 * 24 * 60);
    }
  });

  it('nothing of nothing', () => {
    assert.equal(countBars(resample(barsOf([]), '1h', 'session')), 0);
  });
});
