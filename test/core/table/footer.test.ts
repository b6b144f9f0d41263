import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Failure } from '../../../src/core/base/failure';
import { describeFooter } from '../../../src/core/table/footer';
import { describeParquet } from '../../../src/core/table/parquet';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';

describe('table: Parquet footers', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'barkeep-footer-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A file of 2,500 rows, in several row groups, as DuckDB writes this query over i. */
  async function written(columns: string, options = '', rows = 2500): Promise<string> {
    const file = at(`${Math.random().toString(36).slice(2)}.parquet`);
    await sql(`COPY (SELECT ${columns} FROM range(${rows}) t(i)) TO ${quote(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048${options})`);
    return file;
  }

  /** The oracle is DuckDB's own description of the same file. */
  async function compare(file: string): Promise<void> {
    const [ours, theirs] = [await describeFooter(file), await describeParquet(file)];
    assert.ok(ours !== undefined, 'it is read without DuckDB');
    const { columns, ...rest } = ours;
    assert.deepEqual({ ...rest, columns: columns.map(({ name }) => name) }, { ...theirs, columns: theirs.columns.map(({ name }) => name) });
    const time = (of: typeof theirs): unknown => of.columns.find(({ name }) => name === of.timeColumn);
    assert.deepEqual(time(ours), time(theirs));
  }

  const START = "TIMESTAMP '2025-09-08 00:00:00'";
  for (const [title, time] of [
    ['naive microseconds', `${START} + i * INTERVAL 1 MINUTE AS datetime`],
    ['naive nanoseconds', `(${START} + i * INTERVAL 1 MINUTE)::TIMESTAMP_NS AS datetime`],
    ['milliseconds', `(${START} + i * INTERVAL 1 MINUTE)::TIMESTAMP_MS AS datetime`],
    ['instants with a zone', `(${START} + i * INTERVAL 1 MINUTE)::TIMESTAMPTZ AS datetime`],
    ['dates', `(DATE '2020-01-01' + i::INTEGER) AS date`],
    ['unix seconds', '1757289600 + i * 60 AS time'],
    ['unix milliseconds', '(1757289600 + i * 60) * 1000 AS timestamp'],
    ['unix nanoseconds', '(1757289600 + i * 60) * 1000000000 AS "Time"'],
    ['times before 1970', `TIMESTAMP '1969-12-31 00:00:00' + i * INTERVAL 1 MINUTE AS datetime`],
    ['a text column named time beside an instant', `'x' AS time, ${START} + i * INTERVAL 1 MINUTE AS timestamp`],
    ['no time column', `'x' AS word`],
  ] as const) {
    it(`say what DuckDB says: ${title}`, async () => {
      await compare(await written(`${time}, 1.5 * i AS open, i::INTEGER AS volume, 'ES' AS symbol`));
    });
  }

  it('say what DuckDB says: metadata, also when it makes a long footer, and no rows', async () => {
    await compare(await written(`${START} AS datetime, 1 AS open`, `, KV_METADATA {"barkeep.ticker": 'ES', long: '${'ä'.repeat(40_000)}'}`));
    await compare(await written(`${START} AS datetime, 1 AS open`, '', 0));
  });

  it(sharedOr('say what DuckDB says of real masters from other writers'), async function () {
    if (!hasShared) this.skip();
    for (const timeframe of ['1m', '5m', '15m', '1h', '4h']) await compare(path.join(SHARED, `bars/ES_${timeframe}.parquet`));
  });

  it('leave unusual files to DuckDB', async () => {
    for (const columns of ['i::DOUBLE AS time', '(1757289600 + i)::INTEGER AS time', `{'a': i} AS nested, ${START} AS datetime`]) {
      assert.equal(await describeFooter(await written(columns)), undefined, columns);
    }
  });

  it('of a file cut anywhere, or damaged anywhere in its footer, are refused or still numbers, never a fault of ours', async () => {
    const whole = readFileSync(await written(`${START} + i * INTERVAL 1 MINUTE AS datetime, 1.5 * i AS open`));
    const file = at('damaged.parquet');
    const footer = whole.readUInt32LE(whole.length - 8) + 8;
    const refused = (error: unknown): boolean => error instanceof Failure && error.kind === 'io';
    for (const length of [0, 1, 7, 12, whole.length - 1, whole.length - 8]) {
      writeFileSync(file, whole.subarray(0, length));
      await assert.rejects(describeFooter(file), refused, `cut at ${length}`);
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(footer - 9), fc.integer({ min: 0, max: 255 }), async (back, byte) => {
        const damaged = Buffer.from(whole);
        damaged[whole.length - 9 - back] = byte;
        writeFileSync(file, damaged);
        await describeFooter(file).catch((error: unknown) => {
          assert.ok(refused(error), String(error));
        });
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
