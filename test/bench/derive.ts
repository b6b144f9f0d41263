import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Figure } from './figure';

/** Everything derived from 15 years of minutes, and from one day more; the peer is DuckDB in the same run. */

const cache = path.join(import.meta.dirname, '..', '..', '.cache', 'bench', 'derive');

interface Measured extends Readonly<Record<string, number>> {
  readonly seconds: number;
  readonly megabytes: number;
}

export async function* derive(): AsyncGenerator<Figure> {
  mkdirSync(cache, { recursive: true });
  if (!existsSync(path.join(cache, 'whole.parquet'))) run('masters', cache);
  const rounds = [1, 2, 3];

  const whole = rounds.map(() => run('regenerate', holding('store', 'before')));
  yield { name: 'rows', value: quickest(whole)['rows']!, unit: 'bars', bound: { least: 5_000_000 } };
  yield { name: 'all', value: quickest(whole).seconds, unit: 's', bound: { most: 6 } };
  yield { name: 'all-memory', value: Math.max(...whole.map(({ megabytes }) => megabytes)), unit: 'MB', bound: { most: 800 } };

  const days = rounds.map(() => run('regenerate', oneDayLater()));
  yield { name: 'one-day', value: quickest(days).seconds, unit: 's', bound: { most: 1 } };
  yield { name: 'one-day-memory', value: Math.max(...days.map(({ megabytes }) => megabytes)), unit: 'MB' };

  // In turns, so that both meet the same weather.
  const turns = rounds.map(() => ({ ours: run('regenerate', holding('resample', 'whole'), 'resample'), peer: run('duckdb', holding('resample', 'whole')) }));
  const [ours, peer] = [quickest(turns.map((turn) => turn.ours)), quickest(turns.map((turn) => turn.peer))];
  yield { name: 'resample', value: ours.seconds, unit: 's' };
  yield { name: 'duckdb-time-bucket', value: peer.seconds, unit: 's' };
  yield { name: 'resample-against-duckdb', value: ours.seconds / peer.seconds, unit: '×', bound: { most: 1.5 } };
  await Promise.resolve();
}

const quickest = (runs: readonly Measured[]): Measured => runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));

/** Runs a task of derive-child.ts, bundled as the product is. */
function run(task: string, folder: string, argument = ''): Measured {
  const child = path.join(cache, 'child.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'derive-child.ts')], outfile: child, bundle: true, platform: 'node', external: ['@duckdb/*'], logLevel: 'error' });
  return JSON.parse(execFileSync(process.execPath, [child, task, folder, argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Measured;
}

function holding(name: string, master: string): string {
  const folder = path.join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  copyFileSync(path.join(cache, `${master}.parquet`), path.join(folder, 'ES_1m.parquet'));
  return folder;
}

/** A folder in which all was derived before the last day came. */
function oneDayLater(): string {
  const folder = path.join(cache, 'later');
  rmSync(folder, { recursive: true, force: true });
  cpSync(path.join(cache, 'store'), folder, { recursive: true });
  copyFileSync(path.join(cache, 'whole.parquet'), path.join(folder, 'ES_1m.parquet'));
  return folder;
}
