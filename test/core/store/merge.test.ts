import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Failure } from '../../../src/core/base/failure';
import { listBackups } from '../../../src/core/disk/backup';
import { sha256OfFile } from '../../../src/core/disk/digest';
import { masterPath } from '../../../src/core/store/layout';
import { sourcesIn } from '../../../src/core/store/lineage';
import { applyMerge, planMerge, type MergePlan } from '../../../src/core/store/merge';
import { verifyMerged } from '../../../src/core/store/verify';
import { describeParquet } from '../../../src/core/table/parquet';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { barsOf, MINUTE, minutes, rowsIn, scene, schemaOf, START, writeForeign, type Row, type Scene } from './folder';

const FROM = { sourceName: 'ES "recent".txt', sourceSha256: 'ab'.repeat(32), zone: 'America/Los_Angeles', stamp: 'close' } as const;
const PRICES = ['datetime TIMESTAMP', 'open DOUBLE', 'high DOUBLE', 'low DOUBLE', 'close DOUBLE'];

const refused = (says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.kind, 'refused', error.message);
  assert.match(error.message, says);
  return true;
};

describe('store: merging bars into a master', () => {
  let at: Scene;
  let master: string;
  const cleanUps: (() => void)[] = [];
  const begin = (): void => {
    at = scene((remove) => cleanUps.push(remove));
    mkdirSync(at.folder);
    master = masterPath(at.folder, 'ES', '1m');
  };
  beforeEach(begin);
  after(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  const merge = async (rows: readonly Row[], onConflict: MergePlan['onConflict'] = 'keep', from = FROM): Promise<MergePlan> => {
    const plan = await planMerge(master, barsOf(rows), onConflict);
    await applyMerge(at.disk, at.folder, plan, from);
    at.pass(1000);
    return plan;
  };

  it('bars before, inside and after a master of several row groups all find their place', async () => {
    const rows = minutes(300_000);
    const parts = { before: rows.slice(0, 40), inside: rows.slice(150_000, 150_003), after: rows.slice(299_000) };
    const taken = new Set(Object.values(parts).flat());
    await merge(rows.filter((row) => !taken.has(row)));
    for (const part of [parts.before.slice(1), parts.inside, parts.after, parts.before.slice(0, 1)]) await merge(part);
    const [order] = await sql(`SELECT count(*) AS n, count(*) FILTER (datetime <= before) AS wrong FROM (
      SELECT datetime, lag(datetime) OVER (ORDER BY file_row_number) AS before FROM read_parquet(${quote(master)}, file_row_number = true))`);
    assert.deepEqual([Number(order?.['n']), Number(order?.['wrong'])], [300_000, 0]);
  });

  it('a missing master is made of all bars, sorted, in our columns', async () => {
    const rows = minutes(3000);
    const plan = await merge(rows.toReversed());
    assert.deepEqual([plan.newRows, plan.identicalRows, plan.conflictingRows, plan.before], [3000, 0, 0, null]);
    assert.deepEqual(plan.after, { rows: 3000, start: '2025-09-08T00:00:00.000Z', end: '2025-09-10T01:59:00.000Z' });
    assert.deepEqual(await rowsIn(master), rows);
    assert.deepEqual(await schemaOf(master), [...PRICES, 'volume BIGINT', 'time BIGINT']);
    const [wrong] = await sql(`SELECT count(*) AS n FROM read_parquet(${quote(master)}) WHERE time <> epoch(datetime)`);
    assert.equal(wrong?.['n'], '0');
    const [codec] = await sql(`SELECT DISTINCT compression AS c FROM parquet_metadata(${quote(master)})`);
    assert.equal(codec?.['c'], 'ZSTD');
    assert.deepEqual(await listBackups(at.folder), []);
  });

  it('the same bars again change nothing, not even the time of the file', async () => {
    await merge(minutes(100));
    const before = statSync(master, { bigint: true }).mtimeNs;
    const plan = await planMerge(master, barsOf(minutes(100)), 'replace');
    assert.deepEqual([plan.newRows, plan.identicalRows, plan.conflictingRows], [0, 100, 0]);
    assert.deepEqual(await applyMerge(at.disk, at.folder, plan, FROM), { sha256: await sha256OfFile(master) });
    assert.equal(statSync(master, { bigint: true }).mtimeNs, before);
    assert.deepEqual(await listBackups(at.folder), []);
  });

  it('keep, replace and fail', async () => {
    await merge(minutes(10));
    const [time, open, high, low, close, volume] = minutes(10)[4]!;
    const other: Row = [time, open + 1, high, low, close, volume + 5];
    const kept = await merge([other], 'keep');
    assert.deepEqual([kept.newRows, kept.identicalRows, kept.conflictingRows, kept.replacedBars], [0, 0, 1, 0]);
    assert.deepEqual(kept.conflicts, [
      { time: '2025-09-08T00:04:00.000Z', field: 'open', master: open, file: open + 1 },
      { time: '2025-09-08T00:04:00.000Z', field: 'volume', master: volume, file: volume + 5 },
    ]);
    await assert.rejects(merge([other], 'fail'), refused(/1 bar differs.*--on-conflict keep/));
    assert.deepEqual(await rowsIn(master), minutes(10));
    await merge([other], 'replace');
    assert.deepEqual(await rowsIn(master), minutes(10).with(4, other));
    const [backup] = await listBackups(at.folder);
    assert.deepEqual(await rowsIn(path.join(at.folder, 'backups', backup!.backup)), minutes(10));
  });

  it('a volume missing on either side is no conflict, and is not lost to a replacing bar', async () => {
    const [a, b] = [minutes(1)[0]!, minutes(2)[1]!];
    const without = (row: Row): Row => [row[0], row[1], row[2], row[3], row[4], NaN];
    await merge([a, without(b)]);
    assert.deepEqual(await schemaOf(master), [...PRICES, 'volume DOUBLE', 'time BIGINT']);
    const same = await merge([without(a), b], 'replace');
    assert.deepEqual([same.identicalRows, same.replacedBars], [2, 0]);
    await merge([[a[0], a[1] + 1, a[2], a[3], a[4], NaN]], 'replace');
    assert.deepEqual((await rowsIn(master))[0], [a[0], a[1] + 1, a[2], a[3], a[4], a[5]]);
  });

  it('volumes become int64 only when all are there and whole', async () => {
    const rows = minutes(20);
    await merge([[...rows[0]!.slice(0, 5), 1.5] as unknown as Row, ...rows.slice(1, 10)]);
    assert.ok((await schemaOf(master)).includes('volume DOUBLE'));
    await merge([[rows[0]![0], rows[0]![1] + 1, ...rows[0]!.slice(2)] as unknown as Row], 'replace');
    assert.ok((await schemaOf(master)).includes('volume BIGINT'));
    await merge([[...rows[11]!.slice(0, 5), NaN] as unknown as Row]);
    assert.ok((await schemaOf(master)).includes('volume DOUBLE'));
  });

  it('a bar that ends as it began is not written, whatever came between', async () => {
    await merge(minutes(3));
    const [bar] = minutes(1) as [Row];
    const other: Row = [bar[0], bar[1] + 1, bar[2], bar[3], bar[4], bar[5]];
    const plan = await merge([other, bar], 'replace');
    assert.deepEqual([plan.conflictingRows, plan.replacedBars, plan.conflicts.length], [2, 0, 2]);
    assert.deepEqual(await listBackups(at.folder), []);
  });

  it('columns of others survive with their types and values, whatever their names', async () => {
    const extras = "'ESU5' AS symbol, i * 2.5::FLOAT AS \"at\", [i, i + 1] AS \"old\", TIMESTAMP_NS '2025-01-01 00:00:00.123456789' AS \"select\", i::UTINYINT AS \"a\"\"b'c\", NULL::DATE AS bar_time";
    await sql(`COPY (SELECT ${extras}, make_timestamp((${START} + i * 60000) * 1000) AS datetime, 1.0 AS open, 2.0 AS high, 0.5 AS low, 1.5 AS close FROM range(10) r(i)) TO ${quote(master)} (FORMAT parquet)`);
    const before = await sql(`SELECT symbol, "at", "old", "select", "a""b'c", bar_time FROM read_parquet(${quote(master)}) ORDER BY datetime`);
    await merge([[START + 3 * MINUTE, 9, 9, 9, 9, NaN], [START + 20 * MINUTE, 7, 7, 7, 7, NaN]], 'replace');
    const after = await sql(`SELECT symbol, "at", "old", "select", "a""b'c", bar_time FROM read_parquet(${quote(master)}) ORDER BY datetime`);
    assert.deepEqual(after.slice(0, 10), before);
    assert.deepEqual(Object.values(after[10]!), [null, null, null, null, null, null]);
    assert.deepEqual((await schemaOf(master)).slice(7), ['symbol VARCHAR', 'at FLOAT', 'old BIGINT[]', 'select TIMESTAMP_NS', 'a"b\'c UTINYINT', 'bar_time DATE']);
    assert.equal((await rowsIn(master))[3]![1], 9);
  });

  it('another time column becomes datetime; prices of other types become doubles', async () => {
    await sql(`COPY (SELECT (${START / 1000} + i * 60)::INTEGER AS "timestamp", i::FLOAT AS open, i::DECIMAL(9, 2) AS "High", i::INTEGER AS low, i::DOUBLE AS close, 5::USMALLINT AS volume FROM range(5) r(i)) TO ${quote(master)} (FORMAT parquet)`);
    await merge([[START + 9 * MINUTE, 1, 1, 1, 1, 1]]);
    assert.deepEqual(await schemaOf(master), [...PRICES, 'volume BIGINT', 'time BIGINT']);
    assert.deepEqual((await rowsIn(master)).map(([time]) => (time - START) / MINUTE), [0, 1, 2, 3, 4, 9]);
  });

  it('says where bars came from, once per source; keys of others stay, wrong descriptions of columns go', async () => {
    await sql(`COPY (SELECT make_timestamp(${START} * 1000) AS datetime, 1.0 AS open, 2.0 AS high, 0.5 AS low, 1.5 AS close) TO ${quote(master)} (FORMAT parquet, KV_METADATA {owner: 'desk "3"', pandas: '{}', 'barkeep.made': '{}'})`);
    const other = { ...FROM, sourceSha256: 'cd'.repeat(32) };
    await merge(minutes(3), 'keep');
    await merge(minutes(5), 'keep', other);
    await merge(minutes(7), 'keep', FROM);
    const { metadata } = await describeParquet(master);
    assert.deepEqual(sourcesIn(metadata), [FROM, other]);
    assert.deepEqual(Object.keys(metadata).sort(), ['barkeep.sources', 'barkeep.stamp', 'barkeep.ticker', 'barkeep.timeframe', 'barkeep.version', 'barkeep.zone', 'owner']);
    assert.deepEqual([metadata['owner'], metadata['barkeep.ticker'], metadata['barkeep.timeframe']], ['desk "3"', 'ES', '1m']);
  });

  it('the same imports give the same bytes', async () => {
    await merge(minutes(120_000));
    await merge(minutes(5000, START + 119_000 * MINUTE));
    const first = await sha256OfFile(master);
    begin();
    at.pass(1e9);
    await merge(minutes(120_000));
    await merge(minutes(5000, START + 119_000 * MINUTE));
    assert.equal(await sha256OfFile(master), first);
    const groups = await sql(`SELECT DISTINCT row_group_num_rows::INTEGER AS n FROM parquet_metadata(${quote(master)})`);
    assert.ok(groups.every((group) => Number(group['n']) < 110_000), JSON.stringify(groups));
  });

  describe('refuses', () => {
    it('a master out of order, with duplicates, or without a time', async () => {
      const [a, b, c] = minutes(3) as [Row, Row, Row];
      await writeForeign(master, [a, b, c]);
      const broken = async (query: string): Promise<void> => {
        await sql(`COPY (${query}) TO ${quote(`${master}.x`)} (FORMAT parquet)`);
        await sql(`COPY (FROM read_parquet(${quote(`${master}.x`)})) TO ${quote(master)} (FORMAT parquet)`);
      };
      const whole = `SELECT * FROM read_parquet(${quote(`${path.dirname(master)}/sound.parquet`)})`;
      await writeForeign(`${path.dirname(master)}/sound.parquet`, [a, b, c]);
      await broken(`${whole} ORDER BY datetime DESC`);
      await assert.rejects(merge([c]), refused(/not in order of time \(2 steps back, first in row 2 at 2025-09-08 00:01 UTC\)/));
      await broken(`${whole} UNION ALL ${whole} ORDER BY datetime`);
      await assert.rejects(merge([c]), refused(/3 bars have the time of the bar before, first in row 2/));
      await broken(`${whole} UNION ALL BY NAME SELECT 1.0 AS open`);
      await assert.rejects(merge([c]), refused(/1 rows have no time/));
    });

    it('a column "time" that means something else', async () => {
      await sql(`COPY (SELECT make_timestamp(${START} * 1000) AS datetime, '09:30' AS time, 1.0 AS open, 2.0 AS high, 0.5 AS low, 1.5 AS close) TO ${quote(master)} (FORMAT parquet)`);
      await assert.rejects(merge(minutes(2)), refused(/column "time" is not/));
    });

    it('values that a merge would round: whole numbers beyond 2^53, decimals a double cannot tell apart, nanoseconds', async () => {
      const row = { datetime: `make_timestamp(${START} * 1000)`, open: '1.0', high: '2.0', low: '0.5', close: '1.5', volume: '7' };
      const holding = (values: Partial<typeof row>): Promise<unknown> =>
        sql(`COPY (SELECT ${Object.entries({ ...row, ...values }).map(([name, value]) => `${value} AS ${name}`).join(', ')}) TO ${quote(master)} (FORMAT parquet)`);
      for (const [name, value] of [['volume', '9007199254740993'], ['volume', '9223372036854775807'], ['close', '9007199254740993'], ['open', '12345678901234.123457::DECIMAL(38, 6)']] as const) {
        await holding({ [name]: value });
        await assert.rejects(merge(minutes(2)), refused(new RegExp(`would be rounded.*"${name}" in 1 row`)), value);
      }
      await holding({ datetime: `make_timestamp_ns(${START} * 1000000 + 1)` });
      await assert.rejects(merge(minutes(2)), refused(/would be rounded.*"datetime" in 1 row/));
      await holding({ volume: '9007199254740992', close: '6000.25::DECIMAL(18, 4)', datetime: `make_timestamp_ns(${START} * 1000000)` });
      await merge(minutes(2));
    });

    it('a bar without a price, and no bars for no master', async () => {
      await assert.rejects(merge([[START, 1, NaN, 1, 1, 1]]), refused(/2025-09-08T00:00:00.000Z has no high/));
      await assert.rejects(merge([]), refused(/no bars to merge/));
    });

    it('to apply a plan to a master that changed since', async () => {
      await merge(minutes(5));
      const plan = await planMerge(master, barsOf(minutes(9)), 'keep');
      await merge(minutes(7));
      const digest = await sha256OfFile(master);
      await assert.rejects(applyMerge(at.disk, at.folder, plan, FROM), refused(/changed by another program/));
      assert.equal(await sha256OfFile(master), digest);
    });

    it('a torn master', async () => {
      writeFileSync(master, 'PAR1 and then nothing');
      await assert.rejects(merge(minutes(2)), (error: unknown) => error instanceof Failure && error.kind === 'io' && /torn/.test(error.message));
    });
  });

  it('what reads back differently is not put in place', async () => {
    await sql(`COPY (SELECT make_timestamp((${START} + i * 60000) * 1000) AS datetime, 1.0 + i AS open, 99.0 AS high, 0.5 AS low, 1.5 AS close, i AS volume, 'x' || i AS note FROM range(6000) r(i)) TO ${quote(master)} (FORMAT parquet)`);
    const old = await describeParquet(master);
    const plan = await planMerge(master, barsOf([[START + 10 * MINUTE, 5, 5, 5, 5, 5], [START + 9000 * MINUTE, 6, 6, 6, 6, 6]]), 'replace');
    const good = path.join(at.folder, 'good.parquet');
    await applyMerge(at.disk, at.folder, plan, FROM);
    await sql(`COPY (FROM read_parquet(${quote(master)})) TO ${quote(good)} (FORMAT parquet)`);
    // The plan is judged against the master as it was.
    const [backup] = await listBackups(at.folder);
    const was = { ...plan, master: path.join(at.folder, 'backups', backup!.backup) };
    await verifyMerged(good, was, old);
    const spoiled: [what: string, query: string][] = [
      ['a price', 'SELECT * REPLACE (CASE WHEN volume = 5999 THEN open + 0.25 ELSE open END AS open) FROM good'],
      ['a volume', 'SELECT * REPLACE (CASE WHEN volume = 77 THEN 78 ELSE volume END AS volume) FROM good'],
      ['the replaced bar', 'SELECT * REPLACE (CASE WHEN epoch_ms(datetime) = 1757290200000 THEN 11.0 ELSE open END AS open) FROM good'],
      ['the seconds', 'SELECT * REPLACE (CASE WHEN volume = 77 THEN time + 1 ELSE time END AS time) FROM good'],
      ['the last row', 'SELECT * FROM good ORDER BY datetime LIMIT 6000'],
      ['the first row', 'SELECT * FROM good ORDER BY datetime OFFSET 1'],
      ['one row more', 'SELECT * FROM good UNION ALL SELECT * REPLACE (datetime + INTERVAL 1 MINUTE AS datetime) FROM (FROM good ORDER BY datetime DESC LIMIT 1)'],
      ['the order', 'SELECT * FROM good ORDER BY open'],
      ['a note', "SELECT * REPLACE (CASE WHEN volume = 77 THEN 'y' ELSE note END AS note) FROM good"],
      ['the notes', 'SELECT * EXCLUDE note FROM good'],
      ['a type', 'SELECT * REPLACE (volume::DOUBLE AS volume) FROM good'],
      ['a time', 'SELECT * REPLACE (CASE WHEN volume = 77 THEN datetime + INTERVAL 1 SECOND ELSE datetime END AS datetime) FROM good'],
    ];
    for (const [what, query] of spoiled) {
      const bad = path.join(at.folder, 'bad.parquet');
      await sql(`COPY (WITH good AS (FROM read_parquet(${quote(good)})) ${query}) TO ${quote(bad)} (FORMAT parquet)`);
      await assert.rejects(verifyMerged(bad, was, old), (error: unknown) => error instanceof Failure && error.kind === 'io', `${what} was changed unnoticed`);
    }
  });

  it('any sequence of imports does what taking the rows one by one would do', async () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom(NaN, 1, 2, 2.5)).map(([minute, price, volume]): Row => [START + minute * MINUTE, price, price + 1, price - 1, price, volume]);
    const batch = fc.tuple(fc.array(row, { minLength: 1, maxLength: 15 }), fc.constantFrom('keep' as const, 'replace' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
        begin();
        const model = new Map<number, Row>();
        for (const [rows, onConflict] of batches) {
          const counts = [0, 0, 0];
          for (const next of rows.toSorted((a, b) => a[0] - b[0])) counts[take(model, next, onConflict)]!++;
          const plan = await merge(rows, onConflict);
          assert.deepEqual([plan.newRows, plan.identicalRows, plan.conflictingRows], counts);
          assert.equal(plan.after.rows, model.size);
          const expected = [...model.values()].sort((a, b) => a[0] - b[0]);
          assert.deepEqual(await rowsIn(master), expected);
          const type = expected.every((bar) => Number.isInteger(bar[5])) ? 'BIGINT' : 'DOUBLE';
          assert.ok((await schemaOf(master)).includes(`volume ${type}`));
        }
      }),
      { numRuns: Number(process.env['BARKEEP_RUNS'] ?? 15) },
    );
  });

  it(sharedOr('a real master of nanoseconds without volume takes a week of bars that have it'), async function () {
    if (!hasShared) this.skip();
    const whole = path.join(SHARED, 'bars', 'ES_1m.parquet');
    await sql(`COPY (FROM read_parquet(${quote(whole)}) WHERE datetime < TIMESTAMP '2025-11-20') TO ${quote(master)} (FORMAT parquet)`);
    const later = await sql(`SELECT epoch_ms(datetime::TIMESTAMP) AS t, open, high, low, close FROM read_parquet(${quote(whole)}) WHERE datetime >= TIMESTAMP '2025-11-13'`);
    const plan = await merge(later.map((row): Row => [Number(row['t']), Number(row['open']), Number(row['high']), Number(row['low']), Number(row['close']), 12]));
    assert.deepEqual([plan.conflictingRows, plan.newRows + plan.identicalRows, plan.after.rows], [0, later.length, 105_825]);
    const [difference] = await sql(`SELECT count(*) AS n FROM (SELECT datetime::TIMESTAMP AS d, open, high, low, close FROM read_parquet(${quote(whole)}) EXCEPT ALL SELECT datetime, open, high, low, close FROM read_parquet(${quote(master)}))`);
    assert.equal(difference?.['n'], '0');
  });
});

/** The model: one row taken into a map of bars. @returns 0 new, 1 identical, 2 conflicting */
function take(model: Map<number, Row>, next: Row, onConflict: 'keep' | 'replace'): 0 | 1 | 2 {
  const [time, , , , , volume] = next;
  const there = model.get(time);
  if (there === undefined) {
    model.set(time, next);
    return 0;
  }
  const samePrices = [1, 2, 3, 4].every((i) => there[i] === next[i]);
  const sameVolume = Number.isNaN(volume) || Number.isNaN(there[5]) || volume === there[5];
  if (samePrices && sameVolume) return 1;
  if (onConflict === 'replace') model.set(time, [next[0], next[1], next[2], next[3], next[4], Number.isNaN(volume) ? there[5] : volume]);
  return 2;
}
