import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Regeneration } from '../../../src/protocol/results';
import { BarBuilder, countBars, mapColumns, pickBars, type Bars } from '../../../src/core/base/bar';
import { unattended, type Operation } from '../../../src/core/base/ports';
import { seededRandom } from '../../../src/core/base/random';
import { CHUNK_BARS, type ChunkMeta } from '../../../src/core/derive/chunkmeta';
import { regenerate, type RegenerateOptions } from '../../../src/core/derive/regenerate';
import { makeBars } from '../../../src/core/jobs/sampleBars';
import { sha256OfFile } from '../../../src/core/disk/digest';
import { masterPath } from '../../../src/core/store/layout';
import { writeMaster } from '../../../src/core/table/master';
import { sql, quote } from '../../support/sql';
import { MINUTE, scene, type Scene } from '../store/folder';

const DAY = 86_400_000;

/** A master that changed is made anew in part; the result must be what the whole gives, byte for byte. */
describe('derive: only what a change reaches', function () {
  let at: Scene;
  const cleanUps: (() => void)[] = [];
  beforeEach(() => {
    at = scene((remove) => cleanUps.push(remove));
    mkdirSync(at.folder);
  });
  after(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  // From September to November: over the end of daylight saving, and more than one chunk of minutes.
  const bars = makeBars(Date.UTC(2025, 8, 7), 12, 7);
  const count = countBars(bars);

  const put = (content: Bars, folder = at.folder): Promise<void> => writeMaster(masterPath(folder, 'ES', '1m'), { changes: content, volume: 'BIGINT', metadata: {} });
  const run = (options: RegenerateOptions = {}, folder = at.folder, operation: Operation = unattended): Promise<Regeneration> => regenerate(at.disk, folder, 'ES', options, operation);
  const without = (...gone: (readonly [from: number, to: number])[]): Bars => pickBars(bars, Uint32Array.from(bars.time.keys()).filter((i) => !gone.some(([from, to]) => i >= from && i < to)));

  async function contents(folder: string): Promise<Record<string, string>> {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    return Object.fromEntries(await Promise.all(names.sort().map(async (name) => [name, await sha256OfFile(path.join(folder, name))] as const)));
  }

  /** From one master to another, and the other by itself: the folders must be equal. @returns how the first was done */
  async function same(before: Bars, after: Bars): Promise<Regeneration> {
    await put(before);
    await run();
    await put(after);
    const done = await run();
    const fresh = path.join(at.folder, '..', 'fresh');
    mkdirSync(fresh);
    copyFileSync(masterPath(at.folder, 'ES', '1m'), masterPath(fresh, 'ES', '1m'));
    await run({}, fresh);
    assert.deepEqual(await contents(at.folder), await contents(fresh));
    return done;
  }

  const head = (end: number): Bars => mapColumns(bars, (column) => column.subarray(0, end));

  it('one more day at the end', async () => {
    const { steps } = await same(head(count - 1380), bars);
    assert.ok(steps.every(({ outcome }) => outcome === 'made'));
  });

  it('a day at the end that opens a new chunk: the names of all others shift', async () => {
    const edge = CHUNK_BARS * 3 - 500;
    await same(head(edge), head(edge + 1380));
    const meta = JSON.parse(readFileSync(path.join(at.folder, 'chunks', 'ES_1m', 'meta.json'), 'utf8')) as ChunkMeta;
    assert.deepEqual([meta.numChunks, meta.chunks.map(({ bars: held }) => held)], [4, [880, CHUNK_BARS, CHUNK_BARS, CHUNK_BARS]]);
    assert.ok(statSync(path.join(at.folder, 'chunks', 'ES_1m', 'chunk_3.json')).size > 0);
  });

  it('a day in the middle that was missing', () => same(without([40_000, 41_380]), bars));
  it('the first day of all', () => same(without([0, 1380]), bars).then(() => undefined));
  it('bars taken away', () => same(bars, without([20_000, 23_000], [50_000, 50_001])).then(() => undefined));
  it('the newest bars taken away, a chunk with them', () => same(head(CHUNK_BARS * 3 + 100), head(CHUNK_BARS * 3 - 100)).then(() => undefined));
  it('another, shorter master in its place: no chunk of the longer one stays', async () => {
    const shorter = { ...head(CHUNK_BARS + 500), time: bars.time.slice(0, CHUNK_BARS + 500).map((time) => time - 350 * DAY) };
    await same(bars, shorter);
    assert.deepEqual(readdirSync(path.join(at.folder, 'chunks', 'ES_1m')).sort(), ['chunk_0.json', 'chunk_1.json', 'meta.json']);
  });
  it('no bars any more, and bars again', async () => {
    await same(bars, head(0));
    assert.deepEqual(readdirSync(path.join(at.folder, 'chunks', 'ES_1m')), ['meta.json']);
    rmSync(path.join(at.folder, '..', 'fresh'), { recursive: true });
    await same(head(0), head(3000));
  });
  it('a day that becomes too short to be kept', () => same(bars, without([41_400 + 60, 42_780])).then(() => undefined));

  it('other prices for a few bars, and only the chunks that hold them are written', async () => {
    const close = bars.close.slice();
    for (let i = 30_000; i < 30_050; i++) close[i] = close[i]! + 0.25;
    await put(bars);
    await run();
    const chunk = (index: number): string => path.join(at.folder, 'chunks', 'ES_1m', `chunk_${index}.json`);
    const times = [0, 1, 2, 3, 4].filter((index) => existsSync(chunk(index))).map((index) => statSync(chunk(index)).mtimeMs);
    await put({ ...bars, close });
    await run();
    const changed = times.map((time, index) => statSync(chunk(index)).mtimeMs !== time);
    assert.equal(changed.filter(Boolean).length, 1);
    rmSync(path.join(at.folder, '.barkeep'), { recursive: true });
    const fresh = path.join(at.folder, '..', 'fresh');
    mkdirSync(fresh);
    await put({ ...bars, close }, fresh);
    await run({}, fresh);
    rmSync(path.join(fresh, '.barkeep'), { recursive: true });
    assert.deepEqual(await contents(at.folder), await contents(fresh));
  });

  it('a day more, and a day in the middle, where the resampled file has several row groups', async () => {
    const sparse = new BarBuilder();
    for (let i = 0; i < 215_000; i++) sparse.push(bars.time[0]! + i * 5 * MINUTE, 1 + i, 2 + i, i, 1.5 + i, i);
    const all = sparse.finish();
    const few: RegenerateOptions = { only: ['resample'] };
    const fresh = path.join(at.folder, '..', 'fresh');
    mkdirSync(fresh);
    await put(mapColumns(all, (column) => column.subarray(0, 214_000)));
    await run();
    for (const content of [all, pickBars(all, Uint32Array.from(all.time.keys()).filter((i) => i < 120_000 || i > 120_100))]) {
      await put(content);
      await run(few);
      await put(content, fresh);
      await run({ ...few, force: true }, fresh);
      for (const timeframe of ['5m', '15m', '1h', '4h']) {
        const [spliced, whole] = [at.folder, fresh].map((folder) => readFileSync(path.join(folder, `ES_${timeframe}.parquet`)));
        assert.ok(spliced!.equals(whole!), timeframe);
      }
      await run();
    }
  });

  it('random changes of random bars, with holes of weeks between them', async () => {
    const random = seededRandom(11);
    const pick = (share: number, from: number, to: number): Bars =>
      pickBars(bars, Uint32Array.from(bars.time.keys()).filter((i) => (bars.time[i]! - bars.time[0]!) % (35 * DAY) < 9 * DAY && (i < from || i >= to || random() < share)));
    for (let round = 0; round < 6; round++) {
      rmSync(at.folder, { recursive: true });
      rmSync(path.join(at.folder, '..', 'fresh'), { recursive: true, force: true });
      mkdirSync(at.folder);
      const from = Math.floor(random() * count * 0.5);
      const to = from + Math.floor(random() * 4000);
      await same(pick(round % 2 === 0 ? 0.05 : 1, from, to), pick(round % 3 === 0 ? 0 : 0.7, from, to));
    }
  });

  it('bars without volume', async () => {
    const none = { ...bars, volume: bars.volume.map(() => NaN) };
    const write = (content: Bars): Promise<void> => writeMaster(masterPath(at.folder, 'ES', '1m'), { changes: content, volume: 'DOUBLE', metadata: {} });
    await write(mapColumns(none, (column) => column.subarray(0, count - 3000)));
    await run();
    await write(none);
    await run();
    const before = await contents(at.folder);
    await run({ force: true });
    assert.deepEqual(await contents(at.folder), before);
  });

  it('an interrupted set of chunks is made again', async () => {
    await put(head(60_000));
    const stop = new AbortController();
    await assert.rejects(run({ only: ['chunks'] }, at.folder, { ...unattended, signal: stop.signal, progress: ({ step, done }) => { if (step === 'chunks/ES_1m' && done === 1) stop.abort(); } }), /stopped/);
    assert.ok(!existsSync(path.join(at.folder, 'chunks', 'ES_1m', 'meta.json')), 'no meta.json, no chunks');
    const { steps } = await run({ only: ['chunks'] });
    assert.match(steps[0]?.why ?? '', /interrupted/);
    const [row] = await sql(`SELECT count(*) AS n, count(DISTINCT time) AS times FROM read_json(${quote(path.join(at.folder, 'chunks', 'ES_1m', 'chunk_*.json').replaceAll('[', '[[]'))})`);
    assert.deepEqual([Number(row?.['n']), Number(row?.['times'])], [60_000, 60_000]);
  });

  it('chunks somebody else made are left alone unless forced, and then kept as backups', async () => {
    await put(head(3000));
    const file = path.join(at.folder, 'chunks', 'ES_1m', 'chunk_0.json');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '[]');
    writeFileSync(path.join(path.dirname(file), 'meta.json'), JSON.stringify({ chunks: [{ index: 0 }] }));
    const { steps } = await run({ only: ['chunks'] });
    assert.deepEqual([steps[0]?.outcome, readFileSync(file, 'utf8')], ['skipped', '[]']);
    await run({ only: ['chunks'], force: true });
    assert.ok(readdirSync(path.join(at.folder, 'backups', 'chunks', 'ES_1m')).some((name) => name.startsWith('chunk_0.json.')));
  });

  it('chunks hold every bar, the newest in chunk_0, as DuckDB reads them', async () => {
    const content = new BarBuilder();
    for (let i = 0; i < 45_000; i++) content.push(bars.time[0]! + i * MINUTE, 1.08745 + i / 1e5, 110.03125 + i, i / 8, 5 + i / 100, i % 3);
    const all = content.finish();
    await put(all);
    await run({ only: ['chunks'] });
    const folder = path.join(at.folder, 'chunks', 'ES_1m');
    const meta = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')) as ChunkMeta;
    assert.deepEqual({ ...meta, chunks: meta.chunks.map(({ index, bars: held }) => [index, held]) }, {
      ticker: 'ES', timeframe: '1m', totalBars: 45_000, chunkSize: 20_000, numChunks: 3, startTime: all.time[0]! / 1000, endTime: all.time[44_999]! / 1000, chunks: [[0, 5000], [1, 20_000], [2, 20_000]],
    });
    const [row] = await sql(`SELECT count(*) AS n FROM (SELECT time, open, high, low, close, volume::BIGINT AS volume FROM read_json(${quote(path.join(folder, 'chunk_*.json').replaceAll('[', '[[]'))}) EXCEPT SELECT time, open, high, low, close, volume FROM read_parquet(${quote(masterPath(at.folder, 'ES', '1m'))}))`);
    assert.equal(Number(row?.['n']), 0);
    const newest = JSON.parse(readFileSync(path.join(folder, 'chunk_0.json'), 'utf8')) as { time: number }[];
    assert.equal(newest.at(-1)?.time, meta.endTime);
  });
});
