import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unattended } from '../../../../src/core/base/ports';
import { verifyText } from '../../../../src/core/integrity/verify';
import type { Report } from '../../../../src/protocol/report';

describe('a file and its contract', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'contract-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  const check = async (schema: object, text: string, chunk = 1 << 20): Promise<Report> => {
    const file = path.join(folder, 's.json');
    writeFileSync(file, JSON.stringify(schema));
    return verifyText('x.csv', text, { schema: file, chunk, examples: 1000 }, unattended);
  };
  const violations = async (schema: object, text: string): Promise<string[]> =>
    (await check(schema, text)).findings.filter(({ code }) => code === 'schema-violation').map(({ row, column = '', place, message }) => `${row} ${column} ${place.line}:${place.column}-${place.endColumn} ${message.replaceAll(path.join(folder, 's.json'), 'S')}`);

  const trades = { fields: [{ name: 'id', constraints: { required: true } }, { name: 'side', constraints: { enum: ['BUY', 'SELL'] } }, { name: 'lots', type: 'number' }] };

  it('differ in a cell: said where, what was expected and what was found, once a row', async () => {
    assert.deepEqual(await violations(trades, 'side,lots,id\nBUY,1,a\nHOLD,1,b\nSELL,"x",c\nBUY,,d\nHOLD,y,\n'), [
      '2 side 3:0-4 side breaks S: expected one of BUY, SELL, found "HOLD".',
      '3 lots 4:5-8 lots breaks S: expected a number, found "x".',
      '5 id 6:7-7 id breaks S: expected a value, found an empty cell. So do side, lots.',
    ]);
    const { totals } = await check(trades, 'side,lots,id\nHOLD,y,\nHOLD,y,\n');
    assert.equal(totals['schema-violation'], 2);
  });

  it('differ in their columns', async () => {
    const text = 'id,lots,note\na,1,x\n';
    const missing = '0 side 1:0-12 The column "side" is missing (S).';
    const extra = '0 note 1:8-12 The column "note" is not in the schema (S).';
    assert.deepEqual(await violations(trades, text), [missing, extra]);
    assert.deepEqual(await violations({ ...trades, fieldsMatch: 'subset' }, text), [missing]);
    assert.deepEqual(await violations({ ...trades, fieldsMatch: ['superset'] }, text), [extra]);
    assert.deepEqual(await violations({ ...trades, fieldsMatch: 'partial' }, text), []);
    assert.deepEqual(await violations({ ...trades, fieldsMatch: 'partial' }, 'a,b\nx,y\n'), ['0  1:0-3 No column of the schema is in the file (S).']);
    assert.deepEqual(await violations({ ...trades, fieldsMatch: 'exact' }, 'side,id,lots\nBUY,a,1\n'), ['0  1:0-12 The columns are in another order than id, side, lots (S).']);
    assert.deepEqual(await violations(trades, 'side,id,lots\n'), []);
  });

  it('may differ by a seal', async () => {
    assert.deepEqual(await violations(trades, 'id,side,lots,file_seq,checksum_sha256\n'), []);
  });

  it('belong together column by column when there is no header', async () => {
    const prices = { fields: ['t', 'o', 'h', 'l', 'c', 'v'].map((name, at) => ({ name, type: at === 0 ? 'any' : 'integer' })) };
    const text = '20250701 100000;1;2;1;2;5\n20250701 100100;1;2;1;1.5;5\n';
    assert.deepEqual(await violations(prices, text), ['2 Close 2:22-25 Close breaks S: expected a whole number, found "1.5".']);
    assert.deepEqual(await violations({ fields: prices.fields.slice(1) }, text).then((all) => all[0]), '0  1:0-25 The file has no header, and 6 columns where the schema has 5 (S).');
  });

  it('have values that are absent', async () => {
    const schema = { missingValues: ['', '-'], fields: [{ name: 'a', type: 'integer', constraints: { minimum: 1 } }, { name: 'b', type: 'integer', missingValues: ['n/a'] }] };
    assert.deepEqual(await violations(schema, 'a,b\n-,n/a\n,1\n'), []);
    assert.equal((await violations(schema, 'a,b\n1,-\n')).length, 1);
    assert.equal((await violations(schema, 'a,b\n1,\n')).length, 1, 'an empty cell is no missing value of b');
  });

  it('leave cells that are not there to missing-cell', async () => {
    const { totals } = await check(trades, 'id,side,lots\na,BUY,1\nb\nc,BUY,1\n');
    assert.deepEqual(totals, { 'missing-cell': 1 });
  });

  it('have values that occur once', async () => {
    const unique = { fields: [{ name: 'id', type: 'integer', constraints: { unique: true } }, { name: 'b' }] };
    assert.deepEqual(await violations(unique, 'id,b\n1,a\n2,b\n01,c\n,d\n,e\nx,f\n'), [
      '3 id 4:0-2 id breaks S: expected a value that occurs once, not that of row 1, found "01".',
      '6 id 7:0-1 id breaks S: expected a whole number, found "x".',
    ]);
    const key = { fields: [{ name: 'a' }, { name: 'b' }], primaryKey: ['a', 'b'] };
    assert.deepEqual(await violations(key, 'a,b\n1,2\n1,3\n12,\n1,2\n'), [
      '3 b 4:3-3 b breaks S: expected a value, found an empty cell.',
      '4 a 5:0-1 a breaks S: expected a and b that occur together once, not that of row 1, found "1".',
    ]);
    const report = await check(unique, `id,b\n${Array.from({ length: 5000 }, (_, i) => `${(i * 7919) % 4999},x\n`).join('')}`, 1000);
    assert.deepEqual(report.totals, { 'schema-violation': 1, 'duplicate-row': 1 });
  });

  it('count the columns once, also when uniqueness needs another pass', async () => {
    const { totals } = await check({ fields: [{ name: 'a', constraints: { unique: true } }, { name: 'gone' }] }, 'a\n1\n2\n1\n');
    assert.equal(totals['schema-violation'], 2);
  });

  it('are compared whatever the chunks', async () => {
    const text = 'side,lots,id\nHOLD,"1\n2",a\nBUY,1,a\nBUY,1,a\n';
    const schema = { ...trades, primaryKey: 'id' };
    const whole = await check(schema, text);
    for (let chunk = 1; chunk < 40; chunk++) assert.deepEqual(await check(schema, text, chunk), whole);
  });

  it('say what of the schema is not checked', async () => {
    const { findings } = await check({ fields: [{ name: 'a', type: 'geopoint' }] }, 'a\n1,2\n');
    assert.match(findings.find(({ code }) => code === 'schema-unsupported')!.message, /a: cells of the type geopoint are not checked/);
  });
});
