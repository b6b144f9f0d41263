import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { verifyFile } from '../../../src/core/integrity/verify';
import type { JobContext } from '../../../src/core/jobs/context';
import type { ImportRequest } from '../../../src/core/jobs/import';
import { importFile } from '../../../src/core/jobs/import';
import { makeSample } from '../../../src/core/jobs/sample';
import { zoneNamed } from '../../../src/core/base/time';

describe('the sample folder', () => {
  let parent: string;
  let folder: string;
  let context: JobContext;
  const at = (name: string): string => path.join(folder, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');

  before(async () => {
    parent = mkdtempSync(path.join(os.tmpdir(), 'barkeep-sample-'));
    folder = path.join(parent, 'made', 'here');
    const clock = { now: Date.now };
    context = { disk: openDisk({ clock, command: 'sample test' }), clock, folder, operation: unattended };
    await makeSample(context, folder);
  });
  after(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('is the same to the byte every time, and made again changes nothing', async () => {
    const other = path.join(parent, 'other');
    const { files } = await makeSample(context, other);
    for (const { file } of files) assert.equal(readFileSync(path.join(other, file), 'utf8'), read(file), file);
    assert.deepEqual(await makeSample(context, folder), { folder, files });
  });

  it('refuses a folder that holds anything else', async () => {
    const taken = mkdtempSync(path.join(parent, 'taken-'));
    writeFileSync(path.join(taken, 'thesis.txt'), 'x');
    await assert.rejects(makeSample(context, taken), { kind: 'refused' });
    assert.deepEqual(readdirSync(taken), ['thesis.txt']);
  });

  it('has clean exports with the exchange’s hours across the clock change', async () => {
    const chicago = zoneNamed('America/Chicago');
    for (const [name, zone] of [['ES history.txt', 'America/Los_Angeles'], ['ES recent.txt', 'America/Los_Angeles'], ['ES recent in Chicago time.txt', 'America/Chicago']] as const) {
      const hours = new Set<number>();
      const days = new Set<number>();
      const bar = (_row: number, time: number): void => {
        const open = new Date(chicago.localOf(time - 60_000));
        hours.add(open.getUTCHours());
        days.add(open.getUTCDay());
      };
      const report = await verifyFile(at(name), { zone: zoneNamed(zone), bars: { bar, rejected: () => assert.fail() } }, unattended);
      assert.equal(report.errors, 0, name);
      assert.equal(report.intervalSeconds, 60);
      assert.deepEqual([...hours].sort((a, b) => a - b), Array.from({ length: 24 }, (_, i) => i).filter((hour) => hour !== 16));
      assert.deepEqual([...days].sort(), [0, 1, 2, 3, 4, 5]);
    }
    assert.match(read('ES history.txt'), /^20251005 150100;[\d.]+;[\d.]+;[\d.]+;[\d.]+;\d+\r\n/);
  });

  it('seals its trades as Python’s csv and hashlib would', async () => {
    const script = `
import csv, hashlib, json, sys
name = sys.argv[1]
rows = list(csv.DictReader(open(name, newline='', encoding='utf-8')))
for i, row in enumerate(rows):
    text = '|'.join(row[k] for k in sorted(row) if k != 'checksum_sha256')
    assert hashlib.sha256(text.encode()).hexdigest() == row['checksum_sha256'], i
    assert int(row['file_seq']) == i + 1
seal = json.load(open(name + '.seal.json'))
data = open(name, 'rb').read()
assert seal['rows'] == len(rows) and seal['firstSeq'] == 1 and seal['lastSeq'] == len(rows)
assert seal['bytes'] == len(data) and seal['sha256'] == hashlib.sha256(data).hexdigest()
print(len(rows))`;
    const rows = Number(execFileSync('python3', ['-c', script, at('trades_20251103_143000.csv')], { encoding: 'utf8' }));
    assert.ok(rows > 100);
    const whole = await verifyFile(at('trades_20251103_143000.csv'), {}, unattended);
    assert.deepEqual([whole.sealed, whole.rows, whole.totals], [true, rows, {}]);
    const tampered = await verifyFile(at('trades_tampered_20251103_143000.csv'), {}, unattended);
    assert.deepEqual(tampered.totals, { 'checksum-mismatch': 1 });
    const [one, other] = [read('trades_20251103_143000.csv'), read('trades_tampered_20251103_143000.csv')];
    assert.equal(one.length, other.length);
    assert.equal(Array.from(one).filter((char, i) => char !== other[i]).length, 1);
  });

  it('goes through the main job: import, the trap refused, import, nothing left to do', async () => {
    const run = (file: string, options: Partial<ImportRequest> = {}): ReturnType<typeof importFile> =>
      importFile(context, { file: at(file), ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'fail', dryRun: false, regenerate: false, ...options });
    assert.equal((await run('ES history.txt')).plan.newRows, 5 * 5 * 1380);
    await assert.rejects(run('ES recent in Chicago time.txt'), { kind: 'refused', message: /Import with --tz America\/Chicago/ });
    const recent = await run('ES recent.txt');
    assert.deepEqual([recent.plan.newRows, recent.plan.identicalRows], [2 * 5 * 1380, 5 * 1380]);
    assert.equal((await run('ES recent in Chicago time.txt', { zone: 'America/Chicago' })).outcome, 'unchanged');
    assert.deepEqual([recent.continuity?.gaps, recent.continuity?.calendar?.name], [[], 'CME equity index'], 'weekends are no gaps');
  });
});
