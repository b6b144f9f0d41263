import { sha256OfFile } from '../disk/digest';
import { describeFooter } from '../table/footer';
import type { Column } from '../table/instant';
import { describeParquet, type ParquetDescription } from '../table/parquet';
import { surveyManyTimes, surveyTimes, type Alike } from '../table/survey';
import { GAP } from './gaps';
import { madeFromIn } from './provenance';
import { Remembered } from './remembered';
import type { FoundFile } from './walk';

/** What an inventory reads of files: once per version of a file in the life of this process. */
export const descriptions = new Remembered(async (file) => (await describeFooter(file)) ?? describeParquet(file));
export const surveys = new Remembered((file) => surveyTimes(file, GAP));
export const digests = new Remembered((file) => sha256OfFile(file));

/** Files surveyed in one query; a cancellation waits for one query at most. */
const TOGETHER = 250;

/**
 * Surveys the files that are not remembered yet, many at a time. One that cannot be read spoils its query: what is then
 * not remembered is surveyed by itself when it is asked for.
 */
export async function surveyAhead(files: readonly FoundFile[], signal: AbortSignal): Promise<void> {
  const unknown = files.filter((file) => !surveys.has(file));
  // A few are as quick one by one, and a fault then tells which.
  if (unknown.length < 4) return;
  for (const { files: group, alike } of await groupAlike(unknown)) {
    for (let from = 0; from < group.length && !signal.aborted; from += TOGETHER) await surveyTogether(group.slice(from, from + TOGETHER), alike);
  }
}

async function surveyTogether(files: readonly FoundFile[], alike: Alike): Promise<void> {
  const found = await surveyManyTimes(files.map((file) => file.path), alike, GAP).catch(() => []);
  for (const [at, survey] of found.entries()) await surveys.keep(files[at]!, Promise.resolve(survey));
}

/** Masters by their columns: DuckDB reads those alike in one go. What is derived is not surveyed. */
async function groupAlike(files: readonly FoundFile[]): Promise<{ files: readonly FoundFile[]; alike: Alike }[]> {
  const groups = new Map<string, { files: FoundFile[]; alike: Alike }>();
  for (const file of files) {
    const description = await descriptions.of(file).catch(() => undefined);
    const time = description === undefined ? undefined : timeIn(description);
    if (description === undefined || time === undefined || madeFromIn(description.metadata) !== undefined) continue;
    const { columns } = description;
    const key = JSON.stringify(columns);
    const group = groups.get(key) ?? { files: [], alike: { time, columns } };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const timeIn = ({ columns, timeColumn }: ParquetDescription): Column | undefined => columns.find((column) => column.name === timeColumn);
