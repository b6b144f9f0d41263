import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, failureFrom } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Disk } from '../disk/disk';
import { ifThere, makeFolder, writeSmall } from '../disk/files';
import { nameOf, type Address } from './address';
import { eachPiece, type Client, type ObjectHead } from './client';
import { hasChanged, isPassing, storeFailure } from './errors';

/** How often a download may break off without having got any further. */
const FRUITLESS = 5;
const PAUSE = 500;

/** The copy of an object, beside it what it is a copy of. */
const copyOf = (from: Address, into: string): string => path.join(into, `${createHash('sha256').update(from).digest('hex').slice(0, 8)}-${nameOf(from)}`);
const noteOf = (copy: string): string => `${copy}.etag`;

/**
 * Copies an object to a file. What an earlier attempt brought of the same object is gone on with; the whole is compared
 * with the object's size and digests.
 * @throws Failure `io` without errno when what arrived is not what was stored: the copy is removed
 */
export async function download(client: Client, disk: Disk, from: Address, into: string, operation: Operation): Promise<string> {
  const head = await client.head(from);
  const copy = copyOf(from, into);
  await makeFolder(disk.files, into);
  await keepOnlyOf(disk, copy, head);
  await fill(client, disk, { from, copy, head }, operation);
  await compare(disk, { from, copy, head });
  return copy;
}

export async function forget(disk: Disk, from: Address, into: string): Promise<void> {
  const copy = copyOf(from, into);
  await ifThere(disk.files.unlink(copy));
  await ifThere(disk.files.unlink(noteOf(copy)));
}

interface Copying {
  readonly from: Address;
  readonly copy: string;
  readonly head: ObjectHead;
}

/** Removes a copy of what the object was before. */
async function keepOnlyOf({ files }: Disk, copy: string, { etag }: ObjectHead): Promise<void> {
  const note = await ifThere(files.readFile(noteOf(copy)));
  if (note?.bytes.toString('utf8') === etag) return;
  await ifThere(files.unlink(copy));
  await writeSmall(files, noteOf(copy), etag, 'w', false);
}

const bytesOf = async ({ files }: Disk, file: string): Promise<number> => (await ifThere(files.stat(file)))?.bytes ?? 0;

async function fill(client: Client, disk: Disk, copying: Copying, operation: Operation): Promise<void> {
  const { from, copy, head } = copying;
  const { signal } = operation;
  const isStopped = (): boolean => signal.aborted;
  let [have, fruitless] = [await bytesOf(disk, copy), 0];
  while (have < head.bytes) {
    if (isStopped()) throw stopped(from);
    const before = have;
    try {
      await append(client, disk, copying, have, signal, (bytes) => {
        if (isStopped()) throw stopped(from);
        operation.progress({ step: 'download', done: (have = bytes), total: head.bytes });
      });
    } catch (error) {
      if (isStopped()) throw stopped(from);
      have = await bytesOf(disk, copy);
      if (hasChanged(error)) throw new Failure('io', { attempted: `download ${from}`, file: from, why: 'it was replaced by another object meanwhile.', remedy: 'Run it again.' });
      fruitless = have > before ? 0 : fruitless + 1;
      if (!isPassing(error) || fruitless >= FRUITLESS) throw storeFailure(error, `download ${from}`, from);
      await sleep(PAUSE * 2 ** fruitless, undefined, { signal }).catch(() => undefined);
      continue;
    }
    have = await bytesOf(disk, copy);
  }
}

const stopped = (from: Address): Failure => new Failure('cancelled', { attempted: `download ${from}`, file: from, why: 'it was stopped.' });

async function append(client: Client, disk: Disk, { from, copy, head }: Copying, have: number, signal: AbortSignal, tell: (bytes: number) => void): Promise<void> {
  const body = await client.body(from, have, head.etag, signal);
  const end = (): void => { body.destroy(); };
  signal.addEventListener('abort', end, { once: true });
  const file = await disk.files.open(copy, 'a');
  let bytes = have;
  try {
    await eachPiece(body, async (piece) => {
      await file.write(piece);
      tell((bytes += piece.length));
    });
  } finally {
    signal.removeEventListener('abort', end);
    body.destroy();
    await file.close();
  }
}

async function compare(disk: Disk, { from, copy, head }: Copying): Promise<void> {
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  let bytes = 0;
  try {
    for await (const piece of createReadStream(copy, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      md5.update(piece);
      sha256.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    if (head.bytes > 0) throw failureFrom(error, `read ${copy}`, copy);
    // Nothing was appended of an empty object.
    await writeSmall(disk.files, copy, '', 'w', false);
  }
  const [theirs, ours] = [[head.bytes, head.md5 ?? '', head.sha256 ?? ''], [bytes, head.md5 === undefined ? '' : md5.digest('hex'), head.sha256 === undefined ? '' : sha256.digest('hex')]];
  const what = ['bytes', 'MD5 (its entity tag)', 'SHA-256'].filter((_name, at) => theirs[at] !== ours[at]);
  if (what.length === 0) return;
  await ifThere(disk.files.unlink(copy));
  throw new Failure('io', { attempted: `download ${from}`, file: from, why: `what arrived is not what was stored: ${what.join(', ')} differ.`, remedy: 'Put the object there again.' });
}
