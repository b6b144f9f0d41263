import { Failure } from '../base/failure';
import { connect, identifier, literal, parquetTable, selectRows, streamNumbers, type Connection } from './duck';
import { instantOf, type Column } from './instant';
import { columnsOf, parquetFailure, reading, requireTimeColumn } from './parquet';

/** Bars of several contracts in one Parquet file. */

/** A contract of the file: `''` and 0 where it has no such column, or no value in it. */
export interface Contract {
  readonly symbol: string;
  readonly id: number;
}

/** A few thousand bars in the file's order; the arrays are the caller's to keep. A missing value is NaN. */
export interface ContractBars {
  readonly count: number;
  /** Unix seconds UTC. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Index into the contracts. */
  readonly instrument: Int32Array;
}

/** The contracts of a file, by symbol and id. @throws Failure `usage`, or `io` when the file is torn */
export function contractsIn(file: string): Promise<Contract[]> {
  return reading(file, async (connection) => {
    const { symbol, id } = contractColumns(await columnsOf(connection, file));
    const rows = await selectRows(connection, `SELECT DISTINCT ${symbol} AS symbol, ${id} AS id FROM ${parquetTable(file)} ORDER BY ALL`);
    return rows.map((row) => ({ symbol: String(row['symbol']), id: Number(row['id']) }));
  });
}

/** @throws Failure as `contractsIn`; `refused` naming the columns there are, when one is missing */
export async function* eachContractBar(file: string, contracts: readonly Contract[]): AsyncGenerator<ContractBars> {
  const connection = await connect();
  try {
    for await (const [time, open, high, low, close, volume, code] of streamNumbers(connection, await query(connection, file, contracts))) {
      yield { count: time!.length, time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume!, instrument: Int32Array.from(code!) };
    }
  } catch (error) {
    throw parquetFailure(error, `read ${file}`, file);
  } finally {
    connection.disconnectSync();
  }
}

async function query(connection: Connection, file: string, contracts: readonly Contract[]): Promise<string> {
  const columns = await columnsOf(connection, file);
  const time = `${instantOf(requireTimeColumn(file, columns))} / 1e6`;
  const values = ['open', 'high', 'low', 'close', 'volume'].map((name) => `${identifier(requireColumn(columns, name, file).name)}::DOUBLE`);
  const { symbol, id } = contractColumns(columns);
  const keys = contracts.map((contract) => literal(`${contract.symbol} ${contract.id}`));
  return `SELECT ${[time, ...values, `(list_position([${keys.join(', ')}], concat(${symbol}, ' ', ${id})) - 1)::DOUBLE`].join(', ')} FROM ${parquetTable(file)}`;
}

/** SQL for the two columns that tell contracts apart. */
function contractColumns(columns: readonly Column[]): { symbol: string; id: string } {
  const [symbol, id] = ['symbol', 'instrument_id'].map((name) => columns.find((column) => column.name.toLowerCase() === name));
  return {
    symbol: symbol === undefined ? "''" : `coalesce(${identifier(symbol.name)}::VARCHAR, '')`,
    id: id === undefined ? '0' : `coalesce(${identifier(id.name)}::BIGINT, 0)`,
  };
}

function requireColumn(columns: readonly Column[], name: string, file: string): Column {
  const found = columns.find((column) => column.name.toLowerCase() === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name).join(', ');
  throw new Failure('refused', { attempted: `read bars from ${file}`, file, why: `it has no column ${name}; its columns are ${names}.` });
}
