import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { Crew } from '../../../src/core/integrity/kernel/crew';
import { loadKernel } from '../../../src/core/integrity/kernel/kernel';
import { LocalVoucher } from '../../../src/core/integrity/kernel/local';
import { planOf } from '../../../src/core/integrity/kernel/plan';
import type { Voucher } from '../../../src/core/integrity/kernel/ride';
import { layoutOf } from '../../../src/core/integrity/layout';
import { verifyFile } from '../../../src/core/integrity/verify';
import { openFile } from '../../../src/core/table/csv/source';

const corpus = path.join(import.meta.dirname, '..', '..', 'corpus');
const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-crew-'));

/** Writes one-minute bars; every `odd`-th row is as given by `oddity`. */
function bars(name: string, count: number, odd = Infinity, oddity: (row: string[]) => string[] = (row) => row): string {
  const lines = ['Date,Time,Open,High,Low,Close,Volume'];
  for (let i = 0; i < count; i++) {
    const stamp = new Date(Date.UTC(2024, 0, 2) + i * 60_000).toISOString();
    const open = 5000 + (i % 7) / 4;
    const row = [stamp.slice(0, 10), stamp.slice(11, 19), ...[open, open + 0.5, open - 0.25, open + 0.25].map((price) => price.toFixed(2)), String(1 + (i % 900))];
    lines.push((i % odd === odd - 1 ? oddity(row) : row).join(','));
  }
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function same(file: string, ranges: readonly number[]): Promise<void> {
  const wanted = await verifyFile(file, { ahead: 'nobody' }, unattended);
  for (const range of ranges) {
    assert.deepEqual(await verifyFile(file, { ahead: { range, threads: 2 } }, unattended), wanted, `${file} in ranges of ${range} bytes`);
  }
}

describe('threads that look ahead', () => {
  after(() => { rmSync(folder, { recursive: true }); });

  it('give the report of the reference on every file of the corpus', async () => {
    for (const name of readdirSync(corpus).filter((each) => /\.(csv|txt)$/.test(each))) await same(path.join(corpus, name), [1000]);
  });

  it('may cut the file anywhere: in rows, quotes, line breaks and faults', async () => {
    const file = bars('MinuteDataExport_ES_cut_UTC.csv', 3000, 61, (row) => [...row.slice(0, 6), `"1\n${row[0]!},${row[1]!},1,1,1,1,2"`]);
    await same(file, [333, 1021, 4096, 50_001]);
    await same(bars('MinuteDataExport_ES_wrong_UTC.csv', 3000, 97, (row) => [row[0]!, row[1]!, ...row.slice(3)]), [500, 10_007]);
  });

  /** How a voucher divides a file, and the rows that it vouches for. */
  async function told(voucher: Voucher, bytes: number): Promise<{ to: number; rows: number }[]> {
    const all: { to: number; rows: number }[] = [];
    for (let each = await voucher.next(); each !== undefined; each = await voucher.next()) {
      all.push({ to: Math.min(each.to, bytes), rows: each.stretches.reduce((sum, { rows }) => sum + rows, 0) });
    }
    await voucher.close();
    return all;
  }

  it('tell what the one of the pass would, in order; when they cannot be started, or fail, it does', async () => {
    const file = bars('MinuteDataExport_ES_lost_UTC.csv', 20_000);
    const [kernel, head, source] = [await loadKernel(), readFileSync(file), await openFile(file)];
    const plan = planOf(layoutOf(head, true, { name: file }), head, { outlierFactor: 12, longest: 1 << 24 });
    assert.ok(kernel !== undefined && plan !== undefined);
    const work = { kernel, plan, descriptor: source.descriptor!, bytes: source.bytes, range: 64 * 1024 };
    const wanted = await told(new LocalVoucher(kernel, plan, source, work.range), work.bytes);
    assert.ok(wanted.length > 15 && wanted.slice(0, -1).every(({ rows }) => rows > 0));
    assert.deepEqual(await told(new Crew(work, source, 2), work.bytes), wanted);
    const failing = path.join(folder, 'failing.js');
    writeFileSync(failing, "throw new Error('no thread');");
    for (const program of [path.join(folder, 'missing.js'), failing]) assert.deepEqual(await told(new Crew(work, source, 2, program), work.bytes), wanted);
    await source.close();
  });
});
