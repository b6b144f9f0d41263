import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../src/core/base/failure';
import { textWriting, writeText } from '../../../src/core/disk/atomic';
import { backUp, listBackups, replaceFile } from '../../../src/core/disk/backup';
import type { Disk } from '../../../src/core/disk/disk';
import { nodeFiles } from '../../../src/core/disk/files';
import { releaseAllSync, withLock } from '../../../src/core/disk/lock';
import { restoreFile } from '../../../src/core/disk/restore';
import { start } from './children';
import { systemError, watched } from './faulty';
import { diskWith, freshFolder, labelOf, read, removeFolders, tree, whole } from './world';
import { until } from '../../support/until';

/** Every so many operations is tried: all of them in `npm run faults` (BARKEEP_FAULTS=all); here a share, since test/faults tries the commands. */
const STRIDE = process.env['BARKEEP_FAULTS'] === 'all' ? 1 : 4;

/** What must hold whatever went wrong: the file and every backup are whole, and one of the backups or the file is the old one. */
function assertWhole(folder: string, old: string, allowed: readonly string[]): void {
  const label = labelOf(read(folder, 'data.csv'));
  assert.ok(label !== undefined, 'the file is torn');
  assert.ok(allowed.includes(label), `the file holds ${label}`);
  const copies = tree(folder).filter((name) => name.endsWith('.bak')).map((name) => labelOf(read(folder, name)));
  assert.ok(!copies.includes(undefined), 'a backup is torn');
  assert.ok(label === old || copies.includes(old), 'the old content is lost');
}

const underLock = (disk: Disk, folder: string, run: () => Promise<unknown>): Promise<unknown> => withLock(disk, path.join(folder, 'data.lock'), { doing: 'testing' }, run);

interface Job {
  readonly name: string;
  /** Labels the file may have afterwards. */
  readonly after: readonly string[];
  readonly run: (disk: Disk, folder: string) => Promise<unknown>;
}

const JOBS: readonly Job[] = [
  {
    name: 'replaceFile',
    after: ['old', 'new'],
    run: (disk, folder) => replaceFile(disk, folder, 'data.csv', textWriting(disk, 'data.csv', whole('new')), 'a test'),
  },
  { name: 'restoreFile', after: ['old', 'backup'], run: (disk, folder) => restoreFile(disk, folder, 'data.csv', { from: 'data.csv.20250101_000000.bak' }) },
];

/** A folder with the file "old" and a backup of it as "backup". */
async function prepare(): Promise<string> {
  const folder = freshFolder();
  const file = path.join(folder, 'data.csv');
  writeFileSync(file, whole('backup'));
  await backUp(diskWith(nodeFiles, () => Date.UTC(2025, 0, 1)), folder, file, 'a test');
  writeFileSync(file, whole('old'));
  return folder;
}

describe('faults: every n-th operation on the disk', () => {
  after(removeFolders);

  // EPERM is what a scanner causes for a moment; lasting, each rename takes its full patience.
  for (const [code, times] of [['ENOSPC', [false, true]], ['EIO', [false, true]], ['EPERM', [false]]] as const) {
    for (const lasting of times) {
      for (const { name, after: allowed, run } of JOBS) {
        it(`${name} under its lock: ${code} ${lasting ? 'from the n-th operation on' : 'once, at the n-th operation'}`, async () => {
          let reached = true;
          for (let n = 1; reached; n += STRIDE) {
            reached = false;
            let broken = true;
            const folder = await prepare();
            const disk = diskWith(
              watched(nodeFiles, (at, operation) => {
                if (!broken || (lasting ? at < n : at !== n)) return;
                reached = true;
                throw systemError(code, operation);
              }),
            );
            const error: unknown = await underLock(disk, folder, () => run(disk, folder)).then(() => undefined, (caught: unknown) => caught);
            assert.ok(error === undefined || (error instanceof Failure && ['io', 'locked'].includes(error.kind)), `operation ${n}: ${String(error)}`);
            assertWhole(folder, 'old', allowed);
            broken = false;
            releaseAllSync(); // As at the end of a process; it knows only locks that are on record as held.
            await underLock(diskWith(), folder, () => run(diskWith(), folder));
            assertWhole(folder, 'old', allowed.slice(1));
            assert.deepEqual(tree(folder).filter((left) => left.endsWith('.csv.tmp') || left.endsWith('data.lock')), []);
          }
        });
      }
    }
  }

  it('a single write: old or new, no temporary file when it can be removed', async () => {
    for (const code of ['ENOSPC', 'EIO', 'EROFS']) {
      let reached = true;
      for (let n = 1; reached; n++) {
        reached = false;
        const folder = freshFolder();
        const file = path.join(folder, 'data.csv');
        writeFileSync(file, whole('old'));
        const disk = diskWith(
          watched(nodeFiles, (at, operation) => {
            if (at !== n) return;
            reached = true;
            throw systemError(code, operation);
          }),
        );
        const failure = await writeText(disk, file, whole('new')).then(() => undefined, (error: unknown) => error as Failure);
        assert.equal(failure === undefined, !reached, `operation ${n} of ${code} is told`);
        if (failure !== undefined) assert.equal(failure.facts.errno, code);
        const replaced = failure === undefined || failure.message.includes('could bring back the old one');
        assert.equal(labelOf(read(file)), replaced ? 'new' : 'old', `operation ${n}`);
        assert.deepEqual(tree(folder), ['data.csv']);
      }
    }
  });

  for (const job of ['write', 'restore'] as const) {
    it(`kill -9 before every operation of "${job}": old or new, and the next run succeeds`, async function () {
      if (process.platform === 'win32') this.skip();
      let killed = true;
      let kills = 0;
      for (let n = 1; killed; n += STRIDE * 2 - 1) {
        const folder = await prepare();
        const { signal, stderr } = await start(job, folder, 'new', String(n)).ended;
        killed = signal === 'SIGKILL';
        if (killed) kills++;
        assert.ok(killed || stderr === '', stderr);
        assertWhole(folder, 'old', ['old', job === 'write' ? 'new0' : 'backup']);
        const later = diskWith(nodeFiles, () => Date.now() + 11_000); // An empty file may be one just being written, for 10 s.
        await underLock(later, folder, () => replaceFile(later, folder, 'data.csv', textWriting(later, 'data.csv', whole('next')), 'next'));
        assertWhole(folder, 'old', ['next']);
        assert.deepEqual(tree(folder).filter((left) => !/^(data\.csv|backups.*(\.bak|journal\.jsonl))$/.test(left)), [], `after a kill at operation ${n}`);
      }
      assert.ok(kills * (STRIDE * 2 - 1) > 30, `${kills} kills`);
    });
  }

  it('kill -9 at random moments of a writer of larger files: old or new, every backup whole', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = freshFolder();
    writeFileSync(path.join(folder, 'data.csv'), whole('old', 300_000));
    const backups = (): number => tree(folder).filter((name) => name.endsWith('.bak')).length;
    for (let round = 0; round < (STRIDE === 1 ? 15 : 5); round++) {
      const before = backups();
      const writer = start('write', folder, `round ${round} `, '0', '1000000', '300000');
      await writer.started;
      // It has written, and is killed at any moment of what it goes on with.
      await until('its second backup', () => backups() >= before + 2);
      await sleep(Math.random() * 100);
      writer.kill('SIGKILL');
      await writer.ended;
      assert.match(labelOf(read(folder, 'data.csv')) ?? 'torn', /^(old|round \d+ \d+)$/);
    }
    const listed = await listBackups(folder);
    for (const { backup, sha256 } of listed) {
      assert.ok(labelOf(read(folder, 'backups', backup)) !== undefined, `${backup} is torn`);
      assert.ok(sha256 !== null, `${backup} is not in the journal`);
    }
    assert.ok(listed.length > 5, `it wrote ${listed.length} times`);
  });
});
