import type { Alignment } from '../../protocol/results';
import type { Timeframe } from '../base/timeframe';
import { checkAlignment } from '../intake/alignment';
import type { VendorFile, VendorOptions } from '../intake/vendor';
import { readVendorFile } from '../intake/vendor';
import { masterPath } from '../store/layout';
import type { JobContext } from './context';
import { readMasterAround } from './master';

export interface AlignRequest extends VendorOptions {
  readonly file: string;
  readonly ticker: string;
}

/** Does the file's data line up with the master's? Reads both, changes nothing. */
export async function alignFile(context: JobContext, request: AlignRequest): Promise<Alignment> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const vendor = await readVendorFile(request.file, request, context.operation);
  return alignBars(vendor, master, request.timeframe);
}

export async function alignBars(vendor: VendorFile, master: string, timeframe: Timeframe): Promise<Alignment> {
  const { bars, zone, stamp, kind } = vendor;
  return checkAlignment(bars, await readMasterAround(master, bars.time), { zone, stamp, kind, timeframe });
}
