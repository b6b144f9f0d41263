import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { verifyFile } from '../../../src/core/integrity/verify';
import { sealFile, type SealRequest } from '../../../src/core/jobs/seal';
import { ownFolder } from '../../support/folder';
import type { SealResult } from '../../../src/protocol/repair';

const TEXT = 'time,price,note\n1,25.0,a\n2,025.50,"b, c"\n3,1e3,\n';

describe('seal', () => {
  const own = ownFolder();
  const { put } = own;
  const seal = (file: string, more: Partial<SealRequest> = {}): Promise<SealResult> => {
    own.later();
    return sealFile(own.context, { file, reseal: false, dryRun: false, options: {}, ...more });
  };
  const refused = (says: RegExp) => (error: unknown): boolean => error instanceof Failure && error.kind === 'refused' && says.test(error.message);

  it('adds two columns that Python computes alike, and changes no other byte', async () => {
    const values = ['', '1', '25.0', '1.50', 'a|b', '"a, b"', '"say ""so"""', '"two\nlines"', '"two\r\nlines"', 'größe', '数据', '📈', ' space ', 'é', '\x1f', "'"];
    let state = 7;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    for (let seed = 0; seed < 40; seed++) {
      const columns = ['price', 'Price', 'größe', '名前', '📈', '～', 'z', '_', '\u{10000}', '\uffff', 'a b'].filter(() => random(2) === 0);
      const names = columns.length < 2 ? ['x', 'y'] : columns;
      const delimiter = [',', ';', '\t'][random(3)]!;
      const end = ['\n', '\r\n', '\r'][random(3)]!;
      const cell = (): string => values[random(values.length)]!.replaceAll('\r', '').replaceAll('\n', end === '\r' ? '.' : end).replaceAll(',', delimiter);
      const rows = Array.from({ length: 1 + random(40) }, () => names.map((_, i) => (i === 0 ? 'v' : '') + (i === 0 ? '' : cell())).join(delimiter));
      const text = (random(3) === 0 ? '\ufeff' : '') + [names.join(delimiter), ...rows].join(end) + (random(2) === 0 ? end : '');
      put(`${seed}.before`, text);
      const file = put(`${seed}.csv`, text);
      const dry = await seal(file, { dryRun: true });
      const real = await seal(file);
      assert.deepEqual(dry.facts, real.facts);
      const report = await verifyFile(file, {}, unattended);
      assert.deepEqual([report.sealed, report.totals['checksum-mismatch'], report.totals['manifest-mismatch']], [true, undefined, undefined]);
    }
    const oracle = spawnSync('python3', [path.join(__dirname, 'oracle/seal.py'), own.path], { encoding: 'utf8' });
    assert.equal(oracle.stdout + oracle.stderr, '');
  });

  it('sealed already: nothing to do; a missing manifest is written', async () => {
    const file = put('a.csv', TEXT);
    const first = await seal(file);
    const bytes = readFileSync(file);
    assert.equal((await seal(file)).outcome, 'unchanged');
    rmSync(first.manifest);
    assert.deepEqual([(await seal(file, { dryRun: true })).outcome, existsSync(first.manifest)], ['planned', false]);
    const completed = await seal(file);
    assert.deepEqual([completed.outcome, completed.facts], ['completed', first.facts]);
    assert.ok(bytes.equals(readFileSync(file)));
  });

  it('a seal that does not hold is not replaced unless asked, and then it is told', async () => {
    const file = put('a.csv', TEXT);
    await seal(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('25.0', '25.1'));
    await assert.rejects(seal(file), refused(/the seal does not hold.*would hide/));
    const result = await seal(file, { reseal: true });
    assert.deepEqual([result.outcome, result.hidden, result.errors], ['sealed', 1, 0]);
    assert.equal((await verifyFile(file, {}, unattended)).errors, 0);
  });

  it('errors of the file are counted beside a new seal, those of the old one are not', async () => {
    const text = 'time,open,high,low,close,file_seq,checksum_sha256\n2025-01-06 10:00,1,x,1,1,5,nothing\n2025-01-06 10:01,1,1,1,1,5,nothing\n';
    const file = put('a_1m.csv', text);
    assert.equal((await verifyFile(file, {}, unattended)).errors, 4);
    assert.equal((await seal(file, { reseal: true, dryRun: true })).errors, 1);
    assert.equal((await seal(file, { reseal: true })).errors, 1);
    assert.equal((await verifyFile(file, {}, unattended)).errors, 1);
  });

  it('half a seal is completed when what is there holds', async () => {
    const numbered = put('n.csv', 'file_seq,a\n7,x\n8,y\n');
    const result = await seal(numbered);
    assert.deepEqual([result.added, result.facts.firstSeq, result.facts.lastSeq], [['checksum_sha256'], 7, 8]);
    assert.equal((await verifyFile(numbered, {}, unattended)).errors, 0);
    await assert.rejects(seal(put('b.csv', 'file_seq,a\n7,x\n7,y\n')), refused(/does not hold/));
  });

  for (const [what, text] of [
    ['a row too short', 'a,b\n1,2\n3\n'], ['a row too long', 'a,b\n1,2\n3,4,5\n'], ['two columns of one name', 'a,a\n1,2\n'], ['a quote never closed', 'a,b\n1,"2\n3,4\n'],
    ['no header', '20250727 150100;1;2;0.5;1;7\n20250727 150200;1;2;0.5;1;7\n'], ['nothing in it', ''], ['bytes that are no text', Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xff, 0x2c, 0x31, 0x0a])],
  ] as const) {
    it(`refuses a file with ${what}, and leaves it`, async () => {
      const file = put('a.csv', text);
      const before = readFileSync(file);
      await assert.rejects(seal(file), refused(/Cannot seal/));
      assert.ok(before.equals(readFileSync(file)));
      assert.deepEqual(readdirSync(own.path), ['a.csv']);
    });
  }

  it('a copy elsewhere, a link, and a file that is still being written', async () => {
    const file = put('a.csv', TEXT);
    const copy = path.join(own.path, 'sealed.csv');
    await seal(file, { out: copy });
    assert.equal(readFileSync(file, 'utf8'), TEXT);
    assert.equal((await verifyFile(copy, {}, unattended)).errors, 0);
    const link = path.join(own.path, 'link.csv');
    symlinkSync(file, link);
    await seal(link);
    assert.match(readFileSync(file, 'utf8'), /checksum_sha256/);
    assert.equal((await verifyFile(link, {}, unattended)).errors, 0);
    await assert.rejects(seal(put('x.csv.tmp', TEXT)), /still being written/);
    await assert.rejects(seal(file, { out: link, reseal: true }), /name of the file itself/);
  });

  it('what changes while it is sealed is refused', async () => {
    const file = put('a.csv', TEXT);
    let wrote = false;
    const operation = { ...unattended, progress: ({ step }: { step: string }): void => { if (step.startsWith('read') && !wrote) { wrote = true; writeFileSync(file, `${TEXT}4,4,4\n`); } } };
    await assert.rejects(sealFile({ ...own.context, operation }, { file, reseal: false, dryRun: false, options: {} }), refused(/changed by another/));
    assert.equal(readFileSync(file, 'utf8'), `${TEXT}4,4,4\n`);
  });
});
