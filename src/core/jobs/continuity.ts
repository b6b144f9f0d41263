import path from 'node:path';
import type { Continuity } from '../../protocol/results';
import type { Timeframe } from '../base/timeframe';
import { continuityOf } from '../intake/continuity';
import { masterPath } from '../store/layout';
import { readTimes } from '../table/parquet';
import type { JobContext } from './context';

export interface ContinuityRequest {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Default 48. */
  readonly gapHours?: number;
  /** UTC year. */
  readonly year?: number;
  /** Instants, unix ms UTC: from inclusive, to exclusive. */
  readonly span?: { readonly from: number; readonly to: number };
}

/** Where a master has gaps. @throws Failure `usage` when there is no such master */
export async function checkContinuity(context: JobContext, request: ContinuityRequest): Promise<Continuity> {
  const { ticker, timeframe, gapHours, ...within } = request;
  const master = masterPath(context.folder, ticker, timeframe);
  const times = await readTimes(master);
  return continuityOf(times, { master: path.basename(master), timeframe, ...within, ...(gapHours === undefined ? {} : { thresholdHours: gapHours }) });
}
