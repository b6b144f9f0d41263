import { BarBuilder, type Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { durationOf, type Timeframe } from '../base/timeframe';
import { sha256OfFile } from '../disk/digest';
import { openDbn, type Dbn } from '../table/dbn/read';
import type { Schema } from '../table/dbn/schema';
import { sortBars } from './duplicates';
import { scalePrices } from './prices';
import { isLabelled } from './reading';
import type { Rejected } from './rows';
import type { VendorFile, VendorOptions } from './vendor';

export const isDbnName = (file: string): boolean => /\.dbn(\.zst)?$/i.test(file);

const SCHEMAS: Readonly<Partial<Record<Timeframe, Schema>>> = { '1s': 'ohlcv-1s', '1m': 'ohlcv-1m', '1h': 'ohlcv-1h', '1D': 'ohlcv-1d' };

/**
 * Reads Databento's binary bars: instants UTC at which bars open, prices in points. Rows that are no bar are rejected by
 * the names of the integrity catalogue.
 * @throws Failure `refused` when it holds other bars than those asked for, several instruments, or none; `usage`, `io`
 */
export async function readDbnFile(file: string, { timeframe, scale = 1 }: VendorOptions, operation: Operation): Promise<VendorFile> {
  const schema = SCHEMAS[timeframe];
  const refuse = (why: string, remedy: string): Failure => new Failure('refused', { attempted: `import ${file}`, file, why, remedy });
  if (schema === undefined) throw refuse(`DBN has no ${timeframe} bars.`, `Import it as one of ${Object.keys(SCHEMAS).join(', ')}; others are made from 1m by barkeep regenerate.`);
  const dbn = await openDbn(file, { schema, signal: operation.signal });
  const { bars, lines, rejected, instruments, rows } = await collect(dbn, timeframe, schema, refuse);
  if (instruments.size > 1) throw refuse(`it holds several instruments (ids ${[...instruments].slice(0, 5).join(', ')}).`, 'Download one symbol per file.');
  if (bars.time.length === 0) throw refuse(rows === 0 ? 'it holds no record.' : `none of its ${rows} records is a usable bar.`, 'Download another span.');
  const sorted = sortBars({ bars, rows: lines, lines });
  return {
    bars: scalePrices(sorted.bars, scale),
    rows,
    rejected: [...rejected, ...sorted.duplicates.map((duplicate) => ({ ...duplicate, text: '' }))].sort((a, b) => a.row - b.row),
    repeatedHeaders: 0,
    sha256: await sha256OfFile(file, operation.signal),
    zone: 'UTC',
    stamp: 'open',
    kind: isLabelled(timeframe) ? 'date' : 'instant',
  };
}

/** Bars as a DBN file has them, in its order. */
export interface DbnBars {
  readonly timeframe: Timeframe;
  each(take: (bars: Bars) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens Databento's binary bars, to be handed on as they are: open instants in ms (with a fraction where they have one), NaN
 * where something is undefined. The caller takes each or closes it.
 * @param wanted of a stream of several schemas; else the file's own is found
 * @throws Failure `refused` when it holds no bars or, in the course, several instruments; `usage`, `io`
 */
export async function openDbnBars(file: string, wanted: Timeframe | undefined, operation: Operation): Promise<DbnBars> {
  const schema = wanted === undefined ? undefined : SCHEMAS[wanted];
  const dbn = await openDbn(file, { signal: operation.signal, ...(schema === undefined ? {} : { schema }) });
  const timeframe = (Object.keys(SCHEMAS) as Timeframe[]).find((known) => SCHEMAS[known] === dbn.metadata.schema) ?? wanted ?? '1s';
  return { timeframe, each: (take) => eachBatch(dbn, timeframe, take), close: () => dbn.close() };
}

async function eachBatch(dbn: Dbn, timeframe: Timeframe, take: (bars: Bars) => Promise<void>): Promise<void> {
  const day = durationOf('1D');
  let instrument: number | undefined;
  for await (const batch of dbn.bars()) {
    const { count } = batch;
    instrument ??= batch.instrument[0];
    if (batch.instrument.subarray(0, count).some((each) => each !== instrument)) {
      throw new Failure('refused', { attempted: `read ${dbn.file}`, file: dbn.file, why: 'it holds several instruments.', remedy: 'Download one symbol per file.' });
    }
    const time = Float64Array.from({ length: count }, (_, i) => batch.time[i]! * 1000 + batch.nanos[i]! / 1e6);
    const [open, high, low, close, volume] = [batch.open, batch.high, batch.low, batch.close, batch.volume].map((column) => column.subarray(0, count)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    await take({ time: timeframe === '1D' ? time.map((at) => Math.floor(at / day) * day) : time, open, high, low, close, volume });
  }
}

async function collect(dbn: Dbn, timeframe: Timeframe, schema: Schema, refuse: (why: string, remedy: string) => Failure): Promise<{ bars: ReturnType<BarBuilder['finish']>; lines: Uint32Array; rejected: Rejected[]; instruments: Set<number>; rows: number }> {
  const found = dbn.metadata.schema;
  if (found !== null && found !== schema) {
    await dbn.close();
    throw refuse(`its bars are ${found}, not ${schema}.`, 'Import it with the timeframe that it holds.');
  }
  const [bars, lines, rejected, instruments] = [new BarBuilder(), [] as number[], [] as Rejected[], new Set<number>()];
  const day = durationOf('1D');
  let rows = 0;
  for await (const batch of dbn.bars()) {
    for (let i = 0; i < batch.count; i++) {
      rows++;
      instruments.add(batch.instrument[i]!);
      const time = batch.time[i]! * 1000 + batch.nanos[i]! / 1e6;
      const [open, high, low, close] = [batch.open[i]!, batch.high[i]!, batch.low[i]!, batch.close[i]!];
      const code = faultOf(time, open, high, low, close);
      if (code !== undefined) rejected.push({ row: rows, line: rows, code, text: '' });
      else {
        bars.push(timeframe === '1D' ? Math.floor(time / day) * day : time, open, high, low, close, batch.volume[i]!);
        lines.push(rows);
      }
    }
  }
  return { bars: bars.finish(), lines: Uint32Array.from(lines), rejected, instruments, rows };
}

function faultOf(time: number, open: number, high: number, low: number, close: number): string | undefined {
  if (!Number.isInteger(time)) return 'timestamp-invalid';
  if (Number.isNaN(open + high + low + close)) return 'number-invalid';
  return high >= Math.max(open, low, close) && low <= Math.min(open, close) ? undefined : 'ohlc-inconsistent';
}
