import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { withLock } from '../../../src/core/disk/lock';
import { backUpFiles, backupsOf, restoreBackup } from '../../../src/core/jobs/backup';
import { clean } from '../../../src/core/jobs/clean';
import type { JobContext } from '../../../src/core/jobs/context';
import { copyTo } from '../../../src/core/jobs/copies';
import { findDestinations } from '../../../src/core/jobs/destinations';
import { importFile } from '../../../src/core/jobs/import';
import { pruneBackups } from '../../../src/core/jobs/prune';
import { recorded } from '../../../src/core/jobs/record';
import { checkBackups } from '../../../src/core/jobs/reread';
import { WRITE_LIMIT, takeStatus } from '../../../src/core/jobs/status';
import { minuteBars } from '../../support/bars';

describe('keeping what is there', () => {
  let top: string;
  let folder: string;
  let now: number;
  const context = (): JobContext => ({ disk: openDisk({ clock: { now: () => now }, command: 'a test' }), clock: { now: () => now }, folder, operation: unattended });
  const status = () => takeStatus(context(), { limit: WRITE_LIMIT });
  const importBars = (count: number) => {
    const file = path.join(folder, `${count}.txt`);
    writeFileSync(file, minuteBars(count));
    return recorded(context(), (watched) => importFile(watched, { file, ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false }));
  };

  beforeEach(async () => {
    top = mkdtempSync(path.join(os.tmpdir(), 'barkeep-keeping-'));
    folder = path.join(top, 'bars');
    mkdirSync(folder);
    now = Date.now();
    await importBars(100);
    now += 2000;
    await importBars(160);
  });
  afterEach(() => {
    rmSync(top, { recursive: true, force: true });
  });

  const backups = (): string[] => readdirSync(path.join(folder, 'backups')).filter((name) => name.endsWith('.bak'));

  it('a torn master is backed up and copied, and said to be torn', async () => {
    const file = path.join(folder, 'ES_1m.parquet');
    const content = readFileSync(file);
    const drive = path.join(top, 'drive');
    mkdirSync(drive);
    assert.deepEqual((await backUpFiles(context(), { what: ['ES'], dryRun: false })).torn, []);
    const rotten = Buffer.from(content).fill(0xff, 4, 40);
    for (const [how, bytes] of [['cut short', content.subarray(0, content.length / 2)], ['damaged in the middle', rotten]] as const) {
      writeFileSync(file, bytes);
      for (const { torn } of [await backUpFiles(context(), { what: ['ES'], dryRun: false }), await copyTo(context(), { to: drive, dryRun: false })]) assert.deepEqual(torn.map((each) => each.file), ['ES_1m.parquet'], how);
      assert.ok(backups().some((name) => readFileSync(path.join(folder, 'backups', name)).equals(bytes)), 'it is kept all the same');
      now += 2000;
    }
  });

  it('a corrupted backup is named by a check, refused by restore, and keeps the others from being pruned', async () => {
    now += 2000;
    await backUpFiles(context(), { what: [], dryRun: false });
    assert.deepEqual((await checkBackups(context(), { share: 1 })).checked.map(({ verdict }) => verdict), ['sound', 'sound']);
    const [, newest] = backups().sort();
    const file = path.join(folder, 'backups', newest!);
    const content = readFileSync(file);
    content[100]! ^= 1;
    writeFileSync(file, content);
    const { checked } = await checkBackups(context(), { share: 1 });
    assert.deepEqual(checked.filter(({ verdict }) => verdict !== 'sound'), [{ name: newest, verdict: 'damaged' }]);
    await assert.rejects(restoreBackup(context(), { file: 'ES_1m.parquet', from: newest!, dryRun: false }), { kind: 'refused' });
    const pruned = await pruneBackups(context(), { policy: { last: 1, daily: 0, weekly: 0, monthly: 0 }, dryRun: false });
    assert.deepEqual([pruned.removed, pruned.unsound.map(({ backup }) => backup), backups().length], [[], [newest], 2]);
  });

  it('without the journal a backup is read before it is restored: a sound one goes in, one damaged anywhere is refused', async () => {
    rmSync(path.join(folder, 'backups/journal.jsonl'));
    const [name] = backups();
    const [file, master] = [path.join(folder, 'backups', name!), path.join(folder, 'ES_1m.parquet')];
    const [whole, present] = [readFileSync(file), readFileSync(master)];
    assert.deepEqual((await checkBackups(context(), { share: 1 })).checked.map(({ verdict }) => verdict), ['unknown']);
    const flipped = Buffer.from(whole).fill(0x5a, 200, 260);
    for (const damaged of [whole.subarray(0, whole.length - 100), whole.subarray(100), flipped, Buffer.alloc(0)]) {
      writeFileSync(file, damaged);
      for (const dryRun of [true, false]) {
        await assert.rejects(restoreBackup(context(), { file: 'ES_1m.parquet', from: name!, dryRun }), { kind: 'refused', message: /does not tell its digest, and it is not sound/ });
      }
      assert.deepEqual(readFileSync(master), present);
    }
    writeFileSync(file, whole);
    const done = await restoreBackup(context(), { file: 'ES_1m.parquet', from: name!, dryRun: false });
    assert.deepEqual([done.outcome, done.from.sha256], ['restored', null]);
    assert.deepEqual(readFileSync(master), whole);
  });

  it('a lock that says nothing: status does not send to clean, which keeps it, dry or not', async () => {
    writeFileSync(path.join(folder, 'ES.lock'), '');
    now = Math.max(now, Date.now()) + 60_000; // However long it took to come here.
    const [alert] = (await status()).alerts;
    assert.deepEqual([alert?.code, alert?.remedy], ['unreadable-lock', undefined]);
    assert.match(alert!.message, /delete it by hand/);
    for (const dryRun of [true, false]) {
      const { removed, kept } = await clean(context(), { dryRun });
      assert.deepEqual([removed, kept.map(({ file }) => file)], [[], ['ES.lock']]);
      assert.match(kept[0]!.why, /delete it by hand/);
    }
    rmSync(path.join(folder, 'ES.lock'));
    await assert.rejects(restoreBackup(context(), { file: 'NQ_1m.parquet', dryRun: true }), { kind: 'usage', message: /barkeep backup --list/ });
  });

  it('pruning leaves the newest, and its dry run changes nothing', async () => {
    now += 2000;
    await backUpFiles(context(), { what: [], dryRun: false });
    const policy = { last: 1, daily: 0, weekly: 0, monthly: 0 };
    const [older, newest] = backups().sort();
    assert.deepEqual((await pruneBackups(context(), { policy, dryRun: true })).removed.map(({ backup }) => backup), [older]);
    assert.equal(backups().length, 2);
    await pruneBackups(context(), { policy, dryRun: false });
    assert.deepEqual(backups(), [newest]);
  });

  it('how many backups are kept is a setting of the folder; what is asked for comes first', async () => {
    now += 2000;
    await backUpFiles(context(), { what: [], dryRun: false });
    const removed = async (policy: object): Promise<number> => (await pruneBackups(context(), { policy, dryRun: true })).removed.length;
    assert.equal(await removed({}), 0, 'by default many are kept');
    const set = (text: string): void => { writeFileSync(path.join(folder, '.barkeep', 'settings.json'), text); };
    set('{"backups": {"last": 1, "daily": 0, "weekly": 0, "monthly": 0}}');
    assert.equal(await removed({}), 1);
    assert.equal(await removed({ last: 2 }), 0);
    set('{"backups": {"last": 0}}');
    await assert.rejects(removed({}), { kind: 'usage', message: /backups\.last/ });
  });

  it('each backup tells its bars, and a planned restore what changes', async () => {
    const [entry] = await backupsOf(context(), 'ES_1m.parquet');
    assert.equal(entry?.holds?.rows, 100);
    const plan = await restoreBackup(context(), { file: 'ES_1m.parquet', dryRun: true });
    assert.deepEqual([plan.now?.rows, plan.from.holds?.rows], [160, 100]);
    assert.ok(plan.now!.end! > plan.from.holds!.end!);
  });

  it('a copy is complete with its manifest; damage, a missing file and half a copy are named', async () => {
    const to = path.join(top, 'drive');
    await assert.rejects(copyTo(context(), { to, dryRun: false }), { kind: 'usage' });
    mkdirSync(to);
    const { folder: first } = await copyTo(context(), { to, dryRun: false });
    assert.match(path.basename(first), /^bars_\d{4}-\d\d-\d\d_\d\d-\d\d$/);
    assert.deepEqual(readFileSync(path.join(first, 'ES_1m.parquet')), readFileSync(path.join(folder, 'ES_1m.parquet')));
    rmSync(first, { recursive: true });
    for (const name of ['desk', 'sessions', 'chunks/ES_1h', 'TradingBackups/bars_2025-01-01_00-00']) mkdirSync(path.join(folder, name), { recursive: true });
    for (const name of ['desk/NQ_1m.parquet', 'TradingBackups/bars_2025-01-01_00-00/ES_1m.parquet']) copyFileSync(path.join(folder, 'ES_1m.parquet'), path.join(folder, name));
    for (const name of ['sessions/ES_sessions.json', 'chunks/ES_1h/meta.json']) writeFileSync(path.join(folder, name), '{}\n');
    const below = await copyTo(context(), { to, dryRun: false });
    assert.deepEqual(below.files.map(({ file }) => file), ['ES_1m.parquet', 'desk/NQ_1m.parquet', 'sessions/ES_sessions.json'], 'what lies in folders below as well');
    assert.deepEqual((await checkBackups(context(), { folder: to, share: 1 })).checked.map(({ verdict }) => verdict), ['sound', 'sound', 'sound']);
    for (const name of ['desk', 'sessions', 'chunks', 'TradingBackups']) rmSync(path.join(folder, name), { recursive: true });
    rmSync(below.folder, { recursive: true });
    const { folder: again } = await copyTo(context(), { to, dryRun: false });
    assert.equal(again, first);
    const { folder: second } = await copyTo(context(), { to, dryRun: false });
    assert.notEqual(first, second);
    appendFileSync(path.join(first, 'ES_1m.parquet'), 'x');
    rmSync(path.join(second, 'ES_1m.parquet'));
    mkdirSync(path.join(path.dirname(first), 'bars_2025-01-01_00-00.tmp'));
    const verdicts = (await checkBackups(context(), { folder: to, share: 1 })).checked.map(({ verdict }) => verdict);
    assert.deepEqual(verdicts.sort(), ['damaged', 'missing', 'unfinished']);
    await copyTo(context(), { to, dryRun: false });
    assert.equal(existsSync(path.join(path.dirname(first), 'bars_2025-01-01_00-00.tmp')), false);
    assert.deepEqual((await checkBackups(context(), { folder: to, share: 0.1 })).checked.length, 1);
  });

  it('cloud drives are found where they are mounted', async () => {
    const home = path.join(top, 'home');
    for (const name of ['Library/CloudStorage/GoogleDrive-someone/My Drive', 'Library/CloudStorage/Dropbox', 'OneDrive']) mkdirSync(path.join(home, name), { recursive: true });
    const found = await findDestinations({ platform: 'darwin', home, env: { OneDrive: path.join(home, 'OneDrive'), OneDriveCommercial: '' } });
    assert.deepEqual(found.map(({ title, folder: at }) => [title, path.relative(home, at)]), [
      ['Dropbox', 'Library/CloudStorage/Dropbox'],
      ['Google Drive', 'Library/CloudStorage/GoogleDrive-someone/My Drive'],
      ['OneDrive', 'OneDrive'],
    ]);
  });

  it('status: every write is on record; a failed check, a slow write, a leftover and a stale lock are alerts', async () => {
    const before = await status();
    assert.deepEqual([before.alerts, before.metrics.failed, before.metrics.verifiedShare], [[], 0, 1]);
    assert.equal(before.metrics.writes, 3); // Two masters and a backup.
    const line = { time: new Date(now).toISOString(), command: 'a test', outcome: 'written', bytes: 1, verified: true };
    const log = path.join(folder, '.barkeep/operations.jsonl');
    appendFileSync(log, `${JSON.stringify({ ...line, file: 'slow.csv', milliseconds: 60_000 })}\n`);
    appendFileSync(log, `${JSON.stringify({ ...line, file: 'bad.csv', milliseconds: 1, outcome: 'failed', verified: false, why: 'other bytes' })}\n`);
    appendFileSync(log, `${JSON.stringify({ ...line, file: 'gap.csv', milliseconds: 1, sequenceGaps: 2 })}\n`);
    writeFileSync(path.join(folder, 'ES_5m.parquet.tmp'), 'half');
    writeFileSync(path.join(folder, 'NQ.lock'), '4194305\n');
    const { alerts, metrics } = await status();
    assert.deepEqual(alerts.map(({ code }) => code), ['slow-write', 'verification-failed', 'sequence-gap', 'old-temporary', 'stale-lock']);
    assert.deepEqual([metrics.p99, metrics.writes, metrics.failed, metrics.sequenceGaps], [60_000, 5, 1, 2]);
    appendFileSync(log, `${JSON.stringify({ ...line, file: 'bad.csv', milliseconds: 1 })}\n`);
    assert.equal((await status()).alerts.some(({ code }) => code === 'verification-failed'), false, 'made good since');
  });

  it('status: a backup or copy that a check found damaged is an alert until it is sound again or gone', async () => {
    const log = path.join(folder, '.barkeep/operations.jsonl');
    const alerted = async (): Promise<string[]> => (await status()).alerts.map(({ code, file }) => `${code} ${path.basename(file)}`);
    const to = path.join(top, 'drive');
    mkdirSync(to);
    const copied = (await copyTo(context(), { to, dryRun: false })).folder;
    const [name] = backups();
    const files = [path.join(folder, 'backups', name!), path.join(copied, 'ES_1m.parquet')];
    const sound = files.map((file) => readFileSync(file));
    const check = async (): Promise<void> => {
      await checkBackups(context(), { share: 1 });
      await checkBackups(context(), { folder: to, share: 1 });
    };
    await check();
    const before = readFileSync(log, 'utf8');
    for (const file of files) appendFileSync(file, 'x');
    await check();
    assert.deepEqual(await alerted(), [`verification-failed ${name!}`, 'verification-failed ES_1m.parquet']);
    const after = readFileSync(log, 'utf8');
    assert.equal(after.split('\n').length, before.split('\n').length + 2);
    await check();
    assert.equal(readFileSync(log, 'utf8'), after, 'what is known is not told again');
    files.forEach((file, at) => { writeFileSync(file, sound[at]!); });
    assert.equal((await alerted()).length, 2, 'nobody has looked since');
    await check();
    assert.deepEqual(await alerted(), []);
    writeFileSync(files[0]!, 'x');
    rmSync(files[1]!);
    await check();
    assert.match((await status()).alerts.map(({ message }) => message).join(), /was damaged when.*was missing when/);
    rmSync(files[0]!);
    rmSync(copied, { recursive: true });
    assert.deepEqual(await alerted(), []);
  });

  it('clean removes what the dead left and nothing of the living or of other programs', async () => {
    for (const name of ['ES_5m.parquet.tmp', 'backups/ES_1m.parquet.20250101_000000.bak.tmp', 'DataExport.csv.tmp']) writeFileSync(path.join(folder, name), 'half');
    writeFileSync(path.join(folder, 'NQ.lock'), '4194305\n');
    writeFileSync(path.join(folder, 'NQ_1m.parquet.tmp'), 'half');
    await withLock(context().disk, path.join(folder, 'CL.lock'), { doing: 'holding' }, async () => {
      writeFileSync(path.join(folder, 'CL_1m.parquet.tmp'), 'being written');
      const planned = await clean(context(), { dryRun: true });
      const done = await clean(context(), { dryRun: false });
      assert.deepEqual(done.removed, planned.removed);
      assert.deepEqual([...done.removed].sort(), ['ES_5m.parquet.tmp', 'NQ.lock', 'NQ_1m.parquet.tmp', 'backups/ES_1m.parquet.20250101_000000.bak.tmp']);
      assert.deepEqual(done.kept.map(({ file }) => file).sort(), ['CL.lock', 'CL_1m.parquet.tmp', 'DataExport.csv.tmp']);
    });
    assert.deepEqual(readdirSync(folder).filter((name) => /tmp|lock/.test(name)).sort(), ['CL_1m.parquet.tmp', 'DataExport.csv.tmp']);
  });
});
