import type { BarRow, DbnPreview } from '../../../protocol/dbn';
import { formatInstant } from '../../base/time';
import { decodeRun, newBatch, type BarBatch } from './batch';
import type { Metadata } from './metadata';
import { openDbn } from './read';
import type { BarRun } from './runs';
import { SymbolMap } from './symbols';

export interface PreviewOptions {
  /** The most bars to give. */
  readonly rows: number;
  /** IANA name of the zone in which times are given. */
  readonly zone: string;
  /** Read to the end, so that the total is known; else only as far as the rows go. */
  readonly whole: boolean;
  readonly signal?: AbortSignal;
}

/** What a DBN file is, and its first bars. @throws Failure as `openDbn`, also where the part that is read is damaged */
export async function previewDbn(file: string, { rows: most, zone, whole, signal }: PreviewOptions): Promise<DbnPreview> {
  const dbn = await openDbn(file, signal === undefined ? {} : { signal });
  const symbols = new SymbolMap(dbn.metadata);
  const rows: BarRow[] = [];
  let total = 0;
  let ended = true;
  try {
    for await (const run of dbn.runs()) {
      if (rows.length < most) rows.push(...rowsOf(run, most - rows.length, symbols, zone));
      total += run.count;
      ended = whole || total <= most;
      if (!ended) break;
    }
  } finally {
    await dbn.close();
  }
  const skipped = [...dbn.skipped.values()].reduce((sum, count) => sum + count, 0);
  return { ...headerOf(dbn.metadata, zone), rows, skipped, ...(ended ? { total } : {}) };
}

const TIME = 'yyyy-MM-dd HH:mm:ss';

function headerOf({ version, dataset, schema, start, end, symbols, mappings }: Metadata, zone: string): Omit<DbnPreview, 'rows' | 'skipped'> {
  const at = (nanos: bigint): string => formatInstant(Number(nanos / 1_000_000n), zone, `${TIME} ZZZZ`);
  return { version, dataset, schema, start: at(start), end: end === null ? null : at(end), symbols, mapped: mappings.length, zone };
}

function rowsOf(run: BarRun, most: number, symbols: SymbolMap, zone: string): BarRow[] {
  const batch = newBatch(run.count);
  decodeRun(run, batch);
  return Array.from({ length: Math.min(most, batch.count) }, (_, at) => rowAt(batch, at, symbols, zone));
}

function rowAt({ time, nanos, instrument, open, high, low, close, volume }: BarBatch, at: number, symbols: SymbolMap, zone: string): BarRow {
  const second = time[at]!;
  const beyond = nanos[at] === 0 ? '' : `'.${String(nanos[at]).padStart(9, '0')}'`;
  return {
    time: Number.isNaN(second) ? null : formatInstant(second * 1000, zone, `${TIME}${beyond} ZZZZ`),
    symbol: symbols.at(instrument[at]!, second)?.symbol ?? String(instrument[at]),
    open: defined(open[at]!),
    high: defined(high[at]!),
    low: defined(low[at]!),
    close: defined(close[at]!),
    volume: defined(volume[at]!),
  };
}

const defined = (value: number): number | null => (Number.isNaN(value) ? null : value);
