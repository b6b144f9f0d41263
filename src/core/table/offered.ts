import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Bars } from '../base/bar';
import { CHUNK_ROWS, type Connection } from './duck';
import { fillVector, type Bindings } from './vector';

/** Bars in memory as a table of DuckDB's, which reads them where they are: no copy of them is made. */

const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

let offered = 0;

/**
 * @param order of its rows; `any`: what is made of them is made on both cores
 * @returns the table's expression; its columns are those of Bars, all DOUBLE
 */
export async function offerBars(connection: Connection, bars: Bars, order: 'kept' | 'any' = 'kept'): Promise<string> {
  const library = await import('./library');
  const { DuckDBTableFunction, DOUBLE } = library;
  const name = `bars_${++offered}`;
  let next = 0;
  const table = DuckDBTableFunction.create({
    name,
    bindFunction: (bind) => {
      for (const column of COLUMNS) bind.addResultColumn(column, DOUBLE);
      bind.setCardinality(bars.time.length, true);
    },
    initFunction: (init) => {
      init.setMaxThreads(order === 'kept' ? 1 : 2);
      next = 0;
    },
    mainFunction: (_info, chunk) => {
      fill(library, chunk, bars, next);
      next += CHUNK_ROWS;
    },
  });
  connection.registerTableFunction(table);
  return `${name}()`;
}

/** No rows tell DuckDB that it has had them all. */
function fill(bindings: Bindings, chunk: DuckDBDataChunk, bars: Bars, from: number): void {
  const count = Math.max(0, Math.min(CHUNK_ROWS, bars.time.length - from));
  chunk.rowCount = count;
  if (count > 0) COLUMNS.forEach((name, at) => { fillVector(bindings, chunk, at, bars[name], from, from + count); });
}
