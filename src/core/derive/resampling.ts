import path from 'node:path';
import { countBars, mapColumns, type Bars } from '../base/bar';
import { differs, type Writing } from '../disk/atomic';
import { ownMetadata } from '../store/lineage';
import { madeMetadata } from '../store/provenance';
import { masterColumns } from '../table/master';
import { describeParquet } from '../table/parquet';
import { holdsSeries, writeSeries, type Series } from '../table/series';
import type { Part } from './change';
import { firstFrom } from './days';
import { judgeOutput } from './judgement';
import { putFile } from './put';
import { RESAMPLED, leftEdge, resample, type Anchor, type Resampled } from './resample';
import { HOUR } from './tradingday';
import type { Recipe, Work } from './work';

/** The step that joins minutes into longer bars: `{ticker}_{timeframe}.parquet`. */
export const resampling = (ticker: string, anchor: Anchor): readonly Recipe[] => RESAMPLED.map((timeframe) => recipe(ticker, timeframe, anchor));

function recipe(ticker: string, timeframe: Resampled, anchor: Anchor): Recipe {
  const output = `${ticker}_${timeframe}.parquet`;
  const name = `resample 1 anchor=${anchor}`;
  return {
    step: 'resample',
    output,
    name,
    judge: (folder, from) => judgeOutput(folder, output, from),
    async make(work, judgement) {
      const metadata = { ...ownMetadata(output), ...madeMetadata(work.from) };
      const spliced = work.part === undefined ? undefined : await splice(path.join(work.folder, output), await work.part(), timeframe, anchor);
      const series = { ...(spliced ?? (await wholeOf(work, timeframe))), metadata };
      let rows = 0;
      const writing = seriesWriting(series, (found) => (rows = found));
      const sha256 = await putFile(work.disk, work.folder, output, writing, judgement);
      return { rows, sha256 };
    },
  };
}

async function wholeOf(work: Work, timeframe: Resampled): Promise<Omit<Series, 'metadata'>> {
  const bars = await work.series(timeframe);
  return { bars, volume: isWhole(bars) ? 'BIGINT' : 'DOUBLE' };
}

const isWhole = ({ volume }: Bars): boolean => volume.every((value) => Number.isSafeInteger(value));

/** The bars a change reaches into, between those of the file there; undefined when that cannot tell how volumes are stored. */
async function splice(file: string, part: Part, timeframe: Resampled, anchor: Anchor): Promise<Omit<Series, 'metadata'> | undefined> {
  const { from, to, bars } = resampledPart(part, timeframe, anchor);
  const { columns } = await describeParquet(file);
  const whole = isWhole(bars);
  const wasWhole = columns.some(({ name, type }) => name === 'volume' && type === 'BIGINT');
  if (whole && !wasWhole) return undefined;
  return { bars, volume: whole ? 'BIGINT' : 'DOUBLE', kept: { file, from, to } };
}

/** Bins a change reaches into, all of them, and where they begin and end. */
export function resampledPart({ change, days }: Part, timeframe: Resampled, anchor: Anchor): { from: number; to: number; bars: Bars } {
  const edgeOf = leftEdge(timeframe, anchor);
  // An edge some hours on: no bin is longer than five hours.
  const [from, to] = [edgeOf(change.from), edgeOf(change.to + 8 * HOUR)];
  return { from, to, bars: resample(barsBetween(days.bars, from, to), timeframe, anchor) };
}

/** Bars with times in [from, to). */
export function barsBetween(bars: Bars, from: number, to: number): Bars {
  const all = { first: 0, end: countBars(bars) };
  const [first, end] = [firstFrom(bars.time, all, from), firstFrom(bars.time, all, to)];
  return mapColumns(bars, (column) => column.subarray(first, end));
}

/** A Parquet file read back before it is put in place. @param count told how many bars were read back */
export function seriesWriting(series: Series, count: (rows: number) => void): Writing {
  return {
    // Uncompressed bars: six values.
    needs: 48 * countBars(series.bars),
    produce: (temporary) => writeSeries(temporary, series),
    async verify(temporary) {
      const schema = (columns: readonly { name: string; type: string }[]): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
      const { columns, metadata, rows } = await describeParquet(temporary);
      if (schema(columns) !== schema(masterColumns(series.volume))) throw differs(temporary, `its columns are ${schema(columns)}.`);
      for (const [key, value] of Object.entries(series.metadata)) if (metadata[key] !== value) throw differs(temporary, `its note ${key} is not what was written.`);
      if (!(await holdsSeries(temporary, series))) throw differs(temporary, 'its bars are not those written.');
      count(rows);
    },
  };
}
