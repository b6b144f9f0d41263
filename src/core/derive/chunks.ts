import path from 'node:path';
import { countBars, joinBars, mapColumns, type Bars } from '../base/bar';
import { Failure } from '../base/failure';
import { textWriting } from '../disk/atomic';
import { bytesWriting, removeFiles, renameFiles } from '../disk/bytes';
import { recordProvenance } from '../store/provenance';
import { META, UNFINISHED, beyond, chunkName, digestOf, judgeSet, readChunk, readMeta } from './chunkfiles';
import { CHUNK_BARS, type ChunkMeta, type ChunkNote } from './chunkmeta';
import { chunkBytes } from './chunktext';
import type { Judgement } from './judgement';
import { putFile } from './put';
import { RESAMPLED, type Anchor, type Series } from './resample';
import { barsBetween, resampledPart } from './resampling';
import { secondsOf } from './tradingday';
import { isOurs, type Put, type Recipe, type Work } from './work';

/**
 * Bars cut for web pages: `chunks/{ticker}_{timeframe}/chunk_0.json` holds the newest. Cuts are counted from the oldest
 * bar, so that new bars change only the newest chunk; that one holds what is left over.
 */

export const chunkSteps = (ticker: string, anchor: Anchor): readonly Recipe[] => (['1m', ...RESAMPLED] as const).map((timeframe) => recipe(ticker, timeframe, anchor));

function recipe(ticker: string, timeframe: Series, anchor: Anchor): Recipe {
  const inside = `chunks/${ticker}_${timeframe}`;
  const output = `${inside}/${META}`;
  return {
    step: 'chunks',
    output,
    name: `chunks 1${timeframe === '1m' ? '' : ` anchor=${anchor}`}`,
    judge: (folder, from) => judgeSet(folder, inside, from),
    async make(work, judgement) {
      const set = { work, inside, judgement, meta: { ticker, timeframe } };
      const changed = work.part === undefined ? undefined : await changedChunks(work, inside, timeframe, anchor);
      return changed === undefined ? writeSet(set, await work.series(timeframe), [], 0) : writeSet(set, changed.bars, changed.notes, changed.from, changed.to);
    },
  };
}

interface ChunkSet {
  readonly work: Work;
  readonly inside: string;
  readonly judgement: Judgement;
  readonly meta: Pick<ChunkMeta, 'ticker' | 'timeframe'>;
}

/** Chunks that a change reaches into, oldest first. */
interface Changed {
  /** What stands in them now. */
  readonly bars: Bars;
  /** All chunks there are, oldest first. */
  readonly notes: readonly ChunkNote[];
  /** The chunks to be replaced, counted from the oldest. */
  readonly from: number;
  readonly to: number;
}

/** Undefined when chunks beyond those would have to be cut anew: then the whole is as quick. */
async function changedChunks(work: Work, inside: string, timeframe: Series, anchor: Anchor): Promise<Changed | undefined> {
  const old = await readMeta(path.join(work.folder, inside));
  const part = await work.part!();
  const fresh = timeframe === '1m' ? { ...part.change, bars: barsBetween(part.days.bars, part.change.from, part.change.to) } : resampledPart(part, timeframe, anchor);
  if (old === undefined || old.numChunks === 0) return undefined;
  const notes = [...old.chunks].reverse();
  const last = notes.length - 1;
  const reached = notes.map((note, at) => (at === 0 || note.startTime * 1000 < fresh.to) && (at === last || notes[at + 1]!.startTime * 1000 > fresh.from));
  const [from, to] = [reached.indexOf(true), reached.lastIndexOf(true) + 1];
  const held = await Promise.all(notes.slice(from, to).map(({ index }) => readChunk(path.join(work.folder, inside, chunkName(index)))));
  const before = joinBars(held);
  const bars = joinBars([barsBetween(before, -Infinity, fresh.from), fresh.bars, barsBetween(before, fresh.to, Infinity)]);
  return to <= last && countBars(bars) !== countBars(before) ? undefined : { bars, notes, from, to };
}

/** Chunks written at once. */
const ABREAST = 4;

/**
 * Writes the chunks from number `from` on (counted from the oldest), of these bars; those before stay, and those from
 * `to` on. From the first to the last step a note says that the set is being written.
 */
async function writeSet(set: ChunkSet, bars: Bars, notes: readonly ChunkNote[], from: number, to = notes.length): Promise<Put> {
  const { work, inside } = set;
  const folder = path.join(work.folder, inside);
  const cuts = Math.ceil(countBars(bars) / CHUNK_BARS);
  const total = from + cuts + Math.max(0, notes.length - to);
  if (isOurs(set.judgement)) await recordProvenance(work.disk, work.folder, `${inside}/${META}`, { ...work.from, outputSha256: UNFINISHED });
  await removeFiles(work.disk, folder, isOurs(set.judgement) ? [META] : []);
  await renameFiles(work.disk, folder, shift(notes.slice(0, from), total - notes.length));
  await removeFiles(work.disk, folder, isOurs(set.judgement) ? await beyond(folder, total) : []);
  const written = await writeChunks(set, bars, total - 1 - from);
  const renumbered = [...notes.slice(0, from), ...written, ...notes.slice(to)].map((note, at) => ({ ...note, index: total - 1 - at }));
  const meta = metaOf(set.meta, renumbered);
  await putFile(work.disk, work.folder, `${inside}/${META}`, textWriting(work.disk, path.join(folder, META), JSON.stringify(meta, null, 2)), set.judgement);
  return { rows: meta.totalBars, sha256: (await digestOf(folder)) ?? UNFINISHED };
}

/** New names for the chunks before those written, in an order in which none is in the way of another. */
function shift(notes: readonly ChunkNote[], by: number): (readonly [string, string])[] {
  if (by === 0) return [];
  const names = notes.map(({ index }) => [chunkName(index), chunkName(index + by)] as const);
  return by > 0 ? names : names.reverse();
}

/** Writes chunks of bars, some at once. @param newest index of the first chunk, which is the oldest of them */
async function writeChunks(set: ChunkSet, bars: Bars, newest: number): Promise<ChunkNote[]> {
  const { inside, work } = set;
  const cuts = Math.ceil(countBars(bars) / CHUNK_BARS);
  const [notes, writing]: [ChunkNote[], Promise<unknown>[]] = [[], []];
  try {
    for (let cut = 0; cut < cuts; cut++) {
      if (work.operation.signal.aborted) throw new Failure('cancelled', { attempted: `write ${inside}`, why: 'it was stopped.', remedy: 'Its chunks are made again by the next run.' });
      if (writing.length === ABREAST) await writing.shift();
      work.operation.progress({ step: inside, done: cut, total: cuts });
      const chunk = mapColumns(bars, (column) => column.subarray(cut * CHUNK_BARS, (cut + 1) * CHUNK_BARS));
      notes.push({ index: newest - cut, startTime: secondsOf(chunk.time[0]!), endTime: secondsOf(chunk.time.at(-1)!), bars: countBars(chunk) });
      writing.push(writeChunk(set, chunk, newest - cut));
    }
    await Promise.all(writing);
  } finally {
    await Promise.allSettled(writing);
  }
  return notes;
}

async function writeChunk({ work, inside, judgement }: ChunkSet, bars: Bars, index: number): Promise<void> {
  const output = `${inside}/${chunkName(index)}`;
  await putFile(work.disk, work.folder, output, bytesWriting(work.disk, path.join(work.folder, output), [chunkBytes(bars)]), judgement);
}

function metaOf(named: ChunkSet['meta'], oldestFirst: readonly ChunkNote[]): ChunkMeta {
  return {
    ...named,
    totalBars: oldestFirst.reduce((bars, note) => bars + note.bars, 0),
    chunkSize: CHUNK_BARS,
    numChunks: oldestFirst.length,
    startTime: oldestFirst[0]?.startTime ?? null,
    endTime: oldestFirst.at(-1)?.endTime ?? null,
    chunks: [...oldestFirst].reverse(),
  };
}
