import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Queue } from 'bullmq';
import type { MonthlyRun, MonthlyStatus } from '../../src/protocol/monthly';
import { barkeep, result, scratch, type Outcome } from '../support/barkeep';
import { startMeddler, type Meddler } from '../support/meddler';
import { monthName, writeMonth, type MonthShape } from '../support/month';
import { SECRET, hasServers, observer, serversOr, startRedis, startSwift, type ObjectStore, type RedisServer } from '../support/servers';
import { digests, run } from './monthly';
import { until } from '../support/until';

const BUCKET = 'months';
const DEST = `s3://${BUCKET}`;
const firstWeekday = (year: number, month: number): number => [5, 6, 7].find((day) => ![0, 6].includes(new Date(Date.UTC(year, month, day)).getUTCDay()))!;
const SHAPES: readonly MonthShape[] = Array.from({ length: 24 }, (_none, i) => ({ year: 2022 + Math.floor(i / 12), month: (i % 12) + 1, days: [firstWeekday(2022 + Math.floor(i / 12), i % 12)], hours: [9, 10], badEvery: 0, seed: i + 1 }));
const nameOf = ({ year, month }: MonthShape): string => `${year}-${String(month).padStart(2, '0')}`;
const keyOf = ({ year, month }: MonthShape): string => `raw-data/databento/${monthName(year, month)}`;
/** How long the store refuses everything, ms: longer than the tries of one request take. */
const BUSY = 6000;
const [CORRUPT, VANISHING] = [SHAPES[4]!, SHAPES[22]!];

(hasServers ? describe : describe.skip)(serversOr('months on several machines'), () => {
  let folder: string;
  let swift: ObjectStore;
  let redis: RedisServer;
  let meddler: Meddler;
  let observing: S3Client;
  before(async () => {
    folder = scratch(after);
    [swift, redis] = await Promise.all([startSwift(path.join(folder, 'swift')), startRedis(path.join(folder, 'redis'))]);
    meddler = await startMeddler(swift.endpoint);
    observing = observer(swift);
    await observing.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  after(async () => {
    observing.destroy();
    await meddler.stop();
    await Promise.all([swift.stop(), redis.stop()]);
  });
  afterEach(() => { meddler.meddle(undefined); });

  const put = (key: string, file: string): Promise<unknown> => observing.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: readFileSync(file) }));
  const queue = (): string[] => ['--queue', redis.url];
  const runArgs = (source: string, ...more: string[]): string[] => ['monthly', 'run', '--source', source, '--dest', DEST, '--endpoint', meddler.endpoint, '--path-style', '--min-bytes', '0', '--part-size', '65536', '--retry-wait', '1', '--work', path.join(folder, 'here'), ...queue(), ...more];
  const env = (): NodeJS.ProcessEnv => swift.env;
  const runQueued = (source: string, ...more: string[]): Promise<MonthlyRun> => result('monthlyRun', runArgs(source, ...more), { env: env() });

  interface WorkerProcess {
    readonly child: ChildProcess;
    readonly ended: Promise<Outcome>;
  }
  const workers: WorkerProcess[] = [];
  function startWorker(name: string, who: NodeJS.ProcessEnv = {}): WorkerProcess {
    let child: ChildProcess | undefined;
    const ended = barkeep(['monthly', 'worker', ...queue(), '--workers', '1', '--lease', '4', '--work', path.join(folder, name), '--json'], { env: { ...env(), ...who }, meanwhile: (started) => { child = started; } });
    const worker = { child: child!, ended };
    workers.push(worker);
    return worker;
  }
  afterEach(async () => {
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.splice(0).map(({ ended }) => ended));
  });

  const finalKeys = async (): Promise<{ key: string; etag: string; bytes: number; changed: number }[]> =>
    ((await observing.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'processed-data/monthly/' }))).Contents ?? [])
      .filter(({ Key }) => Key!.endsWith('.parquet'))
      .map(({ Key, ETag, Size, LastModified }) => ({ key: Key!, etag: ETag!, bytes: Size!, changed: LastModified!.getTime() }));

  it('24 months, a worker killed while it uploads, Redis restarted, the store busy for a while, one object damaged, one gone: 22 published once, two failed with reasons', async () => {
    const source = path.join(folder, 'source');
    for (const shape of SHAPES) {
      const { file } = writeMonth(source, shape);
      await put(keyOf(shape), file);
    }
    const expected = digests(await run(source, path.join(folder, 'local'), '--decay-reference', '2023-12'));
    const damaged = readFileSync(path.join(source, monthName(CORRUPT.year, CORRUPT.month)));
    damaged[Math.floor(damaged.length / 2)]! ^= 0x55;
    await observing.send(new PutObjectCommand({ Bucket: BUCKET, Key: keyOf(CORRUPT), Body: damaged }));

    // What a reader of the bucket sees, all along: every version of a final object ever.
    const seen = new Map<string, Set<string>>();
    const polling = new AbortController();
    const poller = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = polling.signal.aborted; // One more look, at the end of everything.
        for (const { key, etag, bytes, changed } of await finalKeys()) {
          if (seen.get(key)?.has(`${etag} ${bytes} ${changed}`) === true) continue;
          seen.set(key, (seen.get(key) ?? new Set()).add(`${etag} ${bytes} ${changed}`));
          const body = await (await observing.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).Body!.transformToByteArray();
          const month = /monthly_(\d{4}-\d{2})_/.exec(key)![1]!;
          assert.equal(createHash('sha256').update(body).digest('hex'), expected[month], `${key} was seen with other bytes`);
        }
        await sleep(100);
      }
    })();

    const happened = { killed: false, vanished: false };
    let published = 0;
    let busyUntil = 0;
    const [first, second] = [startWorker('one'), startWorker('two')];
    meddler.meddle(({ method, url }) => {
      if (!happened.vanished && url.includes('uploads')) {
        happened.vanished = true;
        void observing.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: keyOf(VANISHING) }));
      }
      // The second part of some upload: its worker, and whoever processes for it, dies.
      if (!happened.killed && published > 2 && method === 'PUT' && url.includes('partNumber=2')) {
        happened.killed = true;
        first.child.kill('SIGKILL');
        startWorker('three');
      }
      if (method === 'PUT' && url.includes('processed-data/monthly/') && url.includes('.parquet')) published++;
      if (published >= 10 && busyUntil === 0) busyUntil = Date.now() + BUSY;
      if (Date.now() < busyUntil) return { status: 503, code: 'SlowDown' };
      return published === 8 ? { delay: 150 } : undefined;
    });
    const restarted = (async () => {
      await until('5 months published', () => published >= 5, () => published);
      await redis.restart();
    })();

    const ran = await runQueued(DEST);
    polling.abort();
    await Promise.all([poller, restarted]);

    assert.deepEqual(happened, { killed: true, vanished: true });
    const failing = [CORRUPT, VANISHING].map(nameOf);
    assert.deepEqual(ran.failed.map(({ month }) => month), failing);
    assert.match(ran.failed[0]!.message, /damaged|checksum|corrupt|not what|cut off/i);
    assert.match(ran.failed[1]!.message, /there is no such object \(ENOENT\)/);
    assert.deepEqual(ran.done.map(({ month }) => month), SHAPES.map(nameOf).filter((month) => !failing.includes(month)));
    for (const { month, sha256, output } of ran.done) {
      assert.equal(sha256, expected[month]);
      const { Metadata } = await observing.send(new HeadObjectCommand({ Bucket: BUCKET, Key: output.slice(DEST.length + 1) }));
      assert.equal(Metadata?.['digest'], expected[month]);
    }
    assert.equal(seen.size, 22, 'one object a month');
    assert.deepEqual([...seen].filter(([, versions]) => versions.size !== 1), [], 'no object appeared twice');
    const report = await (await observing.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'processed-data/monthly/report.md' }))).Body!.transformToString();
    for (const month of failing) assert.ok(report.includes(`**${month}**`), report);
    const left = (await observing.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads ?? [];
    assert.deepEqual(left.map(({ Key }) => Key), [], 'the upload of the killed worker was gone on with');
    second.child.kill('SIGTERM');
    const ended = await second.ended;
    assert.equal(ended.code, 0, ended.stdout.slice(-2000));
    assert.ok(!`${ended.stdout}${ended.stderr}`.includes(SECRET));
    assert.ok(!readdirSync(path.join(folder, 'redis'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).some((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes(SECRET)), 'no secret in the queue');
  });

  it('status tells of queue and workers; paused, nothing is begun; cancelled and drained months are taken out', async () => {
    const small = SHAPES.slice(0, 3).map((shape) => ({ ...shape, year: 2020 }));
    for (const shape of small) await put(`more/raw/${monthName(shape.year, shape.month)}`, writeMonth(path.join(folder, 'more'), shape).file);
    const manage = (...args: string[]): ReturnType<typeof result<'monthlyQueue'>> => result('monthlyQueue', ['monthly', 'queue', ...args, ...queue()]);
    assert.equal((await manage('pause')).queue.paused, true);
    const left = await runQueued(`${DEST}/more`, '--leave');
    assert.deepEqual(left.queued, ['2020-01', '2020-02', '2020-03']);
    startWorker('four');
    const standing = (): Promise<MonthlyStatus> => result('monthlyStatus', ['monthly', 'status', ...queue()]);
    const status = await until('the worker to be known', async () => {
      const now = await standing();
      return now.queue?.workers.length === 1 ? now : undefined;
    }, standing);
    assert.deepEqual([status.queue?.paused, status.queue?.waiting, status.queue?.working, status.queue?.workers.length], [true, 3, 0, 1]);
    assert.deepEqual(status.months.filter(({ month }) => month.startsWith('2020')).map(({ state }) => state), ['waiting', 'waiting', 'waiting']);
    assert.deepEqual((await manage('cancel', '2020-02')).removed, ['2020-02']);
    // Draining takes out the other one; cancelling also stops the one being processed.
    let letPass!: () => void;
    const held = new Promise<void>((resolve) => (letPass = resolve));
    meddler.meddle(({ method, url }) => (method === 'GET' && url.includes('/more/raw/') && url.includes('.dbn') ? { held } : undefined));
    await manage('resume');
    await until('a month being processed', async () => (await standing()).queue?.working === 1, standing);
    const drained = await manage('drain');
    assert.deepEqual([drained.removed, drained.stopping, drained.queue.working], [['2020-03'], [], 1]);
    const cancelled = await manage('cancel');
    assert.deepEqual([cancelled.removed, cancelled.stopping], [[], ['2020-01']]);
    const failed = async (): Promise<string | undefined> => (await standing()).months.flatMap((month) => (month.state === 'failed' && month.month === '2020-01' ? [month.failure.message] : []))[0];
    letPass();
    assert.match(await until('the end of the month that is cancelled', failed, standing), /it was cancelled/);
  });

  it('a month queued by another version is left alone, and why is told; queued again, it is taken', async () => {
    const source = `${DEST}/more`;
    await runQueued(source, '2020-02', '--leave');
    const inside = new Queue('barkeep-months', { connection: { url: redis.url } });
    const [job] = await inside.getJobs(['waiting']);
    await job!.updateData({ ...(job!.data as object), version: '9.9.9' });
    await inside.close();
    startWorker('five');
    const standing = async () => (await result('monthlyStatus', ['monthly', 'status', ...queue()])).months.find(({ month }) => month === '2020-02');
    const why = await until('the reason', async () => {
      const now = await standing();
      return now?.state === 'waiting' ? now.why : undefined;
    }, standing);
    assert.match(why, /queued by Barkeep 9\.9\.9; the worker .* is Barkeep .* leaves it/);
    const ran = await runQueued(source, '2020-02');
    assert.deepEqual(ran.done.map(({ month }) => month), ['2020-02']);
  });

  it('a worker that the store refuses leaves its months to others; when there is no other, they fail with the reason', async () => {
    const source = `${DEST}/more`;
    const refused = startWorker('six', { AWS_SECRET_ACCESS_KEY: 'hunter2' });
    const alone = await runQueued(source, '2020-02');
    assert.deepEqual(alone.failed.map(({ month }) => month), ['2020-02']);
    assert.match(alone.failed[0]!.message, /the store refused it \(SignatureDoesNotMatch\)/);
    startWorker('seven');
    const workersKnown = async (): Promise<number | undefined> => (await result('monthlyStatus', ['monthly', 'status', ...queue()])).queue?.workers.length;
    await until('two workers', async () => (await workersKnown()) === 2, workersKnown);
    const ran = await runQueued(source, '2020-02');
    assert.deepEqual([ran.failed, ran.done.map(({ month }) => month)], [[], ['2020-02']]);
    refused.child.kill('SIGTERM');
    const { stdout, stderr } = await refused.ended;
    assert.ok(!/hunter2/.test(`${stdout}${stderr}`), stdout);
  });

  it('a worker that is told to stop when the queue\'s server is gone ends', async () => {
    const other = await startRedis(path.join(folder, 'other'));
    const stopped = await barkeep(['monthly', 'worker', '--queue', other.url, '--json'], {
      meanwhile: (child) => child.stdout!.on('data', (told: Buffer) => { if (told.includes('takes months')) void other.stop().then(() => child.kill('SIGTERM')); }),
    });
    assert.equal(stopped.code, 0, stopped.stdout);
  });

  it('no server, no address, no queue, a password that is wrong: a reason and what to do, and no password', async () => {
    const address = (how: string): Promise<Outcome> => barkeep(['monthly', 'status', '--queue', how, '--json']);
    const cases = [['redis://user:hunter2@127.0.0.1:1', 5, /no answer from the server \(ECONNREFUSED\)/], ['redis://127.0.0.1:1?password=hunter2', 5, /no answer/], ['redis://:hun/hunter2@127.0.0.1:1', 2, /no address of a Redis server/], ['http://:hunter2@127.0.0.1', 2, /no address of a Redis server/], [swift.endpoint.replace('http:', 'redis:'), 5, /does not speak as a Redis server does|no answer/]] as const;
    const told = await Promise.all(cases.map(async ([how, code, says]) => ({ ...(await address(how)), expected: code, says })));
    for (const { code, stdout, stderr, expected, says } of told) {
      assert.equal(code, expected, stdout);
      assert.match(stdout, says);
      assert.ok(!/hunter2/.test(`${stdout}${stderr}`), stdout);
    }
    assert.match((await barkeep(['monthly', 'worker', '--queue', 'localhost', '--json'])).stdout, /no address of a Redis server/);
    const endpoint = await barkeep(['monthly', 'run', '--source', folder, '--dest', folder, '--endpoint', 'https://me:hunter2@127.0.0.1', ...queue(), '--json']);
    assert.deepEqual([endpoint.code, /holds credentials/.test(endpoint.stdout), /hunter2/.test(`${endpoint.stdout}${endpoint.stderr}`)], [2, true, false]);
    const asked = execFileSync('redis-cli', ['-u', redis.url, 'config', 'set', 'requirepass', 'hunter2'], { encoding: 'utf8' });
    assert.match(asked, /OK/);
    const [none, wrong, right] = await Promise.all([address(redis.url), address(redis.url.replace('//', '//:hunter2000@')), address(redis.url.replace('//', '//:hunter2@'))]);
    assert.deepEqual([none, wrong].map(({ code }) => code), [2, 2], `${none.stdout}${wrong.stdout}`);
    assert.ok(right.events.some(({ type }) => type === 'result'), right.stdout);
    assert.ok(/refuses us \(NOAUTH\).*BARKEEP_QUEUE/.test(none.stdout) && /refuses us \(WRONGPASS\)/.test(wrong.stdout));
    for (const { stdout, stderr } of [none, wrong, right]) assert.ok(!/hunter2/.test(`${stdout}${stderr}`), stdout);
    assert.match((await barkeep(['monthly', 'queue', 'pause', '--json'])).stdout, /BARKEEP_QUEUE/);
  });
});
