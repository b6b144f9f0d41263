import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Failure, failureFrom } from '../base/failure';

/** What a file holds, or was made to hold. */
export interface Written {
  readonly bytes: number;
  /** Of the file's bytes, lower-case hex. */
  readonly sha256: string;
}

/** Bytes and SHA-256 (lower-case hex) of a file, in one pass over it. @throws Failure `cancelled` when aborted */
export async function measureFile(file: string, signal?: AbortSignal): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal?.aborted === true) throw new Failure('cancelled', { attempted: `read ${file}`, file, why: 'it was stopped.' });
      hash.update(chunk);
      bytes += chunk.length;
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
