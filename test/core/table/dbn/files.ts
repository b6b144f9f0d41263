import { monthMetadata } from '../../../support/month';
import type { Metadata } from '../../../../src/core/table/dbn/metadata';
import { openDbnStream, type DbnOptions } from '../../../../src/core/table/dbn/read';
import { barLines } from '../../../../src/core/table/dbn/print';
import { encodeBars, encodeMetadata, type BarRecord } from '../../../../src/core/table/dbn/write';
import type { Schema, Version } from '../../../../src/core/table/dbn/schema';

/** Small DBN files in memory, and reading them. */

export const START = 1_733_000_000;

export const someBars = (count: number): BarRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    publisher: 1,
    instrument: 118,
    time: BigInt(START + i) * 1_000_000_000n,
    open: 5_000_250_000_000n + BigInt(i) * 250_000_000n,
    high: 5_001_000_000_000n + BigInt(i) * 250_000_000n,
    low: 4_999_000_000_000n,
    close: 5_000_500_000_000n,
    volume: BigInt(i + 1),
  }));

export const header = (version: Version, changes: Partial<Metadata> = {}): Metadata => ({ ...monthMetadata({ year: 2024, month: 12, version }), ...changes });

export function dbnOf(metadata: Metadata, bars: readonly BarRecord[], schema: Schema = 'ohlcv-1s'): Uint8Array {
  return Buffer.concat([encodeMetadata(metadata), encodeBars(bars, schema, metadata.tsOut)]);
}

/** The bytes in pieces of so many. */
export async function* pieces(bytes: Uint8Array, size = 1 << 20): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The bars as Databento's tool would print them, exactly. */
export async function linesOf(bytes: Uint8Array, size?: number, options: DbnOptions = {}): Promise<string[]> {
  let text = '';
  for await (const lines of barLines(await openDbnStream(pieces(bytes, size), 'test.dbn', options), 'csv')) text += lines;
  return text.trimEnd().split('\n').slice(1);
}

/** What the printed line of a bar must be. */
export const lineOf = (bar: BarRecord, rtype = 32): string =>
  [bar.time, rtype, bar.publisher, bar.instrument, bar.open, bar.high, bar.low, bar.close, bar.volume, ...(bar.sent === undefined ? [] : [bar.sent])].join(',');
