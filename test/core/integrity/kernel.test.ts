import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { zoneNamed } from '../../../src/core/base/time';
import { loadKernel, program } from '../../../src/core/integrity/kernel/kernel';
import { layoutOf } from '../../../src/core/integrity/layout';
import { Machine } from '../../../src/core/integrity/kernel/machine';
import { planOf } from '../../../src/core/integrity/kernel/plan';
import { readStretches, type Stretch } from '../../../src/core/integrity/kernel/stretch';
import { verifyFile, verifyText, type VerifyOptions } from '../../../src/core/integrity/verify';
import type { Report } from '../../../src/protocol/report';

const corpus = path.join(import.meta.dirname, '..', '..', 'corpus');
const inputs = readdirSync(corpus).filter((name) => /\.(csv|txt)$/.test(name));

/** Rows of one-minute bars, prices on a walk in which every minute has a move. */
function rows(count: number, from = 0): string[][] {
  return Array.from({ length: count }, (_, i) => {
    const [open, close] = [walkAt(from + i), walkAt(from + i + 1)];
    const stamp = new Date(Date.UTC(2024, 0, 2) + (from + i) * 60_000).toISOString();
    const prices = [open, Math.max(open, close) + 0.25, Math.min(open, close) - 0.25, close].map((price) => price.toFixed(2));
    return [stamp.slice(0, 10), stamp.slice(11, 19), ...prices, String(10 + (i % 990))];
  });
}
const walkAt = (minute: number): number => 5000 + [0, 0.25, 1, 0.5, -0.25][minute % 5]!;

const HEADER = ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume'];
const SEALED = [...HEADER, 'file_seq', 'checksum_sha256'];

const text = (header: readonly string[], data: readonly (readonly string[])[], line = '\n'): string => [header, ...data].map((cells) => cells.join(',') + line).join('');

function seal(data: readonly (readonly string[])[]): string[][] {
  const order = SEALED.slice(0, -1).map((name, at) => ({ name, at })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return data.map((cells, i) => {
    const numbered = [...cells, String(i + 1)];
    return [...numbered, createHash('sha256').update(order.map(({ at }) => numbered[at]).join('|')).digest('hex')];
  });
}

/** The report must be the same whoever looks ahead, and however much at a time. */
async function same(name: string, content: string | Uint8Array, options: VerifyOptions = {}, ranges: readonly number[] = [97, 1024, 1 << 20]): Promise<Report> {
  const wanted = await verifyText(name, content, { ...options, ahead: 'nobody' }, unattended);
  for (const range of ranges) {
    assert.deepEqual(await verifyText(name, content, { ...options, ahead: { range, threads: 0 } }, unattended), wanted, `${name} in ranges of ${range} bytes`);
  }
  return wanted;
}

/** What the kernel vouches for in a text. */
async function vouched(name: string, content: string): Promise<readonly Stretch[]> {
  const bytes = Buffer.from(content);
  const plan = planOf(layoutOf(bytes, true, { name }), bytes, { outlierFactor: 12, longest: 1 << 24 });
  const kernel = await loadKernel();
  assert.ok(kernel !== undefined && plan !== undefined);
  const machine = new Machine(kernel, plan);
  machine.begin(0, bytes.length, bytes.length);
  for (let room = machine.room(); room !== undefined; room = machine.room()) machine.grown(bytes.copy(room, 0, machine.position));
  return readStretches(machine.vouched(), 0);
}

const NAME = 'MinuteDataExport_ES_20240102_000000_UTC.csv';

describe('the kernel', () => {
  it('was built', () => { assert.ok(existsSync(program), `${program} is missing: npm run build`); });

  it('gives the report of the reference on every file of the corpus', async () => {
    for (const name of inputs) {
      const file = path.join(corpus, name);
      const wanted = await verifyFile(file, { ahead: 'nobody' }, unattended);
      assert.deepEqual(await verifyFile(file, { ahead: { range: 1 << 20, threads: 0 } }, unattended), wanted, name);
      if (existsSync(`${file}.seal.json`)) continue;
      await same(file, readFileSync(file));
      await same(file, readFileSync(file), { zone: zoneNamed('America/Chicago') });
    }
  });

  it('vouches for every row of an ordinary file', async () => {
    for (const line of ['\n', '\r\n']) {
      const content = text(SEALED, seal(rows(2000)), line);
      const stretches = await vouched(NAME, content);
      assert.deepEqual(stretches.map(({ start, rows: count, gaps }) => ({ start, count, gaps })), [{ start: content.indexOf('\n') + 1, count: 2000, gaps: [] }]);
      assert.equal(stretches[0]!.last, content.trimEnd().lastIndexOf('\n') + 1);
      assert.equal((await same(NAME, content)).errors, 0);
    }
  });

  it('knows the forms of time that files have', async () => {
    const stamps = (form: (ms: number) => string): string => text(['timestamp', 'open', 'high', 'low', 'close'], rows(200).map((cells, i) => [form(Date.UTC(2024, 1, 28) + i * 60_000), ...cells.slice(2, 6)]));
    const iso = (ms: number): string => new Date(ms).toISOString();
    const forms: readonly ((ms: number) => string)[] = [
      iso, (ms) => iso(ms).slice(0, 19), (ms) => iso(ms).slice(0, 16).replace('T', ' '), (ms) => iso(ms).replace('Z', '000000Z'), (ms) => `${iso(ms).slice(0, 19)}-05:00`,
      (ms) => iso(ms).slice(0, 19).replace('T', ' ').replace(/[-:]/g, ''), (ms) => `${iso(ms).slice(5, 7)}/${iso(ms).slice(8, 10)}/${iso(ms).slice(0, 4)} ${iso(ms).slice(11, 16)}`,
      (ms) => String(ms / 1000), String, (ms) => `${ms}000`, (ms) => `${ms}000000`,
    ];
    for (const form of forms) {
      const content = stamps(form);
      assert.equal((await vouched('bars.csv', content))[0]?.rows, 200, content.slice(0, 120));
      assert.equal((await same('bars.csv', content)).rows, 200);
    }
  });

  it('leaves to the reference what is unusual, wherever it is', async () => {
    const faults: Readonly<Record<string, (cells: string[]) => void>> = {
      'checksum-mismatch': (cells) => { cells[6] = '1'; },
      'checksum-format': (cells) => { cells[8] = cells[8]!.toUpperCase().replace(/[0-9]/g, 'A'); },
      'sequence-violation': (cells) => { cells[7] = '1'; },
      'ohlc-inconsistent': (cells) => { cells[3] = '1.00'; },
      'number-invalid': (cells) => { cells[2] = '1,5'.replace(',', '_'); },
      'timestamp-invalid': (cells) => { cells[0] = '2024-02-30'; },
      'off-grid-timestamp': (cells) => { cells[1] = `${cells[1]!.slice(0, 6)}07`; },
      'volume-negative': (cells) => { cells[6] = '-3'; },
      'price-outlier': (cells) => { cells[3] = '5100.00'; },
      'missing-cell': (cells) => { cells.pop(); },
      'stray-quote': (cells) => { cells[2] = '50"1'; },
      'encoding-error': (cells) => { cells[5] = '\uFFFE'; },
    };
    const [first, last] = [seal(rows(700)), 699];
    for (const [code, damage] of Object.entries(faults)) {
      for (const at of [100, 300, last]) {
        const data = first.map((cells) => [...cells]);
        damage(data[at]!);
        const report = await same(NAME, Buffer.from(text(SEALED, data).replaceAll('\uFFFE', '\x01'), 'latin1').map((byte) => (byte === 1 ? 0xff : byte)), {}, [1024]);
        if (code !== 'price-outlier' || at < last) assert.ok((report.totals[code] ?? 0) > 0, `${code} in row ${at + 1}`);
      }
    }
  });

  it('computes checksums of texts of any length, of one length together or mixed', async () => {
    const lengths = [...Array.from({ length: 800 }, (_, i) => Math.floor(i / 4)), ...Array.from({ length: 800 }, (_, i) => (i * 37) % 200), 300, 700, 900];
    const data = lengths.map((length, i) => [String(i + 1), 'x'.repeat(length)]).map((cells) => [...cells, createHash('sha256').update(cells.join('|')).digest('hex')]);
    const content = text(['file_seq', 'note', 'checksum_sha256'], data);
    assert.deepEqual((await vouched('notes.csv', content)).map(({ rows: count }) => count), [lengths.length]);
    for (let at = 220; at < 270; at += 3) data[at]![2] = data[at]![2]!.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    assert.equal((await same('notes.csv', text(['file_seq', 'note', 'checksum_sha256'], data))).totals['checksum-mismatch'], 17);
  });

  it('lists long steps, which the reference judges', async () => {
    const data = [...rows(300), ...rows(300, 1000), ...rows(300, 1310)];
    const content = text(HEADER, data);
    const [stretch] = await vouched('MinuteDataExport_XX_UTC.csv', content);
    assert.deepEqual(stretch?.gaps.map(({ row, before, after }) => [row, (after - before) / 60_000_000]), [[301, 701], [601, 11]]);
    const report = await same('MinuteDataExport_XX_UTC.csv', content);
    assert.deepEqual(report.findings.filter(({ code }) => code === 'gap').map(({ row }) => row), [301, 601]);
  });

  it('passes by nothing in rows that are earlier than others', async () => {
    const data = [...rows(400, 200), ...rows(400), ...rows(400, 600)];
    const report = await same(NAME, text(HEADER, data));
    assert.equal(report.totals['duplicate-row'], undefined);
    assert.equal(report.totals['duplicate-timestamp'], 200);
  });

  it('keeps instruments apart', async () => {
    const named = (name: string, from: number): string[][] => rows(200, from).map((cells) => [...cells, name]);
    const blocks = [...named('ES', 0), ...named('NQ', 0), ...named('ES', 200), ...named('NQ', 150)];
    await same(NAME, text([...HEADER, 'Instrument'], blocks));
    const mixed = named('ES', 0).flatMap((cells, i) => [cells, named('NQ', 0)[i]!]);
    await same(NAME, text([...HEADER, 'Instrument'], mixed.slice(0, 120)));
  });

  it('leaves local times near a change of the clocks to the reference', async () => {
    const local = rows(6000).map((cells, i) => {
      const stamp = new Date(Date.UTC(2024, 9, 31) + i * 60_000).toISOString();
      return [`${stamp.slice(0, 10)} ${stamp.slice(11, 19)}`, ...cells.slice(2)];
    });
    const report = await same('bars.csv', text(['datetime', 'open', 'high', 'low', 'close', 'volume'], local), { zone: zoneNamed('America/Chicago') }, [4096, 1 << 20]);
    assert.ok(report.totals['timestamp-ambiguous']! > 0);
  });
});
