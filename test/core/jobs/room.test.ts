import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { systemError, watched } from '../../../src/core/disk/faults';
import { nodeFiles } from '../../../src/core/disk/files';
import { withLock } from '../../../src/core/disk/lock';
import { backUpFiles, restoreBackup } from '../../../src/core/jobs/backup';
import type { JobContext } from '../../../src/core/jobs/context';
import { clean } from '../../../src/core/jobs/clean';
import { copyTo } from '../../../src/core/jobs/copies';
import { importFile } from '../../../src/core/jobs/import';
import { recorded } from '../../../src/core/jobs/record';
import { minuteBars } from '../../support/bars';
import { onSmallDisk } from '../../faults/room';

describe('a full disk is told with what all of the work needs, and what is free', () => {
  let folder: string;
  let master: number;
  const context = (full?: string): JobContext => {
    const files = watched(nodeFiles, (_, name, file) => {
      if (full !== undefined && ['write', 'produce', 'copyFile'].includes(name) && file.includes(full)) throw systemError('ENOSPC', name);
    });
    return { disk: openDisk({ clock: Date, command: 'a test', files }), clock: Date, folder, operation: unattended };
  };
  const importing = (bars: number, full?: string) => {
    const file = path.join(folder, `${bars}.txt`);
    writeFileSync(file, minuteBars(bars));
    return recorded(context(full), (watching) => importFile(watching, { file, ticker: 'ES', timeframe: '1m', align: 'off', onConflict: 'keep', dryRun: false, regenerate: false }));
  };
  const told = async (work: Promise<unknown>): Promise<number> => {
    const error: unknown = await work.then(() => assert.fail('it was done'), (caught: unknown) => caught);
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.kind, 'io');
    const [, needs, free] = /the disk is full \(ENOSPC\): (\d+) bytes are needed, (\d+) are free/.exec(error.message) ?? assert.fail(error.message);
    assert.ok(Number(free) > 0);
    assert.equal(error.facts.needs, Number(needs));
    return Number(needs);
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-room-'));
    await importing(200);
    master = statSync(path.join(folder, 'ES_1m.parquet')).size;
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('import: the master is kept and written anew, whichever write finds no room', async () => {
    const before = readFileSync(path.join(folder, 'ES_1m.parquet'));
    for (const full of ['ES.lock', '.bak.tmp', 'journal.jsonl', 'ES_1m.parquet.tmp']) assert.ok((await told(importing(260, full))) >= 2 * master, full);
    assert.deepEqual(readFileSync(path.join(folder, 'ES_1m.parquet')), before);
  });

  it('backup, restore and copy: all the files there are', async () => {
    writeFileSync(path.join(folder, 'ZZ_1m.parquet'), readFileSync(path.join(folder, 'ES_1m.parquet')));
    for (const full of ['ES.lock', 'ES_1m.parquet', 'journal.jsonl']) assert.equal(await told(recorded(context(full), (watching) => backUpFiles(watching, { what: [], dryRun: false }))), 2 * master, full);
    await backUpFiles(context(), { what: ['ES'], dryRun: false });
    writeFileSync(path.join(folder, 'ES_1m.parquet'), Buffer.alloc(master));
    assert.equal(await told(recorded(context('.bak.tmp'), (watching) => restoreBackup(watching, { file: 'ES_1m.parquet', dryRun: false }))), 2 * master);
    const to = path.join(folder, 'drive');
    mkdirSync(to);
    for (const full of ['copy.lock', 'manifest.json']) assert.equal(await told(recorded(context(full), (watching) => copyTo(watching, { to, dryRun: false }))), 2 * master, full);
  });

  it('a copy that clearly finds no room on another disk is refused before a file of it is read', async function () {
    const bytes = 160 * 2 ** 20;
    writeFileSync(path.join(folder, 'QQ_1m.parquet'), '');
    const mounted = await onSmallDisk(async (disk) => {
      truncateSync(path.join(folder, 'QQ_1m.parquet'), bytes);
      assert.ok((await told(recorded(context(), (watching) => copyTo(watching, { to: disk.folder, dryRun: false })))) > bytes);
      assert.deepEqual(readdirSync(disk.folder), []);
      writeFileSync(path.join(folder, 'QQ_1m.parquet'), Buffer.alloc(master));
      assert.equal((await copyTo(context(), { to: disk.folder, dryRun: false })).files.length, 2);
    });
    if (!mounted) this.skip();
  });

  it('leftovers go from a disk that has no room for a lock, but for those of a writer that lives', async function () {
    const mounted = await onSmallDisk(async (disk) => {
      folder = disk.folder;
      const small = context();
      for (const ticker of ['ES', 'NQ', 'YM']) writeFileSync(path.join(folder, `${ticker}_1m.parquet.tmp`), Buffer.alloc(8192, 1));
      writeFileSync(path.join(folder, 'NQ.lock'), '4194305\n'); // A number that no process has.
      await withLock(small.disk, path.join(folder, 'YM.lock'), { doing: 'holding' }, async () => {
        await disk.withRoomFor(0, async () => {
          assert.equal(statfsSync(folder).bavail, 0);
          const { removed, kept } = await clean(small, { dryRun: false });
          assert.deepEqual([...removed].sort(), ['ES_1m.parquet.tmp', 'NQ.lock', 'NQ_1m.parquet.tmp']);
          assert.deepEqual(kept.map(({ file }) => file).sort(), ['YM.lock', 'YM_1m.parquet.tmp']);
        });
        assert.deepEqual(readdirSync(folder).sort(), ['YM.lock', 'YM_1m.parquet.tmp']);
      });
    });
    if (!mounted) this.skip();
  });
});
