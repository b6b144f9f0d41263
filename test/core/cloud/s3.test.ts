import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unattended, type Operation } from '../../../src/core/base/ports';
import { seededRandom } from '../../../src/core/base/random';
import type { Failure } from '../../../src/core/base/failure';
import { openPlaces } from '../../../src/core/cloud/places';
import type { Publication, Store } from '../../../src/core/cloud/place';
import { openDisk } from '../../../src/core/disk/disk';
import { scratch } from '../../support/barkeep';
import { slowness } from '../../support/slowness';
import { until } from '../../support/until';
import { startMeddler, type Meddler, type Seen } from '../../support/meddler';
import { STORE_ENV, hasSwift, observer, serversOr, startSwift, type ObjectStore } from '../../support/servers';

const BUCKET = 'bars';
const PART = 1 << 16;
/** Five parts and a bit. */
const BYTES = PART * 5 + 1000;

function randomBytes(count: number, seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Uint8Array.from({ length: count }, () => random() * 256));
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

(hasSwift ? describe : describe.skip)(serversOr('an object store that is a real server'), () => {
  let folder: string;
  let swift: ObjectStore;
  let meddler: Meddler;
  let observing: S3Client;
  const saved = { ...process.env };
  before(async () => {
    folder = scratch(after);
    swift = await startSwift(path.join(folder, 'swift'));
    meddler = await startMeddler(swift.endpoint);
    observing = observer(swift);
    await observing.send(new CreateBucketCommand({ Bucket: BUCKET }));
    Object.assign(process.env, STORE_ENV);
  });
  after(async () => {
    process.env = saved;
    observing.destroy();
    await meddler.stop();
    await swift.stop();
  });
  afterEach(() => { meddler.meddle(undefined); });

  const disk = openDisk({ clock: { now: Date.now }, command: 'test' });
  const open = (): Promise<Store> => openPlaces(disk, { endpoint: meddler.endpoint, region: 'us-east-1', pathStyle: true, partBytes: PART, pageKeys: 2 }).store();
  const at = (key: string): string => `s3://${BUCKET}/${key}`;
  const put = (key: string, body: Uint8Array, about: Record<string, string> = {}): Promise<unknown> => observing.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, Metadata: about }));
  const bodyOf = async (key: string): Promise<Buffer> => Buffer.from(await (await observing.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).Body!.transformToByteArray());
  const keys = async (): Promise<string[]> => ((await observing.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? []).map(({ Key }) => Key!);
  const unfinished = async (): Promise<number> => ((await observing.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads ?? []).length;
  const publication = (name: string, bytes: Buffer): Publication => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return { file, to: at(`done/${name}`), sha256: sha256(bytes), about: { month: '2024-05' }, beside: { text: '{}', to: at(`done/${name}.json`) } };
  };

  it('lists folders page by page, here and below, with odd names', async () => {
    const names = Array.from({ length: 5 }, (_none, i) => `list/${i}.dbn`);
    for (const name of [...names, 'list/deep/er/é +%20&.dbn', 'listed/no.dbn']) await put(name, Buffer.from('x'));
    const store = await open();
    assert.deepEqual(await store.list(at('list'), 'here'), names.map(at));
    assert.deepEqual(await store.list(at('list'), 'below'), [...names, 'list/deep/er/é +%20&.dbn'].map(at).sort());
    assert.equal((await store.read(at('list/deep/er/é +%20&.dbn')))?.toString(), 'x');
    assert.equal(await store.read(at('list/none')), undefined);
    await assert.rejects(store.require('s3://no-such-bucket/x'), (error: Failure) => error.kind === 'usage' && /no such bucket/.test(error.message));
  });

  it('a download that breaks off again and again goes on where it was; the copy is the object', async () => {
    const bytes = randomBytes(BYTES, 1);
    await put('raw/broken.dbn', bytes, { digest: sha256(bytes) });
    let answers = 0;
    meddler.meddle(({ method, url }) => (method === 'GET' && url.includes('broken') && answers++ < 8 ? { cutAfter: 40_000 } : undefined));
    const copy = await (await open()).fetch(at('raw/broken.dbn'), path.join(folder, 'copies'), unattended);
    assert.equal(sha256(readFileSync(copy)), sha256(bytes));
    const ranges = meddler.requests.filter(({ url, method }) => method === 'GET' && url.includes('broken')).map(({ range }) => range ?? '');
    assert.ok(ranges[0] === '' && ranges.every((range) => /^(bytes=[1-9]\d*-)?$/.test(range)) && ranges.filter((range) => range !== '').length > 3, ranges.join(' '));
  });

  it('a download taken up by another process goes on, unless the object was replaced', async () => {
    const [first, second] = [randomBytes(BYTES, 2), randomBytes(BYTES, 3)];
    await put('raw/taken.dbn', first);
    const into = path.join(folder, 'taken');
    const stopped = new AbortController();
    const watch: Operation = { ...unattended, signal: stopped.signal, progress: () => { stopped.abort(); } };
    await assert.rejects((await open()).fetch(at('raw/taken.dbn'), into, watch), (error: Failure) => error.kind === 'cancelled');
    const [half] = readdirSync(into).filter((name) => name.endsWith('.dbn'));
    const have = readFileSync(path.join(into, half!)).length;
    assert.ok(have > 0 && have < BYTES, `${have}`);
    meddler.requests.length = 0;
    const copy = await (await open()).fetch(at('raw/taken.dbn'), into, unattended);
    assert.deepEqual(meddler.requests.filter(({ method }) => method === 'GET').map(({ range }) => range), [`bytes=${have}-`]);
    assert.equal(sha256(readFileSync(copy)), sha256(first));
    await put('raw/taken.dbn', second);
    assert.equal(sha256(readFileSync(await (await open()).fetch(at('raw/taken.dbn'), into, unattended))), sha256(second));
    await (await open()).forget(at('raw/taken.dbn'), into);
    assert.deepEqual(readdirSync(into), []);
  });

  it('a download is stopped at once, also while the store is silent', async () => {
    await put('raw/silent.dbn', randomBytes(BYTES, 5));
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    for (const [what, meddling] of [['before it answers', { held }], ['while it answers', { stallAfter: 40_000 }]] as const) {
      const stopping = new AbortController();
      let arrived = 0;
      meddler.meddle(({ method, url }) => (method === 'GET' && url.includes('silent') ? meddling : undefined));
      const fetching = (await open()).fetch(at('raw/silent.dbn'), path.join(folder, 'silent'), { ...unattended, signal: stopping.signal, progress: ({ done }) => { arrived = done; } });
      fetching.catch(() => undefined);
      await until(what, () => ('held' in meddling ? meddler.requests.some(({ method, url }) => method === 'GET' && url.includes('silent')) : arrived > 0));
      const began = Date.now();
      stopping.abort();
      await assert.rejects(fetching, (error: Failure) => error.kind === 'cancelled', what);
      assert.ok(Date.now() - began < 5000 * slowness(), what);
    }
    letGo();
  });

  for (const [what, about] of [['its entity tag', undefined], ['the digest stored with it', { digest: 'f'.repeat(64) }]] as const) {
    it(`what does not agree with ${what} is no copy`, async () => {
      await put('raw/other.dbn', randomBytes(100, 4), about);
      if (about === undefined) meddler.meddle(({ method, url }) => (method === 'GET' && url.includes('other') ? { flip: 50 } : undefined));
      const into = path.join(folder, 'other');
      await assert.rejects((await open()).fetch(at('raw/other.dbn'), into, unattended), (error: Failure) => error.kind === 'io' && error.facts.errno === undefined && error.facts.file === at('raw/other.dbn') && /what arrived is not what was stored/.test(error.message));
      assert.ok(!existsSync(into) || readdirSync(into).every((name) => !name.endsWith('.dbn')));
    });
  }

  it('an object that is not there is told as a missing file', async () => {
    await assert.rejects((await open()).fetch(at('raw/none.dbn'), folder, unattended), (error: Failure) => error.facts.errno === 'ENOENT' && error.facts.file === at('raw/none.dbn'));
  });

  it('an upload cut at every part boundary and gone on with gives the same object, told with its digest; no part is sent twice', async () => {
    const bytes = randomBytes(BYTES, 5);
    const isPart = ({ method, url }: Pick<Seen, 'method' | 'url'>, boundary: number): boolean => method === 'PUT' && url.includes(`cut-${boundary}.`) && url.includes('partNumber');
    const store = await open();
    meddler.requests.length = 0;
    meddler.meddle((seen) => {
      const boundary = Number(/cut-(\d)/.exec(seen.url)?.[1]);
      return isPart(seen, boundary) && meddler.requests.filter((each) => isPart(each, boundary)).length > boundary ? { status: 403 } : undefined;
    });
    const boundaries = [0, 1, 2, 3, 4, 5];
    const wanted = boundaries.map((boundary) => publication(`cut-${boundary}.parquet`, bytes));
    for (const outcome of await Promise.allSettled(wanted.map((each) => store.publish(each, at('uploading'), unattended)))) assert.equal(outcome.status, 'rejected');
    assert.deepEqual((await keys()).filter((key) => key.startsWith('done/cut')), [], 'nothing under the final names');
    meddler.meddle(undefined);
    await Promise.all(wanted.map((each) => store.publish(each, at('uploading'), unattended)));
    for (const boundary of boundaries) {
      assert.equal(sha256(await bodyOf(`done/cut-${boundary}.parquet`)), sha256(bytes), `cut after part ${boundary}`);
      const head = await observing.send(new HeadObjectCommand({ Bucket: BUCKET, Key: `done/cut-${boundary}.parquet` }));
      assert.deepEqual(head.Metadata, { digest: sha256(bytes), month: '2024-05' });
      assert.equal(meddler.requests.filter((seen) => seen.passed && isPart(seen, boundary)).length, 6, `cut after part ${boundary}`);
    }
    assert.equal(await unfinished(), 0);
    assert.deepEqual((await keys()).filter((key) => key.startsWith('uploading')), []);
  });

  it('a part that was damaged on the way is refused by the store, and sent again by the next attempt', async () => {
    const bytes = randomBytes(BYTES, 6);
    let damaged = 0;
    meddler.meddle(({ method, url }) => (method === 'PUT' && url.includes('partNumber=2') && damaged++ === 0 ? { flipSent: 100 } : undefined));
    const publish = async (): Promise<void> => (await open()).publish(publication('flipped.parquet', bytes), at('uploading'), unattended);
    await assert.rejects(publish(), (error: Failure) => error.facts.errno === 'EAGAIN' && /BadDigest/.test(error.message));
    await publish();
    assert.equal(sha256(await bodyOf('done/flipped.parquet')), sha256(bytes));
  });

  it('a lost answer to the end of an upload, throttling and 503 for a while do not matter', async () => {
    const bytes = randomBytes(BYTES, 7);
    let [lost, busy] = [0, 0];
    meddler.meddle(({ method, url }) => {
      if (method === 'POST' && url.includes('uploadId') && lost++ === 0) return { loseAnswer: true };
      return busy++ % 5 === 1 ? { status: 503, code: 'SlowDown' } : undefined;
    });
    await (await open()).publish(publication('lost.parquet', bytes), at('uploading'), unattended);
    assert.ok(lost > 0 && busy > 10);
    assert.equal(sha256(await bodyOf('done/lost.parquet')), sha256(bytes));
  });

  it('publishing what is there already sends nothing', async () => {
    meddler.requests.length = 0;
    await (await open()).publish(publication('lost.parquet', randomBytes(BYTES, 7)), at('uploading'), unattended);
    assert.deepEqual(meddler.requests.map(({ method }) => method), ['HEAD']);
  });

  it('a small file goes in one piece, a store that stays busy is a failure to be tried again', async () => {
    await (await open()).publish(publication('small.parquet', randomBytes(1000, 8)), at('uploading'), unattended);
    assert.equal((await bodyOf('done/small.parquet')).length, 1000);
    meddler.meddle(() => ({ status: 500, code: 'InternalError' }));
    await assert.rejects((await open()).list(at('list'), 'here'), (error: Failure) => error.kind === 'io' && error.facts.errno === 'EAGAIN' && /too busy/.test(error.message));
  });

  it('abandoned uploads and temporary objects are cleaned up; younger ones stay', async () => {
    await observing.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'uploading/left.parquet.part' }));
    await observing.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'elsewhere/theirs' }));
    await put('uploading/left-2.parquet.part', Buffer.from('x'));
    const store = await open();
    assert.deepEqual(await store.sweep(at('uploading'), Date.now() - 3_600_000), []);
    assert.equal((await store.sweep(at('uploading'), Date.now() + 3_600_000)).length, 2);
    assert.equal(await unfinished(), 1, 'the upload of somebody else');
    assert.deepEqual((await keys()).filter((key) => key.startsWith('uploading')), []);
  });

  it('a clock that is three days ahead signs what the store accepts, and takes no upload of today for abandoned', async () => {
    await observing.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'uploading/today.parquet.part' }));
    const { now } = Date;
    Date.now = () => now() + 3 * 86_400_000;
    try {
      const store = await open();
      assert.deepEqual(await store.sweep(at('uploading'), Date.now() - 86_400_000), []);
      assert.equal((await store.sweep(at('uploading'), Date.now() + 60_000)).length, 1);
    } finally {
      Date.now = now;
    }
  });

  it('a store of another region: which setting it is, is said', async () => {
    const store = await openPlaces(disk, { endpoint: swift.endpoint, region: 'eu-west-9', pathStyle: true }).store();
    await assert.rejects(store.list(at('list'), 'here'), (error: Failure) => error.kind === 'usage' && /in another region .*--region/.test(error.message));
  });

  it('wrong or no credentials: what to do is said, what they are is not', async () => {
    for (const [key, secret] of [['test:tester', 'hunter2hunter2'], ['nobody', 'hunter2hunter2']] as const) {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret });
      await assert.rejects((await open()).list(at('list'), 'here'), (error: Failure) => error.kind === 'usage' && /AWS_PROFILE/.test(error.message) && !`${error.message}${error.stack}`.includes('hunter2'));
    }
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await assert.rejects((await open()).list(at('list'), 'here'), (error: Failure) => error.kind === 'usage' && /AWS_PROFILE/.test(error.message));
    Object.assign(process.env, STORE_ENV);
  });
});
