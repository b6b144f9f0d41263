import { DuckDBInstance } from '@duckdb/node-api';

/** Rows of a query in DuckDB, apart from the product's own use of it: an independent oracle. Values as JSON (bigints as text). */
export async function sql(query: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(query)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A file name as a SQL literal. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** How many bars differ between two Parquet files in datetime or price, rows that only one has included. */
export async function differing(one: string, other: string): Promise<number> {
  const bars = (file: string): string =>
    `SELECT CAST(datetime AS TIMESTAMP) AS datetime, open, high, low, close FROM read_parquet(${quote(file)})`;
  const [row] = await sql(`SELECT count(*) AS n FROM (
    ((${bars(one)}) EXCEPT ALL (${bars(other)})) UNION ALL ((${bars(other)}) EXCEPT ALL (${bars(one)})))`);
  return Number(row?.['n']);
}
