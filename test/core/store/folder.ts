import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BarBuilder, countBars, type Bars } from '../../../src/core/base/bar';
import { openDisk, type Disk } from '../../../src/core/disk/disk';
import { writeMaster } from '../../../src/core/table/master';
import { quote, sql } from '../../support/sql';

/** [open instant unix ms, open, high, low, close, volume] */
export type Row = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

/** Monday 2025-09-08 00:00 UTC. */
export const START = Date.UTC(2025, 8, 8);
export const MINUTE = 60_000;

export const barsOf = (rows: readonly Row[]): Bars => {
  const bars = new BarBuilder();
  for (const row of rows) bars.push(...row);
  return bars.finish();
};

export const rowsOf = (bars: Bars): Row[] =>
  Array.from({ length: countBars(bars) }, (_, i) => [bars.time[i]!, bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!, bars.volume[i]!]);

/** `count` minutes from `from` on, prices and volumes following from the minute. */
export const minutes = (count: number, from = START, volume: (i: number) => number = (i) => 1 + (i % 7)): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const open = 6000 + Math.round(Math.sin((from / MINUTE + i) / 50) * 80) / 4;
    return [from + i * MINUTE, open, open + 0.25 * (i % 5), open - 0.25 * (i % 3), open + 0.25 * ((i % 4) - 1), volume(i)];
  });

/** What a Parquet file holds, read apart from the product's own reading: [ms, open, high, low, close, volume], NaN for NULL. */
export async function rowsIn(file: string): Promise<Row[]> {
  const found = await sql(`SELECT epoch_ms(datetime::TIMESTAMP)::DOUBLE AS t, open, high, low, close, volume::DOUBLE AS v FROM read_parquet(${quote(file)})`);
  return found.map((row) => [row['t'], row['open'], row['high'], row['low'], row['close'], row['v']].map((value) => (value === null ? NaN : Number(value))) as unknown as Row);
}

/** `name type` of each column, by DuckDB. */
export async function schemaOf(file: string): Promise<string[]> {
  return (await sql(`DESCRIBE SELECT * FROM read_parquet(${quote(file)})`)).map((row) => `${String(row['column_name'])} ${String(row['column_type'])}`);
}

/** A master as another program might have written it: sorted, without our metadata. */
export const writeForeign = (file: string, rows: readonly Row[]): Promise<void> => writeMaster(file, { changes: barsOf(rows), volume: 'DOUBLE', metadata: {} });

export interface Scene {
  readonly folder: string;
  readonly disk: Disk;
  /** Moves the clock on. */
  pass(milliseconds: number): void;
  now(): number;
}

/** A data folder of its own and a disk with a clock that only moves when told. */
export function scene(cleanUp: (remove: () => void) => void, name = 'data [a] \'b\''): Scene {
  const above = mkdtempSync(path.join(tmpdir(), 'barkeep-store-'));
  const folder = path.join(above, name);
  cleanUp(() => {
    rmSync(above, { recursive: true, force: true });
  });
  let now = Date.UTC(2025, 8, 20);
  const clock = { now: () => now };
  return { folder, disk: openDisk({ clock, command: 'test' }), pass: (milliseconds) => (now += milliseconds), now: () => now };
}
