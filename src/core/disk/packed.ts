import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Failure, failureFrom } from '../base/failure';
import { isPacked } from '../base/recognise';
import { requireRegular } from '../base/regular';
import { isFull } from './failures';
import { ifThere, type Files } from './files';

/** Files packed by gzip: `X.csv.gz`, `X.csv.gz.DONE`. */

/** Bytes given at a time. */
const PART = 256 * 1024;

/** Gives what a packed file holds, a part at a time. @throws Failure `usage` when it is no regular file; `refused` when it does not unpack; `cancelled`; `io` */
export async function unpackInto(file: string, take: (part: Buffer) => Promise<void>, signal?: AbortSignal): Promise<void> {
  const attempted = `unpack ${file}`;
  try {
    await requireRegular(file, attempted);
    await pipeline(createReadStream(file), createGunzip({ chunkSize: PART }), sink(take), ...(signal === undefined ? [] : [{ signal }]));
  } catch (error) {
    if (signal?.aborted === true) throw new Failure('cancelled', { attempted, file, why: 'it was stopped.' });
    const isTorn = error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
    if (isTorn) throw new Failure('refused', { attempted, file, why: `it is torn, or not packed by gzip (${error.message}).`, remedy: 'Export it again.', cause: error });
    throw failureFrom(error, attempted, file);
  }
}

/** Says of an unpacked file which one it was unpacked from: whose name tells what it is, and beside which its manifest and schema lie. */
export interface Unpacked {
  readonly packed?: string;
}

/** Runs something with what a file holds, unpacked for as long as that takes; with the file itself when it is not packed. */
export async function withUnpacked<T>(files: Files, file: string, signal: AbortSignal, run: (plain: string, from: Unpacked) => Promise<T>): Promise<T> {
  if (!isPacked(file)) return run(file, {});
  const plain = path.resolve(tmpdir(), `barkeep-${randomUUID()}.csv`);
  try {
    await unpackTo(files, plain, file, signal);
    return await run(plain, { packed: file });
  } catch (error) {
    throw naming(error, plain, file);
  } finally {
    await ifThere(files.unlink(plain));
  }
}

/** Where files are unpacked for a while; commands that change nothing may do that too. */
export const isUnpacked = (file: string): boolean => path.dirname(file) === path.resolve(tmpdir()) && /^barkeep-[0-9a-f-]{36}\.csv$/.test(path.basename(file));

async function unpackTo(files: Files, plain: string, file: string, signal: AbortSignal): Promise<void> {
  const put = <T>(writing: Promise<T>): Promise<T> => writing.catch((error: unknown) => { throw noPlace(error, file); });
  const out = await put(files.open(plain, 'wx'));
  try {
    await unpackInto(file, (part) => put(out.write(part)), signal);
  } finally {
    await put(out.close());
  }
}

function noPlace(error: unknown, file: string): Failure {
  const failure = failureFrom(error, `unpack ${file} into ${tmpdir()}`, file);
  const elsewhere = `ame another folder in ${platform === 'win32' ? 'TEMP' : 'TMPDIR'}; nothing was changed.`;
  return new Failure('io', { ...failure.facts, remedy: isFull(failure) ? `Free some space there, or n${elsewhere}` : `N${elsewhere}` });
}

/** A failure about the unpacked file is one about the file it came from. */
function naming(error: unknown, plain: string, file: string): unknown {
  if (!(error instanceof Failure)) return error;
  const { attempted, why, file: about } = error.facts;
  return new Failure(error.kind, { ...error.facts, attempted: attempted.replaceAll(plain, file), why: why.replaceAll(plain, file), ...(about === plain ? { file } : {}) });
}

export const sink = (take: (part: Buffer) => Promise<void>): Writable =>
  new Writable({
    write(part: Buffer, _encoding, callback) {
      take(part).then(() => { callback(); }, callback);
    },
  });
