import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFiles } from '../../../src/core/disk/files';
import { systemError } from '../../../src/core/disk/faults';
import { moveInto } from '../../../src/core/disk/move';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';

describe('moving into a folder', () => {
  let folder: string;
  beforeEach(() => { folder = freshFolder(); });
  after(removeFolders);
  const put = (text: string): string => {
    const file = path.join(folder, 'a.csv');
    writeFileSync(file, text);
    return file;
  };

  it('never replaces another file, and keeps one of two that are the same', async () => {
    const into = path.join(folder, 'archived');
    for (const [text, name] of [['one', 'a.csv'], ['two', 'a.csv.2'], ['one', 'a.csv'], ['three', 'a.csv.3']] as const) {
      assert.equal(await moveInto(diskWith(), put(text), into), path.join(into, name));
      assert.equal(read(into, name), text);
    }
    assert.deepEqual(tree(folder), ['archived/a.csv', 'archived/a.csv.2', 'archived/a.csv.3']);
    await assert.rejects(moveInto(diskWith(), path.join(folder, 'none.csv'), into), { kind: 'usage' });
  });

  it('works where there are no hard links', async () => {
    const disk = diskWith({ ...nodeFiles, link: () => Promise.reject(systemError('EPERM', 'link')) });
    for (const text of ['one', 'two']) await moveInto(disk, put(text), path.join(folder, 'archived'));
    assert.deepEqual(tree(folder), ['archived/a.csv', 'archived/a.csv.2']);
  });

  it('copies to another file system, and leaves a file that takes the name meanwhile', async function () {
    if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(folder).dev) this.skip();
    const away = mkdtempSync('/dev/shm/barkeep-move-');
    try {
      await moveInto(diskWith(), put('one'), away);
      assert.deepEqual([read(away, 'a.csv'), tree(folder)], ['one', []]);
      const sly = diskWith({ ...nodeFiles, syncFolder: (at) => { if (at === away) put('another'); return Promise.resolve(); } });
      await assert.rejects(moveInto(sly, put('two'), away), { kind: 'refused', message: /another file has just taken its name/ });
      assert.deepEqual([read(folder, 'a.csv'), read(away, 'a.csv.2')], ['another', 'two']);
    } finally {
      rmSync(away, { recursive: true });
    }
  });
});
