import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Coverage, DayCoverage } from '../../protocol/coverage';
import { Failure, failureFrom } from '../base/failure';
import { parseUtc } from '../base/time';
import { calendarFor } from '../calendar/calendar';
import { readExceptions } from '../calendar/exceptions';
import { coverageOf, dayCoverageOf, type Judging } from '../intake/coverage';
import { calendarPath, parseName } from '../store/layout';
import { Remembered } from '../store/remembered';
import { readSoundTimes } from './master';

/** Which bars a Parquet file of a data folder has. */

/** A file in a data folder, `/` between its parts. */
export interface Covered {
  readonly folder: string;
  readonly file: string;
}

const coverages = new Remembered<Omit<Coverage, 'file'>>(async (file) => coverageOf(await readSoundTimes(file), await judging(file)));

/** Day by day; read once per version of the file. @throws Failure as `readSoundTimes` */
export async function coverage({ folder, file }: Covered): Promise<Coverage> {
  const at = path.join(folder, file);
  const [{ size, mtimeMs }, exceptions] = await Promise.all([stat(at).catch((error: unknown) => { throw failureFrom(error, `read ${at}`, at); }), stat(calendarPath(path.dirname(at))).then(({ mtimeMs: changed }) => changed, () => 0)]);
  return { file, ...(await coverages.of({ file, path: at, bytes: size, updated: mtimeMs + exceptions })) };
}

/** One day, `2025-11-03` (UTC). @throws Failure `usage` for what is no day; else as `readSoundTimes` */
export async function dayCoverage({ folder, file, day }: Covered & { readonly day: string }): Promise<DayCoverage> {
  const from = day.length === 10 ? parseUtc(day) : undefined;
  if (from === undefined) throw new Failure('usage', { attempted: `show ${day} of ${file}`, why: `"${day}" is no day.`, remedy: 'Give one such as 2025-11-03.' });
  const at = path.join(folder, file);
  return { file, ...dayCoverageOf(await readSoundTimes(at, { from, to: from + 86_400_000 }), from, await judging(at)) };
}

async function judging(file: string): Promise<Judging> {
  const { ticker, timeframe } = parseName(file);
  const calendar = ticker === undefined ? undefined : calendarFor(ticker, await readExceptions(calendarPath(path.dirname(file))));
  return { ...(timeframe === undefined || timeframe === '1W' ? {} : { timeframe }), ...(calendar === undefined ? {} : { calendar }) };
}
