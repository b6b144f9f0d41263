import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { createHash } from 'node:crypto';
import { Failure } from '../base/failure';
import { bytesOf, differs, renamePatiently, writeAtomic, type Writing } from './atomic';
import { measureFile, type Written } from './digest';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere, syncFile } from './files';
import { sink } from './packed';

export const DONE = '.DONE';

/**
 * Says that a file is finished: `X.csv` becomes `X.csv.DONE`, or with gzip `X.csv.gz.DONE`. Its last byte is synced
 * first. The caller holds the export's lock, and releases it afterwards. When this fails the data is under `X.csv` still.
 * @returns the new path
 * @throws Failure `refused` when the finished file is there already; `io`
 */
export async function markDone(disk: Disk, file: string, how: { gzip: boolean }): Promise<string> {
  const attempted = `finish ${file}`;
  const done = `${file}${how.gzip ? '.gz' : ''}${DONE}`;
  try {
    const there = (await ifThere(disk.files.stat(done))) !== undefined;
    if (there && !how.gzip) throw doneAlready(attempted, done);
    await syncFile(disk.files, file);
    if (how.gzip) await pack(disk, file, done, there);
    else await renamePatiently(disk.files, file, done);
    await disk.files.syncFolder(path.dirname(file));
  } catch (error) {
    throw diskFailure(error, attempted, file, await bytesOf(file));
  }
  return done;
}

const doneAlready = (attempted: string, done: string): Failure =>
  new Failure('refused', { attempted, file: done, why: `${done} is there already.`, remedy: 'Look at both files; nothing was changed.' });

/** The unpacked file goes only when the packed one is in place, durable, and unpacks to the same bytes. */
async function pack(disk: Disk, file: string, done: string, there: boolean): Promise<void> {
  const original = await measureFile(file);
  const writing = gzipOf(disk, file, original);
  if (!there) await writeAtomic(disk, done, writing);
  // An interrupted run packed it, and did not get to remove the original.
  else await writing.verify(done).catch(() => { throw doneAlready(`finish ${file}`, done); });
  await disk.files.unlink(file);
}

function gzipOf(disk: Disk, file: string, original: Written): Writing {
  return {
    needs: original.bytes,
    async produce(temporary) {
      const out = await disk.files.open(temporary, 'w');
      try {
        await pipeline(createReadStream(file), createGzip(), sink((chunk) => out.write(chunk)));
      } finally {
        await out.close();
      }
    },
    async verify(temporary) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(temporary), createGunzip(), sink((chunk) => Promise.resolve(void hash.update(chunk)))).catch((error: unknown) => {
        throw differs(temporary, `it does not unpack (${String(error)}).`);
      });
      if (hash.digest('hex') !== original.sha256) throw differs(temporary, `it does not unpack to what ${file} holds.`);
    },
  };
}
