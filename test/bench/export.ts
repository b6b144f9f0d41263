import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { makeBars } from '../../src/core/jobs/sampleBars';
import { writeSeries } from '../../src/core/table/series';
import type { Figure } from './figure';

/** An export of 5 million bars; the peer is DuckDB's plain COPY of the same rows, by turns with it. */

const cache = path.join(import.meta.dirname, '..', '..', '.cache', 'bench');
const data = path.join(cache, 'export');
const raw = path.join(data, 'raw');
const WEEKS = 725;
const ROUNDS = 5;

type Figures = Readonly<Record<string, number>>;

export async function* exporting(): AsyncGenerator<Figure> {
  const master = await makeMaster();
  const child = buildChild();
  const run = (task: string, folder: string, file: string): Figures => JSON.parse(execFileSync(process.execPath, [child, task, folder, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Figures;

  const rounds = Array.from({ length: ROUNDS }, () => {
    rmSync(raw, { recursive: true, force: true });
    const peer = run('copy', data, path.join(data, 'peer.csv'));
    return { peer, ours: run('export', data, raw) };
  });
  const ours = rounds.map((round) => round.ours);
  const ratios = rounds.map((round) => round.peer['seconds']! / round.ours['seconds']!).sort((a, b) => a - b);
  const best = (list: readonly Figures[]): number => Math.min(...list.map((each) => each['seconds']!));
  yield { name: 'rows', value: ours[0]!['rows']!, unit: 'rows', bound: { least: 5_000_000 } };
  yield { name: 'duckdb-copy', value: best(rounds.map((round) => round.peer)), unit: 's' };
  yield { name: 'export', value: best(ours), unit: 's' };
  yield { name: 'speed-against-duckdb', value: 100 * ratios[ROUNDS >> 1]!, unit: '%', bound: { least: 60 } };
  yield { name: 'memory', value: Math.max(...ours.map((each) => each['megabytes']!)), unit: 'MB', bound: { most: 200 } };
  yield { name: 'digest-as-signalled', value: Math.min(...ours.map((each) => each['same']!)), unit: '', bound: { least: 1 } };

  const file = path.join(raw, readdirSync(raw).find((name) => name.endsWith('.DONE'))!);
  const verified = run('verify', data, file);
  yield { name: 'verified-rows', value: verified['rows']!, unit: 'rows', bound: { least: 5_000_000 } };
  yield { name: 'verify-errors', value: verified['errors']!, unit: '', bound: { most: 0 } };
  const again = path.join(cache, 'export-again');
  rmSync(again, { recursive: true, force: true });
  mkdirSync(again, { recursive: true });
  run('import', again, file);
  yield { name: 'rows-other-than-the-master', value: run('difference', master, path.join(again, 'ES_1m.parquet'))['rows']!, unit: '', bound: { most: 0 } };

  rmSync(raw, { recursive: true, force: true });
  const sealed = run('sealed', data, raw);
  yield { name: 'sealed-export', value: sealed['seconds']!, unit: 's' };
  yield { name: 'sealed-memory', value: sealed['megabytes']!, unit: 'MB', bound: { most: 200 } };
  for (const left of [raw, again, path.join(data, 'peer.csv')]) rmSync(left, { recursive: true, force: true });
}

async function makeMaster(): Promise<string> {
  const master = path.join(data, 'ES_1m.parquet');
  if (existsSync(master)) return master;
  mkdirSync(data, { recursive: true });
  await writeSeries(master, { bars: makeBars(Date.UTC(2011, 0, 2), WEEKS, 42), volume: 'BIGINT', metadata: { ticker: 'ES', timeframe: '1m' } });
  return master;
}

function buildChild(): string {
  const child = path.join(cache, 'export-child.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'export-child.ts')], outfile: child, bundle: true, platform: 'node', external: ['@duckdb/*'], logLevel: 'error' });
  return child;
}
