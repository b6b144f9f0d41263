/** What is used of DuckDB, as a bundle of its own: loaded when a file is first opened. */
export { DOUBLE, DuckDBInstance, DuckDBTableFunction, FLOAT, INTEGER } from '@duckdb/node-api';
export { copy_data_to_vector, data_chunk_get_vector } from '@duckdb/node-bindings';
