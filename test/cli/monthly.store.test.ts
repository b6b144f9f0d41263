import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { barkeep, result, scratch, type Outcome } from '../support/barkeep';
import { writeMonth, type MonthShape } from '../support/month';
import { SECRET, hasSwift, observer, serversOr, startSwift, type ObjectStore } from '../support/servers';
import { digests, run, weekday } from './monthly';

const MONTHS: readonly MonthShape[] = [5, 6].map((month) => ({ year: 2024, month, days: [weekday(month)], hours: [8, 9], seed: month }));
const BUCKET = 'es-1-second-data';

(hasSwift ? describe : describe.skip)(serversOr('months from and to an object store'), () => {
  let folder: string;
  let swift: ObjectStore;
  let observing: S3Client;
  let local: Record<string, string>;
  before(async () => {
    folder = scratch(after);
    swift = await startSwift(path.join(folder, 'swift'));
    observing = observer(swift);
    await observing.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const shape of MONTHS) {
      const { file } = writeMonth(path.join(folder, 'source'), shape);
      await observing.send(new PutObjectCommand({ Bucket: BUCKET, Key: `raw-data/databento/${path.basename(file)}`, Body: readFileSync(file) }));
    }
    local = digests(await run(path.join(folder, 'source'), path.join(folder, 'local')));
  });
  after(async () => {
    observing.destroy();
    await swift.stop();
  });

  const work = (): string => path.join(folder, 'work');
  const dest = `s3://${BUCKET}/es`;
  const reach = (): string[] => ['--endpoint', swift.endpoint, '--path-style', '--work', work()];
  const args = (...more: string[]): string[] => ['monthly', 'run', ...more, '--source', `s3://${BUCKET}`, '--dest', dest, ...reach(), '--min-bytes', '0', '--part-size', '262144'];
  const bodyOf = async (address: string): Promise<Buffer> => Buffer.from(await (await observing.send(new GetObjectCommand({ Bucket: BUCKET, Key: address.slice(`s3://${BUCKET}/`.length) }))).Body!.transformToByteArray());
  const keys = async (): Promise<string[]> => ((await observing.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'es/' }))).Contents ?? []).map(({ Key }) => Key!);
  const tellsNoSecret = ({ stdout, stderr }: Outcome): void => { assert.ok(!`${stdout}${stderr}`.includes(SECRET)); };

  it('killed while it uploads, nothing is there under a final name; the next run goes on with the upload', async () => {
    const outcome = await barkeep([...args('2024-05'), '--decay-reference', '2024-06', '--json'], {
      env: swift.env,
      meanwhile: (child) => { child.stdout?.on('data', (data: Buffer) => { if (data.toString().includes('"2024-05 upload"')) child.kill('SIGKILL'); }); },
    });
    assert.equal(outcome.signal, 'SIGKILL', outcome.stdout);
    assert.deepEqual((await keys()).filter((key) => key.endsWith('.parquet')), []);
    const again = await barkeep([...args('2024-05'), '--decay-reference', '2024-06', '--json'], { env: swift.env });
    const steps = again.events.flatMap((event) => (event.type === 'progress' ? [event.step] : []));
    assert.ok(steps.length > 0 && steps.every((step) => step === '2024-05 upload'), [...new Set(steps)].join(', '));
    assert.ok(again.events.some((event) => event.type === 'result' && event.command === 'monthlyRun' && event.result.done.length === 1), again.stdout);
    tellsNoSecret(again);
  });

  it('all months: the same bytes as from a folder, statistics and report beside them, nothing left on this machine', async () => {
    const ran = await result('monthlyRun', args(), { env: swift.env });
    assert.deepEqual([ran.failed, ran.done.map(({ month }) => month), ran.finished], [[], ['2024-06'], ['2024-05']]);
    const status = await result('monthlyStatus', ['monthly', 'status', '--source', `s3://${BUCKET}`, '--dest', dest, ...reach()], { env: swift.env });
    assert.deepEqual(status.months.map(({ month, state }) => [month, state]), [['2024-05', 'finished'], ['2024-06', 'finished']]);
    for (const standing of status.months) {
      assert.ok(standing.state === 'finished' && standing.done !== undefined);
      const bytes = await bodyOf(standing.output);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), local[standing.month]);
      assert.equal(standing.done.sha256, local[standing.month]);
      const statistics = JSON.parse((await bodyOf(standing.done.statistics)).toString()) as Record<string, unknown>;
      const { Metadata } = await observing.send(new HeadObjectCommand({ Bucket: BUCKET, Key: standing.output.slice(`s3://${BUCKET}/`.length) }));
      assert.deepEqual([Metadata?.['digest'], Metadata?.['month'], Metadata?.['file-size-bytes'], Metadata?.['requires-reprocessing'], Metadata?.['overall-quality-score']], [local[standing.month], standing.month, String(bytes.length), String(statistics['requires_reprocessing']), String(statistics['quality_score'])]);
      assert.match(Metadata?.['source'] ?? '', /^s3:\/\/es-1-second-data\/raw-data\/databento\/glbx-/);
    }
    assert.ok((await bodyOf(ran.report.markdown)).toString().includes('| 2024-06 |'));
    assert.deepEqual((await keys()).filter((key) => key.includes('uploading')), []);
    const left = readdirSync(work(), { recursive: true }).map(String).filter((name) => /parquet|dbn|_statistics|\.lock|\.tmp/.test(name));
    assert.deepEqual(left, []);
    for (const name of readdirSync(path.join(work(), '.barkeep'), { recursive: true }).map(String)) {
      const file = path.join(work(), '.barkeep', name);
      if (name.endsWith('.json')) assert.ok(!readFileSync(file, 'utf8').includes(SECRET), file);
    }
  });

  it('from the store into a folder, and without an address of a bucket', async () => {
    const into = path.join(folder, 'into');
    const ran = await result('monthlyRun', ['monthly', 'run', '--source', `s3://${BUCKET}`, '--dest', into, '--endpoint', swift.endpoint, '--path-style', '--min-bytes', '0'], { env: swift.env });
    assert.deepEqual(digests(ran), local);
    assert.ok(!existsSync(path.join(into, '.barkeep/monthly/downloads')) || readdirSync(path.join(into, '.barkeep/monthly/downloads')).length === 0);
    const wrong = await barkeep(['monthly', 'status', '--dest', 's3://', '--json']);
    assert.deepEqual([wrong.code, /names no bucket/.test(wrong.stdout)], [2, true]);
  });
});
