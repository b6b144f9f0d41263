import type { DuckDBDataChunk } from '@duckdb/node-api';
import type * as Library from './library';

export type Bindings = Pick<typeof Library, 'copy_data_to_vector' | 'data_chunk_get_vector'>;

/**
 * Copies values into a column of a chunk as they are; none is missing. Straight into DuckDB's memory: its JavaScript
 * would first make a copy of what stands there, for every column of every chunk.
 * @param values laid out as the column's type is (DOUBLE, FLOAT, INTEGER), in memory that no thread shares
 * @param from first index; `to`: the one after the last, at most as many as the chunk has rows
 */
export function fillVector({ copy_data_to_vector, data_chunk_get_vector }: Bindings, { chunk }: DuckDBDataChunk, column: number, values: Float64Array | Float32Array | Int32Array, from: number, to: number): void {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: size } = values;
  copy_data_to_vector(data_chunk_get_vector(chunk, column), 0, buffer as ArrayBuffer, byteOffset + from * size, (to - from) * size);
}
