import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../../src/core/base/failure';
import { unattended } from '../../../../src/core/base/ports';
import { findContract } from '../../../../src/core/integrity/contract/find';
import { verifyFile, verifyText } from '../../../../src/core/integrity/verify';

const schemaOf = (...names: readonly string[]): object => ({ fields: names.map((name) => ({ name })) });

describe('the contract of a file', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'contract-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });
  const at = (name: string): string => path.join(folder, name);
  const put = (name: string, content: object | string): void => { writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content)); };
  const found = async (name: string, wish?: string): Promise<string | undefined> => {
    const contract = await findContract(at(name), wish);
    return contract === undefined ? undefined : 'broken' in contract ? `broken: ${contract.broken}` : contract.fields.map((field) => field.name).join();
  };

  it('is looked for by its full name, its stem, in the data package, and by the pattern of its name, in this order', async () => {
    const name = 'trade_results_20240910_143030.csv';
    assert.match((await found(name))!, /^file_seq,checksum_sha256,timestamp,trade_id,symbol,direction/);
    put('datapackage.json', { resources: [{ path: 'other.csv', schema: schemaOf('other') }, { path: [`./${name}`], schema: schemaOf('package') }] });
    assert.equal(await found(name), 'package');
    put('trade_results_20240910_143030.schema.json', schemaOf('stem'));
    assert.equal(await found(name), 'stem');
    put(`${name}.schema.json`, schemaOf('full'));
    assert.equal(await found(name), 'full');
    assert.equal(await found(`${name}.DONE`), 'full', 'a finished file is still that file');
    assert.equal(await found(name, 'none'), undefined);
    assert.match((await found(name, 'health_metrics'))!, /cpu_usage_percent/);
    assert.equal(await found('x.csv', at(`${name}.schema.json`)), 'full');
  });

  it('may be none', async () => {
    put('datapackage.json', { resources: [{ path: 'x.csv' }, { name: 'inline', data: [] }] });
    for (const name of ['x.csv', 'y.csv', 'trade_results.csv', 'my_trade_results_1.csv']) assert.equal(await found(name), undefined, name);
  });

  it('may be named by the data package', async () => {
    put('datapackage.json', { resources: [{ path: 'x.csv', schema: 'schemas/x.json' }] });
    assert.match((await found('x.csv'))!, /broken: .*schemas\/x\.json, which does not exist/);
    mkdirSync(at('schemas'));
    put('schemas/x.json', schemaOf('named'));
    assert.equal(await found('x.csv'), 'named');
    for (const [schema, why] of [['https://example.org/s.json', /only files are read/], ['../s.json', /outside its folder/], ['/etc/passwd', /outside its folder/]] as const) {
      put('datapackage.json', { resources: [{ path: 'x.csv', schema }] });
      assert.match((await found('x.csv'))!, why);
    }
  });

  it('is said to be broken when it is', async () => {
    for (const [content, why] of [['{', /is no JSON/], ['{}', /is no Table Schema: fields/], ['{"fields":[{"name":"a","type":"intger"}]}', /fields\.0\.type/]] as const) {
      put('x.schema.json', content);
      assert.match((await found('x.csv'))!, why);
      put('x.csv', 'a,b\n1,2\n');
      const report = await verifyFile(at('x.csv'), {}, unattended);
      assert.deepEqual(report.totals, { 'schema-invalid': 1 });
      assert.match(report.findings[0]!.message, why);
    }
    rmSync(at('x.schema.json'));
    for (const [content, why] of [['[', /is no JSON/], ['{"resources":7}', /is no data package: resources/]] as const) {
      put('datapackage.json', content);
      assert.match((await found('x.csv'))!, why);
    }
  });

  it('fails when the one asked for is not there, or cannot be read', async () => {
    const isFailure = (kind: string) => (error: unknown) => error instanceof Failure && error.kind === kind && error.facts.file !== undefined;
    await assert.rejects(findContract(at('x.csv'), at('missing.json')), isFailure('usage'));
    mkdirSync(at('x.csv.schema.json'));
    await assert.rejects(findContract(at('x.csv')), isFailure('usage'));
  });

  it('holds for unsaved text as well', async () => {
    put('x.schema.json', { fields: [{ name: 'n', type: 'integer' }] });
    const report = await verifyText(at('x.csv'), 'n\n1\nx\n', {}, unattended);
    assert.deepEqual(report.totals, { 'schema-violation': 1 });
  });
});
