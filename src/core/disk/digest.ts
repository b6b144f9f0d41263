import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Failure, failureFrom } from '../base/failure';

/** What a file holds, or was made to hold. */
export interface Written {
  readonly bytes: number;
  /** Of the file's bytes, lower-case hex. */
  readonly sha256: string;
}

const PART = 1 << 20;

/** Bytes and SHA-256 (lower-case hex) of a file, in one pass over it. @throws Failure `cancelled` when aborted */
export async function measureFile(file: string, signal?: AbortSignal): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const handle = await open(file, 'r');
    try {
      // The same memory for all parts: a stream would leave its own behind for each.
      const part = Buffer.allocUnsafe(Math.min(PART, (await handle.stat()).size + 1));
      for (let read = await handle.read(part); read.bytesRead > 0; read = await handle.read(part)) {
        if (signal?.aborted === true) throw new Failure('cancelled', { attempted: `read ${file}`, file, why: 'it was stopped.' });
        hash.update(part.subarray(0, read.bytesRead));
        bytes += read.bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** SHA-256 of a file's bytes, lower-case hex. */
export async function sha256OfFile(file: string, signal?: AbortSignal): Promise<string> {
  return (await measureFile(file, signal)).sha256;
}
