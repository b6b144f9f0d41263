import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { textWriting } from '../../../src/core/disk/atomic';
import { backUp, listBackups, replaceFile } from '../../../src/core/disk/backup';
import { readJournal } from '../../../src/core/disk/journal';
import { planRestore, restoreFile } from '../../../src/core/disk/restore';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';

const NOON = Date.UTC(2025, 6, 1, 12, 0, 0, 250);

/** SHA-256 by Python, for several files at once. */
const pythonDigests = (...files: string[]): string[] =>
  execFileSync('python3', ['-c', 'import hashlib,sys\nfor f in sys.argv[1:]: print(hashlib.sha256(open(f,"rb").read()).hexdigest())', ...files]).toString().trim().split('\n');

describe('backup', () => {
  let folder: string;
  let file: string;
  let now: number;
  const disk = diskWith(undefined, () => now);
  const replace = (text: string, target = file) => replaceFile(disk, folder, target, textWriting(disk, target, text), 'a test');
  const backups = (...parts: string[]): string => path.join(folder, 'backups', ...parts);

  beforeEach(() => {
    now = NOON;
    folder = freshFolder();
    file = path.join(folder, 'ES_1m.csv');
    writeFileSync(file, 'first');
  });
  after(removeFolders);

  it('a verified copy, named by UTC second, with its line in the journal; digests as Python computes them', async () => {
    const entry = await backUp(disk, folder, file, 'before a trial');
    const [digest] = pythonDigests(file);
    assert.deepEqual(entry, { backup: 'ES_1m.csv.20250701_120000.bak', file: 'ES_1m.csv', made: Date.UTC(2025, 6, 1, 12), bytes: 5, sha256: digest, why: 'before a trial' });
    assert.equal(read(backups(entry.backup)), 'first');
    const line = { time: '2025-07-01T12:00:00.250Z', command: 'a test', what: 'backup', file: 'ES_1m.csv', backup: entry.backup, why: 'before a trial', bytes: 5, sha256Before: digest };
    assert.deepEqual(JSON.parse(read(backups('journal.jsonl'))), line);
    assert.deepEqual(await listBackups(folder), [entry]);
  });

  it('several in one second get names that sort; the newest is first', async () => {
    for (let i = 0; i < 12; i++) await replace(`text ${i}`);
    now += 1000;
    await replace('last');
    const listed = await listBackups(folder, file);
    assert.equal(listed.length, 13);
    assert.deepEqual(listed.map(({ backup }) => backup), readdirSync(backups()).filter((name) => name.endsWith('.bak')).sort().reverse());
    assert.deepEqual(listed.map(({ backup }) => read(backups(backup))), ['text 11', ...Array.from({ length: 11 }, (_, i) => `text ${10 - i}`), 'first']);
  });

  it('replace: the file as it was is kept, and the journal tells both digests', async () => {
    const { backup, sha256, bytes } = await replace('second');
    assert.equal(read(file), 'second');
    assert.equal(read(backups(backup!.backup)), 'first');
    const [before, after] = pythonDigests(backups(backup!.backup), file);
    assert.deepEqual([sha256, bytes, backup!.sha256], [after, 6, before]);
    const line = (await readJournal(folder)).at(-1)!;
    assert.deepEqual([line.what, line.sha256Before, line.sha256After, line.backup, line.why], ['replace', before, after, backup!.backup, 'a test']);
  });

  it('a new file has no backup, only a line in the journal', async () => {
    assert.equal((await replace('new', path.join(folder, 'NQ.csv'))).backup, undefined);
    assert.deepEqual((await readJournal(folder)).map(({ what }) => what), ['create']);
  });

  it('a write that is given up leaves the file, and a backup that costs nothing', async () => {
    const writing = { ...textWriting(disk, file, 'second'), verify: () => Promise.reject(new Error('no')) };
    await assert.rejects(replaceFile(disk, folder, file, writing, 'a test'));
    assert.equal(read(file), 'first');
    assert.deepEqual((await readJournal(folder)).map(({ what }) => what), ['backup']);
  });

  it('files in subfolders keep their folders, so that names stay unambiguous', async () => {
    for (const name of ['derived/ES.csv', 'raw/ES.csv', 'derived_ES.csv']) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), name);
      const { backup } = await backUp(disk, folder, name, 'a test');
      assert.equal(backup, `${name}.20250701_120000.bak`);
      assert.deepEqual((await listBackups(folder, name)).map((entry) => entry.backup), [backup]);
    }
    assert.equal((await listBackups(folder)).length, 3);
  });

  it('a file whose own name looks like a backup', async () => {
    writeFileSync(path.join(folder, 'old.csv.20240101_000000.bak'), 'x');
    const { backup } = await backUp(disk, folder, 'old.csv.20240101_000000.bak', 'a test');
    assert.deepEqual((await listBackups(folder)).map((entry) => [entry.file, entry.backup]), [['old.csv.20240101_000000.bak', backup]]);
  });

  it('files outside the data folder, the folder itself and its backups are refused', async () => {
    for (const outside of ['../other.csv', '/etc/hostname', '.', 'backups/journal.jsonl']) {
      await assert.rejects(backUp(disk, folder, outside, 'a test'), { kind: 'usage' });
      await assert.rejects(replace('x', outside === '.' ? folder : path.resolve(folder, outside)), { kind: 'usage' });
    }
    await assert.rejects(backUp(disk, folder, 'none.csv', 'a test'), { kind: 'usage', message: /no such file/ });
  });

  it('half a copy left by a killed process is no backup, and the next one removes it', async () => {
    mkdirSync(backups());
    writeFileSync(backups('ES_1m.csv.20250701_115959.bak.tmp'), 'fir');
    writeFileSync(backups('NQ.csv.20250701_115959.bak.tmp'), 'not ours');
    assert.deepEqual(await listBackups(folder), []);
    await backUp(disk, folder, file, 'a test');
    assert.deepEqual(tree(backups()), ['ES_1m.csv.20250701_120000.bak', 'NQ.csv.20250701_115959.bak.tmp', 'journal.jsonl']);
  });

  it('a copy that differs is a failure: nothing is replaced', async () => {
    const spoiling = { ...disk, files: { ...disk.files, copyFile: (_: string, to: string) => (writeFileSync(to, 'fXrst'), Promise.resolve()) } };
    await assert.rejects(replaceFile(spoiling, folder, file, textWriting(disk, file, 'second'), 'a test'), { kind: 'io', message: /the copy has 5 bytes/ });
    assert.equal(read(file), 'first');
    assert.deepEqual(tree(backups()), []);
  });

  describe('journal', () => {
    it('missing: backups are found by name, without digest and reason', async () => {
      const { backup } = await backUp(disk, folder, file, 'a test');
      rmSync(backups('journal.jsonl'));
      assert.deepEqual(await listBackups(folder), [{ backup, file: 'ES_1m.csv', made: Date.UTC(2025, 6, 1, 12), bytes: 5, sha256: null, why: null }]);
      writeFileSync(file, 'second');
      assert.equal((await restoreFile(disk, folder, file)).outcome, 'restored');
      assert.equal(read(file), 'first');
    });

    it('torn in the last line: the lines before count, and the next one starts afresh', async () => {
      await backUp(disk, folder, file, 'first');
      appendFileSync(backups('journal.jsonl'), '{"time":"2025-07-01T12:00:00Z","what":"back');
      assert.equal((await listBackups(folder))[0]!.why, 'first');
      await backUp(disk, folder, file, 'second');
      assert.deepEqual((await listBackups(folder)).map(({ why }) => why), ['second', 'first']);
      const parsed = execFileSync('python3', ['-c', 'import json,sys\nfor l in open(sys.argv[1]):\n  try: print(json.loads(l)["why"])\n  except ValueError: print("torn")', backups('journal.jsonl')]);
      assert.equal(parsed.toString(), 'first\ntorn\nsecond\n');
    });

    it('foreign lines are passed over', async () => {
      mkdirSync(backups());
      writeFileSync(backups('journal.jsonl'), 'null\n[1]\n"x"\n{}\n{"time":1}\n');
      assert.deepEqual(await readJournal(folder), []);
      await backUp(disk, folder, file, 'a test');
      assert.equal((await readJournal(folder)).length, 1);
    });
  });

  describe('restore', () => {
    beforeEach(async () => {
      await replace('second');
      now += 60_000;
      await replace('third');
      now += 60_000;
    });

    it('brings back the newest, keeping the file as it was', async () => {
      const { outcome, from, saved } = await restoreFile(disk, folder, 'ES_1m.csv');
      assert.equal(outcome, 'restored');
      assert.equal(from.backup, 'ES_1m.csv.20250701_120100.bak');
      assert.equal(read(file), 'second');
      assert.equal(read(backups(saved!.backup)), 'third');
      assert.equal(saved!.why, `restore ${from.backup}`);
      assert.deepEqual(pythonDigests(file), [from.sha256]);
    });

    it('a chosen one, and back again', async () => {
      const chosen = (await listBackups(folder, file)).at(-1)!.backup;
      const { saved } = await restoreFile(disk, folder, file, { from: chosen });
      assert.equal(read(file), 'first');
      await restoreFile(disk, folder, file, { from: saved!.backup });
      assert.equal(read(file), 'third');
    });

    it('a plan changes nothing and says the same', async () => {
      const before = tree(folder).map((name) => [name, read(folder, name)]);
      const plan = await planRestore(folder, file);
      assert.equal(plan.outcome, 'planned');
      assert.deepEqual(tree(folder).map((name) => [name, read(folder, name)]), before);
      const done = await restoreFile(disk, folder, file);
      assert.deepEqual(done.from, plan.from);
    });

    it('a file that is that backup already stays as it is', async () => {
      await restoreFile(disk, folder, file);
      const [before, modified] = [tree(folder), statSync(file).mtimeMs];
      const newest = (await listBackups(folder, file)).find(({ backup }) => backup === 'ES_1m.csv.20250701_120100.bak')!;
      assert.equal((await restoreFile(disk, folder, file, { from: newest.backup })).outcome, 'unchanged');
      assert.deepEqual([tree(folder), statSync(file).mtimeMs], [before, modified]);
    });

    it('a file that is gone comes back, with nothing to save', async () => {
      rmSync(file);
      assert.equal((await restoreFile(disk, folder, file)).saved, undefined);
      assert.equal(read(file), 'second');
    });

    it('a backup whose bytes are not those journalled is refused', async () => {
      const { backup } = (await listBackups(folder, file))[0]!;
      writeFileSync(backups(backup), 'secoXd');
      const before = tree(folder);
      for (const attempt of [() => restoreFile(disk, folder, file), () => planRestore(folder, file)]) {
        await assert.rejects(attempt(), { kind: 'refused', message: /the journal says/ });
      }
      assert.deepEqual([tree(folder), read(file)], [before, 'third']);
    });

    it('no such backup', async () => {
      await assert.rejects(restoreFile(disk, folder, 'NQ.csv'), { kind: 'usage', message: /no backup/ });
      await assert.rejects(restoreFile(disk, folder, file, { from: 'ES_1m.csv.19990101_000000.bak' }), { kind: 'usage' });
      await assert.rejects(restoreFile(disk, folder, file, { from: '../ES_1m.csv' }), { kind: 'usage' });
    });
  });

  it('a real export of 100,000 bars there and back', async function () {
    const data = path.join(__dirname, '../../../../shared/data/bars/ES_1m.parquet');
    if (!existsSync(data)) {
      console.log('        skipped: ../shared/data is not there');
      this.skip();
    }
    const master = path.join(folder, 'ES_1m.parquet');
    copyFileSync(data, master);
    const [original] = pythonDigests(data);
    const { backup } = await replace('spoilt', master);
    assert.equal(backup!.sha256, original);
    await restoreFile(disk, folder, master);
    assert.deepEqual(pythonDigests(master), [original]);
  });
});
