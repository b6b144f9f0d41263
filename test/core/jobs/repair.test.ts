import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { sha256OfFile } from '../../../src/core/disk/digest';
import { verifyFile } from '../../../src/core/integrity/verify';
import { repairFile, type RepairRequest } from '../../../src/core/jobs/repair';
import { sealFile } from '../../../src/core/jobs/seal';
import { ownFolder } from '../../support/folder';
import { foretold } from '../../support/repair';
import type { Repair, RepairResult } from '../../../src/protocol/repair';

/** `BARKEEP_REPAIRS=2000` for a long run. */
const CASES = Number(process.env['BARKEEP_REPAIRS'] ?? 30);
const HEADER = 'timestamp,open,high,low,close,volume\n';
const bar = (minute: number, close = 10): string => `2025-03-03T10:${String(minute).padStart(2, '0')}:00Z,10,11,9,${close},5\n`;

describe('repair', () => {
  const own = ownFolder();
  const { put } = own;
  const repair = (file: string, repairs: readonly Repair[], more: Partial<RepairRequest> = {}): Promise<RepairResult> => {
    own.later();
    return repairFile(own.context, { file, repairs, dryRun: false, options: {}, ...more });
  };
  const rejectedIn = (file: string): [string, string][] =>
    existsSync(file) ? parse<{ code: string; text: string }>(readFileSync(file, 'latin1'), { columns: true, relax_column_count: true }).map(({ code, text }) => [code, text]) : [];

  it('turns damaged files into what Python says, and loses no row', async () => {
    const made = spawnSync('python3', [path.join(__dirname, 'oracle/repair.py'), own.path, String(CASES)], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    for (let seed = 0; seed < CASES; seed++) {
      const file = path.join(own.path, `${seed}.csv`);
      const before = readFileSync(file);
      const expected = JSON.parse(readFileSync(path.join(own.path, `${seed}.json`), 'utf8')) as { repairs: Repair[]; out: string; rejected: [string, string][]; hidden: number };
      const said = `case ${seed}: ${expected.repairs.join(' ')}`;
      const plan = await repair(file, expected.repairs, { dryRun: true });
      assert.ok(before.equals(readFileSync(file)), `${said}: a dry run changes nothing`);
      const done = await repair(file, expected.repairs);
      assert.equal(readFileSync(file, 'latin1'), expected.out, said);
      assert.deepEqual(rejectedIn(`${file}.rejected.csv`), expected.rejected, said);
      assert.equal(done.hidden, expected.hidden, said);
      assert.equal(plan.sha256After, await sha256OfFile(file), `${said}: the dry run foretold the bytes`);
      assert.deepEqual(foretold(plan), foretold(done), `${said}: the dry run said what was done`);
      if (done.outcome === 'repaired' && expected.repairs.length > 0) assert.ok(before.equals(readFileSync(path.join(own.path, 'backups', done.backup!.backup))), `${said}: backed up`);
      assert.ok((await repair(file, expected.repairs)).outcome !== 'repaired' || expected.repairs.length === 0, `${said}: once is enough`);
    }
    assert.deepEqual(readdirSync(own.path).filter((name) => /\.(tmp|lock)/.test(name)), []);
  });

  it('without a choice says what could be done, and does nothing', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(1) + bar(3) + bar(2) + bar(4).replace('9,10', '9,x'));
    const result = await repair(file, []);
    assert.deepEqual([result.outcome, result.advised], ['planned', ['duplicates', 'invalid', 'sort']]);
    assert.deepEqual(readdirSync(own.path), ['a.csv']);
  });

  it('never overwrites what an earlier repair took out', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(1) + bar(2, 99));
    await repair(file, ['duplicates']);
    const first = readFileSync(`${file}.rejected.csv`);
    const second = await repair(file, ['invalid']);
    assert.ok(first.equals(readFileSync(`${file}.rejected.csv`)));
    assert.equal(second.rejectedFile, `${file}.rejected.2.csv`);
    assert.deepEqual(rejectedIn(second.rejectedFile).map(([code]) => code), ['ohlc-inconsistent']);
  });

  it('refuses a file that changed since it was looked at, or while it was at work', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(1));
    const { sha256Before } = await repair(file, ['duplicates'], { dryRun: true });
    const grown = HEADER + bar(1) + bar(1) + bar(2);
    writeFileSync(file, grown);
    await assert.rejects(repair(file, ['duplicates'], { expected: sha256Before }), (error) => error instanceof Failure && error.kind === 'refused' && /changed by another program/.test(error.message));
    let wrote = false;
    const operation = { ...unattended, progress: ({ step }: { step: string }): void => { if (step.startsWith('write') && !wrote) { wrote = true; writeFileSync(file, `${grown}${bar(3)}`); } } };
    await assert.rejects(repairFile({ ...own.context, operation }, { file, repairs: ['duplicates'], dryRun: false, options: {} }), /changed by another program/);
    assert.equal(readFileSync(file, 'utf8'), grown + bar(3));
    assert.deepEqual(readdirSync(own.path).filter((name) => name !== 'backups'), ['a.csv']);
  });

  it('renews the seal manifest, and a hidden alteration is told', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(2) + bar(3));
    await sealFile(own.context, { file, reseal: false, dryRun: false, options: {} });
    writeFileSync(file, readFileSync(file, 'utf8').replace('10:02:00Z,10', '10:02:00Z,10.5'));
    const result = await repair(file, ['checksums']);
    assert.deepEqual([result.hidden, result.manifest], [1, `${file}.seal.json`]);
    const report = await verifyFile(file, {}, unattended);
    assert.equal(report.errors, 0, JSON.stringify(report.totals));
  });

  it('a row that was altered stays seen when rows are renumbered', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(2) + bar(3) + bar(4));
    await sealFile(own.context, { file, reseal: false, dryRun: false, options: {} });
    const lines = readFileSync(file, 'utf8').split('\n');
    lines.splice(2, 1);
    lines[2] = lines[2]!.replace(',10,11', ',10,12');
    writeFileSync(file, lines.join('\n'));
    const result = await repair(file, ['renumber']);
    assert.deepEqual([result.renumbered, result.resealed, result.hidden], [2, 1, 0]);
    assert.equal((await verifyFile(file, {}, unattended)).totals['checksum-mismatch'], 1);
  });

  it('can write elsewhere, and then leaves the file alone', async () => {
    const text = HEADER + bar(3) + bar(1);
    const file = put('a.csv', text);
    const result = await repair(file, ['sort'], { out: path.join(own.path, 'b.csv') });
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.equal(readFileSync(result.file, 'utf8'), HEADER + bar(1) + bar(3));
  });

  it('refuses a copy of the name of the file itself, or of one still being written', async () => {
    const text = HEADER + bar(3) + bar(1);
    const file = put('a.csv', text);
    const link = path.join(own.path, 'link.csv');
    symlinkSync(file, link);
    for (const out of [file, link]) await assert.rejects(repair(file, ['sort'], { out }), /name of the file itself/);
    await assert.rejects(repair(file, ['sort'], { out: path.join(own.path, 'b.csv.tmp') }), /still being written/);
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.deepEqual(readdirSync(own.path).sort(), ['a.csv', 'link.csv']);
  });

  it('renews the manifest of a file that the copy replaces', async () => {
    const [file, out] = [put('a.csv', HEADER + bar(1) + bar(1) + bar(2)), put('b.csv', HEADER + bar(7))];
    await sealFile(own.context, { file: out, reseal: false, dryRun: false, options: {} });
    const result = await repair(file, ['duplicates'], { out });
    assert.equal(result.manifest, `${out}.seal.json`);
    assert.deepEqual((await verifyFile(out, {}, unattended)).totals, {});
    assert.equal((JSON.parse(readFileSync(result.manifest, 'utf8')) as { rows: number }).rows, 2);
  });

  it('refuses packed files and masters, as the file and as the name of the copy', async () => {
    const file = put('a.csv', HEADER + bar(1) + bar(1));
    const names = ['b.csv.gz', 'ES_1m.parquet', 'b.csv.gz.DONE', 'ES_profiler.json', 'b.dbn.zst'];
    for (const name of names) {
      const other = put(name, 'as it was');
      await assert.rejects(repair(file, ['duplicates'], { out: other }), (error) => error instanceof Failure && error.kind === 'usage' && /is no CSV/.test(error.message));
      await assert.rejects(repair(other, ['invalid']), /is no CSV/);
      await assert.rejects(sealFile(own.context, { file, out: other, reseal: false, dryRun: false, options: {} }), /is no CSV/);
      assert.equal(readFileSync(other, 'utf8'), 'as it was');
    }
    assert.deepEqual(readdirSync(own.path).sort(), ['a.csv', ...names].sort());
  });

  it('keeps or takes out a row that is too long to be held, byte for byte', async () => {
    const long = 'x"y,\xff'.repeat(3_400_000);
    const [before, after] = [HEADER + bar(1) + bar(1), `${bar(3)}${bar(2)}`];
    const file = put('a.csv', Buffer.from(`${before}${long}\r\n${after}`, 'latin1'));
    await repair(file, ['duplicates', 'sort']);
    assert.ok(readFileSync(file).equals(Buffer.from(`${HEADER}${bar(1)}${long}\r\n${bar(2)}${bar(3)}`, 'latin1')));
    const result = await repair(file, ['invalid']);
    assert.equal(readFileSync(file, 'latin1'), HEADER + bar(1) + bar(2) + bar(3));
    assert.ok(readFileSync(result.rejectedFile!).equals(Buffer.from(`row,line,code,text\n2,3,row-too-long,"${long.replaceAll('"', '""')}"\n`, 'latin1')));
  });

  it('takes bytes out as they are, no text at all among them', async () => {
    const odd = Buffer.concat([Buffer.from(bar(2).replace(',10,11', ',"1\n0",11').trimEnd()), Buffer.from([0xff, 0xfe, 0x0a])]);
    const file = put('a.csv', Buffer.concat([Buffer.from(HEADER + bar(1)), odd, Buffer.from(bar(3) + bar(4))]));
    const result = await repair(file, ['invalid']);
    const [[, text]] = rejectedIn(result.rejectedFile!) as [[string, string]];
    assert.ok(Buffer.from(`${text}\n`, 'latin1').equals(odd));
    assert.equal(readFileSync(file, 'utf8'), HEADER + bar(1) + bar(3) + bar(4));
  });

  it('sorts a file larger than its page memory, all of it out of order', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `2025-01-01T00:00:00.${String(i).padStart(6, '0')}Z,10,11,9,10,5,${'x'.repeat(300)}\n`);
    const shuffled = rows.map((row, i) => ({ row, key: (i * 7919) % 60_013 })).sort((a, b) => a.key - b.key).map(({ row }) => row);
    const file = put('a.csv', HEADER.replace('\n', ',note\n') + shuffled.join(''));
    await repair(file, ['sort']);
    assert.equal(readFileSync(file, 'utf8'), HEADER.replace('\n', ',note\n') + rows.join(''));
  });

  for (const [what, text] of [['an empty file', ''], ['a header alone', HEADER], ['one line without an end', 'a,b'], ['a quote never closed', `${HEADER}${bar(1)}"${bar(2)}${bar(3)}`]] as const) {
    it(`leaves ${what} whole`, async () => {
      const file = put('a.csv', text);
      await repair(file, ['duplicates', 'invalid', 'renumber', 'checksums']).catch((error: unknown) => { assert.ok(error instanceof Failure && error.kind !== 'internal', String(error)); });
      const kept = readFileSync(file, 'utf8');
      const rejected = rejectedIn(`${file}.rejected.csv`).map(([, row]) => `${row}\n`);
      assert.deepEqual(Buffer.from(kept + rejected.join('')).sort(), Buffer.from(text).sort());
    });
  }
});
