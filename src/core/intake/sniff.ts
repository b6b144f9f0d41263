import { Failure } from '../base/failure';
import type { Zone } from '../base/time';
import { layoutOf } from '../integrity/layout';
import { isSlashed, type DateOrder } from '../integrity/timestamp';
import { LF } from '../table/csv/bytes';
import { isUtf16 } from '../table/csv/dialect';
import { openFile, readHead } from '../table/csv/source';
import type { Stamp, TimeKind } from './reading';

const HEAD = 512 * 1024;

interface Sniffing {
  readonly zone: Zone | undefined;
  readonly dates: DateOrder | undefined;
  /** A file of single trades will do. */
  readonly trades: boolean;
  /** Under which it is known. */
  readonly name: string;
}

/**
 * What a vendor's file is, from its first rows: whether its times are instants or a wall clock, and about how many rows it
 * has, before anything is read.
 * @returns `slashed`: its dates are of the form `06/07/2025`; `stamp`: what the times of files of its form are
 * @throws Failure `usage` (no such file), `refused` when the file holds no bars, `io`
 */
export async function sniffVendor(file: string, { zone, dates, trades, name }: Sniffing): Promise<{ stamp: Stamp; kind: TimeKind; tick: boolean; rows: number; slashed: boolean }> {
  const source = await openFile(file);
  try {
    const head = await readHead(source, HEAD);
    const layout = layoutOf(head, head.length >= source.bytes, { name, ...(zone === undefined ? {} : { zone }), ...(dates === undefined ? {} : { dates }) });
    const refuse = (why: string, remedy: string, inEditor = remedy): Failure => new Failure('refused', { attempted: `read ${file}`, file, why, remedy, inEditor: { remedy: inEditor } });
    if (source.bytes === 0) throw refuse('the file is empty (0 bytes).', 'Export it again.');
    if (isUtf16(head)) throw refuse('it is UTF-16, not UTF-8.', 'Save it as UTF-8.');
    if (head.includes(0)) throw refuse('it is a binary file, not text.', 'Export bars as text, or name the right file.');
    if (layout.prices === undefined) {
      const columns = layout.columns.length === 0 ? '' : ` Its columns are ${layout.columns.slice(0, 12).map(readable).join(', ')}.`;
      throw refuse(`no columns for time, open, high, low and close were found in it.${columns}`, 'Export bars, with a header or in a NinjaTrader format.');
    }
    if (layout.tick && !trades) throw refuse('it holds single trades, not bars.', 'Export bars of the timeframe, or have them joined with --aggregate TIMEFRAME.', 'Export bars of the timeframe; the command line can join trades into bars.');
    return { stamp: layout.shape === 'ninjatrader' && !layout.tick ? 'close' : 'open', kind: layout.zone.kind, tick: layout.tick, rows: expectedRows(head, source.bytes), slashed: isSlashed(layout.time?.format) };
  } finally {
    await source.close();
  }
}

/** A little more than there are, when the others are like the first ones. */
function expectedRows(head: Buffer, bytes: number): number {
  let lines = 1;
  for (let at = head.indexOf(LF); at >= 0; at = head.indexOf(LF, at + 1)) lines++;
  return Math.ceil((1.05 * lines * bytes) / Math.max(1, head.length));
}

/** A name from a file that may hold anything, fit for a terminal. */
const readable = (name: string): string => name.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '·').slice(0, 40);
