import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { until } from './until';

/** Real servers for tests, on loopback, each with a folder of its own. `test/support/servers/install.sh` installs them. */

const hasCommand = (name: string): boolean => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const SWIFT = '/usr/lib/python3/dist-packages/swift/proxy/server.py';
export const hasSwift = existsSync(SWIFT);
export const hasRedis = hasCommand('redis-server');

const reasons = [...(hasSwift ? [] : ['OpenStack Swift (python3-swift)']), ...(hasRedis ? [] : ['Redis (redis-server)'])];
/** A title that says why it is skipped, where it is. */
export const serversOr = (title: string): string => (reasons.length === 0 ? title : `${title} (skipped: ${reasons.join(' and ')} not installed)`);
export const hasServers = reasons.length === 0;

export interface ObjectStore {
  readonly endpoint: string;
  /** What tells a process who it is to the store. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Also in the text of no log, state or report: tests look for it. */
export const SECRET = 'testing';
export const STORE_ENV: NodeJS.ProcessEnv = { AWS_ACCESS_KEY_ID: 'test:tester', AWS_SECRET_ACCESS_KEY: SECRET, AWS_EC2_METADATA_DISABLED: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };

// The library tells everybody on Node 20 that it will want a newer one some day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

export async function startSwift(folder: string): Promise<ObjectStore> {
  mkdirSync(folder, { recursive: true });
  const child = spawn('/usr/bin/python3', [path.join(__dirname, 'servers/store.py'), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => { resolve(data.toString().trim()); });
    child.once('exit', (code) => { reject(new Error(`Swift ended with ${code}`)); });
  });
  return { endpoint: `http://127.0.0.1:${port}`, env: STORE_ENV, stop: () => ended(child, () => child.stdin.end()) };
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(timer);
}

/** A client as an independent observer: not the product's own. */
export const observer = ({ endpoint }: Pick<ObjectStore, 'endpoint'>): S3Client =>
  new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED', credentials: { accessKeyId: 'test:tester', secretAccessKey: SECRET } });

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
  /** Ends the process at once and starts another on the same port and data. */
  restart(): Promise<void>;
}

export async function startRedis(folder: string): Promise<RedisServer> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until(`Redis on port ${port}`, async () => {
      if (child.exitCode !== null) throw new Error(`Redis ended with ${child.exitCode}`);
      return answers(port);
    });
    return child;
  };
  let child = await start();
  const stop = (): Promise<void> => ended(child, () => child.kill('SIGKILL'));
  return { url: `redis://127.0.0.1:${port}`, stop, restart: async () => { await stop(); child = await start(); } };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === 'object' && address !== null ? address.port : 0); });
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => { resolve(data.toString().startsWith('+PONG')); socket.destroy(); });
    socket.once('error', () => { resolve(false); });
  });
