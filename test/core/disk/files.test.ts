import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFiles } from '../../../src/core/disk/files';
import { scratch } from '../../support/barkeep';

describe('folders', () => {
  it('are made with those above them, and the topmost that was missing is told', async () => {
    const folder = scratch(after);
    assert.equal(await nodeFiles.mkdir(path.join(folder, 'a', 'b', 'c')), path.join(folder, 'a'));
    assert.equal(await nodeFiles.mkdir(path.join(folder, 'a', 'b', 'c')), undefined);
    assert.ok(existsSync(path.join(folder, 'a', 'b', 'c')));
    const made = await Promise.all(Array.from({ length: 20 }, () => nodeFiles.mkdir(path.join(folder, 'x', 'y'))));
    assert.ok(made.includes(path.join(folder, 'x')));
    writeFileSync(path.join(folder, 'file'), '');
    await assert.rejects(nodeFiles.mkdir(path.join(folder, 'file')), { code: 'EEXIST' });
    await assert.rejects(nodeFiles.mkdir(path.join(folder, 'file', 'a', 'b')), { code: 'ENOTDIR' });
  });

  (existsSync('/proc/self') ? it : it.skip)('a file system that takes none is a failure, not an endless try', async () => {
    await assert.rejects(nodeFiles.mkdir('/proc/nowhere/in/it'), { code: 'ENOENT' });
  });
});
