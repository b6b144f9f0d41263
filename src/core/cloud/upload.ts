import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure, failureFrom } from '../base/failure';
import { inParallel } from '../base/parallel';
import type { Operation } from '../base/ports';
import { keyOf, textOf, type Address } from './address';
import { DIGEST, eachPiece, md5Of, type Client } from './client';
import { STORE_BUSY, isNoUpload, isPassing, storeFailure } from './errors';

/** Source: 7-monthly, stage 9. */
export const PART_BYTES = 8 * 2 ** 20;
/** Parts under way at once. */
const AT_ONCE = 3;
/** How often what is there is read again before it counts as lost. */
const READINGS = 4;

export interface Upload {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly about: Readonly<Record<string, string>>;
  readonly partBytes: number;
}

/** Copies a file into the store under a key, in parts; those that an earlier attempt brought there are not sent again. */
export async function upload(client: Client, { file, bytes, sha256, about, partBytes }: Upload, to: Address, operation: Operation): Promise<void> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw failureFrom(error, `read ${file}`, file);
  });
  const told = { ...about, [DIGEST]: sha256 };
  try {
    if (bytes <= partBytes) await client.put(to, await partOf(handle, 0, bytes), told);
    else await uploadParts(client, handle, { to, bytes, partBytes, told }, operation);
  } finally {
    await handle.close();
  }
}

interface Parts {
  readonly to: Address;
  readonly bytes: number;
  readonly partBytes: number;
  readonly told: Readonly<Record<string, string>>;
}

async function uploadParts(client: Client, handle: FileHandle, { to, bytes, partBytes, told }: Parts, operation: Operation): Promise<void> {
  const UploadId = (await unfinished(client, to)) ?? (await begin(client, to, told));
  const there = await partsOf(client, to, UploadId);
  const numbers = Array.from({ length: Math.ceil(bytes / partBytes) }, (_none, at) => at + 1);
  const Parts = await inParallel(numbers, AT_ONCE, async (PartNumber, finished) => {
    if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `upload ${to}`, file: to, why: 'it was stopped.' });
    const Body = await partOf(handle, (PartNumber - 1) * partBytes, Math.min(bytes, PartNumber * partBytes));
    const ETag = isThere(there.get(PartNumber), Body) ? there.get(PartNumber)!.etag : await send(client, to, { UploadId, PartNumber, Body });
    operation.progress({ step: 'upload', done: Math.min(bytes, (finished() + 1) * partBytes), total: bytes });
    return { PartNumber, ETag };
  });
  await client.ask('finish the upload of', to, (s3, key) =>
    s3.send(new client.sdk.CompleteMultipartUploadCommand({ ...key, UploadId, MultipartUpload: { Parts } })).catch(async (error: unknown) => {
      // An earlier request was carried out, though its answer was lost: the object is compared by whoever called.
      if (!isNoUpload(error) || (await client.findHead(to)) === undefined) throw error;
    }));
}

const isThere = (part: Part | undefined, body: Buffer): boolean => part?.bytes === body.length && part.etag.replaceAll('"', '') === md5Of(body).toString('hex');

async function send(client: Client, to: Address, part: { readonly UploadId: string; readonly PartNumber: number; readonly Body: Buffer }): Promise<string> {
  const { ETag } = await client.ask('upload', to, (s3, key) => s3.send(new client.sdk.UploadPartCommand({ ...key, ...part, ContentLength: part.Body.length, ContentMD5: md5Of(part.Body).toString('base64') })));
  return ETag ?? '';
}

async function partOf(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const part = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(part, 0, part.length, from);
  if (bytesRead === part.length) return part;
  throw new Failure('io', { attempted: 'upload a file', why: `it has become shorter while it was read (${bytesRead} of ${part.length} bytes at byte ${from}).` });
}

async function begin(client: Client, to: Address, told: Readonly<Record<string, string>>): Promise<string> {
  const { UploadId } = await client.ask('begin the upload of', to, (s3, key) => s3.send(new client.sdk.CreateMultipartUploadCommand({ ...key, Metadata: told })));
  return UploadId!;
}

export interface Unfinished {
  readonly address: Address;
  readonly id: string;
  /** Unix ms. */
  readonly begun: number;
}

/** Uploads that were begun below an address and neither finished nor given up. */
export async function* unfinishedBelow(client: Client, below: Address): AsyncGenerator<Unfinished> {
  const { bucket, key } = keyOf(below);
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (markers !== undefined) {
    const asked: { KeyMarker?: string; UploadIdMarker?: string } = markers;
    const page = await client.ask('look for unfinished uploads in', below, (s3) => s3.send(new client.sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...asked })));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) yield { address: textOf({ bucket, key: Key! }), id: UploadId!, begun: Initiated?.getTime() ?? 0 };
    markers = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker!, UploadIdMarker: page.NextUploadIdMarker! } : undefined;
  }
}

export async function abort(client: Client, { address, id }: Unfinished): Promise<void> {
  await client.ask('give up the upload of', address, (s3, key) => s3.send(new client.sdk.AbortMultipartUploadCommand({ ...key, UploadId: id })).catch((error: unknown) => {
    if (!isNoUpload(error)) throw error;
  }));
}

/** Of the uploads to exactly this key the one begun last. */
async function unfinished(client: Client, to: Address): Promise<string | undefined> {
  let last: Unfinished | undefined;
  for await (const each of unfinishedBelow(client, to)) if (each.address === to && (last === undefined || each.begun >= last.begun)) last = each;
  return last?.id;
}

interface Part {
  readonly etag: string;
  readonly bytes: number;
}

async function partsOf(client: Client, to: Address, UploadId: string): Promise<Map<number, Part>> {
  const parts = new Map<number, Part>();
  let PartNumberMarker: string | undefined;
  do {
    const page = await client.ask('see what was uploaded of', to, (s3, key) => s3.send(new client.sdk.ListPartsCommand({ ...key, UploadId, ...(PartNumberMarker === undefined ? {} : { PartNumberMarker }) })));
    for (const { PartNumber, ETag, Size } of page.Parts ?? []) parts.set(PartNumber!, { etag: ETag ?? '', bytes: Size ?? 0 });
    PartNumberMarker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return parts;
}

/** Reads an object back. @throws Failure `io`, to be tried again, when it is not what was sent */
export async function requireDigest(client: Client, at: Address, sha256: string): Promise<void> {
  const found = await digestOf(client, at);
  if (found === sha256) return;
  await client.remove(at);
  throw new Failure('io', { attempted: `upload ${at}`, file: at, errno: STORE_BUSY, why: `what is stored is not what was sent: its SHA-256 is ${found}, not ${sha256}.`, remedy: 'Run it again.' });
}

async function digestOf(client: Client, at: Address): Promise<string> {
  for (let reading = 1; ; reading++) {
    try {
      const hash = createHash('sha256');
      await eachPiece(await client.body(at), (piece) => void hash.update(piece));
      return hash.digest('hex');
    } catch (error) {
      if (!isPassing(error) || reading >= READINGS) throw storeFailure(error, `read back ${at}`, at);
    }
  }
}
