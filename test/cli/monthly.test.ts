import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MonthDone, MonthlyRun } from '../../src/protocol/monthly';
import { encodeBars, encodeMetadata, storeZstd, type BarRecord } from '../../src/core/table/dbn/write';
import { CLI, barkeep, failureOf, result, scratch } from '../support/barkeep';
import { FRONT, NEXT, SPREAD, monthBars, monthMetadata, monthName, writeMonth, type MonthShape } from '../support/month';
import { quote, sql } from '../support/sql';
import { assertTidy, digest, digests, run, runArgs, weekday } from './monthly';
import { expectedBars } from './monthly.oracle.sql';

/** Two days in November 2024 with a roll between them, on both sides of the end of daylight saving. */
const NOVEMBER: MonthShape = { year: 2024, month: 11, days: [1, 4], hours: [7, 15], rollDay: 3, badEvery: 150 };
const OTHERS: readonly MonthShape[] = [8, 9, 10].map((month) => ({ year: 2024, month, days: [weekday(month)], hours: [8, 10], rollDay: 20, badEvery: 500, seed: month }));

describe('months, from DBN to Parquet', () => {
  let folder: string;
  let source: string;
  let first: MonthlyRun;
  before(async () => {
    folder = scratch(after);
    source = path.join(folder, 'source');
    for (const shape of [NOVEMBER, ...OTHERS]) writeMonth(path.join(source, 'raw-data/databento'), shape);
    first = await run(source, path.join(folder, 'first'), '--workers', '2');
  });
  const november = (): MonthDone => first.done.find(({ month }) => month === '2024-11')!;

  it('every month is processed, and found finished afterwards', async () => {
    assert.deepEqual(first.failed, []);
    assert.deepEqual(first.done.map(({ month }) => month), ['2024-08', '2024-09', '2024-10', '2024-11']);
    const dest = path.join(folder, 'first');
    assert.ok(november().output.startsWith(path.join(dest, 'processed-data/monthly/2024/11/monthly_2024-11_')));
    assertTidy(dest);
    const again = await run(source, dest);
    assert.deepEqual([again.done, again.finished], [[], ['2024-08', '2024-09', '2024-10', '2024-11']]);
    const status = await result('monthlyStatus', ['monthly', 'status', '--dest', dest, '--source', source]);
    assert.deepEqual(status.months.map(({ month, state }) => [month, state]), [['2024-08', 'finished'], ['2024-09', 'finished'], ['2024-10', 'finished'], ['2024-11', 'finished']]);
  });

  it('the bars are those of an independent reading in SQL, the roll, bad rows and DST included', async () => {
    const csv = path.join(folder, 'november.csv');
    writeFileSync(csv, execFileSync(process.execPath, [CLI, 'dbn', 'cat', path.join(source, 'raw-data/databento', monthName(2024, 11))], { maxBuffer: 1 << 28 }));
    const theirs = expectedBars(csv, { [FRONT.id]: FRONT.symbol, [NEXT.id]: NEXT.symbol, [SPREAD.id]: SPREAD.symbol });
    const ours = `SELECT timestamp, open, high, low, close, volume, symbol, instrument_id FROM read_parquet(${quote(november().output)})`;
    const [row] = await sql(`WITH theirs AS MATERIALIZED (${theirs}), ours AS (${ours})
      SELECT (SELECT count(*) FROM ours) AS ours, (SELECT count(*) FROM theirs) AS theirs,
        (SELECT count(*) FROM (FROM ours EXCEPT FROM theirs)) AS only_ours, (SELECT count(*) FROM (FROM theirs EXCEPT FROM ours)) AS only_theirs,
        (SELECT string_agg(DISTINCT symbol, ' ' ORDER BY symbol) FROM ours) AS symbols`);
    assert.deepEqual(row, { ours: '54000', theirs: '54000', only_ours: '0', only_theirs: '0', symbols: 'ESH5 ESZ4' });
  });

  it('rows are in order, 63 columns are stored in the types promised, in groups of about 50,000', async () => {
    const file = quote(november().output);
    const [order] = await sql(`SELECT count(*) FILTER (timestamp <= before) AS backward FROM (SELECT timestamp, lag(timestamp) OVER () AS before FROM read_parquet(${file}))`);
    assert.deepEqual(order, { backward: '0' });
    const columns = await sql(`DESCRIBE SELECT * FROM read_parquet(${file})`);
    const types = Object.fromEntries(columns.map((column) => [String(column['column_name']), String(column['column_type'])]));
    assert.equal(columns.length, 8 + 12 + 43);
    const expected = { timestamp: 'TIMESTAMP WITH TIME ZONE', open: 'FLOAT', volume: 'INTEGER', symbol: 'VARCHAR', instrument_id: 'INTEGER', label_low_vol_long: 'INTEGER', weight_high_vol_short: 'FLOAT', vwap: 'FLOAT', short_range_retouches: 'INTEGER', is_lunch: 'INTEGER' };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, types[name]])), expected);
    const groups = await sql(`SELECT DISTINCT row_group_num_rows AS rows, compression FROM parquet_metadata(${file}) ORDER BY 1 DESC`);
    assert.deepEqual(groups, [{ rows: '51200', compression: 'ZSTD' }, { rows: '2800', compression: 'ZSTD' }]);
  });

  it('the statistics tell rows, issues, contracts, the roll and the digest of the file', () => {
    const statistics = JSON.parse(readFileSync(november().statistics, 'utf8')) as Record<string, unknown> & { rows: Record<string, number>; issues_fixed: Record<string, number>; rollover_events: { kind: string; timestamp: string }[]; contracts: unknown[] };
    const raw = [...monthBars(NOVEMBER)];
    const removed = Object.values(statistics.issues_fixed).reduce((a, b) => a + b);
    assert.equal(statistics.rows['raw'], raw.length);
    assert.equal(statistics.rows['cleaned'], raw.length - removed);
    assert.equal(statistics.rows['final'], 54_000);
    assert.ok(['price_not_positive', 'price_out_of_bounds', 'ohlc_inconsistent', 'volume_invalid'].every((rule) => statistics.issues_fixed[rule]! > 0));
    assert.equal(statistics['digest'], digest(november().output));
    assert.equal(statistics['decay_reference'], '2024-11');
    assert.deepEqual(statistics.rollover_events.filter(({ kind }) => kind === 'contract').length, 1);
    assert.deepEqual((statistics.contracts as { date: string; symbol: string }[]).map(({ date, symbol }) => [date, symbol]), [['2024-11-01', 'ESZ4'], ['2024-11-04', 'ESH5']]);
  });

  it('the report names every month and the slowest stages', () => {
    const markdown = readFileSync(first.report.markdown, 'utf8');
    for (const expected of ['4 processed · 0 failed', '| 2024-08 |', '| 2024-11 |', '## Slowest stages']) assert.ok(markdown.includes(expected), expected);
    const written = JSON.parse(readFileSync(first.report.json, 'utf8')) as MonthlyRun['report'];
    assert.deepEqual({ ...written, made: first.report.made }, first.report);
  });

  for (const [name, args] of Object.entries({ 'chunks of 1,000, one worker': ['--chunk', '1000', '--workers', '1'], 'chunks of 7,777, four workers': ['--chunk', '7777', '--workers', '4'], 'one chunk, three workers': ['--chunk', '999999999', '--workers', '3'] })) {
    it(`${name}: the same bytes`, async () => {
      const other = await run(source, path.join(folder, name), ...args);
      assert.deepEqual(other.failed, []);
      assert.deepEqual(digests(other), digests(first));
    });
  }

  it('a pinned reference makes a single month equal to the same month of a run', async () => {
    const alone = await run(source, path.join(folder, 'alone'), '2024-09', '--decay-reference', '2024-11');
    assert.deepEqual(digests(alone), { '2024-09': digests(first)['2024-09'] });
  });

  it('validate says of a DBN file and of the Parquet made of it the same', async () => {
    const dbn = await result('monthlyValidate', ['monthly', 'validate', path.join(source, 'raw-data/databento', monthName(2024, 11))]);
    const parquet = await result('monthlyValidate', ['monthly', 'validate', november().output]);
    assert.deepEqual(parquet.document.modes, dbn.document.modes);
    assert.deepEqual(parquet.document.features, dbn.document.features);
    assert.deepEqual([dbn.document.rows.final, parquet.document.rows.raw], [54_000, 54_000]);
    const text = await barkeep(['monthly', 'validate', november().output]);
    assert.match(text.stdout, /54,000 raw → 54,000 clean → 54,000 in regular hours → 54,000 on the grid/);
  });
});

describe('months that cannot be processed', () => {
  const shape = (month: number): MonthShape => ({ year: 2024, month, days: [weekday(month)], hours: [8, 9], badEvery: 0 });
  const good = shape(6);
  const file = (folder: string, month: number): string => path.join(folder, monthName(2024, month));
  const bars = (month: number): BarRecord[] => [...monthBars(shape(month))];
  const write = (folder: string, month: number, records: readonly BarRecord[], metadata = monthMetadata(shape(month))): void => {
    writeFileSync(file(folder, month), storeZstd(Buffer.concat([encodeMetadata(metadata), encodeBars(records, 'ohlcv-1s')])));
  };
  let folder: string;
  let ran: MonthlyRun;
  before(async () => {
    folder = scratch(after);
    const source = path.join(folder, 'source');
    mkdirSync(source);
    for (const month of [1, 2]) writeMonth(source, shape(month));
    writeMonth(source, good);
    truncateSync(file(source, 1), Math.floor(readFileSync(file(source, 1)).length / 2));
    const damaged = readFileSync(file(source, 2));
    damaged[Math.floor(damaged.length / 2)]! ^= 0x10;
    writeFileSync(file(source, 2), damaged);
    writeFileSync(file(source, 3), '');
    write(source, 4, [], { ...monthMetadata(shape(4)), schema: 'mbo' });
    write(source, 5, bars(5).map((bar) => ({ ...bar, low: 0n })));
    write(source, 7, [...monthBars({ ...shape(7), hours: [1, 2] })]);
    const ordered = bars(8);
    write(source, 8, [...ordered.slice(2000), ...ordered.slice(0, 2000), ...ordered.slice(500, 900)]);
    write(source, 9, []);
    ran = await run(source, path.join(folder, 'dest'));
  });
  const why = (month: number): string => ran.failed.find((each) => each.month === `2024-0${month}`)?.message ?? 'it did not fail';

  it('do not keep the others from being finished', () => {
    assert.deepEqual(ran.done.map(({ month }) => month), ['2024-06', '2024-08']);
    assert.deepEqual(ran.failed.map(({ month }) => month), ['2024-01', '2024-02', '2024-03', '2024-04', '2024-05', '2024-07', '2024-09']);
    assertTidy(path.join(folder, 'dest'));
  });
  for (const [month, what, expected] of [
    [1, 'a truncated file', /cut off .* at byte \d+/],
    [2, 'a damaged file', /damaged at byte \d+/],
    [3, 'an empty file', /it is empty/],
    [4, 'another schema', /its schema is mbo/],
    [5, 'only bad rows', /all \d+ rows were left out \(price not positive: \d+\)/],
    [7, 'no row in regular hours', /no row lies in regular hours/],
    [9, 'no rows', /the file holds no rows/],
  ] as const) {
    it(`${what}: the reason and a remedy, in the result and in the report`, () => {
      assert.match(why(month), expected);
      const failed = ran.failed.find((each) => each.month === `2024-0${month}`)!;
      assert.ok(failed.remedy !== undefined && failed.remedy.length > 10);
      const markdown = readFileSync(ran.report.markdown, 'utf8');
      assert.ok(markdown.includes(`**2024-0${month}**`) && markdown.includes(failed.remedy), markdown);
    });
  }
  it('rows out of order and repeated give the same file as in order', async () => {
    const source = path.join(folder, 'ordered');
    mkdirSync(source);
    write(source, 8, bars(8));
    const ordered = await run(source, path.join(folder, 'ordered-dest'), '--decay-reference', '2024-09');
    assert.equal(digests(ordered)['2024-08'], digests(ran)['2024-08']);
    assert.match(ran.done[1]!.warnings.join(' '), /earlier than the row before.*sorted/);
  });
  it('failed months are tried again by the next run, and finished once their file is whole', async () => {
    const source = path.join(folder, 'source');
    writeMonth(source, shape(1));
    const again = await run(source, path.join(folder, 'dest'));
    assert.deepEqual(again.done.map(({ month }) => month), ['2024-01']);
    assert.equal(again.failed.length, 6);
    assert.deepEqual(again.finished, ['2024-06', '2024-08']);
  });
  it('a damaged file gives way to the one in the next folder', async () => {
    const source = path.join(folder, 'two');
    writeMonth(path.join(source, 'raw'), shape(6));
    mkdirSync(path.join(source, 'databento'));
    copyFileSync(file(path.join(folder, 'source'), 2), file(path.join(source, 'databento'), 6));
    const outcome = await run(source, path.join(folder, 'two-dest'));
    assert.deepEqual(outcome.done.map((month) => path.basename(path.dirname(month.source))), ['raw']);
  });
  it('no month at all, or not this one, is a mistake of the request that says what to do', async () => {
    const none = await barkeep([...runArgs(path.join(folder, 'dest'), path.join(folder, 'x')), '--json']);
    assert.equal(none.code, 2);
    assert.match(failureOf(none).message, /there is no month in .*Files must be called glbx-mdp3/);
    const other = await barkeep([...runArgs(path.join(folder, 'source'), path.join(folder, 'x'), '2023-01'), '--json']);
    assert.match(failureOf(other).message, /2023-01 is not among the months/);
    assert.equal((await barkeep([...runArgs(path.join(folder, 'source'), 'x', '2023-1'), '--json'])).code, 2);
  });
  it('a file too small for a download is refused', async () => {
    const source = path.join(folder, 'small');
    writeMonth(source, good);
    const small = await result('monthlyRun', ['monthly', 'run', '--source', source, '--dest', path.join(folder, 'small-dest')]);
    assert.match(small.failed[0]?.message ?? '', /fewer than the 1000000 that a month must have/);
  });
  after(() => {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  });
});
