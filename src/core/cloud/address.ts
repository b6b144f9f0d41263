import path from 'node:path';
import { Failure } from '../base/failure';

/** Where a file or a folder is, as people write it: a path of this machine, or `s3://bucket/key`. */
export type Address = string;

/** An object, or everything whose key begins so. */
export interface Key {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly key: string;
}

const SCHEME = 's3://';

export const isRemote = (address: Address): boolean => address.startsWith(SCHEME);

/** An address below another one. */
export function below(address: Address, ...parts: readonly string[]): Address {
  if (!isRemote(address)) return path.join(address, ...parts);
  return SCHEME + path.posix.join(address.slice(SCHEME.length), ...parts).replace(/\/$/, '');
}

/** The last part of an address. */
export const nameOf = (address: Address): string => (isRemote(address) ? path.posix.basename(address) : path.basename(address));

/** The folder an address lies in. */
export const folderOf = (address: Address): Address => (isRemote(address) ? SCHEME + path.posix.dirname(address.slice(SCHEME.length)) : path.dirname(address));

/** What a person wrote, made whole: a path is made absolute, an address of a bucket is checked. @throws Failure `usage` */
export const addressOf = (text: string): Address => (isRemote(text) ? textOf(keyOf(text)) : path.resolve(text));

/** @throws Failure `usage` when the address names no bucket */
export function keyOf(address: Address): Key {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})(?:\/(.*))?$/i.exec(address) ?? [];
  if (bucket !== undefined) return { bucket, key: (key ?? '').replace(/^\/+|\/+$/g, '') };
  throw new Failure('usage', { attempted: `understand the address ${withoutSecrets(address)}`, why: 'it names no bucket.', remedy: 'Write it as s3://bucket/prefix.' });
}

export const textOf = ({ bucket, key }: Key): Address => `${SCHEME}${bucket}${key === '' ? '' : `/${key}`}`;

/** An address that can be shown: what stands before an @, or behind a question mark, is somebody's secret. */
export const withoutSecrets = (address: string): string => address.replace(/\?.*$/s, '').replace(/^([a-z0-9+]+:\/\/)?.*@/is, '$1');
