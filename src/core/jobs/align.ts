import type { Alignment } from '../../protocol/results';
import type { Timeframe } from '../base/timeframe';
import { withUnpacked } from '../disk/packed';
import { checkAlignment, isSameMarket } from '../intake/alignment';
import type { VendorFile, VendorOptions } from '../intake/vendor';
import { readVendorFile } from '../intake/vendor';
import { masterPath, tickersWith } from '../store/layout';
import type { JobContext } from './context';
import { readMasterAround } from './master';

export interface AlignRequest extends VendorOptions {
  readonly file: string;
  readonly ticker: string;
}

/** Does the file's data line up with the master's? Reads both, changes nothing. */
export async function alignFile(context: JobContext, request: AlignRequest): Promise<Alignment> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const vendor = await withUnpacked(context.disk.files, request.file, context.operation.signal, (plain, from) => readVendorFile(plain, { ...request, ...from }, context.operation));
  const alignment = await alignBars(vendor, master, request.timeframe);
  if (vendor.doubt !== undefined && alignment.verdict !== 'aligned') throw vendor.doubt;
  return nameInstrument(context.folder, request, vendor, alignment);
}

export async function alignBars(vendor: VendorFile, master: string, timeframe: Timeframe): Promise<Alignment> {
  const { bars, zone, stamp, kind, ambiguous } = vendor;
  const alignment = checkAlignment(bars, await readMasterAround(master, bars.time), { zone, stamp, kind, timeframe });
  return ambiguous === undefined ? alignment : { ...alignment, ambiguous };
}

/** When the bars look like another instrument's: the ticker of this folder whose master they match, if one does. */
export async function nameInstrument(folder: string, { ticker, timeframe }: Pick<AlignRequest, 'ticker' | 'timeframe'>, vendor: VendorFile, alignment: Alignment): Promise<Alignment> {
  if (alignment.cause !== 'instrument') return alignment;
  for (const other of await tickersWith(folder, timeframe)) {
    if (other === ticker) continue;
    const bars = await readMasterAround(masterPath(folder, other, timeframe), vendor.bars.time);
    if (bars === undefined || !isSameMarket(vendor.bars, bars)) continue;
    const short = `they are the bars of ${other}, not of ${ticker}.`;
    return { ...alignment, likelyTicker: other, summary: `${alignment.summary} These are the bars of ${other}.`, short, remedy: `import it into ${other}`, options: { ticker: other } };
  }
  return alignment;
}
