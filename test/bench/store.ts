import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Bars } from '../../src/core/base/bar';
import { mapColumns } from '../../src/core/base/bar';
import { makeBars, ninjaTraderText } from '../../src/core/jobs/sampleBars';
import type { Figure } from './figure';

/** Imports, alignment and inventory at the size of a real store; the peer is DuckDB in the same run. */

const cache = path.join(import.meta.dirname, '..', '..', '.cache', 'bench');
const ZONE = 'America/Los_Angeles';
/** 14 years of one-minute bars, 23 hours a day, five days a week. */
const WEEKS = 725;
const SESSION = 1380;
const ROWS = WEEKS * 5 * SESSION;

interface Measured extends Readonly<Record<string, number>> {
  readonly seconds: number;
  readonly megabytes: number;
}

export async function* store(): AsyncGenerator<Figure> {
  const history = exported('history', 0, ROWS - SESSION);
  const day = exported('day', ROWS - SESSION, ROWS);
  const data = path.join(cache, 'store');

  const peers = [1, 2, 3].map(() => measure('duckdb', empty('peer'), history));
  const imports = [1, 2, 3].map(() => measure('import', empty('store'), history));
  const [peer, whole] = [quickest(peers), quickest(imports)];
  yield { name: 'rows', value: whole['newRows']!, unit: 'rows', bound: { least: 5_000_000 } };
  yield { name: 'duckdb-csv-to-parquet', value: peer.seconds, unit: 's' };
  yield { name: 'import-empty-store', value: whole.seconds, unit: 's' };
  yield { name: 'import-against-duckdb', value: whole.seconds / peer.seconds, unit: '×', bound: { most: 2.5 } };
  yield { name: 'import-memory', value: whole.megabytes, unit: 'MB' };

  copyFileSync(path.join(data, 'ES_1m.parquet'), path.join(cache, 'master.parquet'));
  const days = [1, 2, 3].map(() => measure('import', holding('store', path.join(cache, 'master.parquet')), day));
  yield { name: 'one-day-rows', value: quickest(days)['newRows']!, unit: 'rows', bound: { least: SESSION } };
  yield { name: 'one-day-import', value: quickest(days).seconds, unit: 's', bound: { most: 3 } };
  yield { name: 'one-day-memory', value: Math.max(...days.map((each) => each.megabytes)), unit: 'MB', bound: { most: 700 } };

  const million = exported('million', ROWS - 1_000_000 - SESSION, ROWS - SESSION);
  const aligned = quickest([1, 2].map(() => measure('align', data, million)));
  yield { name: 'align-compared', value: aligned['compared']!, unit: 'bars', bound: { least: 999_000 } };
  yield { name: 'align-million', value: aligned.seconds, unit: 's', bound: { most: 1.5 } };

  const thousand = path.join(cache, 'thousand');
  mkdirSync(thousand, { recursive: true });
  const lists = [1, 2, 3].map(() => measure('inventory', thousand, path.join(cache, 'master.parquet')));
  const best = (name: string): number => Math.min(...lists.map((list) => list[name]!));
  yield { name: 'inventory-files', value: best('entries'), unit: 'files', bound: { least: 1000 } };
  yield { name: 'inventory-first', value: best('seconds'), unit: 's', bound: { most: 1 } };
  yield { name: 'inventory-order-and-gaps', value: best('wholeSeconds'), unit: 's' };
  yield { name: 'inventory-one-changed', value: 1000 * best('changedSeconds'), unit: 'ms', bound: { most: 100 } };
  yield { name: 'inventory-none-changed', value: 1000 * best('idleSeconds'), unit: 'ms', bound: { most: 100 } };
  await Promise.resolve();
}

const quickest = (runs: readonly Measured[]): Measured => runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));

/** Runs a task of store-child.ts, bundled as the product is and with the programs of its threads beside it. */
function measure(task: string, folder: string, file: string): Measured {
  const dist = path.join(cache, 'dist');
  mkdirSync(dist, { recursive: true });
  for (const program of ['kernel.js', 'values.js']) copyFileSync(path.join(import.meta.dirname, '..', '..', 'dist', program), path.join(dist, program));
  const child = path.join(dist, 'store-child.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'store-child.ts')], outfile: child, bundle: true, platform: 'node', external: ['@duckdb/*'], logLevel: 'error' });
  return JSON.parse(execFileSync(process.execPath, [child, task, folder, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Measured;
}

function empty(name: string): string {
  const folder = path.join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function holding(name: string, master: string): string {
  const folder = empty(name);
  copyFileSync(master, path.join(folder, 'ES_1m.parquet'));
  return folder;
}

let bars: Bars | undefined;

/** The path of a NinjaTrader export of the bars from one index to another, made on first use. */
function exported(name: string, from: number, to: number): string {
  const file = path.join(cache, `ES ${name} ${to - from}.txt`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  bars ??= makeBars(Date.UTC(2011, 0, 2), WEEKS, 42);
  const handle = openSync(`${file}.part`, 'w');
  for (let at = from; at < to; at += 50_000) writeSync(handle, ninjaTraderText(mapColumns(bars, (column) => column.subarray(at, Math.min(to, at + 50_000))), ZONE));
  closeSync(handle);
  renameSync(`${file}.part`, file);
  return file;
}
