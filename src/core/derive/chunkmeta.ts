import type { Series } from './resample';

/** Bars in a chunk. */
export const CHUNK_BARS = 20_000;

/** Format: `meta.json`, there only while all chunks are. Times in unix seconds. */
export interface ChunkMeta {
  readonly ticker: string;
  readonly timeframe: Series;
  readonly totalBars: number;
  readonly chunkSize: number;
  readonly numChunks: number;
  readonly startTime: number | null;
  readonly endTime: number | null;
  /** Newest first. */
  readonly chunks: readonly ChunkNote[];
}

export interface ChunkNote {
  /** In the file's name. */
  readonly index: number;
  readonly startTime: number;
  readonly endTime: number;
  readonly bars: number;
}
