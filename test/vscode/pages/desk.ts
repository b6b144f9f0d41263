import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bars } from '../../../src/core/base/bar';
import { makeBars } from '../../../src/core/jobs/sampleBars';
import { writeMaster } from '../../../src/core/table/master';
import { masterPath } from '../../../src/core/store/layout';
import { barkeep } from '../../support/barkeep';
import { writeMonth } from '../../support/month';

/** A data folder as somebody has it who lives in it: bars of 15 years, holes, what is derived, exports; and many files. */
export interface Desk {
  readonly folder: string;
  /** A CSV with a row that was altered. */
  readonly tampered: string;
  readonly dbn: string;
  remove(): void;
}

/** Days, unix ms UTC, that a master of ours lacks whole, and one that it lacks in part. */
export const HOLE = { from: Date.UTC(2025, 9, 6), to: Date.UTC(2025, 9, 8) };
export const PART = { from: Date.UTC(2025, 9, 15, 14), to: Date.UTC(2025, 9, 15, 16) };

export async function openDesk(copies: number): Promise<Desk> {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-desk-'));
  await barkeep(['sample', folder]);
  await writeMaster(masterPath(folder, 'ES', '1m'), { changes: without(makeBars(Date.UTC(2025, 8, 7), 8, 3), HOLE, PART), volume: 'BIGINT', metadata: {} });
  await barkeep(['regenerate', 'ES', '--data', folder]);
  await barkeep(['backup', '--data', folder]);
  await writeMaster(masterPath(folder, 'NQ', '1h'), { changes: hourly(Date.UTC(2010, 0, 4), Date.UTC(2025, 11, 3)), volume: 'BIGINT', metadata: {} });
  writeFileSync(path.join(folder, 'CL_1m.parquet'), 'PAR1 torn');
  const { file } = writeMonth(path.join(folder, 'months'), { year: 2024, month: 11, days: [4], hours: [9, 10] });
  mkdirSync(path.join(folder, 'archive'));
  await writeMaster(masterPath(folder, 'YM', '1h'), { changes: hourly(Date.UTC(2025, 10, 3), Date.UTC(2025, 10, 8)), volume: 'BIGINT', metadata: {} });
  for (let at = 0; at < copies; at++) copyFileSync(masterPath(folder, 'YM', '1h'), path.join(folder, 'archive', `T${String(at).padStart(4, '0')}_1h.parquet`));
  return { folder, tampered: path.join(folder, 'trades_tampered_20251103_143000.csv'), dbn: file, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}

function without(bars: Bars, ...holes: readonly { readonly from: number; readonly to: number }[]): Bars {
  const kept = [...bars.time.keys()].filter((at) => !holes.some(({ from, to }) => bars.time[at]! >= from && bars.time[at]! < to));
  return Object.fromEntries(Object.entries(bars).map(([name, values]) => [name, Float64Array.from(kept, (at) => (values as Float64Array)[at]!)])) as unknown as Bars;
}

/** Hours of every weekday, with a month that is missing. */
function hourly(from: number, to: number): Bars {
  const time: number[] = [];
  for (let at = from; at < to; at += 3_600_000) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 !== 0 && date.getUTCHours() !== 22 && !(date.getUTCFullYear() === 2017 && date.getUTCMonth() === 4)) time.push(at);
  }
  const values = (value: (at: number) => number): Float64Array => Float64Array.from(time, (_, at) => value(at));
  const open = values((at) => 6000 + Math.round(Math.sin(at / 50) * 80) / 4);
  return { time: Float64Array.from(time), open, high: open.map((price) => price + 1), low: open.map((price) => price - 1), close: open, volume: values((at) => 1 + (at % 7)) };
}
