import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { textWriting } from '../disk/atomic';
import { sha256OfFile } from '../disk/digest';
import { isFile } from '../store/layout';
import { parseJson } from '../store/lineage';
import { readProvenance } from '../store/provenance';
import { extremeTimes, rangeSpread, type ExtremeTimes, type History, type RangeSpread } from './distribution';
import { extremesOf, type DailyExtremes } from './extremes';
import { judgeOutput } from './judgement';
import { profileOf, type SessionProfile } from './profiler';
import { putFile } from './put';
import type { Recipe, StepName, Work } from './work';

/** The steps that sum up all days. They read the daily highs and lows and the profiler where these are up to date. */
export function summarySteps(ticker: string): readonly Recipe[] {
  // Both in one run are made from one reading.
  let read: { readonly master: string; readonly history: Promise<History> } | undefined;
  const history = (work: Work): Promise<History> => {
    if (read?.master !== work.from.masterSha256) read = { master: work.from.masterSha256, history: historyOf(work, ticker) };
    return read.history;
  };
  return [recipe(ticker, 'hod-lod', 'hod_lod', 1, async (work) => extremeTimes(await history(work))), recipe(ticker, 'range-dist', 'range_dist', 2, async (work) => rangeSpread(await history(work)))];
}

function recipe(ticker: string, step: StepName, file: string, version: number, sum: (work: Work) => Promise<ExtremeTimes | RangeSpread>): Recipe {
  const output = `${ticker}_${file}.json`;
  return {
    step,
    output,
    name: `${file} ${version}`,
    judge: (folder, from) => judgeOutput(folder, output, from),
    async make(work, judgement) {
      const summary = await sum(work);
      const writing = textWriting(work.disk, path.join(work.folder, output), JSON.stringify(summary, null, 2));
      return { rows: summary.day.high.count, sha256: await putFile(work.disk, work.folder, output, writing, judgement) };
    },
  };
}

async function historyOf(work: Work, ticker: string): Promise<History> {
  const days = await readCurrent(work, `${ticker}_daily_hod_lod.json`);
  const sessions = await readCurrent(work, `${ticker}_profiler.json`);
  if (days !== undefined && sessions !== undefined) return { days: Object.values(days) as DailyExtremes[], sessions: sessions as SessionProfile[] };
  const whole = await work.whole();
  const each = [...whole.list.keys()];
  return { days: each.flatMap((at) => extremesOf(whole, at) ?? []), sessions: each.flatMap((at) => profileOf(whole, at)) };
}

/** What another step made of this very master, and nobody changed. */
async function readCurrent({ folder, from }: Work, output: string): Promise<object | undefined> {
  const file = path.join(folder, output);
  const note = await readProvenance(folder, output);
  if (note?.masterSha256 !== from.masterSha256 || !(await isFile(file)) || note.outputSha256 !== (await sha256OfFile(file))) return undefined;
  return parseJson(await readFile(file, 'utf8')) as object | undefined;
}
