import { quote, sql } from '../../support/sql';

/**
 * The session rules once more, in DuckDB's SQL alone: New York's wall clock by ICU, days by adding six hours, windows by
 * comparing wall clocks. Prices are left exact: rounding is another test's.
 */

const SESSIONS = `(VALUES
  ('Asia', INTERVAL '-6 hours', INTERVAL '-4 hours -30 minutes', INTERVAL '2 hours 30 minutes', true, INTERVAL '2 hours', 1),
  ('London', INTERVAL '2 hours 30 minutes', INTERVAL '3 hours 30 minutes', INTERVAL '7 hours 30 minutes', true, INTERVAL '7 hours', 2),
  ('NY1', INTERVAL '7 hours 30 minutes', INTERVAL '8 hours 30 minutes', INTERVAL '11 hours 30 minutes', true, INTERVAL '12 hours', 3),
  ('NY2', INTERVAL '11 hours 30 minutes', INTERVAL '12 hours 30 minutes', INTERVAL '17 hours', false, INTERVAL '16 hours', 4)
) AS s(session, starts, ends, next, breaks, watched, rank)`;

const BASE = (file: string): string => `
  bars AS (SELECT datetime::TIMESTAMP AS ts, timezone('America/New_York', datetime::TIMESTAMP::TIMESTAMPTZ) AS ny, open, high, low, close FROM read_parquet(${quote(file)})),
  dated AS (SELECT *, (ny + INTERVAL 6 HOURS)::DATE AS day, (ny + INTERVAL 6 HOURS)::DATE::TIMESTAMP AS midnight FROM bars),
  days AS (SELECT day, any_value(midnight) AS midnight, count(*) AS n, arg_min(open, ts) AS open, max(high) AS high, min(low) AS low, arg_min(open, ts) FILTER (ny >= midnight) AS open_0, arg_min(open, ts) FILTER (ny >= midnight + INTERVAL '7 hours 30 minutes') AS open_730 FROM dated GROUP BY day),
  kept AS (SELECT *, lag(day) OVER (ORDER BY day) AS before FROM days WHERE n >= 100),
  session_bars AS (SELECT d.*, s.* FROM dated d JOIN ${SESSIONS} ON d.ny >= d.midnight + s.starts AND d.ny < d.midnight + s.ends),
  session_ranges AS (
    SELECT day, session, any_value(midnight) AS midnight, any_value(starts) AS starts, any_value(ends) AS ends, any_value(next) AS next, any_value(breaks) AS breaks, any_value(watched) AS watched, any_value(rank) AS rank,
      arg_min(open, ts) AS open, max(high) AS high, min(low) AS low, (max(high) + min(low)) / 2 AS mid, arg_max(close, ts) AS close, arg_max(ny, (high, -epoch_us(ts))) AS high_ny, arg_min(ny, (low, epoch_us(ts))) AS low_ny,
      arg_max(ts, (high, -epoch_us(ts))) AS high_at, arg_min(ts, (low, epoch_us(ts))) AS low_at, min(ts) AS first_at
    FROM session_bars GROUP BY day, session)`;

const NY = (local: string): string => `timezone('America/New_York', ${local})`;
const ISO = (instant: string): string => `strftime(timezone('America/New_York', ${instant}), '%Y-%m-%dT%H:%M:%S') || CASE (epoch(timezone('America/New_York', ${instant})) - epoch(timezone('UTC', ${instant})))::INT // 3600 WHEN -4 THEN '-04:00' ELSE '-05:00' END`;

/** One row a session, as the profiler has it but for rounding. */
export const profilerBySql = (file: string): Promise<Record<string, unknown>[]> =>
  sql(`WITH ${BASE(file)},
  after AS (SELECT r.day, r.session, d.ts, d.high > r.high AS up, d.low < r.low AS down, d.open < (d.high + d.low) / 2 AS low_open
    FROM session_ranges r JOIN dated d ON d.day = r.day AND d.ny >= d.midnight + r.ends AND d.ny < d.midnight + r.next),
  firsts AS (SELECT day, session, min(ts) FILTER (up) AS up_at, min(ts) FILTER (down) AS down_at FROM after GROUP BY day, session),
  settled AS (SELECT f.*, CASE
      WHEN up_at IS NULL AND down_at IS NULL THEN 'None'
      WHEN up_at = down_at THEN CASE WHEN (SELECT any_value(low_open) FROM after a WHERE a.day = f.day AND a.session = f.session AND a.ts = f.up_at) THEN 'Long False' ELSE 'Short False' END
      WHEN down_at IS NULL THEN 'Long True' WHEN up_at IS NULL THEN 'Short True'
      WHEN up_at < down_at THEN 'Long False' ELSE 'Short False' END AS status,
      CASE WHEN up_at IS NULL OR down_at IS NULL THEN coalesce(up_at, down_at) ELSE greatest(up_at, down_at) END AS status_at FROM firsts f),
  broken AS (SELECT r.day, r.session, min(d.ts) AS ts, arg_min(d.ny, d.ts) AS ny FROM session_ranges r JOIN dated d ON d.day = r.day AND d.ny >= d.midnight + r.next AND d.low <= r.mid AND r.mid <= d.high WHERE r.breaks GROUP BY r.day, r.session)
  SELECT strftime(r.day, '%Y-%m-%d') AS date, r.session AS session, r.open AS open,
    CASE WHEN p.ts >= r.start_ts - INTERVAL 24 HOURS THEN p.close ELSE r.open END AS prior_close,
    r.high AS range_high, r.low AS range_low, r.mid AS mid, strftime(r.high_ny, '%H:%M') AS high_time, strftime(r.low_ny, '%H:%M') AS low_time,
    (r.high - r.open) / r.open * 100 AS high_pct, (r.low - r.open) / r.open * 100 AS low_pct, (r.close - r.open) / r.open * 100 AS close_pct,
    coalesce(s.status, 'None') AS status, ${ISO("timezone('UTC', s.status_at)")} AS status_time, b.ts IS NOT NULL AS broken, strftime(b.ny, '%H:%M') AS broken_time, epoch(b.ts)::INT AS broken_ts,
    ${ISO(NY('r.midnight + r.starts'))} AS start_time, epoch(${NY('r.midnight + r.starts')})::INT AS start_ts, ${ISO(NY('r.midnight + r.ends'))} AS end_time, epoch(${NY('r.midnight + r.ends')})::INT AS end_ts,
    epoch(r.high_at)::INT AS high_ts, epoch(r.low_at)::INT AS low_ts, epoch(s.status_at)::INT AS status_ts, d.open AS daily_open, d.high AS daily_high, d.low AS daily_low
  FROM (SELECT *, timezone('UTC', ${NY('midnight + starts')}) AS start_ts FROM session_ranges) r ASOF LEFT JOIN bars p ON p.ts < r.start_ts
  JOIN days d ON d.day = r.day LEFT JOIN settled s ON s.day = r.day AND s.session = r.session LEFT JOIN broken b ON b.day = r.day AND b.session = r.session
  ORDER BY r.day, r.rank`);

/** One row a level of a day: its exact price, and the times that touch it, joined by spaces. */
export const touchesBySql = (file: string): Promise<Record<string, unknown>[]> =>
  sql(`WITH ${BASE(file)},
  halves AS (SELECT day, max(high) FILTER (ny < midnight + INTERVAL '6 hours') AS nh, min(low) FILTER (ny < midnight + INTERVAL '6 hours') AS nl,
      max(high) FILTER (ny >= midnight + INTERVAL '6 hours' AND ny < midnight + INTERVAL '17 hours') AS dh, min(low) FILTER (ny >= midnight + INTERVAL '6 hours' AND ny < midnight + INTERVAL '17 hours') AS dl FROM dated GROUP BY day),
  levels AS (
    SELECT k.day, k.midnight, unnest([
      {name: 'pdh', price: p.high, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'}, {name: 'pdl', price: p.low, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'}, {name: 'pdm', price: (p.high + p.low) / 2, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'},
      {name: 'p12h', price: h.nh, f: INTERVAL '6 hours', t: INTERVAL '18 hours'}, {name: 'p12l', price: h.nl, f: INTERVAL '6 hours', t: INTERVAL '18 hours'}, {name: 'p12m', price: (h.nh + h.nl) / 2, f: INTERVAL '6 hours', t: INTERVAL '18 hours'},
      {name: 'daily_open', price: k.open, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'},
      {name: 'midnight_open', price: k.open_0, f: INTERVAL '1 minute', t: INTERVAL '17 hours 1 minute'},
      {name: 'open_0730', price: k.open_730, f: INTERVAL '7 hours 31 minutes', t: INTERVAL '17 hours 1 minute'},
      {name: 'ny_p12h', price: b.dh, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'}, {name: 'ny_p12l', price: b.dl, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'}, {name: 'ny_p12m', price: (b.dh + b.dl) / 2, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'}
    ]) AS l FROM kept k JOIN days p ON p.day = k.before JOIN halves h ON h.day = k.day JOIN halves b ON b.day = k.before
    UNION ALL SELECT k.day, k.midnight, {name: lower(r.session) || '_mid', price: r.mid, f: r.watched + INTERVAL '1 minute', t: INTERVAL '17 hours 1 minute'} FROM kept k JOIN session_ranges r ON r.day = k.day WHERE k.before IS NOT NULL
    UNION ALL SELECT k.day, k.midnight, {name: 'prev_' || lower(r.session) || '_mid', price: r.mid, f: INTERVAL '-6 hours', t: INTERVAL '18 hours'} FROM kept k JOIN session_ranges r ON r.day = k.before)
  SELECT strftime(v.day, '%Y-%m-%d') AS date, v.l.name AS name, any_value(v.l.price) AS price, coalesce(string_agg(strftime(d.ny, '%H:%M'), ' ' ORDER BY d.ts), '') AS times
  FROM levels v LEFT JOIN (SELECT *, row_number() OVER (PARTITION BY day ORDER BY ts) AS nth FROM dated) d
    ON d.day = v.day AND d.low <= v.l.price AND v.l.price <= d.high AND d.ny >= v.midnight + v.l.f AND d.ny < v.midnight + v.l.t AND (v.l.name <> 'daily_open' OR d.nth > 1)
  WHERE v.l.price IS NOT NULL GROUP BY v.day, v.l.name`);

export const openingBySql = (file: string): Promise<Record<string, unknown>[]> =>
  sql(`WITH ${BASE(file)} SELECT strftime(day, '%Y-%m-%d') AS date, open, high, low, close, high - low AS range_pts, (high - low) / open * 100 AS range_pct, epoch(ts)::INT AS timestamp
    FROM dated WHERE strftime(ny, '%H:%M') = '09:30' ORDER BY ts`);

/** One row a mark, without its times: date, name, then high, low and mid, or price. */
export const marksBySql = (file: string): Promise<Record<string, unknown>[]> =>
  sql(`WITH ${BASE(file)},
  weeks AS (SELECT date_trunc('week', day) AS week, arg_max(close, ts) AS close FROM dated GROUP BY week),
  boxes AS (
    SELECT day, session AS name, rank, high, low, mid, NULL::DOUBLE AS price FROM session_ranges
    UNION ALL SELECT day, 'OpeningRange', 5, max(high), min(low), (max(high) + min(low)) / 2, NULL FROM dated WHERE strftime(ny, '%H:%M') = '09:30' GROUP BY day
    UNION ALL SELECT day, 'P12', 6, max(high), min(low), (max(high) + min(low)) / 2, NULL FROM dated WHERE ny < midnight + INTERVAL '6 hours' GROUP BY day
    UNION ALL SELECT day, 'P12', 7, max(high), min(low), (max(high) + min(low)) / 2, NULL FROM dated WHERE ny >= midnight + INTERVAL '6 hours' GROUP BY day),
  lines AS (SELECT k.day, unnest([
      {name: 'GlobexOpen', rank: 8, price: k.open}, {name: 'MidnightOpen', rank: 9, price: k.open_0}, {name: 'Open730', rank: 10, price: k.open_730},
      {name: 'PDH', rank: 11, price: p.high}, {name: 'PDL', rank: 12, price: p.low}, {name: 'PDMid', rank: 13, price: (p.high + p.low) / 2},
      {name: 'PWeeklyClose', rank: 14, price: (SELECT arg_max(w.close, w.week) FROM weeks w WHERE w.week < date_trunc('week', k.day))}]) AS l
    FROM days k LEFT JOIN days p ON p.day = (SELECT max(q.day) FROM days q WHERE q.day < k.day AND q.n >= 100))
  SELECT strftime(day, '%Y-%m-%d') AS date, name, rank, high, low, mid, price FROM (FROM boxes UNION ALL SELECT day, l.name, l.rank, NULL, NULL, NULL, l.price FROM lines WHERE l.price IS NOT NULL)
  ORDER BY date, rank`);

/** How many of a JSON array's `high`, `low` and `open` fall into each tenth of a percent: kind, tenth, count. */
export const bucketsBySql = (prices: string): Promise<Record<string, unknown>[]> =>
  sql(`WITH p AS (SELECT unnest(${quote(prices)}::JSON::STRUCT(open DOUBLE, high DOUBLE, low DOUBLE)[], recursive := true)),
    changes AS (SELECT 'high' AS kind, high - open AS change, open FROM p UNION ALL SELECT 'low', low - open, open FROM p UNION ALL SELECT 'range', high - low, open FROM p)
    SELECT kind, floor(change / open * 1000)::INT AS tenth, count(*)::INT AS n FROM changes GROUP BY ALL ORDER BY ALL`);

/** Median and mode (minutes since 18:00), count and hours of clocks `HH:MM` in a JSON file's column. @param clocks a query with a column `clock` */
export const spreadBySql = async (clocks: string): Promise<Record<string, unknown>> =>
  (await sql(`WITH m AS (SELECT (split_part(clock, ':', 1)::INT * 60 + split_part(clock, ':', 2)::INT - 1080 + 1440) % 1440 AS minute FROM (${clocks})),
    modes AS (SELECT minute, count(*) AS n FROM m GROUP BY minute)
    SELECT floor(median(minute))::INT AS median, (SELECT arg_min(minute, (-n, minute)) FROM modes) AS mode, count(*)::INT AS count FROM m`))[0]!;
