import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { nodeFiles } from '../../../src/core/disk/files';
import { systemError } from '../../../src/core/disk/faults';
import { backUpFiles, backupsOf } from '../../../src/core/jobs/backup';
import { clean } from '../../../src/core/jobs/clean';
import type { JobContext } from '../../../src/core/jobs/context';
import { copyTo } from '../../../src/core/jobs/copies';
import { pruneBackups } from '../../../src/core/jobs/prune';
import { checkBackups } from '../../../src/core/jobs/reread';
import { takeStatus } from '../../../src/core/jobs/status';
import { takeInventory } from '../../../src/core/store/inventory';
import { importFile } from '../../../src/core/jobs/import';
import { barkeep } from '../../support/barkeep';
import { minuteBars } from '../../support/bars';

describe('one bad entry neither hides nor stops the others', () => {
  if (process.platform !== 'linux') return;
  /** A file that there is, and that the disk fails to read: whoever asks. */
  const FAILS = '/proc/self/mem';
  let store: string;
  let top: string;
  let folder: string;
  const context = (): JobContext => ({ disk: openDisk({ clock: Date, command: 'a test' }), clock: Date, folder, operation: unattended });
  const status = () => takeStatus(context(), { limit: 10_000 });

  before(async () => {
    store = mkdtempSync(path.join(os.tmpdir(), 'barkeep-bad-'));
    const file = path.join(store, 'a.txt');
    writeFileSync(file, minuteBars(60));
    folder = store;
    await importFile(context(), { file, ticker: 'ES', timeframe: '1m', align: 'off', onConflict: 'keep', dryRun: false, regenerate: false });
    cpSync(path.join(store, 'ES_1m.parquet'), path.join(store, 'ZZ_1m.parquet'));
  });
  after(() => { rmSync(store, { recursive: true, force: true }); });
  beforeEach(() => {
    top = mkdtempSync(path.join(os.tmpdir(), 'barkeep-bad-'));
    folder = path.join(top, 'bars');
    cpSync(store, folder, { recursive: true });
    mkdirSync(path.join(top, 'drive'));
  });
  afterEach(() => { rmSync(top, { recursive: true, force: true }); });

  const spoil = (): void => {
    symlinkSync(path.join(top, 'no-drive'), path.join(folder, 'AA_1m.parquet'));
    mkdirSync(path.join(folder, 'BB_1m.parquet'));
    symlinkSync(FAILS, path.join(folder, 'CC_1m.parquet'));
    symlinkSync('DD_1m.parquet', path.join(folder, 'DD_1m.parquet'));
    symlinkSync(path.join(folder, 'ES_1m.parquet', 'x'), path.join(folder, 'FF_daily_hod_lod.json'));
  };
  const BAD = ['AA_1m.parquet', 'BB_1m.parquet', 'CC_1m.parquet', 'DD_1m.parquet', 'FF_daily_hod_lod.json'];

  it('backup: all others are backed up, planned or not, and those that cannot be read are named with what to do', async () => {
    spoil();
    for (const dryRun of [true, false]) {
      const { backups, leftOut, torn } = await backUpFiles(context(), { what: [], dryRun });
      assert.deepEqual([backups.map(({ file }) => file), leftOut.map(({ file }) => file), torn], [['ES_1m.parquet', 'ZZ_1m.parquet'], BAD, []]);
      for (const [at, says] of [/a link to .*no-drive, which is not there\. Mount the drive/, /a folder\. Rename it/, /EIO.*Check the disk/, /a link to/, /a link to/].entries()) assert.match(leftOut[at]!.why, says);
    }
    for (const what of ['AA', 'BB_1m.parquet']) assert.equal((await backUpFiles(context(), { what: [what], dryRun: false })).leftOut.length, 1);
    assert.deepEqual((await takeInventory(folder, 'UTC', unattended, Date)).entries.filter(({ health, category }) => health === 'error' && category !== 'other').map(({ file }) => file).sort(), BAD);
  });

  it('on the command line that is exit code 1, with a line for each; with --json they are in the result', async () => {
    symlinkSync(path.join(top, 'no-drive'), path.join(folder, 'AA_1m.parquet'));
    const person = await barkeep(['backup', '--data', folder]);
    assert.equal(person.code, 1);
    assert.match(person.stdout, /ZZ_1m\.parquet.*backups\/ZZ[^]*AA_1m\.parquet is not copied, because it cannot be read: it is a link to .*Mount the drive/);
    const agent = await barkeep(['backup', '--to', path.join(top, 'drive'), '--json', '--data', folder]);
    assert.equal(agent.code, 1);
    assert.match(agent.stdout, /"leftOut":\[\{"file":"AA_1m\.parquet","why":"it is a link/);
  });

  it('a copy holds all others, and its manifest names what it lacks; without a readable file none is made', async () => {
    spoil();
    const to = path.join(top, 'drive');
    assert.deepEqual((await copyTo(context(), { to, dryRun: true })).leftOut.map(({ file }) => file), BAD);
    const { folder: made, files, leftOut } = await copyTo(context(), { to, dryRun: false });
    assert.deepEqual([files.map(({ file }) => file), leftOut.map(({ file }) => file)], [['ES_1m.parquet', 'ZZ_1m.parquet'], BAD]);
    const manifest = JSON.parse(readFileSync(path.join(made, 'manifest.json'), 'utf8')) as { leftOut: { file: string }[] };
    assert.deepEqual(manifest.leftOut.map(({ file }) => file), BAD);
    for (const good of ['ES_1m.parquet', 'ZZ_1m.parquet']) rmSync(path.join(folder, good));
    await assert.rejects(copyTo(context(), { to: folder, dryRun: false }), { kind: 'io', message: /none of its files can be read, such as AA_1m/ });
    assert.deepEqual(readdirSync(path.join(folder, 'TradingBackups')), []);
  });

  it('copies are all read again, whatever one manifest or one file of them is', async () => {
    const to = path.join(top, 'drive');
    const { folder: made } = await copyTo(context(), { to, name: 'm', dryRun: false });
    const copies = path.dirname(made);
    mkdirSync(path.join(copies, 'a/manifest.json'), { recursive: true });
    mkdirSync(path.join(copies, 'b'));
    symlinkSync(FAILS, path.join(copies, 'b/manifest.json'));
    symlinkSync('loop', path.join(copies, 'loop'));
    rmSync(path.join(made, 'ES_1m.parquet'));
    symlinkSync(FAILS, path.join(made, 'ES_1m.parquet'));
    const { checked } = await checkBackups(context(), { folder: to, share: 1 });
    const own = path.basename(made);
    assert.deepEqual(checked, [
      { name: 'a/manifest.json', verdict: 'unreadable' },
      { name: 'b/manifest.json', verdict: 'unreadable' },
      { name: 'loop/manifest.json', verdict: 'unreadable' },
      { name: `${own}/ES_1m.parquet`, verdict: 'unreadable' },
      { name: `${own}/ZZ_1m.parquet`, verdict: 'sound' },
    ]);
  });

  it('backups: a folder, a link to nothing and one that cannot be read do not hide the others from restore, check and prune', async () => {
    await backUpFiles(context(), { what: [], dryRun: false });
    const at = (name: string): string => path.join(folder, 'backups', name);
    mkdirSync(at('ES_1m.parquet.20250101_000000.bak'));
    symlinkSync(path.join(top, 'nothing'), at('ES_1m.parquet.20270101_000000.bak'));
    symlinkSync(FAILS, at('ZZ_1m.parquet.20280101_000000.bak'));
    assert.equal((await backupsOf(context(), 'ES_1m.parquet')).length, 1);
    assert.equal((await backupsOf(context(), 'ZZ_1m.parquet')).length, 2);
    assert.deepEqual((await checkBackups(context(), { share: 1 })).checked.map(({ verdict }) => verdict).sort(), ['sound', 'sound', 'unreadable']);
    const { removed, unsound } = await pruneBackups(context(), { policy: { last: 1, daily: 0, weekly: 0, monthly: 0 }, dryRun: false });
    assert.deepEqual([removed, unsound.map(({ file }) => file)], [[], ['ZZ_1m.parquet']]);
    rmSync(at('journal.jsonl'));
    mkdirSync(at('journal.jsonl'));
    assert.deepEqual((await backupsOf(context(), undefined)).map(({ sha256 }) => sha256), [null, null, null]);
  });

  it('a lock that cannot be read, or that another holds, keeps its own ticker alone from being backed up', async () => {
    mkdirSync(path.join(folder, 'ES.lock'));
    await assert.rejects(backUpFiles(context(), { what: [], dryRun: false }), { kind: 'locked', message: /ES\.lock.*Of the others, 1 is backed up\./ });
    assert.deepEqual((await backupsOf(context(), undefined)).map(({ file }) => file), ['ZZ_1m.parquet']);
    assert.deepEqual((await status()).locks.map(({ file, state }) => [file, state]), [['ES.lock', 'unreadable']]);
    assert.deepEqual((await clean(context(), { dryRun: false })).kept.map(({ file }) => file), ['ES.lock']);
  });

  it('status and inventory go on without a log and without backups that can be listed, and say so', async () => {
    mkdirSync(path.join(folder, '.barkeep/operations.jsonl'), { recursive: true });
    rmSync(path.join(folder, 'backups'), { recursive: true, force: true });
    writeFileSync(path.join(folder, 'backups'), '');
    assert.deepEqual((await status()).alerts.map(({ code, file }) => [code, file]), [['unreadable', '.barkeep/operations.jsonl'], ['unreadable', 'backups']]);
    const { entries } = await takeInventory(folder, 'UTC', unattended, Date);
    assert.deepEqual(entries.map(({ file, health }) => [file, health]).filter(([file]) => file === 'backups'), [['backups', 'error']]);
    assert.ok(entries.some(({ file }) => file === 'ZZ_1m.parquet'));
  });

  it('clean removes all others, and says which one the disk does not let go of', async () => {
    for (const name of ['AA_1m.parquet.tmp', 'BB_1m.parquet.tmp', 'CC_1m.parquet.tmp']) writeFileSync(path.join(folder, name), 'half');
    const stuck = { ...nodeFiles, unlink: async (file: string) => (file.endsWith('BB_1m.parquet.tmp') ? Promise.reject(systemError('EPERM', 'unlink')) : nodeFiles.unlink(file)) };
    const { removed, kept } = await clean({ ...context(), disk: openDisk({ clock: Date, command: 'a test', files: stuck }) }, { dryRun: false });
    assert.deepEqual([removed, kept.map(({ file, failed }) => [file, failed])], [['AA_1m.parquet.tmp', 'CC_1m.parquet.tmp'], [['BB_1m.parquet.tmp', true]]]);
  });
});
