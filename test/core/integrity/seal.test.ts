import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { rowChecksum } from '../../../src/core/integrity/seal';
import { verifyFile, verifyText } from '../../../src/core/integrity/verify';

/** Writes sealed files as the requirement's own Python does: csv, sorted(dict), hashlib. */
const WRITER = String.raw`
import csv, hashlib, random, sys
folder, = sys.argv[1:]
values = ['', '1', '25.0', '1.50', 'EURUSD', 'a|b', 'a,b', 'say "so"', 'two\nlines', 'two\r\nlines', 'größe', '数据', '📈', ' space ', 'é', '\x1f']
names = ['file_seq', 'price', 'Price', 'größe', '名前', '📈', '～', 'z', '_', '\U00010000', '\uffff', '\ue000', 'a b', 'é', 'e\u0301']
for seed in range(40):
    random.seed(seed)
    columns = ['file_seq'] + random.sample(names[1:], random.randint(1, 8))
    columns.insert(random.randint(0, len(columns)), 'checksum_sha256')
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    with open(f'{folder}/{seed}.csv', 'w', newline='', encoding='utf-8') as f:
        writer = csv.writer(f, delimiter=random.choice(',;\t|'), lineterminator=random.choice(['\n', '\r\n']), quoting=quoting)
        writer.writerow(columns)
        for seq in range(1, 60):
            row = {name: random.choice(values) for name in columns}
            row['file_seq'] = str(seq)
            text = '|'.join(str(value) for name, value in sorted(row.items()) if name != 'checksum_sha256')
            row['checksum_sha256'] = hashlib.sha256(text.encode('utf-8')).hexdigest()
            writer.writerow([row[name] for name in columns])
`;

describe('the row checksum', () => {
  it('is the vector of the format', () => {
    const columns = ['file_seq', 'timestamp', 'trade_id', 'symbol', 'profit_loss', 'checksum_sha256'];
    const values = ['1', '2024-09-10T14:30:00Z', 'TRADE_20240910_001', 'EURUSD', '25.0', 'whatever'];
    assert.equal(rowChecksum(columns, values), '184da472a00855017d3d45a6e735d74b4b4712b97283c2635c606790ff832cc8');
  });

  it('orders columns by code point, not by UTF-16 unit', () => {
    assert.equal(rowChecksum(['\u{1F4C8}', '\uFF5E'], ['second', 'first']), rowChecksum(['b', 'a'], ['second', 'first']));
  });

  describe('of files written by Python', () => {
    let folder: string;
    before(function () {
      folder = mkdtempSync(path.join(tmpdir(), 'seal-'));
      const made = spawnSync('python3', ['-c', WRITER, folder], { encoding: 'utf8' });
      if (made.error !== undefined) this.skip();
      assert.equal(made.status, 0, made.stderr);
    });
    after(() => { rmSync(folder, { recursive: true }); });

    it('is right in every row, whatever the dialect, and wrong after any one change', async () => {
      let changed = 0;
      for (let seed = 0; seed < 40; seed++) {
        const file = path.join(folder, `${seed}.csv`);
        const report = await verifyFile(file, {}, unattended);
        assert.equal(report.rows, 59, file);
        assert.deepEqual(report.totals, {}, `${file}: ${JSON.stringify(report.findings[0])}`);
        const text = readFileSync(file, 'utf8');
        const altered = text.replace('EURUSD', 'EURUSO');
        if (altered === text) continue;
        const { totals } = await verifyText(file, altered, {}, unattended);
        assert.deepEqual(totals, { 'checksum-mismatch': 1 });
        changed++;
      }
      assert.ok(changed > 20, `${changed} files were changed`);
    });
  });
});

describe('the sealed files of the requirement', () => {
  const folder = path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'sealed');
  before(function () {
    if (existsSync(folder)) return;
    console.log(`      skipped: ${folder} is not there`);
    this.skip();
  });
  const reportOf = (name: string): ReturnType<typeof verifyFile> => verifyFile(path.join(folder, `${name}_20240910_143000.csv`), {}, unattended);

  it('valid ones have no findings', async () => {
    for (const name of ['trades_valid', 'unicode_valid']) assert.deepEqual((await reportOf(name)).findings, [], name);
  });

  it('one altered character is one finding at the right place', async () => {
    const { totals, findings } = await reportOf('trades_tampered');
    assert.deepEqual(totals, { 'checksum-mismatch': 1 });
    const lines = readFileSync(path.join(folder, 'trades_tampered_20240910_143000.csv'), 'utf8').split('\r\n');
    const intact = readFileSync(path.join(folder, 'trades_valid_20240910_143000.csv'), 'utf8').split('\r\n');
    const line = lines.findIndex((text, at) => text !== intact[at]);
    const column = lines[line]!.search(/[0-9a-f]{64}/);
    assert.deepEqual(findings.map(({ row, place }) => ({ row, place })), [{ row: line, place: { line: line + 1, column, endLine: line + 1, endColumn: column + 64 } }]);
  });

  it('a gap, a step back and the rows it repeats', async () => {
    const { totals, findings } = await reportOf('trades_sequence');
    assert.deepEqual(totals, { 'sequence-gap': 1, 'sequence-violation': 1, 'duplicate-row': 13 });
    assert.deepEqual(findings.map(({ code, row, lastRow }) => [code, row, lastRow]), [['sequence-gap', 41, 41], ['sequence-violation', 101, 101], ['duplicate-row', 101, 113]]);
  });

  it('a file cut in half has lost its tail and nothing else', async () => {
    const { totals, rows } = await reportOf('trades_cut');
    assert.deepEqual([totals, rows], [{ 'truncated-tail': 1 }, 151]);
  });
});
