import path from 'node:path';
import type { Continuity } from '../../protocol/results';
import { calendarFor } from '../calendar/calendar';
import { readExceptions } from '../calendar/exceptions';
import type { Timeframe } from '../base/timeframe';
import { continuityOf } from '../intake/continuity';
import { calendarPath, masterPath } from '../store/layout';
import type { JobContext } from './context';
import { readSoundTimes } from './master';

export interface ContinuityRequest {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Report steps longer than this, whatever the calendar says; without it the calendar decides, or 48 h when there is none. */
  readonly gapHours?: number;
  /** UTC year. */
  readonly year?: number;
  /** Instants, unix ms UTC: from inclusive, to exclusive. */
  readonly span?: { readonly from: number; readonly to: number };
}

/**
 * Where a master has gaps.
 * @param known all its times, where they are at hand
 * @throws Failure `usage` when there is no such master, or the exceptions file is wrong; `refused` when its times do not rise
 */
export async function checkContinuity(context: JobContext, request: ContinuityRequest, known?: Float64Array): Promise<Continuity> {
  const { ticker, timeframe, gapHours, ...within } = request;
  const master = masterPath(context.folder, ticker, timeframe);
  const calendar = gapHours === undefined && timeframe !== '1W' ? calendarFor(ticker, await readExceptions(calendarPath(context.folder))) : undefined;
  const { year, span } = request;
  const times = known ?? await readSoundTimes(master, year === undefined ? span : { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1) });
  return continuityOf(times, {
    master: path.basename(master),
    timeframe,
    ...within,
    ...(gapHours === undefined ? {} : { thresholdHours: gapHours }),
    ...(calendar === undefined ? {} : { calendar }),
  });
}
