import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { seededRandom } from '../../../src/core/base/random';
import { unattended } from '../../../src/core/base/ports';
import { failureFrom } from '../../../src/core/base/failure';
import { showUpdate } from '../../../src/cli/show/update';
import { afterMerge } from '../../../src/core/disk/failures';
import { openDisk } from '../../../src/core/disk/disk';
import type { JobContext } from '../../../src/core/jobs/context';
import { updateMaster, type UpdateRequest } from '../../../src/core/jobs/update';
import type { UpdateResult } from '../../../src/protocol/results';
import { quote, sql } from '../../support/sql';
import { Source, type Answer, type Bar } from './source';
import { PATIENCE } from '../../support/until';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A Tuesday afternoon, 20 s into a minute. */
const NOW = Date.UTC(2025, 11, 2, 15, 30, 20);
const FROM = Date.UTC(2025, 11, 2, 5, 30);

/** 600 sound minutes up to the present one, which is unfinished. */
function minutes(count = 601, seed = 4): Bar[] {
  const random = seededRandom(seed);
  let ticks = 27_000;
  return Array.from({ length: count }, (_, i) => {
    const open = ticks;
    ticks += Math.round((random() - 0.5) * 8);
    const [high, low] = [Math.max(open, ticks) + Math.floor(random() * 3), Math.min(open, ticks) - Math.floor(random() * 3)];
    return [FROM + i * MINUTE, open / 4, high / 4, low / 4, ticks / 4, 1 + Math.floor(random() * 500)];
  });
}

const changed = (bars: readonly Bar[], at: number, change: (bar: Bar) => Bar): Bar[] => bars.map((bar, i) => (i === at ? change(bar) : bar));

describe('update', () => {
  let folder: string;
  let source: Source;
  let context: JobContext;
  before(async () => { source = await Source.open(); });
  after(() => source.close());
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-update-'));
    const clock = { now: (): number => NOW };
    context = { disk: openDisk({ clock, command: 'update test' }), clock, folder, operation: unattended };
    settings({ enabled: true, address: source.address, pause: 1 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string): string => path.join(folder, name);
  function settings(update: object): void {
    mkdirSync(at('.barkeep'), { recursive: true });
    writeFileSync(at('.barkeep/settings.json'), JSON.stringify({ update }));
  }
  function run(answers: readonly Answer[], options: Partial<UpdateRequest> = {}): Promise<UpdateResult> {
    source.replay(...answers);
    return updateMaster(context, { ticker: 'ES', timeframe: '1m', enable: false, dryRun: false, regenerate: false, ...options });
  }
  const held = async (timeframe = '1m'): Promise<Bar[]> =>
    (await sql(`SELECT epoch_ms(datetime)::DOUBLE AS t, open, high, low, close, volume::DOUBLE AS v FROM read_parquet(${quote(at(`ES_${timeframe}.parquet`))})`))
      .map((row) => [row['t'], row['open'], row['high'], row['low'], row['close'], row['v']] as unknown as Bar);
  /** What lies in the folder, our own notes aside. */
  const files = (): string[] => readdirSync(folder).filter((name) => !name.startsWith('.')).sort();

  it('is suspended by default: nothing is asked, and it says how to enable it', async () => {
    settings({ address: source.address });
    await assert.rejects(run([{ bars: minutes() }]), { kind: 'suspended', message: /--enable.*\.barkeep\/settings\.json/ });
    assert.deepEqual([source.asked, files()], [[], []]);
    assert.equal((await run([{ bars: minutes() }], { enable: true })).outcome, 'updated');
  });

  it('merges finished bars as they are, drops the unfinished last one and empty minutes', async () => {
    const bars = changed(minutes(), 100, ([time]) => [time, null, null, null, null, null]);
    const { plan } = await run([{ bars }]);
    assert.deepEqual([plan.fetchedRows, plan.emptyRows, plan.unfinishedRows, plan.rejectedRows, plan.newRows], [601, 1, 1, 0, 599]);
    assert.deepEqual(await held(), bars.filter((_, i) => i !== 100 && i !== 600));
    const [asked] = source.asked;
    assert.equal(decodeURIComponent(asked!.pathname), '/v8/finance/chart/ES=F');
    assert.equal(asked!.searchParams.get('interval'), '1m');
    assert.equal(Number(asked!.searchParams.get('period2')) - Number(asked!.searchParams.get('period1')), 5 * 86_400);
  });

  it('drops a last bar that carries the time of the last trade', async () => {
    const bars: Bar[] = [...minutes(600), [FROM + 599 * MINUTE + 37_000, 6750, 6750, 6750, 6750, 0]];
    const { plan } = await run([{ bars }]);
    assert.deepEqual([plan.newRows, plan.unfinishedRows, plan.rejectedRows], [600, 1, 0]);
  });

  it('a dry run plans the very same and writes nothing', async () => {
    const bars = changed(minutes(), 300, ([time, open, , low, close, volume]) => [time, open, 9000, low, close, volume]);
    const planned = await run([{ bars }], { dryRun: true });
    assert.deepEqual([planned.outcome, files()], ['planned', []]);
    assert.deepEqual((await run([{ bars }])).plan, planned.plan);
  });

  it('keeps values that cannot be out of the master', async () => {
    const bars = changed(changed(minutes(), 50, ([time, open, high, low, close]) => [time, open, high, low, close, 1e300]), 60, ([time, open, , low, close, volume]) => [time, open, 1e16, low, close, volume]);
    const { plan } = await run([{ bars }]);
    assert.deepEqual(plan.rejected, { 'volume-too-large': 1, 'price-too-large': 1 });
    assert.equal((await held()).length, 598);
  });

  it('says that an answer is empty, not that a master has all of it', async () => {
    const result = await run([{ bars: [] }]);
    assert.equal(result.outcome, 'unchanged');
    const said = showUpdate(result, (_, text) => text).join('\n');
    assert.match(said, /▲ The source has no finished bars for this span: there is nothing new; nothing was changed\./);
    assert.ok(!said.includes('has all of them'));
  });

  it('says of a dry run without anything new that there is nothing new, without a plan of zeros', async () => {
    const told = async (bars: ReturnType<typeof minutes>): Promise<string> => showUpdate(await run([{ bars }], { dryRun: true }), (_, text) => text).join('\n');
    const empty = await told([]);
    assert.match(empty, /there is nothing new\.\nDry run: nothing was written\.$/);
    assert.doesNotMatch(empty, /^(new|identical|overlap)\b/m);
    await run([{ bars: minutes() }]);
    assert.match(await told(minutes()), /✔ There is nothing new for ES_1m\.parquet\.\nDry run/);
  });

  it('of a disk that is full after the merge: the bars are in the master, not that nothing was changed', () => {
    const full = failureFrom(Object.assign(new Error('x'), { code: 'ENOSPC' }), 'write ES_5m.parquet');
    const told = afterMerge(full, 'ES_1m.parquet', 'ES');
    assert.match(told.message, /The bars are in ES_1m\.parquet; free some space, then run barkeep regenerate ES\.$/);
    assert.ok(!told.message.includes('nothing was changed'));
  });

  it('again, it changes nothing; existing bars win', async () => {
    await run([{ bars: minutes().slice(0, 400) }]);
    const bars = changed(minutes(), 200, ([time, open, high, low, close]) => [time, open, high, low, close, 99_999]);
    const { plan, outcome, backup } = await run([{ bars }]);
    assert.deepEqual([outcome, plan.newRows, plan.identicalRows, plan.conflictingRows, plan.overlap], ['updated', 200, 399, 1, { compared: 400, matched: 400 }]);
    assert.ok(backup !== undefined && existsSync(at(`backups/${backup}`)));
    assert.deepEqual((await held())[200], minutes()[200]);
    assert.equal((await run([{ bars }])).outcome, 'unchanged');
  });

  for (const [title, spoil, reason] of [
    ['a spike', ([t, o, , l, c, v]) => [t, o, 7425, l, c, v], 'spike'],
    ['a spike downwards of the whole bar', ([t, , , , , v]) => [t, 3375, 3375, 3375, 3375, v], 'spike'],
    ['a price between ticks', ([t, o, h, l, c, v]) => [t, o, h! + 0.1, l, c, v], 'off-tick'],
    ['a high below the close', ([t, o, , l, c, v]) => [t, o, l! - 1, l, c, v], 'ohlc-inconsistent'],
    ['a price of 0', ([t, o, h, , c, v]) => [t, o, h, 0, c, v], 'price-not-positive'],
    ['half a bar', ([t, o, , l, c, v]) => [t, o, null, l, c, v], 'incomplete'],
    ['a volume below 0', ([t, o, h, l, c]) => [t, o, h, l, c, -1], 'volume-negative'],
    ['a time off the grid', ([t, o, h, l, c, v]) => [t + 7000, o, h, l, c, v], 'off-grid-timestamp'],
    ['a time before', ([t, o, h, l, c, v]) => [t - 5 * MINUTE, o, h, l, c, v], 'non-monotonic-timestamp'],
    ['a time to come', ([, o, h, l, c, v]) => [NOW + DAY - (NOW % MINUTE), o, h, l, c, v], 'future'],
  ] as readonly [string, (bar: Bar) => Bar, string][]) {
    it(`${title} goes to the quarantine, never into the master`, async () => {
      const sound = minutes();
      const bars = changed(sound, 300, spoil);
      const { plan, quarantineFile } = await run([{ bars }]);
      assert.deepEqual([plan.rejected, plan.newRows], [{ [reason]: 1 }, 599]);
      assert.deepEqual(await held(), sound.filter((_, i) => i !== 300 && i !== 600));
      assert.equal(quarantineFile, 'quarantine/ES_20251202_153020.csv');
      const [row, ...more] = readFileSync(at(quarantineFile), 'utf8').trimEnd().split('\n').slice(1);
      assert.deepEqual([row!.split(',').at(-1), more], [reason, []]);
    });
  }

  it('a spike of three bars is seen; a jump of the market and its new level are not taken for one', async () => {
    const sound = minutes();
    const burst = sound.map((bar, i): Bar => (i >= 300 && i < 303 ? [bar[0], 6900, 6900, 6900, 6900, 5] : bar));
    assert.deepEqual((await run([{ bars: burst }], { dryRun: true })).plan.rejected, { spike: 3 });
    const jump = sound.map((bar, i): Bar => (i < 300 ? bar : [bar[0], bar[1]! + 60, bar[2]! + 60, bar[3]! + 60, bar[4]! + 60, bar[5]]));
    assert.equal((await run([{ bars: jump }], { dryRun: true })).plan.rejectedRows, 0);
  });

  it('bars made up to fill a silence go to the quarantine in runs only', async () => {
    const sound = minutes(601);
    const flat = (from: number, to: number): Bar[] => sound.map((bar, i): Bar => (i >= from && i < to ? [bar[0], sound[from]![1], sound[from]![1], sound[from]![1], sound[from]![1], 0] : bar));
    assert.deepEqual((await run([{ bars: flat(300, 304) }], { dryRun: true })).plan.rejected, {});
    assert.deepEqual((await run([{ bars: flat(300, 305) }], { dryRun: true })).plan.rejected, { 'flat-run': 5 });
    const silent = sound.map((bar, i): Bar => (i >= 300 && i < 310 ? [...bar.slice(0, 5), 0] as unknown as Bar : bar));
    assert.deepEqual((await run([{ bars: silent }], { dryRun: true })).plan.rejected, { 'no-volume-run': 10 });
  });

  it('of an answer with more than 2 % doubtful bars nothing is merged, and they are on record', async () => {
    await run([{ bars: minutes().slice(0, 100) }]);
    const before = readFileSync(at('ES_1m.parquet'));
    const bars = minutes().map((bar, i): Bar => (i % 45 === 10 ? [bar[0], bar[1], 8000, bar[3], bar[4], bar[5]] : bar));
    await assert.rejects(run([{ bars }], { dryRun: true }), { kind: 'refused', message: /14 of 600 fetched bars failed the checks \(14 spike\), more than 2 %/ });
    assert.ok(!existsSync(at('quarantine')));
    const refused = await run([{ bars }]).then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error)));
    assert.deepEqual(readFileSync(at('ES_1m.parquet')), before);
    const kept = readdirSync(at('quarantine'));
    assert.equal(kept.length, 1);
    await run([{ bars: bars.slice(0, 300).map((bar, i): Bar => (i === 10 ? bar : minutes()[i]!)) }]);
    assert.deepEqual(readdirSync(at('quarantine')).sort(), [kept[0]!.replace('.csv', '.2.csv'), kept[0]], 'nothing that was kept is lost');
    assert.ok(refused?.includes(`Nothing was merged. The doubtful bars are kept in quarantine/${kept[0]!}.`), refused);
  });

  it('nothing is merged when fewer than 95 % of the overlapping closes are within 2 ticks of the master', async () => {
    await run([{ bars: minutes().slice(0, 300) }]);
    const off = (points: number, share: number): Bar[] =>
      minutes().map((bar, i): Bar => (i % 100 < share ? [bar[0], bar[1], bar[2]! + points, bar[3], bar[4]! + points, bar[5]] : bar));
    assert.equal((await run([{ bars: off(0.5, 100) }], { dryRun: true })).plan.overlap.matched, 300);
    assert.equal((await run([{ bars: off(0.75, 5) }], { dryRun: true })).plan.overlap.matched, 285);
    await assert.rejects(run([{ bars: off(0.75, 6) }]), { kind: 'refused', message: /only 282 of the 300 fetched bars.*within 2 ticks.*95 %/ });
  });

  it('throttled, failing or silent, the source is asked again, with growing pauses; in the end it is told', async () => {
    const bars = minutes();
    assert.equal((await run([{ status: 429, headers: { 'Retry-After': '0' } }, { status: 503 }, { bars }])).outcome, 'updated');
    assert.equal(source.asked.length, 3);
    await assert.rejects(run([{ status: 500 }]), { kind: 'io', message: /answered 500, after 4 tries\. Nothing was changed/ });
    assert.equal(source.asked.length, 4);
    settings({ enabled: true, address: source.address, pause: 1, timeout: 80 });
    await assert.rejects(run(['silent']), { kind: 'io', message: /did not answer within 0\.08 s, after 4 tries/ });
    settings({ enabled: true, address: source.address, pause: 1, timeout: 500 });
    assert.equal((await run(['silent', { bars }])).outcome, 'unchanged');
    settings({ enabled: true, address: 'http://127.0.0.1:9', pause: 1 });
    await assert.rejects(run([{ bars }]), { kind: 'io', message: /could not be reached/ });
  });

  for (const answer of ['silent', 'dripping'] as const) {
    it(`a ${answer} source is given up in time, however often garbage is collected`, async () => {
      source.replay(answer);
      const request = JSON.stringify(path.resolve('src/core/update/request.ts'));
      const script = `const { fetchPatiently } = require(${request});
        const collecting = setInterval(() => gc(), 20);
        fetchPatiently(process.argv[1], 'ask', { timeout: 200, pause: 1 }, { signal: new AbortController().signal, log() {}, progress() {} })
          .catch(({ message }) => { console.log(message); clearInterval(collecting); });`;
      const options = ['--expose-gc', '--import', 'tsx', '-e', script, source.address];
      const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: PATIENCE });
      assert.match(stdout, /did not answer within 0\.2 s, after 4 tries/);
    });
  }

  it('a pause asked for by the source is kept', async () => {
    const began = Date.now();
    await run([{ status: 429, headers: { 'Retry-After': '1' } }, { bars: minutes() }]);
    assert.ok(Date.now() - began >= 990);
  });

  it('a refusal of the source is told in its words, once', async () => {
    const body = JSON.stringify({ chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } } });
    await assert.rejects(run([{ status: 404, body }]), { kind: 'io', message: /answered 404: No data found, symbol may be delisted\. Nothing was changed/ });
    assert.equal(source.asked.length, 1);
    await assert.rejects(run([{ text: body }]), { kind: 'io', message: /the source says: No data found/ });
    for (const text of ['', '<html>', '{}', '{"chart":{"result":[]}}', '[1]']) await assert.rejects(run([{ text }]), { kind: 'io' }, text);
    assert.deepEqual(files(), []);
  });

  it('an answer without bars changes nothing', async () => {
    assert.deepEqual([(await run([{ bars: [] }])).outcome, files()], ['unchanged', []]);
  });

  it('is stopped while it waits', async () => {
    const stopper = new AbortController();
    context = { ...context, operation: { ...unattended, signal: stopper.signal } };
    setTimeout(() => { stopper.abort(); }, 50);
    await assert.rejects(run(['silent']), { kind: 'cancelled' });
  });

  it('daily and weekly bars are taken as downloaded, by the exchange’s date; the day and week under way are left out', async () => {
    // Midnight in New York: 4:00 UTC in summer, 5:00 in winter.
    const days = [Date.UTC(2025, 9, 30, 4), Date.UTC(2025, 9, 31, 4), Date.UTC(2025, 10, 3, 5), Date.UTC(2025, 11, 1, 5), Date.UTC(2025, 11, 2, 5)];
    const bars = days.map((time, i): Bar => [time, 6700 + i, 6710 + i, 6690 + i, 6705 + i, 1000]);
    const { plan } = await run([{ bars: [...bars, [NOW - 5000, 6705, 6710, 6690, 6700, 10]] }], { timeframe: '1D' });
    assert.deepEqual([plan.newRows, plan.unfinishedRows], [4, 2]);
    assert.deepEqual((await held('1D')).map(([time]) => time), [Date.UTC(2025, 9, 30), Date.UTC(2025, 9, 31), Date.UTC(2025, 10, 3), Date.UTC(2025, 11, 1)]);
    const weeks = [Date.UTC(2025, 10, 17, 5), Date.UTC(2025, 10, 24, 5), Date.UTC(2025, 11, 1, 5)].map((time): Bar => [time, 6700, 6710, 6690, 6705, 1000]);
    await run([{ bars: weeks }], { timeframe: '1W' });
    assert.equal(source.asked[0]!.searchParams.get('interval'), '1wk');
    assert.deepEqual((await held('1W')).map(([time]) => time), [Date.UTC(2025, 10, 17), Date.UTC(2025, 10, 24)]);
  });

  it('asks only for what the source has', async () => {
    await assert.rejects(run([{ bars: [] }], { days: 8 }), { kind: 'usage', message: /7 days of them at most/ });
    await assert.rejects(run([{ bars: [] }], { timeframe: '15m' }), { kind: 'usage', message: /Use one of 1m, 5m, 1D, 1W/ });
    await assert.rejects(run([{ bars: [] }], { ticker: 'XX' }), { kind: 'usage', message: /symbol at the source is not known.*settings\.json/ });
    assert.deepEqual(source.asked, []);
    settings({ enabled: true, address: source.address, symbols: { XX: 'XX.DE' }, ticks: { XX: 0.01 } });
    await run([{ bars: [] }], { ticker: 'XX' });
    assert.deepEqual(source.asked.map(({ pathname }) => pathname), ['/v8/finance/chart/XX.DE']);
  });

  it('names what is wrong in the settings', async () => {
    for (const [update, message] of [[{ enabled: 'yes' }, /update\.enabled/], [{ adress: 'x' }, /adress/], [{ address: 'yahoo' }, /update\.address/], [{ ticks: { ES: 0 } }, /ticks\.ES/]] as const) {
      settings(update);
      await assert.rejects(run([{ bars: [] }]), { kind: 'usage', message });
    }
    writeFileSync(at('.barkeep/settings.json'), '{');
    await assert.rejects(run([{ bars: [] }]), { kind: 'usage', message: /no JSON/ });
  });

  it('regenerates what is derived from minutes, and tells of gaps', async () => {
    const { derived, continuity } = await run([{ bars: minutes() }], { regenerate: true });
    assert.ok(derived?.steps.some((step) => step.outcome === 'made'));
    assert.equal(continuity?.rows, 600);
  });
});
