import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BarBuilder, type Bars } from '../base/bar';
import { errnoOf } from '../base/failure';
import { parseJson } from '../store/lineage';
import { readProvenance, type MadeFrom } from '../store/provenance';
import type { ChunkMeta } from './chunkmeta';
import { judgeOwn, type Judgement } from './judgement';

/** Reading a folder of chunks, and judging it as one output. */

export const META = 'meta.json';
export const chunkName = (index: number): string => `chunk_${index}.json`;

/** Stands in the note while a set is being written. */
export const UNFINISHED = 'unfinished';

/** @param inside the chunks' folder in the data folder */
export async function judgeSet(folder: string, inside: string, from: MadeFrom): Promise<Judgement> {
  const digest = await digestOf(path.join(folder, inside));
  const note = await readProvenance(folder, `${inside}/${META}`);
  if (note?.outputSha256 === UNFINISHED) return { kind: 'outdated', why: 'its making was interrupted', note: { ...note, masterSha256: '' } };
  if (digest === undefined) return note === undefined ? { kind: 'absent' } : { kind: 'outdated', why: 'chunks are missing', note: { ...note, masterSha256: '' } };
  if (note?.outputSha256 === digest) return judgeOwn(note, from);
  return { kind: 'kept', why: 'the chunks there are not, or not only, made by Barkeep; --only chunks --force replaces them' };
}

/** Of `meta.json` and the sizes of all chunks; undefined when some are missing. */
export async function digestOf(folder: string): Promise<string | undefined> {
  const meta = await readMeta(folder);
  if (meta === undefined) return undefined;
  const sizes = await Promise.all(meta.chunks.map(({ index }) => sizeOf(path.join(folder, chunkName(index)))));
  return sizes.includes(undefined) ? undefined : createHash('sha256').update(JSON.stringify([meta, sizes])).digest('hex');
}

const sizeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    },
  );

/** Undefined when there is none, or it is torn. */
export async function readMeta(folder: string): Promise<ChunkMeta | undefined> {
  try {
    const meta = parseJson(await readFile(path.join(folder, META), 'utf8')) as Partial<ChunkMeta> | undefined;
    return Array.isArray(meta?.chunks) ? (meta as ChunkMeta) : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export async function readChunk(file: string): Promise<Bars> {
  const rows = JSON.parse(await readFile(file, 'utf8')) as Record<keyof Bars, number | null>[];
  const bars = new BarBuilder();
  const value = (number: number | null): number => number ?? NaN;
  for (const { time, open, high, low, close, volume } of rows) bars.push(value(time) * 1000, value(open), value(high), value(low), value(close), value(volume));
  return bars.finish();
}

/** Chunk files that a set of so many has no place for. */
export async function beyond(folder: string, total: number): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => Number(/^chunk_(\d+)\.json$/.exec(name)?.[1] ?? -1) >= total);
}
