import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { markDone } from '../../../src/core/disk/done';
import { nodeFiles } from '../../../src/core/disk/files';
import { systemError } from './faulty';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';

describe('a finished export', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = freshFolder();
    file = path.join(folder, 'X.csv');
    writeFileSync(file, 'timestamp,close\n1,2\n');
  });
  after(removeFolders);

  it('is renamed', async () => {
    assert.equal(await markDone(diskWith(), file, { gzip: false }), `${file}.DONE`);
    assert.deepEqual(tree(folder), ['X.csv.DONE']);
    assert.equal(read(folder, 'X.csv.DONE'), 'timestamp,close\n1,2\n');
  });

  it('is packed, as Python unpacks it; the same content gives the same bytes', async () => {
    await markDone(diskWith(), file, { gzip: true });
    assert.deepEqual(tree(folder), ['X.csv.gz.DONE']);
    const python = 'import gzip,sys; sys.stdout.write(gzip.open(sys.argv[1]).read().decode())';
    assert.equal(execFileSync('python3', ['-c', python, `${file}.gz.DONE`]).toString(), 'timestamp,close\n1,2\n');
    writeFileSync(path.join(folder, 'Y.csv'), 'timestamp,close\n1,2\n');
    await markDone(diskWith(), path.join(folder, 'Y.csv'), { gzip: true });
    assert.equal(read(folder, 'Y.csv.gz.DONE'), read(folder, 'X.csv.gz.DONE'));
  });

  it('that cannot be renamed stays under its name, and is reported', async () => {
    const disk = diskWith({ ...nodeFiles, rename: () => Promise.reject(systemError('EIO', 'rename')) });
    for (const gzip of [false, true]) {
      await assert.rejects(markDone(disk, file, { gzip }), { kind: 'io' });
      assert.deepEqual(tree(folder), ['X.csv']);
    }
  });

  it('never takes the place of another', async () => {
    for (const gzip of [false, true]) {
      writeFileSync(`${file}${gzip ? '.gz' : ''}.DONE`, 'another');
      await assert.rejects(markDone(diskWith(), file, { gzip }), { kind: 'refused' });
      assert.equal(read(file), 'timestamp,close\n1,2\n');
      assert.equal(read(`${file}${gzip ? '.gz' : ''}.DONE`), 'another');
    }
  });
});
