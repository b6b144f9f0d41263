import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { UTC, zoneNamed } from '../../../src/core/base/time';
import { candlesOf, findRow, monthsOf, parquetRows, rowsOf } from '../../../src/core/table/browse';
import { browse } from '../../../src/core/table/facts';
import { sql } from '../../support/sql';

const START = Date.UTC(2025, 9, 30);
const MINUTE = 60_000;

describe('looking through a Parquet file', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-browse-'));
    file = path.join(folder, "ES '1m' [all].parquet");
    await sql(`COPY (SELECT make_timestamp(${START * 1000} + i * 60000000) AS datetime, (100 + i % 7)::DOUBLE AS open, (110 + i % 11)::DOUBLE AS high, (90 - i % 5)::DOUBLE AS low,
      (100 + (i + 1) % 7)::DOUBLE AS close, i AS volume, CASE WHEN i % 3 = 0 THEN NULL ELSE 'a|b' END AS note FROM range(10000) t(i)) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  });
  after(() => { rmSync(folder, { recursive: true }); });

  it('says what it is, from the footer', async () => {
    const found = await browse(file);
    assert.deepEqual({ rows: found.rows, rowGroups: found.rowGroups, timeColumn: found.timeColumn, start: found.start, end: found.end, hasBars: found.hasBars },
      { rows: 10_000, rowGroups: 5, timeColumn: 'datetime', start: START, end: START + 9999 * MINUTE, hasBars: true });
    const column = (name: string) => found.columns.find((each) => each.name === name);
    assert.deepEqual(column('volume'), { name: 'volume', type: 'BIGINT', numeric: true, least: '0', most: '9999', missing: 0 });
    assert.equal(column('note')?.missing, 3334);
    assert.deepEqual([column('open')?.least, column('open')?.most], ['100.0', '106.0']);
  });

  it('gives any stretch of rows, across row groups, in their order and a named zone', async () => {
    const rows = await rowsOf(parquetRows(file), 2040, 20, 'America/New_York');
    assert.deepEqual(rows.map((row) => Number(row[5])), Array.from({ length: 20 }, (_, n) => 2040 + n));
    assert.deepEqual(rows[0], ['2025-10-31 06:00:00 EDT', '103.0', '115.0', '90.0', '104.0', '2040', null]);
    assert.deepEqual(await rowsOf(parquetRows(file), 9998, 50, 'UTC').then((last) => last.length), 2);
    assert.deepEqual(await rowsOf(parquetRows(file), 20_000, 50, 'UTC'), []);
  });

  it('joins bars into candles as an aggregation by hand does, and leaves few ones as they are', async () => {
    const few = await candlesOf(parquetRows(file), START, START + 10 * MINUTE, 50);
    assert.equal(few.step, null);
    assert.deepEqual(few.candles[3], [START + 3 * MINUTE, 103, 113, 87, 104, 3]);
    const { step, candles } = await candlesOf(parquetRows(file), START, START + 6000 * MINUTE, 200);
    assert.equal(step, 30 * MINUTE);
    assert.equal(candles.length, 200);
    const bars = Array.from({ length: 30 }, (_, n) => n + 5 * 30);
    assert.deepEqual(candles[5], [START + 150 * MINUTE, 100 + 150 % 7, Math.max(...bars.map((i) => 110 + i % 11)), Math.min(...bars.map((i) => 90 - i % 5)), 100 + 180 % 7, bars.reduce((sum, i) => sum + i, 0)]);
  });

  it('finds the row of a time in a zone', async () => {
    assert.equal(await findRow(parquetRows(file), '2025-10-30', UTC), 0);
    assert.equal(await findRow(parquetRows(file), '2025-10-31', UTC), 1440);
    assert.equal(await findRow(parquetRows(file), '2025-10-31 00:00', zoneNamed('America/New_York')), 1440 + 240);
    assert.equal(await findRow(parquetRows(file), '2025-10-30 10:30:30', UTC), 631, 'the next one');
    assert.equal(await findRow(parquetRows(file), '2026-01', UTC), null);
    assert.equal(await findRow(parquetRows(file), 'soon', UTC), null);
  });

  it('counts the rows of each month', async () => {
    assert.deepEqual(await monthsOf(parquetRows(file)), [['2025-10', 2880], ['2025-11', 7120]]);
  });

  it('counts the rows of each month as DuckDB does where row groups lie in months, across them, in no order, and without a time', async () => {
    const mixed = path.join(folder, 'mixed.parquet');
    // Of 20 groups, 14 lie in one month each, 3 hold several, 3 lack times.
    await sql(`COPY (SELECT CASE WHEN i // 2048 % 7 = 5 AND i % 5 = 0 THEN NULL WHEN i // 2048 % 7 = 2 THEN TIMESTAMP '2024-01-15' + INTERVAL (i % 90) DAY ELSE TIMESTAMP '2024-01-01' + INTERVAL ((i // 2048 * 37) % 11) MONTH + INTERVAL (i % 2048) MINUTE END AS datetime
      FROM range(40960) t(i)) TO '${mixed}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    const theirs = await sql(`SELECT strftime(datetime, '%Y-%m') AS month, count(*) AS rows FROM '${mixed}' WHERE datetime IS NOT NULL GROUP BY 1 ORDER BY 1`);
    assert.deepEqual(await monthsOf(parquetRows(mixed)), theirs.map(({ month, rows }) => [month, Number(rows)]));
  });

  it('ends a reading that nobody waits for any more', async () => {
    const controller = new AbortController();
    const endless = parquetRows(file, controller.signal).reading((connection) => connection.run('SELECT sum(hash(a.range)) FROM range(10000000) a, range(10000000) b'));
    setTimeout(() => { controller.abort(); }, 50);
    await assert.rejects(endless, (error) => error instanceof Failure && error.kind === 'cancelled');
    await assert.rejects(monthsOf(parquetRows(file, controller.signal)), (error) => error instanceof Failure && error.kind === 'cancelled');
  });

  it('shows a table without times or prices as rows', async () => {
    const other = path.join(folder, 'other.parquet');
    await sql(`COPY (SELECT 'x' AS name, [1, 2] AS list) TO '${other}' (FORMAT parquet)`);
    const found = await browse(other);
    assert.equal(found.hasBars, false);
    assert.equal(found.timeColumn, undefined);
    assert.deepEqual(await rowsOf(parquetRows(other), 0, 10, 'UTC'), [['x', '[1, 2]']]);
    assert.deepEqual(await monthsOf(parquetRows(other)), []);
  });

  it('says of a torn file that it is torn', async () => {
    const torn = path.join(folder, 'torn.parquet');
    writeFileSync(torn, 'PAR1 and no more');
    await assert.rejects(browse(torn), /torn or no Parquet/);
    truncateSync(torn, 0);
    await assert.rejects(browse(torn), /torn or no Parquet/);
  });
});
