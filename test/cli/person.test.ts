import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EVENTS_VERSION } from '../../src/protocol/events';
import { EXIT } from '../../src/protocol/exit';
import { CLI, barkeep, result } from '../support/barkeep';
import { minuteBars } from '../support/bars';
import { quote, sql } from '../support/sql';

/** What a person, or a script, sees of each command. */
describe('the command line', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  const run = (...args: string[]): ReturnType<typeof barkeep> => barkeep([...args, '--data', folder], { cwd: folder });

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-person-'));
    writeFileSync(at('a.txt'), minuteBars(2000));
    writeFileSync(at('b.txt'), minuteBars(2600));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('teaches: --help names every command and every exit code', async () => {
    const { stdout, code } = await barkeep(['--help']);
    assert.equal(code, 0);
    for (const name of ['verify', 'inventory', 'import', 'align', 'continuity', 'regenerate', 'backup', 'restore', 'sample']) {
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
      assert.match((await barkeep([name, '--help'])).stdout, /Example:\n {2}barkeep /);
    }
    for (const { code: exit, means } of Object.values(EXIT)) assert.ok(stdout.includes(`${String(exit).padStart(5)}  ${means}`), means);
  });

  it('verify: findings as file:line:column, a verdict, exit 1 only for errors', async () => {
    writeFileSync(at('bad.csv'), 'timestamp,open,high,low,close,volume\n2025-01-02T10:00:00Z,1,2,0.5,1.5,3\n2025-01-02T10:01:00Z,1,0.9,0.5,0.7,3\n');
    const bad = await run('verify', 'bad.csv');
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^bad\.csv:3:\d+: error: .*\[ohlc-inconsistent\]$/m);
    const good = await run('verify', 'a.txt');
    assert.equal(good.code, 0);
    assert.match(good.stdout, /2,000 rows · in order · no duplicates/);
    assert.ok(!good.stdout.includes('\u001b'), 'no colours off a terminal');
  });

  it('verify --strict: exit 1 for warnings too', async () => {
    writeFileSync(at('hole.txt'), minuteBars(40).split('\r\n').filter((_, row) => row < 10 || row >= 30).join('\r\n'));
    assert.equal((await run('verify', 'hole.txt')).code, 0);
    assert.equal((await run('verify', 'hole.txt', '--strict')).code, 1);
  });

  it('--json: one versioned event a line, the end last', async () => {
    const outcome = await run('verify', 'a.txt', '--json');
    const lines = outcome.stdout.trimEnd().split('\n');
    assert.equal(outcome.events.length, lines.length, 'every line is an event');
    for (const line of lines) assert.equal((JSON.parse(line) as { version: number }).version, EVENTS_VERSION);
    assert.equal(outcome.events[0]?.type, 'start');
    assert.deepEqual(outcome.events.at(-1)?.type, 'end');
    assert.equal(outcome.stderr, '');
  });

  it('--json of several files: one start, one end with the exit code, whatever fails between', async () => {
    const outcome = await run('verify', 'bad.csv', 'none.csv', 'a.txt', '--json');
    const types = outcome.events.map(({ type }) => type).filter((type) => type !== 'progress');
    assert.deepEqual(types, ['start', 'result', 'failure', 'result', 'end']);
    const end = outcome.events.at(-1);
    assert.ok(end?.type === 'end' && end.exitCode === 2 && outcome.code === 2, outcome.stdout);
    const checks = await result('checks', ['verify', '--list-checks']);
    assert.ok(checks.some(({ code }) => code === 'checksum-mismatch'));
  });

  it('says so when its output cannot be written', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    const child = spawnSync(process.execPath, [CLI, 'verify', 'a.txt'], { cwd: folder, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    assert.equal(child.status, EXIT.io.code, child.stderr);
    assert.match(child.stderr, /^error: Cannot print the result: .*ENOSPC.* ended with exit code 0\./m);
  });

  it('align: each verdict has its own exit', async () => {
    const lone = at('alone');
    mkdirSync(lone);
    const align = (file: string): ReturnType<typeof barkeep> => barkeep(['align', file, 'ES', '--tz', 'UTC', '--data', lone], { cwd: folder });
    assert.equal((await align('a.txt')).code, 2, 'no master');
    assert.equal((await barkeep(['import', 'a.txt', 'ES', '1m', '--tz', 'UTC', '--data', lone, '--no-regenerate'], { cwd: folder })).code, 0);
    assert.equal((await align('b.txt')).code, 0, 'aligned');
    assert.equal((await barkeep(['align', 'b.txt', 'ES', '--tz', 'America/Chicago', '--data', lone], { cwd: folder })).code, 1, 'aligned after another zone');
    writeFileSync(at('other.txt'), minuteBars(2000, 1, 99));
    assert.equal((await align('other.txt')).code, 3, 'other bars');
    writeFileSync(at('long-ago.txt'), minuteBars(500).replaceAll('2025', '2024'));
    const alone = await align('long-ago.txt');
    assert.deepEqual([alone.code, /nothing to compare/.test(alone.stdout)], [6, true]);
    const earlier = await barkeep(['import', 'long-ago.txt', 'ES', '1m', '--tz', 'UTC', '--data', lone, '--no-regenerate'], { cwd: folder });
    assert.equal(earlier.code, 0, earlier.stderr);
    assert.match(earlier.stdout, /Imported 500 new bars/);
  });

  it('import, backup, restore: there and back', async () => {
    assert.equal((await run('import', 'a.txt', 'ES', '1m', '--tz', 'UTC')).code, 0);
    const first = readFileSync(at('ES_1m.parquet'));
    const grown = await run('import', 'b.txt', 'ES', '1m', '--tz', 'UTC');
    assert.match(grown.stdout, /SUCCESS: Data is aligned\./);
    assert.match(grown.stdout, /Imported 600 new bars/);
    assert.notDeepEqual(readFileSync(at('ES_1m.parquet')), first);

    assert.match((await run('restore', 'ES_1m.parquet', '--dry-run')).stdout, /Would restore/);
    assert.equal((await run('restore', 'ES_1m.parquet')).code, 0);
    assert.deepEqual(readFileSync(at('ES_1m.parquet')), first);
    const { backups } = await result('backups', ['restore', 'ES_1m.parquet', '--list', '--data', folder]);
    assert.equal(backups.length, 2, 'the master before the import, and the master before the restore');

    const again = await result('backup', ['backup', 'ES_1m.parquet', '--data', folder]);
    assert.deepEqual([again.backups.length, again.current.length], [1, 0]);
    const once = await result('backup', ['backup', 'ES_1m.parquet', '--data', folder]);
    assert.deepEqual([once.backups.length, once.current.length], [0, 1], 'what is backed up already is not copied again');
  });

  it('restore refuses a backup that was altered', async () => {
    const { backups } = await result('backups', ['backup', '--list', 'ES_1m.parquet', '--data', folder]);
    const [newest] = backups;
    const file = at(`backups/${newest!.backup}`);
    const bytes = readFileSync(file);
    bytes[100]! ^= 1;
    writeFileSync(file, bytes);
    const before = readFileSync(at('ES_1m.parquet'));
    const outcome = await run('restore', 'ES_1m.parquet', '--from', newest!.backup);
    assert.equal(outcome.code, 3, outcome.stdout + outcome.stderr);
    assert.deepEqual(readFileSync(at('ES_1m.parquet')), before);
  });

  it('inventory: every file in its place, complaints with the command that mends them', async () => {
    const outcome = await run('inventory');
    assert.match(outcome.stdout, /Market Data\n.*ES_1m\.parquet +[\d,]+ rows/);
    assert.match(outcome.stdout, /Raw exports/);
    assert.match(outcome.stdout, /→ barkeep regenerate ES/, 'restoring made the derived files stale');
    assert.match((await run('regenerate', 'ES')).stdout, /made +ES_5m\.parquet/);
    assert.doesNotMatch((await run('inventory')).stdout, /→ barkeep regenerate ES/);
  });

  it('the master is what its readers expect', async () => {
    const columns = await sql(`DESCRIBE SELECT * FROM read_parquet(${quote(at('ES_1m.parquet'))})`);
    assert.deepEqual(columns.map((column) => [column['column_name'], column['column_type']]), [
      ['datetime', 'TIMESTAMP'],
      ['open', 'DOUBLE'],
      ['high', 'DOUBLE'],
      ['low', 'DOUBLE'],
      ['close', 'DOUBLE'],
      ['volume', 'BIGINT'],
      ['time', 'BIGINT'],
    ]);
    const [row] = await sql(`SELECT count(*) FILTER (epoch(datetime) <> "time") AS wrong, count(*) AS n FROM read_parquet(${quote(at('ES_1m.parquet'))})`);
    assert.deepEqual([Number(row?.['wrong']), Number(row?.['n'])], [0, 2000]);
  });

  it('a cancelled import (Ctrl-C) ends with 130 and leaves the master as it was', async () => {
    const before = readFileSync(at('ES_1m.parquet'));
    writeFileSync(at('long.txt'), minuteBars(400_000));
    const outcome = await barkeep(['import', 'long.txt', 'ES', '1m', '--tz', 'UTC', '--align', 'off', '--data', folder, '--json'], {
      cwd: folder,
      meanwhile: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    });
    assert.equal(outcome.code, EXIT.cancelled.code, outcome.stdout);
    assert.deepEqual(readFileSync(at('ES_1m.parquet')), before);
    assert.deepEqual(readdirSync(folder).filter((name) => /\.(lock|tmp)$/.test(name)), []);
  });

  it('sample: files to try it on; a folder that is not its own is refused', async () => {
    const { files } = await result('sample', ['sample', at('try')]);
    assert.ok(files.length >= 5 && files.every(({ file }) => existsSync(at(`try/${file}`))));
    const refused = await barkeep(['sample', folder]);
    assert.equal(refused.code, 3, refused.stdout + refused.stderr);
  });
});
