import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Figure } from './figure';

/** Verifying generated one-minute bars, against csv-parse only splitting the same file into cells. */

const folder = path.join(import.meta.dirname, '..', '..', '.cache', 'bench');

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** Runs a task of child.ts on a file, bundled as the product is. */
function measure(task: 'verify' | 'csv-parse', file: string): Measured {
  const child = path.join(folder, 'child.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'child.ts')], outfile: child, bundle: true, platform: 'node', logLevel: 'error' });
  return JSON.parse(execFileSync(process.execPath, [child, task, file], { encoding: 'utf8' })) as Measured;
}

const best = (runs: readonly Measured[]): Measured => runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));

export async function* integrity(): AsyncGenerator<Figure> {
  const file = exported(5_000_000);
  // Taken in turns, so that a busy moment of the machine does not fall on one of them only.
  const turns = Array.from({ length: 3 }, () => [measure('verify', file), measure('csv-parse', file)] as const);
  const ours = best(turns.map(([own]) => own));
  const peer = best(turns.map(([, other]) => other));
  yield { name: 'rows', value: ours.rows, unit: 'rows', bound: { least: 5_000_000 } };
  yield { name: 'verify-speed', value: ours.rows / ours.seconds, unit: 'rows/s' };
  yield { name: 'csv-parse-speed', value: (peer.rows - 1) / peer.seconds, unit: 'rows/s' };
  yield { name: 'faster-than-csv-parse', value: peer.seconds / ours.seconds, unit: '×', bound: { least: 6 } };
  yield { name: 'peak-memory', value: ours.megabytes, unit: 'MB', bound: { most: 120 } };
  const shorter = measure('verify', exported(1_000_000));
  yield { name: 'memory-per-million-ordered', value: Math.max(0, (ours.megabytes - shorter.megabytes) / 4), unit: 'MB', bound: { most: 1 } };
  const [one, three] = [1, 3].map((millions) => measure('verify', exported(millions * 1_000_000, true)));
  yield { name: 'memory-per-million-shuffled', value: (three!.megabytes - one!.megabytes) / 2, unit: 'MB', bound: { most: 16 } };
  await Promise.resolve();
}

export async function* integrityBig(): AsyncGenerator<Figure> {
  const big = measure('verify', exported(18_600_000));
  yield { name: 'rows', value: big.rows, unit: 'rows', bound: { least: 18_600_000 } };
  yield { name: 'verify-speed', value: big.rows / big.seconds, unit: 'rows/s' };
  yield { name: 'peak-memory', value: big.megabytes, unit: 'MB', bound: { most: 120 } };
  await Promise.resolve();
}

/** The path of an export file of so many one-minute bars, made on first use: 58 bytes a row, a random walk from a fixed seed. */
function exported(rows: number, shuffled = false): string {
  // Shuffled rows are of an instrument without a calendar: explaining millions of steps of years would measure that instead.
  const name = `MinuteDataExport_${shuffled ? 'NONE' : 'ES'}_${rows}${shuffled ? '_shuffled' : ''}_UTC.csv`;
  const file = path.join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const handle = openSync(`${file}.part`, 'w');
  writeSync(handle, 'Date,Time,Open,High,Low,Close,Volume\r\n');
  const walk = new Walk();
  let text = '';
  for (let i = 0; i < rows; i++) {
    // A step that is coprime to the count (here: not divisible by 2, 3 or 5) visits every minute once.
    text += walk.row(shuffled ? (i * 618_031) % rows : i);
    if (text.length < 1 << 20) continue;
    writeSync(handle, text);
    text = '';
  }
  writeSync(handle, text);
  closeSync(handle);
  renameSync(`${file}.part`, file);
  return file;
}

const START = Date.UTC(1995, 0, 2);
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

class Walk {
  #seed = 42;
  #close = 20_000;
  #day = -1;
  #date = '';

  row(minute: number): string {
    const open = this.#close;
    this.#close = Math.max(4_000, open + this.#random(9) - 4);
    const high = Math.max(open, this.#close) + this.#random(3);
    const low = Math.min(open, this.#close) - this.#random(3);
    const prices = [open, high, low, this.#close].map((ticks) => (ticks / 4).toFixed(2)).join(',');
    return `${this.#dateOf(Math.floor(minute / 1440))},${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}:00,${prices},${1 + this.#random(3000)}\r\n`;
  }

  #dateOf(day: number): string {
    if (day !== this.#day) this.#date = new Date(START + day * 86_400_000).toISOString().slice(0, 10);
    this.#day = day;
    return this.#date;
  }

  #random(below: number): number {
    this.#seed = (this.#seed * 48271) % 2147483647;
    return this.#seed % below;
  }
}
