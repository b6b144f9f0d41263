import { quote } from '../support/sql';

/**
 * The bars of a month in SQL, straight from 7-monthly, stages 2 to 5: cleaned, of each Chicago date's primary contract, in
 * regular hours, on a grid of one second. Written apart from the product, which shares no line with it.
 * @param csv the raw records as `dbn cat` prints them
 * @param symbols the symbol of each instrument id
 */
export function expectedBars(csv: string, symbols: Readonly<Record<number, string>>): string {
  const names = Object.entries(symbols).map(([id, symbol]) => `(${id}, ${quote(symbol)})`);
  const prices = ['open', 'high', 'low', 'close'].map((name) => `CASE WHEN ${name} = 9223372036854775807 THEN NULL ELSE ${name} / 1e9 END AS ${name}`);
  return `
  WITH names(instrument_id, symbol) AS (VALUES ${names.join(', ')}),
  raw AS (
    SELECT row_number() OVER () AS nr, ts_event // 1000000000 AS second, instrument_id, ${prices.join(', ')}, volume
    FROM read_csv(${quote(csv)}, columns = {ts_event: 'BIGINT', rtype: 'INTEGER', publisher_id: 'INTEGER', instrument_id: 'BIGINT', open: 'BIGINT', high: 'BIGINT', low: 'BIGINT', close: 'BIGINT', volume: 'UBIGINT'}, header = true)),
  clean AS (
    SELECT raw.*, symbol, timezone('America/Chicago', to_timestamp(second)) AS wall
    FROM raw JOIN names USING (instrument_id)
    WHERE open > 0 AND high > 0 AND low > 0 AND close > 0
      AND least(open, high, low, close) >= 500 AND greatest(open, high, low, close) <= 10000
      AND high >= greatest(open, low, close) - 0.01 AND low <= least(open, high, close) + 0.01 AND NOT (high = low AND open <> close)
      AND volume < 18446744073709551615),
  totals AS (SELECT wall::DATE AS day, symbol, sum(volume) AS total FROM clean WHERE symbol NOT LIKE '%-%' GROUP BY ALL),
  chosen AS (SELECT day, symbol FROM totals QUALIFY row_number() OVER (PARTITION BY day ORDER BY total DESC, symbol) = 1),
  bars AS (
    SELECT clean.* FROM clean JOIN chosen ON chosen.day = clean.wall::DATE AND chosen.symbol = clean.symbol
    WHERE wall::TIME >= TIME '07:30:00' AND wall::TIME < TIME '15:00:00'
    QUALIFY row_number() OVER (PARTITION BY second ORDER BY nr) = 1),
  grid AS (
    SELECT epoch(timezone('America/Chicago', day + INTERVAL 450 MINUTE))::BIGINT + step AS second
    FROM (SELECT DISTINCT wall::DATE AS day FROM bars), range(27000) AS steps(step)),
  carried AS (
    SELECT grid.second, bars.open, bars.high, bars.low, bars.volume,
      coalesce(last_value(bars.close IGNORE NULLS) OVER before, first_value(bars.close IGNORE NULLS) OVER after) AS close,
      coalesce(last_value(bars.symbol IGNORE NULLS) OVER before, first_value(bars.symbol IGNORE NULLS) OVER after) AS symbol,
      coalesce(last_value(bars.instrument_id IGNORE NULLS) OVER before, first_value(bars.instrument_id IGNORE NULLS) OVER after) AS instrument_id
    FROM grid LEFT JOIN bars USING (second)
    WINDOW before AS (ORDER BY grid.second ROWS UNBOUNDED PRECEDING), after AS (ORDER BY grid.second ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
  SELECT to_timestamp(second) AS timestamp, coalesce(open, close)::FLOAT AS open, coalesce(high, close)::FLOAT AS high, coalesce(low, close)::FLOAT AS low,
    close::FLOAT AS close, coalesce(volume, 0)::INTEGER AS volume, symbol, instrument_id::INTEGER AS instrument_id
  FROM carried`;
}
