import { identifier } from './duck';

/** Which column of a table is its time, and how each way of storing an instant becomes one number. */

export interface Column {
  readonly name: string;
  /** DuckDB's name of the type, such as `TIMESTAMP_NS` or `DOUBLE`. */
  readonly type: string;
}

/** Names a time column may have, the preferred first (the last is what pandas calls an unnamed index). */
export const TIME_COLUMNS = ['datetime', 'time', 'date', 'timestamp', 'index', '__index_level_0__'] as const;

const TIMESTAMPS = /^(TIMESTAMP(_S|_MS|_NS)?|DATE)$/;
const ZONED = /^TIMESTAMP WITH TIME ZONE$/;
const INTEGERS = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const FRACTIONS = /^(DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/;

export const holdsInstants = (type: string): boolean => [TIMESTAMPS, ZONED, INTEGERS, FRACTIONS].some((kind) => kind.test(type));
export const holdsNumbers = (type: string): boolean => INTEGERS.test(type) || FRACTIONS.test(type);
export const isInteger = (type: string): boolean => INTEGERS.test(type);

/** The preferred column that holds instants; its name may be written in any case. */
export function findTimeColumn(columns: readonly Column[]): Column | undefined {
  for (const name of TIME_COLUMNS) {
    const column = columns.find((candidate) => candidate.name.toLowerCase() === name && holdsInstants(candidate.type));
    if (column !== undefined) return column;
  }
  return undefined;
}

/**
 * SQL for a column's instant in whole microseconds since 1970 UTC. Naive timestamps are UTC; a number's unit follows
 * from its magnitude (over 1e16 ns, over 1e13 µs, over 1e10 ms, else s).
 */
export function instantOf(column: Column, expression = identifier(column.name)): string {
  if (ZONED.test(column.type)) return `epoch_us(${expression}::TIMESTAMPTZ)`;
  if (TIMESTAMPS.test(column.type)) return `epoch_us(${expression}::TIMESTAMP)`;
  if (INTEGERS.test(column.type)) {
    const whole = `${expression}::BIGINT`;
    return `CASE WHEN abs(${whole}) > 1e16 THEN ${whole} // 1000 WHEN abs(${whole}) > 1e13 THEN ${whole} WHEN abs(${whole}) > 1e10 THEN ${whole} * 1000 ELSE ${whole} * 1000000 END`;
  }
  const number = `${expression}::DOUBLE`;
  const micros = `CASE WHEN abs(${number}) > 1e16 THEN ${number} / 1e3 WHEN abs(${number}) > 1e13 THEN ${number} WHEN abs(${number}) > 1e10 THEN ${number} * 1e3 ELSE ${number} * 1e6 END`;
  return `round(${micros})::BIGINT`;
}

/** SQL that is true from an instant (µs) on; for timestamps written so that whole row groups are passed over by their statistics. */
export function since(column: Column, micros: number): string {
  if (column.type === 'TIMESTAMP') return `${identifier(column.name)} >= make_timestamp(${micros}::BIGINT)`;
  if (column.type === 'TIMESTAMP_NS') return `${identifier(column.name)} >= make_timestamp_ns(${micros}::BIGINT * 1000)`;
  return `${instantOf(column)} >= ${micros}`;
}
