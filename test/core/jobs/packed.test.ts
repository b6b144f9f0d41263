import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { unattended } from '../../../src/core/base/ports';
import { faultyFiles } from '../../../src/core/disk/faults';
import { nodeFiles } from '../../../src/core/disk/files';
import { followCsv, verifyCsv } from '../../../src/core/jobs/verify';
import { barkeep, result } from '../../support/barkeep';

const NAME = 'MinuteDataExport_ES_20251113_212600_UTC.csv';
const minute = (at: number): string => new Date(Date.UTC(2025, 10, 3, 15, at)).toISOString().slice(0, 19).replace('T', ',');
const row = (at: number, close = '100'): string => `${minute(at)},100,101,99,${close},5,ES\n`;
const rows = Array.from({ length: 300 }, (_, at) => row(at === 200 ? 199 : at, at === 50 ? 'x' : '100'));
const TEXT = `Date,Time,Open,High,Low,Close,Volume,Instrument\n${rows.join('')}`;

describe('packed files', () => {
  let folder: string;
  let temporary: string;
  const usual = process.env['TMPDIR'];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-packed-'));
    temporary = path.join(folder, 'tmp');
    mkdirSync(temporary);
    process.env['TMPDIR'] = temporary;
  });
  afterEach(() => {
    process.env['TMPDIR'] = usual;
    if (usual === undefined) delete process.env['TMPDIR'];
    rmSync(folder, { recursive: true, force: true });
  });
  const put = (name: string, content: string | Buffer): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const left = (): string[] => readdirSync(process.platform === 'win32' ? folder : temporary).filter((name) => name.endsWith('.csv') && name.startsWith('barkeep-'));
  const verify = (file: string, options = {}) => verifyCsv(nodeFiles, file, options, unattended);

  it('are verified as what they hold, finished or not, in one part or several', async () => {
    const plain = await verify(put(NAME, TEXT));
    assert.deepEqual([plain.rows, plain.totals['number-invalid'], plain.totals['duplicate-timestamp'], plain.zone], [300, 1, 1, 'UTC']);
    const parts = Buffer.concat([gzipSync(TEXT.slice(0, 999)), gzipSync(TEXT.slice(999))]);
    for (const [name, packed] of [[`${NAME}.gz`, gzipSync(TEXT)], [`${NAME}.gz.DONE`, gzipSync(TEXT)], [`${NAME}.GZ`, parts]] as const) {
      const file = put(name, packed);
      assert.deepEqual(await verify(file), { ...plain, file }, name);
    }
    assert.deepEqual(left(), []);
  });

  it('have the manifest and the schema of what they hold', async () => {
    const file = put(`${NAME}.gz.DONE`, gzipSync(TEXT));
    const manifest = (rows: number): string => put(`${NAME}.seal.json`, JSON.stringify({ file: NAME, rows, firstSeq: null, lastSeq: null, bytes: TEXT.length, sha256: createHash('sha256').update(TEXT).digest('hex'), sealedAt: '' }));
    manifest(300);
    assert.equal((await verify(file)).totals['manifest-mismatch'], undefined);
    manifest(301);
    assert.equal((await verify(file)).totals['truncated-tail'], 1);
    const schema = { fields: [{ name: 'Close', type: 'number' }], fieldsMatch: 'subset' };
    put('datapackage.json', JSON.stringify({ resources: [{ path: NAME, schema }] }));
    assert.equal((await verify(file)).totals['schema-violation'], 1);
    put(`${NAME.replace('.csv', '')}.schema.json`, JSON.stringify({ ...schema, fields: [{ name: 'Close', type: 'integer' }, { name: 'Volume', constraints: { enum: ['6'] } }] }));
    assert.equal((await verify(file)).totals['schema-violation'], 300);
  });

  for (const [what, content] of [['torn', gzipSync(TEXT).subarray(0, 400)], ['altered', Buffer.concat([gzipSync(TEXT).subarray(0, -8), Buffer.alloc(8)])], ['not packed', Buffer.from(TEXT)], ['empty', Buffer.alloc(0)]] as const) {
    it(`that are ${what} are refused, and nothing is left`, async () => {
      const file = put(`${NAME}.gz`, content);
      await assert.rejects(verify(file), { kind: 'refused', message: new RegExp(`^Cannot unpack ${file}: it is torn`) });
      assert.deepEqual(left(), []);
    });
  }

  it('that find no room are told so, and nothing is left', async () => {
    const file = put(`${NAME}.gz`, gzipSync(TEXT));
    await assert.rejects(verifyCsv(faultyFiles({ what: 'full', where: { n: 1, once: false } }), file, {}, unattended), { kind: 'io', message: /into .*: the disk is full \(ENOSPC\)\. Free some space there/ });
    assert.deepEqual(left(), []);
    await assert.rejects(verifyCsv(faultyFiles({ what: 'EROFS', where: { n: 1, once: true } }), file, {}, unattended), { kind: 'io', message: /read-only \(EROFS\)\. Name another folder in/ });
  });

  it('that are no regular files are refused at once', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [path.join(folder, 'pipe.csv.gz')]);
    mkdirSync(path.join(folder, 'folder.csv.gz'));
    for (const name of ['pipe', 'folder', 'missing']) await assert.rejects(verify(path.join(folder, `${name}.csv.gz`)), { kind: 'usage' }, name);
    assert.deepEqual(left(), []);
  });

  it('are not followed; what is no text is refused', async () => {
    const never = { stop: new AbortController().signal, report: () => undefined };
    await assert.rejects(async () => followCsv(`${NAME}.gz`, {}, unattended, never), { kind: 'usage', message: /Leave out --follow/ });
    for (const name of ['ES_1m.parquet', 'a.dbn.zst', 'a.csv.zip', 'ES_profiler.json']) await assert.rejects(async () => verify(put(name, '')), { kind: 'usage', message: /it is no CSV/ }, name);
  });

  it('are aligned, imported and exported as what they hold, by commands too', async () => {
    const text = TEXT.replace(row(50, 'x'), '').replace(row(199), '');
    const plain = put(NAME, text);
    const file = put(`${NAME}.gz`, gzipSync(text));
    const data = ['--data', path.join(folder, 'data')];
    mkdirSync(data[1]!);
    assert.equal((await barkeep(['import', plain, 'ES', '1m', '--no-regenerate', ...data])).code, 0);
    // Its name says UTC, packed or not: the zone is not used.
    const { verdict } = await result('align', ['align', file, 'ES', '--tz', 'America/Chicago', ...data]);
    assert.equal(verdict, 'aligned');
    const { rows, source } = await result('export', ['export', file, 'ES', '--dry-run', ...data]);
    assert.deepEqual([rows, source], [298, file]);
    const checked = await barkeep(['verify', file]);
    assert.deepEqual([checked.code, /12 KB unpacked/.test(checked.stdout), left()], [0, true, []], checked.stdout + checked.stderr);
  });
});
