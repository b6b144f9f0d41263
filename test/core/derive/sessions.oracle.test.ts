import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pickBars, type Bars } from '../../../src/core/base/bar';
import { seededRandom } from '../../../src/core/base/random';
import { makeBars } from '../../../src/core/jobs/sampleBars';
import { tradingDays, type TradingDays } from '../../../src/core/derive/days';
import { extremeTimes, rangeSpread } from '../../../src/core/derive/distribution';
import { extremesOf } from '../../../src/core/derive/extremes';
import { openingOf } from '../../../src/core/derive/opening';
import { profileOf } from '../../../src/core/derive/profiler';
import { marksOf } from '../../../src/core/derive/sessions';
import { touchesOf } from '../../../src/core/derive/touches';
import { dateText } from '../../../src/core/derive/tradingday';
import { writeMaster } from '../../../src/core/table/master';
import { readBars } from '../../../src/core/table/parquet';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote } from '../../support/sql';
import { bucketsBySql, marksBySql, openingBySql, profilerBySql, spreadBySql, touchesBySql } from './oracle';

/** Every field of every step against SQL; numbers are rounded by Python, as the files were first written. */
function rounded(rows: readonly Record<string, unknown>[], decimals: Readonly<Record<string, number>>): Record<string, unknown>[] {
  const script = 'import json, sys; d = json.load(sys.stdin); print(json.dumps([{k: (round(v, d["by"][k]) + 0.0 if k in d["by"] and v is not None else v) for k, v in r.items()} for r in d["rows"]]))';
  const python = spawnSync('python3', ['-c', script], { input: JSON.stringify({ rows, by: decimals }), encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(python.status, 0, python.stderr);
  return JSON.parse(python.stdout) as Record<string, unknown>[];
}

const cents = (...names: string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 2]));
/** Negative zero is written as 0. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('derive: session rules against SQL', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'barkeep-rules-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Three years, with minutes, half days and weeks missing; on quarter points, so that middles end in .125. */
  function generated(): Bars {
    const bars = makeBars(Date.UTC(2022, 0, 2), 156, 3);
    const random = seededRandom(9);
    const days = new Map<number, number>();
    const share = (time: number): number => {
      const day = Math.floor(time / 86_400_000);
      if (!days.has(day)) days.set(day, random() < 0.05 ? 0 : random() < 0.1 ? 0.06 : random() < 0.3 ? 0.6 : 1);
      return days.get(day)!;
    };
    return pickBars(bars, Uint32Array.from(bars.time.keys()).filter((i) => random() < share(bars.time[i]!)));
  }

  const each = <T>(days: TradingDays, of: (days: TradingDays, at: number) => T): T[] => [...days.list.keys()].map((at) => of(days, at));

  async function compare(file: string, bars: Bars): Promise<void> {
    const days = tradingDays(bars);
    const profiles = each(days, profileOf).flat();
    const expected = rounded(await profilerBySql(file), cents('open', 'prior_close', 'range_high', 'range_low', 'mid', 'high_pct', 'low_pct', 'close_pct', 'daily_open', 'daily_high', 'daily_low'));
    assert.deepEqual(plain(profiles), plain(expected));

    const touches = each(days, (all, at) => Object.entries(touchesOf(all, at) ?? {}).map(([name, { level, touched, touch_times: times }]) => {
      assert.equal(touched, times.length > 0);
      return { date: dateText(all.list[at]!.date), name, price: level, times: times.join(' ') };
    })).flat();
    const key = ({ date, name }: Record<string, unknown>): string => `${String(date)} ${String(name)}`;
    const sorted = (rows: readonly Record<string, unknown>[]): Record<string, unknown>[] => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    assert.deepEqual(sorted(touches), sorted(rounded(await touchesBySql(file), cents('price'))));

    assert.deepEqual(each(days, (all, at) => openingOf(all, at) ?? []).flat(), rounded(await openingBySql(file), { ...cents('open', 'high', 'low', 'close', 'range_pts'), range_pct: 4 }));

    const marks = each(days, marksOf).flat().map((mark) => ({ date: mark.date, name: mark.session, ...('price' in mark ? { high: null, low: null, mid: null, price: mark.price } : { high: mark.high, low: mark.low, mid: mark.mid, price: null }) }));
    const marked = rounded(await marksBySql(file), cents('high', 'low', 'mid', 'price')).map(({ date, name, high, low, mid, price }) => ({ date, name, high, low, mid, price }));
    assert.deepEqual(marks, marked);

    const extremes = each(days, (all, at) => extremesOf(all, at) ?? []).flat();
    const { day, sessions } = extremeTimes({ days: extremes, sessions: profiles });
    const minute = (clock: string | null): number => (Number(clock?.slice(0, 2)) * 60 + Number(clock?.slice(3)) + 360) % 1440;
    for (const [spread, clocks] of [[day.high, extremes.map((one) => one.hod_time)], [sessions.NY1.low, profiles.filter(({ session }) => session === 'NY1').map((one) => one.low_time)]] as const) {
      const found = await spreadBySql(`SELECT unnest(${quote(JSON.stringify(clocks))}::JSON::VARCHAR[]) AS clock`);
      assert.deepEqual({ median: minute(spread.median), mode: minute(spread.mode), count: spread.count }, { median: Number(found['median']), mode: Number(found['mode']), count: Number(found['count']) });
      assert.equal(spread.histogram.reduce((sum, { count }) => sum + count, 0), spread.count);
    }

    const ranges = rangeSpread({ days: extremes, sessions: profiles }).day;
    const found = await bucketsBySql(JSON.stringify(extremes.map((one) => ({ open: one.daily_open, high: one.daily_high, low: one.daily_low }))));
    assert.deepEqual((['high', 'low', 'range'] as const).flatMap((kind) => ranges[kind].buckets.map(({ from, count }) => ({ kind, tenth: Math.round(from * 10), n: count }))), found);
    assert.ok(profiles.length > 4 * 75 && extremes.length > 75 && new Set(profiles.map(({ status }) => status)).size >= 4 && touches.length > 20 * 70);
  }

  it('three years of generated bars with holes: no difference in any field', async () => {
    const bars = generated();
    const file = path.join(folder, 'generated.parquet');
    await writeMaster(file, { changes: bars, volume: 'BIGINT', metadata: {} });
    await compare(file, bars);
  });

  it(sharedOr('real bars: no difference in any field'), async function () {
    if (!hasShared) this.skip();
    const file = path.join(SHARED, 'bars', 'ES_1m.parquet');
    await compare(file, await readBars(file));
  });
});
