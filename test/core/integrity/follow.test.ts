import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdtempSync, openSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { followFile } from '../../../src/core/integrity/follow';
import { verifyFile } from '../../../src/core/integrity/verify';
import type { Report } from '../../../src/protocol/report';
import { until } from '../../support/until';

const HEADER = 'timestamp,open,high,low,close,volume\n';
const minute = (at: number): string => new Date(Date.UTC(2025, 0, 6) + at * 60_000).toISOString().slice(0, 16).replace('T', ' ');
const bars = (from: number, to: number, close = '100'): string => Array.from({ length: to - from }, (_, i) => `${minute(from + i)},100,101,99,${close},5\n`).join('');

describe('following a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'follow-'));
    file = path.join(folder, 'ES.csv');
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  /** Follows the file while `write` goes on; then ends it, unless it ends by itself. */
  async function followed(write: (seen: (rows: number, errors?: number) => Promise<unknown>, told: { readonly interim: readonly Report[]; readonly log: readonly string[] }) => Promise<unknown>, ends: 'stopped' | 'by itself' = 'stopped'): Promise<{ report: Report; interim: Report[]; log: string[] }> {
    const stop = new AbortController();
    const interim: Report[] = [];
    const log: string[] = [];
    const running = followFile(file, { chunk: 700 }, { ...unattended, log: (line) => log.push(line) }, { stop: stop.signal, report: (report) => interim.push(report), pause: 15 });
    running.catch(() => undefined);
    const isThere = (rows: number, errors: number | undefined): boolean => interim.at(-1)?.rows === rows && (errors === undefined || interim.at(-1)?.errors === errors);
    await write((rows, errors) => until(`${rows} rows`, () => isThere(rows, errors), () => [interim.at(-1)?.rows, interim.at(-1)?.errors]), { interim, log });
    if (ends === 'stopped') stop.abort();
    return { report: await running, interim, log };
  }

  it('ends with the report of the whole file, however its bytes came', async () => {
    const text = HEADER + bars(0, 150) + bars(140, 260).replace('100,101,99,100', '100,101,99,x') + '"2025-01-06 10:00",100,98,99,100,5\r\n' + bars(700, 720);
    writeFileSync(file, text.slice(0, 6000));
    const { report, interim } = await followed(async (seen, told) => {
      await seen(175);
      let seed = 7;
      for (let at = 6000, turn = 0; at < text.length; turn++) {
        const before = told.interim.length;
        seed = (seed * 48271) % 2147483647;
        const next = Math.min(text.length, at + 1 + (seed % 900));
        appendFileSync(file, text.slice(at, next));
        at = next;
        // In turns it goes on at once, and when that much was read.
        if (turn % 2 === 0) await until('another report', () => told.interim.length > before);
        else await sleep(seed % 20);
      }
      await seen(291);
    });
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
    assert.ok(report.errors > 0);
    assert.ok(interim.length > 5);
    assert.ok(interim.every(({ rows, errors }, i) => i === 0 || (rows >= interim[i - 1]!.rows && errors >= interim[i - 1]!.errors)));
  });

  it('never reads what it has read', async () => {
    writeFileSync(file, HEADER + bars(0, 200));
    const { report } = await followed(async (seen) => {
      await seen(200);
      const handle = openSync(file, 'r+');
      writeSync(handle, 'xxxx', HEADER.length + 18);
      closeSync(handle);
      appendFileSync(file, bars(200, 220));
      await seen(220);
    });
    assert.deepEqual([report.rows, report.totals], [220, {}]);
    assert.notDeepEqual((await verifyFile(file, {}, unattended)).totals, {});
  });

  it('waits for the first rows', async () => {
    writeFileSync(file, '');
    const { report } = await followed(async (seen) => {
      for (const part of ['time', 'stamp,open,high,low,close,volume\n2025-', bars(0, 120).slice(5)]) {
        await sleep(60);
        appendFileSync(file, part);
      }
      await seen(120);
    });
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
    assert.equal(report.intervalSeconds, 60);
  });

  for (const [what, change, said] of [
    ['cut and written anew', (): void => { truncateSync(file, 100); }, /was cut to 100 bytes/],
    ['replaced', (): void => { writeFileSync(`${file}.new`, HEADER + bars(0, 300)); renameSync(`${file}.new`, file); }, /was replaced/],
    ['rewritten longer', (): void => { writeFileSync(file, HEADER + bars(50, 400, '99')); }, /was rewritten|was cut/],
    ['rewritten to the same length', (): void => { writeFileSync(file, HEADER + bars(50, 250)); }, /was rewritten|was cut/],
  ] as const) {
    it(`begins again when the file is ${what}, and says so`, async () => {
      writeFileSync(file, HEADER + bars(0, 200));
      utimesSync(file, 1e9, 1e9); // Times of files count in steps: it was written another time than now.
      const { report, log } = await followed(async (seen, told) => {
        await seen(200);
        change();
        await until(`the log to say ${String(said)}`, () => said.test(told.log.join('\n')), () => told.log);
        if (what.startsWith('cut')) writeFileSync(file, HEADER + bars(0, 130));
        await seen(what.startsWith('cut') ? 130 : what === 'replaced' ? 300 : what.endsWith('longer') ? 350 : 200);
      });
      assert.match(log.join('\n'), said);
      assert.deepEqual(report, await verifyFile(file, {}, unattended));
    });
  }

  it('reads what is left of a file that gives its name to a new one', async () => {
    writeFileSync(file, HEADER + bars(0, 200));
    const { report, interim, log } = await followed(async (seen) => {
      await seen(200);
      appendFileSync(file, bars(200, 210, 'x'));
      renameSync(file, `${file}.1`);
      writeFileSync(file, HEADER + bars(210, 340));
      await seen(130);
    });
    assert.ok(interim.some(({ rows, errors }) => rows === 210 && errors === 10));
    assert.match(log.join(), /was replaced/);
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
  });

  it('goes on with the new file when one of a header alone is replaced', async () => {
    writeFileSync(file, HEADER);
    const { report } = await followed(async (seen) => {
      await sleep(60);
      writeFileSync(`${file}.new`, HEADER + bars(0, 130));
      renameSync(`${file}.new`, file);
      await seen(130);
    });
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
  });

  it('ends by itself when the file is renamed: nothing is lost of what was written before', async () => {
    writeFileSync(file, HEADER + bars(0, 200));
    const { report } = await followed(async (seen) => {
      await seen(200);
      appendFileSync(file, bars(200, 210));
      renameSync(file, `${file}.DONE`);
    }, 'by itself');
    assert.equal(report.rows, 210);
  });

  it('says at the end when the last row is not whole', async () => {
    writeFileSync(file, HEADER + bars(0, 200) + '2025-01-06 03:20,1');
    const { report, interim } = await followed((seen) => seen(200));
    assert.deepEqual([report.rows, report.totals], [201, { 'truncated-tail': 1 }]);
    assert.ok(interim.every(({ totals }) => totals['truncated-tail'] === undefined));
  });

  it('settles copies out of order at the end', async () => {
    writeFileSync(file, HEADER + bars(0, 200));
    const { report } = await followed(async (seen) => {
      await seen(200);
      appendFileSync(file, bars(50, 60));
      await seen(210);
    });
    assert.equal(report.totals['duplicate-row'], 10);
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
  });

  const SCHEMA = { fields: [{ name: 'id', type: 'integer', constraints: { unique: true, maximum: 300 } }, { name: 'side', constraints: { enum: ['BUY', 'SELL'] } }, { name: 'note', constraints: { pattern: 'n\\d+' } }], primaryKey: ['id'] };
  const trades = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => `${from + i},${i % 2 === 0 ? 'BUY' : 'SELL'},n${i}\n`).join('');
  const beside = (ending: string, text: string): void => { writeFileSync(`${file}${ending}`, text); };

  it('judges by a schema as verifying does: its keys at the end', async () => {
    beside('.schema.json', JSON.stringify(SCHEMA));
    writeFileSync(file, `id,side,note\n${trades(0, 150)}`);
    const { report, interim } = await followed(async (seen) => {
      await seen(150);
      appendFileSync(file, `${trades(150, 160)}301,HOLD,x\n7,BUY,n1\n7,"SELL\n`);
      await seen(162);
      appendFileSync(file, 'twice",n2\n');
      await seen(163);
    });
    assert.deepEqual([report.totals, interim.at(-1)!.totals], [{ 'schema-violation': 3 }, { 'schema-violation': 2 }]);
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
  });

  it('begins again when the schema is changed, and says so', async () => {
    writeFileSync(file, `id,side,note\n${trades(0, 150)}`);
    const { report, log } = await followed(async (seen) => {
      await seen(150);
      for (const [maximum, violations] of [[99, 50], [300, 0], [49, 100]] as const) {
        beside('.schema.json', JSON.stringify(SCHEMA).replace('300', String(maximum)));
        await seen(150, violations);
      }
    });
    assert.match(log.join('\n'), /its schema is another now; it is verified anew/);
    assert.deepEqual([report.totals, log.length >= 3], [{ 'schema-violation': 100 }, true]);
  });

  it('begins again when more rows show that the first ones told it wrong', async () => {
    const five = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => bars(200 + 5 * (from + i), 201 + 5 * (from + i))).join('');
    writeFileSync(file, HEADER + bars(0, 101));
    const { report, log } = await followed(async (seen) => {
      await seen(101);
      appendFileSync(file, five(0, 150));
      await seen(251);
    });
    assert.match(log.join('\n'), /show it to be something else/);
    assert.equal(report.intervalSeconds, 300);
    assert.deepEqual(report, await verifyFile(file, {}, unattended));
  });

  it('compares with the manifest that is there in the end', async () => {
    writeFileSync(file, HEADER + bars(0, 150));
    const { report } = await followed(async (seen) => {
      await seen(150);
      beside('.seal.json', JSON.stringify({ rows: 151, sha256: '' }));
      renameSync(file, `${file}.DONE`);
    }, 'by itself');
    assert.deepEqual(report.totals, { 'truncated-tail': 1 });
    assert.deepEqual(report, { ...(await verifyFile(`${file}.DONE`, {}, unattended)), file });
  });

  it('fails on what cannot be followed', async () => {
    await assert.rejects(followed(() => Promise.resolve()), (error) => error instanceof Failure && error.kind === 'usage');
  });
});
