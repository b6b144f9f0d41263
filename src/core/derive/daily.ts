import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesWriting } from '../disk/bytes';
import type { Part } from './change';
import type { TradingDays } from './days';
import { BY_DATE, BY_DATE_INDENTED, LIST, countRecords, layOut, replaceDays, type Layout } from './daytext';
import { extremesOf } from './extremes';
import { judgeOutput } from './judgement';
import { openingOf } from './opening';
import { profileOf } from './profiler';
import { putFile } from './put';
import { marksOf } from './sessions';
import { touchesOf } from './touches';
import { dateText } from './tradingday';
import type { Recipe, StepName, Work } from './work';

/** The steps whose JSON is made of days: each day's records follow from that day and those before. */

interface DailyStep {
  readonly step: StepName;
  /** After the ticker and an underscore. */
  readonly file: string;
  readonly folder?: string;
  readonly version: number;
  readonly layout: Layout;
  /** The records, as text, of the day at an index of the list. */
  readonly records: (days: TradingDays, at: number) => readonly string[];
}

const lines = (records: readonly object[]): string[] => records.map((record) => JSON.stringify(record));
const dated = (days: TradingDays, at: number, value: object | undefined): string[] =>
  value === undefined ? [] : [`"${dateText(days.list[at]!.date)}":${JSON.stringify(value)}`];

function indented(days: TradingDays, at: number, value: object | undefined): string[] {
  if (value === undefined) return [];
  return [`  "${dateText(days.list[at]!.date)}": ${JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')}`];
}

const DAILY: readonly DailyStep[] = [
  { step: 'daily-hod-lod', file: 'daily_hod_lod', version: 1, layout: BY_DATE_INDENTED, records: (days, at) => indented(days, at, extremesOf(days, at)) },
  { step: 'profiler', file: 'profiler', version: 1, layout: LIST, records: (days, at) => lines(profileOf(days, at)) },
  { step: 'level-touches', file: 'level_touches', version: 1, layout: BY_DATE, records: (days, at) => dated(days, at, touchesOf(days, at)) },
  { step: 'opening-range', file: 'opening_range', version: 1, layout: LIST, records: (days, at) => lines([openingOf(days, at) ?? []].flat()) },
  { step: 'sessions', file: 'sessions', folder: 'sessions/', version: 1, layout: LIST, records: (days, at) => lines(marksOf(days, at)) },
];

export const dailySteps = (ticker: string): readonly Recipe[] => DAILY.map((daily) => recipe(ticker, daily));

function recipe(ticker: string, { step, file, folder: inside = '', version, layout, records }: DailyStep): Recipe {
  const output = `${inside}${ticker}_${file}.json`;
  return {
    step,
    output,
    name: `${file} ${version}`,
    judge: (folder, from) => judgeOutput(folder, output, from),
    async make(work, judgement) {
      const bytes = work.part === undefined ? layOut(layout, each(await work.whole(), records)) : await spliced(work, output, layout, records, await work.part());
      const sha256 = await putFile(work.disk, work.folder, output, bytesWriting(work.disk, path.join(work.folder, output), bytes), judgement);
      return { rows: countRecords(bytes, layout), sha256 };
    },
  };
}

async function spliced(work: Work, output: string, layout: Layout, records: DailyStep['records'], { days, first, last }: Part): Promise<Buffer[]> {
  const old = await readFile(path.join(work.folder, output));
  return replaceDays(old, layout, dateText(first), last === Infinity ? '9999' : dateText(last), each(days, records, first, last));
}

/** The records of the days from one trading date to another. */
function* each(days: TradingDays, records: DailyStep['records'], first = -Infinity, last = Infinity): Generator<string> {
  for (const [at, { date }] of days.list.entries()) if (date >= first && date <= last) yield* records(days, at);
}
