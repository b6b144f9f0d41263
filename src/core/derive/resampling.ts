import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { countBars, joinBars, mapColumns, type Bars } from '../base/bar';
import { differs, type Writing } from '../disk/atomic';
import { bytesWriting } from '../disk/bytes';
import type { Disk } from '../disk/disk';
import { ownMetadata } from '../store/lineage';
import { madeMetadata, readProvenance } from '../store/provenance';
import { graft, groupsOf, unpack, writerOf, type Packed } from '../table/graft';
import { GROUP_ROWS, masterColumns, type VolumeType } from '../table/master';
import { describeParquet, readBars } from '../table/parquet';
import { holdsSeries, seriesWriter, writeSeries, type Series } from '../table/series';
import type { Part } from './change';
import { firstFrom } from './days';
import { judgeOutput } from './judgement';
import { putFile } from './put';
import { RESAMPLED, leftEdge, resample, type Anchor, type Resampled } from './resample';
import { HOUR } from './tradingday';
import type { Recipe, Work } from './work';

/** The step that joins minutes into longer bars: `{ticker}_{timeframe}.parquet`. */
export const resampling = (ticker: string, anchor: Anchor): readonly Recipe[] => RESAMPLED.map((timeframe) => recipe(ticker, timeframe, anchor));

const outputOf = (ticker: string, timeframe: Resampled): string => `${ticker}_${timeframe}.parquet`;
const nameOf = (anchor: Anchor): string => `resample 1 anchor=${anchor}`;

/** The anchor that a ticker's bars were last resampled with, by their notes; `utc` when there are none. */
export async function anchorThere(folder: string, ticker: string): Promise<Anchor> {
  const notes = await Promise.all(RESAMPLED.map((timeframe) => readProvenance(folder, outputOf(ticker, timeframe))));
  return notes.find((note) => note !== undefined)?.recipe === nameOf('session') ? 'session' : 'utc';
}

function recipe(ticker: string, timeframe: Resampled, anchor: Anchor): Recipe {
  const output = outputOf(ticker, timeframe);
  const name = nameOf(anchor);
  return {
    step: 'resample',
    output,
    name,
    judge: (folder, from) => judgeOutput(folder, output, from),
    async make(work, judgement) {
      const metadata = { ...ownMetadata(output), ...madeMetadata(work.from) };
      const file = path.join(work.folder, output);
      const spliced = work.part === undefined ? undefined : await splice(file, await work.part(), timeframe, anchor);
      const { series, stock } = spliced ?? { series: await wholeOf(work, timeframe) };
      const sha256 = await putFile(work.disk, work.folder, output, seriesWriting(work.disk, file, { ...series, metadata }, stock), judgement);
      return { rows: (stock?.rows ?? 0) + countBars(series.bars), sha256 };
    },
  };
}

type Unnamed = Omit<Series, 'metadata'>;

async function wholeOf(work: Work, timeframe: Resampled): Promise<Unnamed> {
  const bars = await work.series(timeframe);
  return { bars, volume: volumeOf(bars) };
}

const volumeOf = ({ volume }: Bars): VolumeType => (volume.every((value) => Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE');

/**
 * The full row groups of the file there before the first that a change reaches into, and all bars from then on. Undefined when
 * those groups would be another's work, or their volumes stored in another way than all bars' would be.
 */
async function splice(file: string, part: Part, timeframe: Resampled, anchor: Anchor): Promise<{ series: Unnamed; stock: Stock } | undefined> {
  const { from, to, bars: fresh } = resampledPart(part, timeframe, anchor);
  const packed = unpack(await readFile(file));
  const groups = groupsOf(packed);
  if (groups === undefined || writerOf(packed) !== (await seriesWriter())) return undefined;
  const end = groups.findIndex(({ rows, last }) => rows !== GROUP_ROWS || last >= from);
  const kept = end < 0 ? groups : groups.slice(0, end);
  const [before, after] = [await readBars(file, { from: groups[kept.length]?.first ?? from, to: from }), await readBars(file, { from: to })];
  const bars = joinBars([before, fresh, after]);
  const { columns } = await describeParquet(file);
  const volume = columns.find(({ name }) => name === 'volume')?.type;
  if (countBars(bars) === 0 || volume !== volumeOf(bars)) return undefined;
  return { series: { bars, volume }, stock: { packed, groups: kept.length, rows: kept.reduce((sum, { rows }) => sum + rows, 0) } };
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

/** Leading row groups of a Parquet file, to be taken over byte for byte. */
export interface Stock {
  readonly packed: Packed;
  readonly groups: number;
  readonly rows: number;
}

/** A Parquet file read back before it is put in place. @param stock what comes before the bars @param target named in failures */
export function seriesWriting(disk: Disk, target: string, series: Series, stock?: Stock): Writing {
  let grafted: Writing | undefined;
  return {
    // Uncompressed bars: six values.
    needs: 48 * ((stock?.rows ?? 0) + countBars(series.bars)),
    async produce(temporary) {
      await writeSeries(temporary, series);
      if (stock === undefined) return;
      grafted = bytesWriting(disk, target, graft(stock.packed, stock.groups, unpack(await readFile(temporary))));
      await grafted.produce(temporary);
    },
    async verify(temporary) {
      await grafted?.verify(temporary);
      const schema = (columns: readonly { name: string; type: string }[]): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
      const { columns, metadata } = await describeParquet(temporary);
      if (schema(columns) !== schema(masterColumns(series.volume))) throw differs(temporary, `its columns are ${schema(columns)}.`);
      for (const [key, value] of Object.entries(series.metadata)) if (metadata[key] !== value) throw differs(temporary, `its note ${key} is not what was written.`);
      if (!(await holdsSeries(temporary, series, stock?.rows))) throw differs(temporary, 'its bars are not those written.');
    },
  };
}
