import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { barkeep, failureOf } from '../support/barkeep';
import { minuteBars } from '../support/bars';

/** Bad input: one clear message, the documented exit code, nothing lost. */
describe('what the command line refuses', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(at(name), content);
    return at(name);
  };

  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-refusals-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const importing = (file: string, ...options: string[]): ReturnType<typeof barkeep> =>
    barkeep(['import', file, 'ES', '1m', '--data', folder, '--json', ...options]);

  async function refused(run: ReturnType<typeof barkeep>, code: number, says: RegExp): Promise<void> {
    const outcome = await run;
    const failures = outcome.events.filter((event) => event.type === 'failure');
    assert.equal(failures.length, 1, `one message expected:\n${outcome.stdout}${outcome.stderr}`);
    assert.match(failureOf(outcome).message, says);
    assert.equal(outcome.code, code);
    assert.equal(outcome.stderr, '');
    const masters = readdirSync(folder).filter((name) => name.endsWith('.parquet') || name.endsWith('.tmp') || name.endsWith('.lock'));
    assert.deepEqual(masters.filter((name) => !before.has(name)), [], 'nothing may be written');
  }
  let before = new Set<string>();
  const keep = (...names: string[]): void => {
    before = new Set(names);
  };
  beforeEach(() => {
    keep();
  });

  it('a missing file', () => refused(importing(at('none.txt')), 2, /none\.txt.*no such file/));
  it('a folder', () => refused(importing(folder), 2, /folder, not a file/));
  it('an empty file', () => refused(importing(write('empty.txt', '')), 3, /empty/));
  it('a header without rows', () => refused(importing(write('head.csv', 'Date,Time,Open,High,Low,Close,Volume\r\n')), 3, /no (data )?row|header/i));
  it('a binary file', () => refused(importing(write('image.csv', Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) % 256))), 3, /binary file, not text/));
  it('columns that are no text, shown without what would upset a terminal', () =>
    refused(importing(write('odd.csv', 'a\u001b[31mb,c\n1,2\n3,4\n')), 3, /Its columns are a·\[31mb, c\./));
  it('columns without prices', () => refused(importing(write('people.csv', 'name,age\nann,3\nbob,4\n')), 3, /open|price|column|bars/i));
  it('mixed delimiters: the rows that do not fit are rejected, and none is left', () =>
    refused(importing(write('mixed.csv', 'Date,Time,Open,High,Low,Close,Volume\n2025-01-02;10:00;1;2;1;2;5\n2025-01-02;10:01;1;2;1;2;5\n')), 3, /./));
  it('an unknown zone', () => refused(importing(write('a.txt', minuteBars(30)), '--tz', 'America/Atlantis'), 2, /America\/Atlantis/));
  it('an unknown timeframe', () => refused(barkeep(['import', write('a.txt', minuteBars(30)), 'ES', '7m', '--data', folder, '--json']), 2, /7m/));
  it('a ticker that is a path', () => refused(barkeep(['import', write('a.txt', minuteBars(30)), '../ES', '1m', '--data', folder, '--json']), 2, /\.\.\/ES/));
  it('what can be no SHA-256', async () => {
    for (const digest of ['00', 'g'.repeat(64), `${'0'.repeat(64)}  a.csv`]) await refused(barkeep(['repair', write('a.csv', 'a,b\n1,2\n'), '--drop-duplicates', '--expect', digest, '--json']), 2, /64 hexadecimal digits/);
  });
  it('an unknown option', () => refused(barkeep(['verify', 'x.csv', '--frobnicate', '--json']), 2, /frobnicate/));
  it('regenerate of a ticker that has no minutes', async () => {
    const outcome = await barkeep(['regenerate', 'ZZ', '--data', folder]);
    assert.equal(outcome.code, 2);
    assert.match(outcome.stdout + outcome.stderr, /no 1-minute bars/);
  });
  it('a data folder that is a file', () => refused(barkeep(['inventory', '--data', write('f', 'x'), '--json']), 2, /not a folder|is a file/));

  it('a corrupt master', async () => {
    write('ES_1m.parquet', 'PAR1 this is not really Parquet PAR1');
    keep('ES_1m.parquet');
    await refused(importing(write('a.txt', minuteBars(30))), 5, /ES_1m\.parquet/);
    assert.match(readFileSync(at('ES_1m.parquet'), 'utf8'), /not really/);
  });

  it('a lock held by a living process, saying whose', async () => {
    write('ES.lock', `${process.pid}\n`);
    keep('ES.lock');
    await refused(importing(write('a.txt', minuteBars(30))), 4, new RegExp(String(process.pid)));
  });

  it('a file of another interval', () => refused(importing(write('five.txt', minuteBars(60, 5))), 3, /5m|interval/i));

  it('a folder that cannot be written to', async function () {
    const asRoot = process.getuid?.() === 0;
    if (process.platform === 'win32') this.skip();
    const source = write('a.txt', minuteBars(30));
    const data = at('data');
    mkdirSync(data);
    chmodSync(data, 0o555);
    chmodSync(folder, 0o755);
    chmodSync(source, 0o644);
    const outcome = await barkeep(['import', source, 'ES', '1m', '--data', data, '--json'], asRoot ? { uid: 65534 } : {});
    chmodSync(data, 0o755);
    assert.equal(outcome.code, 5, outcome.stdout);
    assert.match(failureOf(outcome).message, /permission/);
    assert.deepEqual(readdirSync(data), []);
  });

  it('a full disk: exit 5, the master as it was, and the next import succeeds', async function () {
    const disk = at('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.log('      (skipped: a small file system cannot be mounted here)');
      return this.skip();
    }
    try {
      const args = (file: string): string[] => ['import', file, 'ES', '1m', '--data', disk, '--no-regenerate', '--json'];
      const first = await barkeep(args(write('a.txt', minuteBars(300))));
      assert.equal(first.code, 0, first.stdout);
      const master = readFileSync(path.join(disk, 'ES_1m.parquet'));
      const full = await barkeep(args(write('b.txt', minuteBars(40_000))));
      assert.equal(full.code, 5, full.stdout);
      assert.match(failureOf(full).message, /disk is full|no space/i);
      assert.deepEqual(readFileSync(path.join(disk, 'ES_1m.parquet')), master);
      const next = await barkeep(args(write('c.txt', minuteBars(301))));
      assert.equal(next.code, 0, next.stdout);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
