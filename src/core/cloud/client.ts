import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { keyOf, textOf, type Address, type Key } from './address';
import { isMissing, storeFailure } from './errors';
import type { StoreSettings } from './place';
import type * as Library from './sdk';

type Sdk = typeof Library;

/** What a store says of an object. */
export interface ObjectHead {
  readonly bytes: number;
  /** Changes with the content. */
  readonly etag: string;
  /** Lower-case hex, where the entity tag is one: of an object that came in one piece and is not encrypted with keys of its own. */
  readonly md5: string | undefined;
  /** As whoever stored it told, lower-case hex. */
  readonly sha256: string | undefined;
}

/** What our objects tell their SHA-256 under. */
export const DIGEST = 'digest';

/** Keys asked for at once. */
const PAGE = 1000;
/** Milliseconds to connect, and without a sign of life. */
const CONNECT = 10_000;
export const SILENCE = 60_000;
/** Tries of one request; the library waits between them, the longer the more often. */
const TRIES = 5;

/** A conversation with a store. Every error is a Failure that names the address. */
export class Client {
  readonly sdk: Sdk;
  readonly #client: S3Client;
  readonly #page: number;

  private constructor(sdk: Sdk, client: S3Client, page: number) {
    this.sdk = sdk;
    this.#client = client;
    this.#page = page;
  }

  static async open({ endpoint, region, pathStyle, pageKeys }: StoreSettings): Promise<Client> {
    const sdk = await import('./sdk');
    return new Client(sdk, new sdk.S3Client({
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      forcePathStyle: pathStyle === true,
      maxAttempts: TRIES,
      // Not every store knows the newer checksums: digests of our own are sent and compared instead.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT, socketTimeout: SILENCE },
    }), pageKeys ?? PAGE);
  }

  /** The store's clock less ours, ms, as its last answer told; 0 while they differ by less than minutes. */
  get skew(): number {
    return this.#client.config.systemClockOffset;
  }

  /** @param attempted an infinitive phrase without the address: `read` */
  async ask<Output>(attempted: string, address: Address, request: (client: S3Client, key: { Bucket: string; Key: string }) => Promise<Output>): Promise<Output> {
    const { bucket, key } = keyOf(address);
    try {
      return await request(this.#client, { Bucket: bucket, Key: key });
    } catch (error) {
      throw storeFailure(error, `${attempted} ${address}`, address);
    }
  }

  /** Keys below a folder, a page at a time. @param depth `here`: not in folders below it */
  async *list(folder: Address, depth: 'here' | 'below'): AsyncGenerator<{ readonly address: Address; readonly changed: number }> {
    const { bucket, key } = keyOf(folder);
    const Prefix = key === '' ? '' : `${key}/`;
    let ContinuationToken: string | undefined;
    do {
      const page = await this.ask('look for months in', folder, (client) =>
        client.send(new this.sdk.ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: this.#page, ...(depth === 'here' ? { Delimiter: '/' } : {}), ...(ContinuationToken === undefined ? {} : { ContinuationToken }) })));
      for (const { Key: name, LastModified } of page.Contents ?? []) if (name !== undefined && !name.endsWith('/')) yield { address: textOf({ bucket, key: name }), changed: LastModified?.getTime() ?? 0 };
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  /** @throws Failure with errno ENOENT when it is not there */
  async head(address: Address): Promise<ObjectHead> {
    const head = await this.ask('read', address, (client, key) => client.send(new this.sdk.HeadObjectCommand(key)));
    const etag = (head.ETag ?? '').replaceAll('"', '');
    const ownKeys = head.ServerSideEncryption?.startsWith('aws:') === true || head.SSECustomerAlgorithm !== undefined;
    return { bytes: head.ContentLength ?? 0, etag, md5: /^[0-9a-f]{32}$/.test(etag) && !ownKeys ? etag : undefined, sha256: head.Metadata?.[DIGEST] };
  }

  async findHead(address: Address): Promise<ObjectHead | undefined> {
    return this.head(address).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
  }

  /** The bytes from one on. @param etag refuses an object that has changed (412) @param signal ends the request, and the answer while it comes */
  async body(address: Address, from = 0, etag?: string, signal?: AbortSignal): Promise<Readable> {
    const { bucket, key } = keyOf(address);
    const command = new this.sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...(from === 0 ? {} : { Range: `bytes=${from}-` }), ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }) });
    const { Body } = await this.#client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return Body as Readable;
  }

  async put(address: Address, body: Uint8Array, about: Readonly<Record<string, string>>): Promise<void> {
    await this.ask('write', address, (client, key) => client.send(new this.sdk.PutObjectCommand({ ...key, Body: body, ContentLength: body.length, ContentMD5: md5Of(body).toString('base64'), Metadata: about })));
  }

  async remove(address: Address): Promise<void> {
    await this.ask('remove', address, (client, key) => client.send(new this.sdk.DeleteObjectCommand(key)));
  }

  /** Within the store; what is told with it goes along. */
  async copy(from: Address, to: Address): Promise<void> {
    await this.ask('write', to, (client, key) => client.send(new this.sdk.CopyObjectCommand({ ...key, CopySource: sourceOf(keyOf(from)), MetadataDirective: 'COPY' })));
  }
}

export const md5Of = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();
const sourceOf = ({ bucket, key }: Key): string => `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
export const isGone = (error: unknown): boolean => isMissing(error) || (error instanceof Error && isMissing(error.cause));

/** Gives each piece of a body to `take`; a store that falls silent is an error, as one that breaks off is. */
export async function eachPiece(body: Readable, take: (piece: Buffer) => Promise<void> | void): Promise<void> {
  const silence = setTimeout(() => body.destroy(Object.assign(new Error('the store fell silent'), { code: 'ETIMEDOUT' })), SILENCE);
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      silence.refresh();
      await take(piece);
    }
  } finally {
    clearTimeout(silence);
  }
}
