import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { countBars } from '../../../src/core/base/bar';
import { Failure } from '../../../src/core/base/failure';
import { describeParquet, readBars, readTimes } from '../../../src/core/table/parquet';
import { surveyTimes } from '../../../src/core/table/survey';
import { writeMaster } from '../../../src/core/table/master';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { barsOf, minutes, rowsIn, rowsOf, START, MINUTE } from '../store/folder';

const failsAs = (kind: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.kind, kind, error.message);
  assert.match(error.message, says);
  return true;
};

describe('table: reading Parquet', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'barkeep-table-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe('times, however stored', () => {
    const seconds = [START / 1000, START / 1000 + 60, START / 1000 + 300];
    const stamp = `make_timestamp((s * 1000000)::BIGINT)`;
    const ways: [type: string, expression: string][] = [
      ['TIMESTAMP', stamp],
      ['TIMESTAMP_NS', `${stamp}::TIMESTAMP_NS`],
      ['TIMESTAMP_MS', `${stamp}::TIMESTAMP_MS`],
      ['TIMESTAMP WITH TIME ZONE', `${stamp} AT TIME ZONE 'UTC'`],
      ['BIGINT s', 's::BIGINT'],
      ['INTEGER s', 's::INTEGER'],
      ['DOUBLE s', 's::DOUBLE'],
      ['BIGINT ms', '(s * 1000)::BIGINT'],
      ['UBIGINT µs', '(s * 1000000)::UBIGINT'],
      ['BIGINT ns', '(s * 1000000000)::BIGINT'],
    ];
    for (const [type, expression] of ways) {
      for (const column of ['datetime', 'Date', '__index_level_0__']) {
        it(`${type} in the column ${column}`, async () => {
          const file = at(`${type} ${column}.parquet`);
          await sql(`COPY (SELECT 1.5 AS open, ${expression} AS "${column}" FROM unnest([${seconds.join(', ')}]::BIGINT[]) AS t(s)) TO ${quote(file)} (FORMAT parquet)`);
          const description = await describeParquet(file);
          assert.equal(description.timeColumn, column);
          assert.deepEqual([...(await readTimes(file))], seconds.map((s) => s * 1000));
          assert.deepEqual([description.start, description.end, description.rows], [seconds[0]! * 1000, seconds[2]! * 1000, 3]);
        });
      }
    }

    it('takes datetime before the other names, and passes over a text column', async () => {
      const file = at('two.parquet');
      await sql(`COPY (SELECT 'x' AS time, 5::BIGINT AS "index", 7::BIGINT AS date) TO ${quote(file)} (FORMAT parquet)`);
      assert.equal((await describeParquet(file)).timeColumn, 'date');
    });

    it('finds the extent where the writer left no statistics', async () => {
      const file = at('unmeasured.parquet');
      await sql(`COPY (SELECT s::HUGEINT AS datetime FROM unnest([${seconds.toReversed().join(', ')}]) AS t(s)) TO ${quote(file)} (FORMAT parquet)`);
      const [column] = await sql(`SELECT stats_min_value AS least FROM parquet_metadata(${quote(file)})`);
      assert.equal(column?.['least'], null, 'this writer leaves statistics now: the test needs another type');
      const { start, end } = await describeParquet(file);
      assert.deepEqual([start, end], [seconds[0]! * 1000, seconds[2]! * 1000]);
    });

    it('tells units apart from 1972 on', async () => {
      const early = Date.UTC(1972, 0, 1);
      for (const [name, value] of [['ms', early], ['us', early * 1e3], ['ns', early * 1e6], ['s', early / 1e3]] as const) {
        const file = at(`${name}.parquet`);
        await sql(`COPY (SELECT ${BigInt(value)}::BIGINT AS datetime) TO ${quote(file)} (FORMAT parquet)`);
        assert.deepEqual([...(await readTimes(file))], [early], name);
      }
    });

    it('keeps instants before 1970', async () => {
      const file = at('old.parquet');
      await sql(`COPY (SELECT TIMESTAMP '1962-01-02 10:30:00' AS datetime) TO ${quote(file)} (FORMAT parquet)`);
      assert.equal((await describeParquet(file)).start, Date.UTC(1962, 0, 2, 10, 30));
    });
  });

  describe('file names', () => {
    const names = ["it's", 'a b', 'a[1]', 'a*', 'a?', '**', '[!a]', 'a"b', 'ünï😀', 'a{1,2}', '#a%20b', '~', 'a$`b`', 'tab\tnew\nline'];
    for (const name of names) {
      it(`${JSON.stringify(name)} names one file`, async () => {
        const inside = path.join(folder, 'names', 'year=2024', name);
        mkdirSync(inside, { recursive: true });
        for (const decoy of ['a1', 'aa', 'b', name]) await writeMaster(path.join(inside, `${decoy}.parquet`), { changes: barsOf(minutes(decoy === name ? 3 : 5)), volume: 'DOUBLE', metadata: {} });
        const file = path.join(inside, `${name}.parquet`);
        assert.ok(existsSync(file));
        const description = await describeParquet(file);
        assert.deepEqual([description.rows, (await readTimes(file)).length, countBars(await readBars(file))], [3, 3, 3]);
        assert.ok(!description.columns.some((column) => column.name === 'year'));
      });
    }
  });

  describe('what is no Parquet', () => {
    it('cut at any length is refused as torn', async () => {
      const whole = at('whole.parquet');
      await writeMaster(whole, { changes: barsOf(minutes(500)), volume: 'BIGINT', metadata: { a: 'b' } });
      const bytes = readFileSync(whole);
      for (const length of [0, 1, 4, 8, 11, 12, 100, bytes.length >> 1, bytes.length - 8, bytes.length - 1]) {
        const cut = at('cut.parquet');
        writeFileSync(cut, bytes.subarray(0, length));
        await assert.rejects(describeParquet(cut), failsAs('io', /torn or no Parquet/), `cut at ${length}`);
      }
    });
    it('a text file', async () => {
      writeFileSync(at('text.parquet'), 'datetime,open\n'.repeat(100));
      await assert.rejects(readBars(at('text.parquet')), failsAs('io', /torn or no Parquet/));
    });
    it('a missing file and a folder', async () => {
      await assert.rejects(readBars(at('none.parquet')), failsAs('usage', /no such file/));
      await assert.rejects(describeParquet(folder), failsAs('usage', /folder/));
    });
    it('one without prices or times', async () => {
      await sql(`COPY (SELECT 1::BIGINT AS time, 2.0 AS open, 3.0 AS low) TO ${quote(at('thin.parquet'))} (FORMAT parquet)`);
      await assert.rejects(readBars(at('thin.parquet')), failsAs('refused', /no column high, close; its columns are time, open, low/));
      await sql(`COPY (SELECT 'x' AS time, 2.0 AS open) TO ${quote(at('timeless.parquet'))} (FORMAT parquet)`);
      await assert.rejects(readTimes(at('timeless.parquet')), failsAs('refused', /no time column/));
      assert.equal((await describeParquet(at('timeless.parquet'))).timeColumn, undefined);
    });
  });

  describe('bars', () => {
    it('come back as written, over many row groups, whole and in ranges', async () => {
      const file = at('many.parquet');
      const rows = minutes(250_000, START, (i) => (i % 1000 === 3 ? NaN : i % 50));
      await writeMaster(file, { changes: barsOf(rows), volume: 'DOUBLE', metadata: { 'a\'b': 'c"d\n' } });
      assert.deepEqual(rowsOf(await readBars(file)), rows);
      const [from, to] = [rows[99_990]![0], rows[100_010]![0]];
      assert.deepEqual(rowsOf(await readBars(file, { from, to })), rows.slice(99_990, 100_010));
      const description = await describeParquet(file);
      assert.deepEqual([description.start, description.end, description.rows], [rows[0]![0], rows.at(-1)![0], rows.length]);
      assert.deepEqual(description.metadata, { 'a\'b': 'c"d\n' });
      assert.deepEqual(await rowsIn(file), rows);
    });

    it('are written in the encodings that every reader knows, with nothing stored as differences', async () => {
      const file = at('plain.parquet');
      await writeMaster(file, { changes: barsOf(minutes(10_000, START, (i) => i % 50)), volume: 'BIGINT', metadata: {} });
      const encodings = await sql(`SELECT DISTINCT unnest(string_split(encodings, ', ')) AS name FROM parquet_metadata(${quote(file)}) ORDER BY name`);
      assert.ok(encodings.length > 0);
      for (const { name } of encodings) assert.ok(['PLAIN', 'RLE', 'PLAIN_DICTIONARY', 'RLE_DICTIONARY'].includes(String(name)), String(name));
    });

    it('of an empty file are none', async () => {
      await writeMaster(at('empty.parquet'), { changes: barsOf([]), volume: 'DOUBLE', metadata: {} });
      assert.equal(countBars(await readBars(at('empty.parquet'))), 0);
      assert.deepEqual(await describeParquet(at('empty.parquet')).then(({ rows, start }) => [rows, start]), [0, undefined]);
    });

    it(sharedOr('of a real master, with nanosecond times and no volume, as they are'), async function () {
      if (!hasShared) this.skip();
      const file = path.join(SHARED, 'bars', 'ES_1m.parquet');
      const { rows, timeColumn, start, end } = await describeParquet(file);
      assert.deepEqual([rows, timeColumn], [105_825, 'datetime']);
      assert.deepEqual([start, end], [Date.UTC(2025, 6, 27, 22), Date.UTC(2025, 11, 3, 14, 53)]);
      const bars = await readBars(file);
      const [sums] = await sql(`SELECT sum(open) AS open, sum(high) AS high, sum(low) AS low, sum(close) AS close, sum(epoch(datetime::TIMESTAMP)) AS t FROM read_parquet(${quote(file)})`);
      const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0);
      for (const column of ['open', 'high', 'low', 'close'] as const) assert.equal(sum(bars[column]), sums?.[column]);
      assert.equal(sum(bars.time) / 1000, Number(sums?.['t']));
      assert.ok(bars.volume.every(Number.isNaN));
    });
  });

  describe('a survey of the times', () => {
    const survey = async (offsets: (number | null)[]): Promise<Awaited<ReturnType<typeof surveyTimes>>> => {
      const file = at('survey.parquet');
      const list = offsets.map((offset) => (offset === null ? 'NULL' : String(START + offset))).join(', ');
      await sql(`COPY (SELECT make_timestamp(t * 1000) AS datetime FROM unnest([${list}]) AS x(t)) TO ${quote(file)} (FORMAT parquet)`);
      return surveyTimes(file, 48 * 3_600_000);
    };
    it('counts steps back, repeats, missing times and gaps, and names the first fault', async () => {
      const day = 86_400_000;
      const sound = await survey([0, MINUTE, MINUTE + 2 * day, MINUTE + 4 * day + 1]);
      assert.deepEqual(sound, { rows: 4, missing: 0, backward: 0, repeated: 0, fractional: 0, gaps: 1, largestGap: 2 * day + 1, largestGapFrom: START + MINUTE + 2 * day, longSteps: sound.longSteps });
      const steps = [...sound.longSteps].sort((a, b) => a.from - b.from);
      assert.deepEqual(steps, [{ from: START + MINUTE, to: START + MINUTE + 2 * day }, { from: START + MINUTE + 2 * day, to: START + MINUTE + 4 * day + 1 }]);
      const broken = await survey([0, 5, 5, 3, 9, null]);
      assert.deepEqual([broken.missing, broken.backward, broken.repeated, broken.firstFault], [1, 1, 1, { row: 3, time: START + 5 }]);
    });
    it('of a single row has no gap', async () => {
      assert.deepEqual(await survey([0]), { rows: 1, missing: 0, backward: 0, repeated: 0, fractional: 0, gaps: 0, largestGap: 0, longSteps: [] });
    });
  });

  it('DuckDB is loaded on first use, not by importing', () => {
    const script = "require('./src/core/store/inventory'); require('./src/core/derive/regenerate'); console.log(Object.keys(require.cache).some((file) => file.includes('@duckdb')))";
    const run = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: path.join(__dirname, '../../..'), encoding: 'utf8' });
    assert.equal(run.stdout.trim(), 'false', run.stderr);
  });
});
