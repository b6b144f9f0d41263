import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { MonthlyRun } from '../../src/protocol/monthly';
import { parseEvent } from '../../src/protocol/events';
import { writeMonth, writePlain, type MonthShape } from '../support/month';
import type { Figure } from './figure';

/** A generated month of one-second bars, three symbols, from `.dbn.zst` to verified Parquet; and decoding alone. */

const root = path.join(import.meta.dirname, '..', '..');
const folder = path.join(root, '.cache', 'bench', 'monthly');
const MONTH: MonthShape = { year: 2024, month: 12 };

export async function* monthly(): AsyncGenerator<Figure> {
  const decoding = best(3, () => decode(plainMonth()));
  yield { name: 'records', value: decoding.records, unit: 'records', bound: { least: 1_700_000 } };
  yield { name: 'decode-speed', value: decoding.records / decoding.seconds, unit: 'records/s', bound: { least: 25_000_000 } };
  const whole = best(3, processMonth);
  yield { name: 'month', value: whole.seconds, unit: 's' };
  yield { name: 'speed', value: whole.records / whole.seconds, unit: 'raw records/s', bound: { least: 250_000 } };
  yield { name: 'peak-memory', value: whole.megabytes, unit: 'MB', bound: { most: 1500 } };
  for (const [stage, seconds] of Object.entries(whole.stages)) yield { name: `stage-${stage}`, value: seconds, unit: 's' };
  await Promise.resolve();
}

interface Timed {
  readonly seconds: number;
}

function best<T extends Timed>(times: number, run: () => T): T {
  return Array.from({ length: times }, run).reduce((a, b) => (b.seconds < a.seconds ? b : a));
}

/** Decoding a plain file that is in memory, in a process of its own, bundled as the product is. */
function decode(file: string): Timed & { readonly records: number } {
  const child = path.join(folder, 'child.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'monthly-child.ts')], outfile: child, bundle: true, platform: 'node', logLevel: 'error' });
  return JSON.parse(execFileSync(process.execPath, [child, file], { encoding: 'utf8' })) as Timed & { records: number };
}

interface Whole extends Timed {
  readonly records: number;
  readonly megabytes: number;
  readonly stages: Readonly<Record<string, number>>;
}

/** The command as it is used: the time is that of the whole process with its child, reports included. */
function processMonth(): Whole {
  const source = compressedMonth();
  const dest = path.join(folder, 'dest');
  rmSync(dest, { recursive: true, force: true });
  const began = performance.now();
  const out = execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'monthly', 'run', '--source', source, '--dest', dest, '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = (performance.now() - began) / 1000;
  const [month] = resultOf(out).done;
  if (month === undefined) throw new Error(`the month was not processed:\n${out}`);
  return { seconds, records: month.rawRows, megabytes: month.peakMemoryBytes / 1e6, stages: month.stageSeconds };
}

function resultOf(out: string): MonthlyRun {
  for (const line of out.split('\n')) {
    const event = parseEvent(line);
    if (event?.type === 'result' && event.command === 'monthlyRun') return event.result;
  }
  throw new Error(`no result:\n${out}`);
}

/** Made on first use. */
function plainMonth(): string {
  const file = path.join(folder, 'month.dbn');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writePlain(`${file}.part`, MONTH);
    renameSync(`${file}.part`, file);
  }
  return file;
}

/** The folder of the compressed month, made on first use. */
function compressedMonth(): string {
  const source = path.join(folder, 'source');
  if (!existsSync(source)) {
    rmSync(`${source}.part`, { recursive: true, force: true });
    writeMonth(`${source}.part`, MONTH);
    renameSync(`${source}.part`, source);
  }
  return source;
}
