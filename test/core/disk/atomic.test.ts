import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Failure } from '../../../src/core/base/failure';
import { textWriting, writeAtomic, writeText } from '../../../src/core/disk/atomic';
import { sha256OfFile } from '../../../src/core/disk/digest';
import { nodeFiles } from '../../../src/core/disk/files';
import { systemError, watched } from './faulty';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';
import { slowness } from '../../support/slowness';

const nothing = (): Promise<void> => Promise.resolve();

describe('atomic write', () => {
  let folder: string;
  let target: string;
  const disk = diskWith();

  beforeEach(() => {
    folder = freshFolder();
    target = path.join(folder, 'ES.csv');
  });
  after(removeFolders);

  it('writes the text; bytes and digest agree with Python', async () => {
    const text = 'timestamp,close\r\n2025-07-01,6200.25 €\u{1F4C8}\n';
    const { bytes, sha256 } = await writeText(disk, target, text);
    const python = 'import hashlib,sys; b=open(sys.argv[1],"rb").read(); print(len(b), hashlib.sha256(b).hexdigest(), b.decode("utf-8")==sys.argv[2])';
    assert.equal(execFileSync('python3', ['-c', python, target, text]).toString().trim(), `${bytes} ${sha256} True`);
    assert.equal(await sha256OfFile(target), sha256);
    assert.deepEqual(tree(folder), ['ES.csv']);
  });

  it('any text comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 500 }), async (text) => {
        await writeText(disk, target, text);
        assert.equal(read(target), text);
      }),
      { numRuns: 50 },
    );
  });

  it('the order of steps: reserved, produced, synced, verified, renamed, folder synced', async () => {
    const steps: string[] = [];
    const files = watched(nodeFiles, (_, name) => void steps.push(name));
    const writing = {
      needs: 1,
      produce: (temporary: string) => (steps.push('filled'), writeFileSync(temporary, 'x'), nothing()),
      verify: () => (steps.push('read back'), nothing()),
    };
    await writeAtomic(diskWith(files), target, writing, () => (steps.push('before'), nothing()));
    assert.deepEqual(steps, ['realpath', 'mkdir', 'unlink', 'open', 'close', 'produce', 'filled', 'open', 'sync', 'close', 'stat', 'verify', 'read back', 'before', 'rename', 'syncFolder']);
  });

  it('the old file is there, whole, until the new one takes its place', async () => {
    writeFileSync(target, 'old');
    const seen: string[] = [];
    await writeAtomic(disk, target, {
      needs: 3,
      produce: (temporary) => (assert.equal(temporary, `${target}.tmp`), writeFileSync(temporary, 'new'), seen.push(read(target)), nothing()),
      verify: () => (seen.push(read(target)), nothing()),
    });
    assert.deepEqual([...seen, read(target)], ['old', 'old', 'new']);
  });

  for (const step of ['produce', 'verify'] as const) {
    it(`${step} failing: the target is untouched, the temporary file gone, the reason kept`, async () => {
      writeFileSync(target, 'old');
      const mine = new Failure('refused', { attempted: 'write bars', why: 'no bars.' });
      const writing = { ...textWriting(disk, target, 'new'), [step]: () => Promise.reject(mine) };
      await assert.rejects(writeAtomic(disk, target, writing), mine);
      assert.equal(read(target), 'old');
      assert.deepEqual(tree(folder), ['ES.csv']);
    });
  }

  it('what is read back differently is a failure: a bit that flips on the way to the disk', async () => {
    const flipping = diskWith({
      ...nodeFiles,
      async open(file, flags) {
        const handle = await nodeFiles.open(file, flags);
        return { ...handle, write: (bytes) => handle.write(Buffer.from(bytes).fill(0x58, 2, 3)) };
      },
    });
    writeFileSync(target, 'old');
    await assert.rejects(writeText(flipping, target, 'abcdef'), { kind: 'io', message: /not what was written/ });
    assert.equal(read(target), 'old');
  });

  it('a leftover of a dead writer is replaced', async () => {
    writeFileSync(`${target}.tmp`, 'left by a dead writer, longer than the new text');
    await writeText(disk, target, 'new');
    assert.equal(read(target), 'new');
    assert.deepEqual(tree(folder), ['ES.csv']);
  });

  it('folders that are missing are made', async () => {
    const deep = path.join(folder, 'derived', '5m', 'ES.csv');
    await writeText(disk, deep, 'new');
    assert.equal(read(deep), 'new');
  });

  it('a target that is a symbolic link stays one', async function () {
    if (process.platform === 'win32') this.skip();
    mkdirSync(path.join(folder, 'big-disk'));
    const real = path.join(folder, 'big-disk', 'ES.csv');
    writeFileSync(real, 'old');
    symlinkSync(real, target);
    await writeText(disk, target, 'new');
    assert.ok(lstatSync(target).isSymbolicLink());
    assert.equal(read(real), 'new');
  });

  it('the permissions of the file that is replaced stay, and its owner where that is allowed', async function () {
    if (process.platform === 'win32') this.skip();
    for (const mode of [0o400, 0o640, 0o444]) {
      writeFileSync(target, 'old');
      chmodSync(target, mode);
      if (process.getuid?.() === 0) chownSync(target, 65_534, 65_534);
      const { uid, gid } = statSync(target);
      await writeText(disk, target, 'new');
      const after = statSync(target);
      assert.deepEqual([after.mode & 0o777, after.uid, after.gid, read(target)], [mode, uid, gid, 'new']);
      rmSync(target);
    }
  });

  it('a symbolic link to a file that is not there is refused, and stays', async function () {
    if (process.platform === 'win32') this.skip();
    symlinkSync(path.join(folder, 'unmounted', 'ES.csv'), target);
    await assert.rejects(writeText(disk, target, 'new'), { kind: 'refused', message: /ES\.csv is a symbolic link to a file that is not there.*Mount/ });
    assert.ok(lstatSync(target).isSymbolicLink());
    assert.deepEqual(tree(folder), []);
  });

  it('rename is tried again while a scanner holds the file, and given up in time', async () => {
    let refusals = 3;
    const tried: number[] = [];
    const rename = (from: string, to: string): Promise<void> => {
      tried.push(performance.now());
      return refusals-- > 0 ? Promise.reject(systemError('EBUSY', 'rename')) : nodeFiles.rename(from, to);
    };
    await writeText(diskWith({ ...nodeFiles, rename }), target, 'new');
    assert.equal(read(target), 'new');
    refusals = Infinity;
    tried.length = 0;
    await assert.rejects(writeText(diskWith({ ...nodeFiles, rename }), target, 'newer'), { kind: 'io', message: /another program is using the file/ });
    assert.ok(tried.at(-1)! - tried[0]! < 5000 * slowness());
    assert.equal(read(target), 'new');
    assert.deepEqual(tree(folder), ['ES.csv']);
  });

  it('a full disk is named, with the bytes that were needed', async () => {
    const full = diskWith(watched(nodeFiles, (_, name) => (name === 'write' ? Promise.reject(systemError('ENOSPC', 'write')) : undefined)));
    await assert.rejects(writeText(full, target, '12345'), { kind: 'io', message: /disk is full.*5 bytes are needed/ });
    const native = { needs: 7, produce: () => Promise.reject(new Error('IO Error: Could not write: No space left on device')), verify: nothing };
    await assert.rejects(writeAtomic(disk, target, native), { kind: 'io', message: /disk is full.*7 bytes are needed/ });
    assert.deepEqual(tree(folder), []);
  });

  it('a real full device is named (/dev/full)', async function () {
    if (process.platform !== 'linux') this.skip();
    const onFull = { ...nodeFiles, open: (file: string, flags: 'wx' | 'w' | 'a' | 'r' | 'r+') => nodeFiles.open(flags === 'w' ? '/dev/full' : file, flags) };
    await assert.rejects(writeText(diskWith(onFull), target, '12345'), (error: Failure) => error.facts.errno === 'ENOSPC');
  });

  it('a folder that cannot be written to (skipped for root, who may write anywhere)', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    chmodSync(folder, 0o500);
    await assert.rejects(writeText(disk, target, 'x'), { kind: 'io' });
    chmodSync(folder, 0o700);
  });

  it('digests stop when told', async () => {
    writeFileSync(target, 'x');
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(sha256OfFile(target, stop.signal), { kind: 'cancelled' });
    await assert.rejects(sha256OfFile(path.join(folder, 'none')), { kind: 'usage' });
  });
});
