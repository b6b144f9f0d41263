import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mapColumns, type Bars } from '../../../src/core/base/bar';
import { graft, groupsOf, unpack, writerOf, type Packed } from '../../../src/core/table/graft';
import { GROUP_ROWS } from '../../../src/core/table/master';
import { seriesWriter, writeSeries } from '../../../src/core/table/series';
import { readStruct, writeStruct } from '../../../src/core/table/thrift';
import { SHARED, hasShared, sharedOr } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { makeBars } from '../../../src/core/jobs/sampleBars';

/** The oracle is DuckDB writing all rows in one go. */
describe('table: Parquet files grafted from row groups', function () {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'barkeep-graft-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const bars = makeBars(Date.UTC(2020, 0, 5), 40, 3);
  const cut = (from: number, to?: number): Bars => mapColumns(bars, (column) => column.subarray(from, to));

  async function written(content: Bars, metadata: Record<string, string> = {}, volume: 'BIGINT' | 'DOUBLE' = 'BIGINT'): Promise<Packed> {
    const file = at('written.parquet');
    await writeSeries(file, { bars: content, volume, metadata });
    return unpack(readFileSync(file));
  }

  it('are the bytes of a file written whole, whatever is kept', async () => {
    const stock = await written(cut(0, 250_000), { note: 'before' });
    const whole = await written(cut(0, 260_000), { note: 'after' });
    assert.deepEqual(groupsOf(whole)?.map(({ rows }) => rows), [GROUP_ROWS, GROUP_ROWS, 260_000 - 2 * GROUP_ROWS]);
    for (const kept of [0, 1, 2]) {
      const scion = await written(cut(kept * GROUP_ROWS, 260_000), { note: 'after' });
      assert.ok(Buffer.concat(graft(stock, kept, scion)).equals(whole.bytes), `${kept} groups kept`);
    }
  });

  it('groups tell their first and last instant, and files their writer', async () => {
    const packed = await written(cut(0, 150_000));
    assert.deepEqual(groupsOf(packed), [
      { rows: GROUP_ROWS, first: bars.time[0], last: bars.time[GROUP_ROWS - 1] },
      { rows: 150_000 - GROUP_ROWS, first: bars.time[GROUP_ROWS], last: bars.time[149_999] },
    ]);
    assert.equal(writerOf(packed), await seriesWriter());
  });

  it('other columns, and bytes that are no Parquet file, are refused', async () => {
    const stock = await written(cut(0, 150_000));
    const scion = await written(cut(0, 10), {}, 'DOUBLE');
    assert.throws(() => graft(stock, 1, scion), RangeError);
    assert.throws(() => unpack(Buffer.from('x')), RangeError);
    assert.throws(() => unpack(Buffer.alloc(100, 0xff)), RangeError);
  });

  const again = (file: string): boolean => {
    const bytes = readFileSync(file);
    const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8);
    return writeStruct(readStruct(footer)).equals(footer);
  };

  it('a footer is written as it was read, with every kind of column', async () => {
    await sql(`COPY (SELECT i AS a, i::TINYINT AS b, -i::DOUBLE AS c, i % 2 = 0 AS d, {'x': i, 'y': [i]} AS e, 'ä' AS f, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS g, NULL::INTEGER AS h FROM range(100) t(i)) TO ${quote(at('kinds.parquet'))} (FORMAT parquet, KV_METADATA {k: '${'v'.repeat(500)}'})`);
    assert.ok(again(at('kinds.parquet')));
  });

  it(sharedOr('and those of other writers'), function () {
    if (!hasShared) this.skip();
    assert.ok(again(path.join(SHARED, 'bars/ES_5m.parquet')));
  });
});
