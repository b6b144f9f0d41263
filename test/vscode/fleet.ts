import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { monthName, writePlain } from '../support/month';
import { STORE_ENV, hasServers, observer, startRedis, startSwift } from '../support/servers';

/** What the suite meets besides the editor: an object store with a month, a queue, and a worker that takes months out of it. */
export interface Fleet {
  /** Variables for the editor. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const BUCKET = 'months';

/** Without the servers nothing is told, and the tests that need them are skipped. @param extension the folder of the built one */
export async function startFleet({ extension }: { readonly extension: string }): Promise<Fleet> {
  if (!hasServers) return { env: {}, stop: () => Promise.resolve() };
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-fleet-'));
  const [swift, redis] = await Promise.all([startSwift(path.join(folder, 'swift')), startRedis(path.join(folder, 'redis'))]);
  const observing = observer(swift);
  await observing.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const name = monthName(2024, 9, '.dbn');
  writePlain(path.join(folder, name), { year: 2024, month: 9, days: [5], hours: [8, 15], rollDay: 20 });
  await observing.send(new PutObjectCommand({ Bucket: BUCKET, Key: `raw-data/databento/${name}`, Body: readFileSync(path.join(folder, name)) }));
  observing.destroy();
  const worker = spawn(process.execPath, [path.join(extension, 'dist', 'cli.js'), 'monthly', 'worker', '--queue', redis.url, '--workers', '1', '--work', path.join(folder, 'work')], { stdio: 'ignore', env: { ...process.env, ...swift.env } });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  return {
    env: { ...(STORE_ENV as Record<string, string>), XDG_CACHE_HOME: path.join(folder, 'cache'), BARKEEP_TEST_STORE: swift.endpoint, BARKEEP_TEST_QUEUE: redis.url },
    async stop() {
      worker.kill('SIGTERM');
      await ended;
      await Promise.all([swift.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
