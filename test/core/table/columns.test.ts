import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { holdsColumns, storageFor, writeColumns, type StoredColumn } from '../../../src/core/table/columns';
import { scratch } from '../../support/barkeep';
import { quote, sql } from '../../support/sql';
import { until } from '../../support/until';

describe('typed arrays as Parquet', () => {
  let folder: string;
  before(() => { folder = scratch(after); });

  const rows = 5000;
  const columns = (): StoredColumn[] => [
    { name: 'timestamp', storage: 'instant', values: Float64Array.from({ length: rows }, (_, i) => 1_733_000_000 + i) },
    { name: 'price', storage: 'float', values: Float64Array.from({ length: rows }, (_, i) => (i % 100 === 0 ? NaN : 5000.25 + i / 4)) },
    { name: 'exact "x"', storage: 'wide', values: Float64Array.from({ length: rows }, (_, i) => (i === 7 ? NaN : i / 3)) },
    { name: 'volume', storage: 'integer', values: Int32Array.from({ length: rows }, (_, i) => i - 100) },
    { name: 'label', storage: 'integer', values: Int8Array.from({ length: rows }, (_, i) => i % 2) },
    { name: 'symbol', storage: ['ESZ4', "it's"], values: Int32Array.from({ length: rows }, (_, i) => i % 2) },
  ];

  it('every value comes back in another reader, NaN as missing', async () => {
    const file = path.join(folder, 'all.parquet');
    await writeColumns(file, columns());
    const read = await sql(`SELECT epoch(timestamp)::DOUBLE AS t, price, "exact ""x""" AS x, volume, label, symbol, typeof(price) AS kind FROM read_parquet(${quote(file)})`);
    const expected = Array.from({ length: rows }, (_, i) => ({
      t: 1_733_000_000 + i, price: i % 100 === 0 ? null : Math.fround(5000.25 + i / 4), x: i === 7 ? null : i / 3, volume: i - 100, label: i % 2, symbol: i % 2 === 0 ? 'ESZ4' : "it's", kind: 'FLOAT',
    }));
    assert.deepEqual(read, expected);
  });

  it('keeps no columns once they are written', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const seen: WeakRef<object>[] = [];
    await (async () => {
      const given = columns();
      seen.push(...given.map(({ values }) => new WeakRef(values)));
      await writeColumns(path.join(folder, 'kept.parquet'), given);
      await holdsColumns(path.join(folder, 'kept.parquet'), given);
    })();
    await until('the columns to go', () => {
      collect();
      return seen.every((each) => each.deref() === undefined);
    });
  });

  it('the same columns give the same bytes', async () => {
    const [one, other] = [path.join(folder, 'one.parquet'), path.join(folder, 'other.parquet')];
    await writeColumns(one, columns());
    await writeColumns(other, columns());
    assert.ok(readFileSync(one).equals(readFileSync(other)));
  });

  it('any other value, another order, a row less: it is not the same', async () => {
    const file = path.join(folder, 'same.parquet');
    await writeColumns(file, columns());
    assert.equal(await holdsColumns(file, columns()), true);
    for (const [column, row, value] of [[0, 4999, 1], [1, 0, 1], [1, 1, NaN], [2, 2048, 0.5], [3, 4096, 0], [4, 3, 0], [5, 0, 1]] as const) {
      const changed = columns();
      changed[column]!.values[row] = value;
      assert.equal(await holdsColumns(file, changed), false, `column ${column}, row ${row}`);
    }
    const swapped = columns().map((column) => ({ ...column, values: column.values.slice().reverse() }));
    assert.equal(await holdsColumns(file, swapped), false);
    assert.equal(await holdsColumns(file, columns().map((column) => ({ ...column, values: column.values.subarray(1) }))), false);
  });

  it('a file that is torn, or cannot be written, is a failure that names it', async () => {
    const file = path.join(folder, 'torn.parquet');
    await writeColumns(file, columns());
    writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    await assert.rejects(holdsColumns(file, columns()), /torn\.parquet/);
    await assert.rejects(writeColumns(path.join(folder, 'nowhere/x.parquet'), columns()), /nowhere/);
  });

  it('a float column holds every value to a hundred-thousandth, or is wide', () => {
    fc.assert(fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), (list) => {
      const values = Float64Array.from(list);
      const near = list.every((value) => Number.isNaN(value) || Math.fround(value) === value || Math.abs(Math.fround(value) - value) <= 1e-5 * Math.abs(value));
      assert.equal(storageFor('float', values), near ? 'float' : 'wide');
    }));
    assert.equal(storageFor('integer', Float64Array.of(2 ** 31)), 'wide');
    assert.equal(storageFor('integer', Float64Array.of(-(2 ** 31), 2 ** 31 - 1)), 'integer');
    assert.equal(storageFor('integer', Float64Array.of(NaN)), 'wide');
  });
});
