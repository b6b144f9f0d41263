import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../src/core/base/random';
import { FEATURES, features } from '../../src/core/monthly/features';
import { LABEL_DEFAULTS, label } from '../../src/core/monthly/label';
import type { Seconds } from '../../src/core/monthly/seconds';
import type { Bench, Figure } from './figure';

const ROWS = 600_000;
const DAY_ROWS = 27_000;
const ROUNDS = 3;

/**
 * Labels and features of a generated month of regular hours, in memory. Beside them the features by a vectorised pandas
 * script, where python3 (or the interpreter named by BARKEEP_PYTHON) has pandas.
 */
export const featureBench: Bench = async function* (): AsyncGenerator<Figure> {
  const month = await Promise.resolve(generatedMonth());
  yield { name: 'labels', value: fastest(() => label(month, LABEL_DEFAULTS)), unit: 's', bound: { most: 1 } };
  const own = fastest(() => features(month));
  yield { name: 'features', value: own, unit: 's', bound: { most: 1 } };
  const peer = pandas(month);
  if (peer === undefined) return;
  yield { name: 'features by pandas', value: peer.seconds, unit: 's' };
  yield { name: 'pandas per own time', value: peer.seconds / own, unit: '×' };
  yield { name: 'columns unlike pandas’ beyond 1e-6', value: unlike(features(month), peer.columns), unit: 'of 43', bound: { most: 2 } };
};

/** Seconds. */
function fastest(run: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    run();
    return (performance.now() - began) / 1000;
  });
  return Math.min(...times);
}

function generatedMonth(): Seconds {
  const random = seededRandom(1);
  const column = (): Float64Array => new Float64Array(ROWS);
  const month = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column(), instrument: new Int32Array(ROWS) };
  const opening = Date.UTC(2025, 9, 1, 12, 30) / 1000;
  let ticks = 24_000;
  for (let at = 0; at < ROWS; at++) {
    month.time[at] = opening + Math.floor(at / DAY_ROWS) * 86_400 + (at % DAY_ROWS);
    const before = ticks;
    if (random() < 0.5) ticks += Math.round((random() - 0.5) * 4);
    month.open[at] = before / 4;
    month.close[at] = ticks / 4;
    month.high[at] = (Math.max(before, ticks) + Math.round(random() * 0.8)) / 4;
    month.low[at] = (Math.min(before, ticks) - Math.round(random() * 0.8)) / 4;
    month.volume[at] = Math.floor(random() * 50);
  }
  return month;
}

/** @returns undefined, with the reason on the console, where there is no pandas */
function pandas(month: Seconds): { seconds: number; columns: Float64Array[] } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-bench-'));
  try {
    const [given, taken] = [path.join(folder, 'month.bin'), path.join(folder, 'features.bin')];
    const columns = [month.time, month.open, month.high, month.low, month.close, month.volume];
    writeFileSync(given, Buffer.concat([Float64Array.of(ROWS), ...columns].map((column) => new Uint8Array(column.buffer))));
    const python = process.env['BARKEEP_PYTHON'] ?? 'python3';
    const run = spawnSync(python, [path.join(__dirname, 'features.py'), given, taken], { encoding: 'utf8' });
    if (run.status !== 0) {
      console.log(`features by pandas: not measured, ${python} says: ${run.stderr.trim().split('\n').at(-1) ?? run.error?.message}`);
      return undefined;
    }
    const bytes = readFileSync(taken);
    const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return { seconds: numbers[0]!, columns: FEATURES.map((_, at) => numbers.subarray(1 + at * ROWS, 1 + (at + 1) * ROWS)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many columns differ anywhere; pandas' running sums drift, which shows where ranks tie. */
function unlike(own: readonly Float64Array[], peer: readonly Float64Array[]): number {
  const differs = (at: number): boolean =>
    own[at]!.some((value, row) => {
      const other = peer[at]![row]!;
      return Number.isNaN(value) !== Number.isNaN(other) || Math.abs(value - other) > 1e-6 * Math.max(1, Math.abs(other));
    });
  const names = FEATURES.flatMap(({ name }, at) => (differs(at) ? [name] : []));
  if (names.length > 0) console.log(`unlike pandas: ${names.join(', ')}`);
  return names.length;
}
