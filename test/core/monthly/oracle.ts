import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FEATURES } from '../../../src/core/monthly/features';
import { MODES } from '../../../src/core/monthly/label';
import type { Seconds } from '../../../src/core/monthly/seconds';
import type { Trade } from './days';

const SCRIPT = path.join(__dirname, 'oracle', 'months.py');

export interface Expected {
  readonly seconds: Seconds;
  /** Indexes at which the contract changed. */
  readonly rolls: number[];
  /** Per mode. */
  readonly labels: Float64Array[];
  readonly weights: Float64Array[];
  /** Per feature. */
  readonly features: Float64Array[];
}

/**
 * What the specification makes of the rows, by Python's plain reading of it (oracle/months.py).
 * @param stage `raw`: rows as traded; `filled`: the bars that are labelled
 */
export function consult(stage: 'raw' | 'filled', trades: readonly Trade[], reference?: string): Expected {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-oracle-'));
  try {
    const [rows, answer] = [path.join(folder, 'rows.csv'), path.join(folder, 'answer.bin')];
    writeFileSync(rows, trades.map((t) => [t.time, t.symbol, t.open, t.high, t.low, t.close, t.volume].join(',')).join('\n'));
    execFileSync('python3', [SCRIPT, stage, rows, answer, ...(reference === undefined ? [] : [reference])], { stdio: ['ignore', 'inherit', 'inherit'] });
    return read(readFileSync(answer));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(bytes: Buffer): Expected {
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const rows = numbers[0]!;
  const columns = Array.from({ length: (numbers.length - 1) / rows }, (_, at) => numbers.subarray(1 + at * rows, 1 + (at + 1) * rows));
  const [time, open, high, low, close, volume, changed] = columns.splice(0, 7) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const outcomes = columns.splice(0, 2 * MODES.length);
  if (columns.length !== FEATURES.length) throw new Error(`the oracle gave ${columns.length} features`);
  let contract = 0;
  return {
    seconds: { time, open, high, low, close, volume, instrument: Int32Array.from(changed, (each) => (contract += each)) },
    rolls: [...changed.keys()].filter((at) => changed[at] === 1),
    labels: outcomes.filter((_, at) => at % 2 === 0),
    weights: outcomes.filter((_, at) => at % 2 === 1),
    features: columns,
  };
}
