import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Tally } from './matrix';

const ROUNDS = 1000;

/** The disk's own tests in full: 16 processes on one stale lock, 1,000 times; thousands of chosen orders of steps; a fault at every operation of a single write. */
export async function lockRounds(tally: Tally): Promise<void> {
  const root = path.join(__dirname, '../..');
  const files = ['contention', 'faults'].map((name) => `test/core/disk/${name}.test.ts`);
  const env = { ...process.env, BARKEEP_LOCK_ROUNDS: String(ROUNDS), BARKEEP_LOCK_ORDERS: '5000', BARKEEP_FAULTS: 'all' };
  const child = spawn(process.execPath, [path.join(root, 'node_modules/mocha/bin/mocha.js'), ...files, '--reporter', 'spec'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  tally.points += ROUNDS;
  if (code !== 0) tally.violations.push(`the disk's own tests end with ${String(code)}:\n${said}`);
}
