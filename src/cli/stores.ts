import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Command as Commander } from 'commander';
import { Failure } from '../core/base/failure';
import { addressOf, isRemote, withoutSecrets, type Address } from '../core/cloud/address';
import type { StoreSettings } from '../core/cloud/place';
import { openPlaces } from '../core/cloud/places';
import type { JobContext } from '../core/jobs/context';
import type { WorkContext } from '../core/monthly/work';

/** Options of commands that take addresses of object stores. */
export interface StoreFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle?: boolean;
  readonly partSize?: number;
  readonly work?: string;
}

export const withStoreFlags = (command: Commander, whole: (text: string) => number): Commander =>
  command
    .option('--endpoint <url>', 'object store of s3:// addresses (default: AWS_ENDPOINT_URL_S3, else Amazon\'s)')
    .option('--region <name>', 'its region (default: as the environment or profile says)')
    .option('--path-style', 'name the bucket in the path, not in the host name, as most stores other than Amazon\'s want')
    .option('--part-size <bytes>', 'bytes of one part of an upload (default: 8 MB)', whole)
    .option('--work <folder>', 'folder of this machine for months on their way to an object store (default: below ~/.cache/barkeep)');

/** @param env where a region is looked for that other stores than Amazon's need but do not care about */
export const storeSettings = ({ endpoint, region, pathStyle, partSize }: StoreFlags, env: NodeJS.ProcessEnv = process.env): StoreSettings => {
  const elsewhere = endpoint ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const known = region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? (elsewhere === undefined ? undefined : 'us-east-1');
  return {
    ...(endpoint === undefined ? {} : { endpoint: endpointOf(endpoint) }),
    ...(known === undefined ? {} : { region: known }),
    ...(pathStyle === true ? { pathStyle } : {}),
    ...(partSize === undefined ? {} : { partBytes: partSize }),
  };
};

/** @throws Failure `usage` for what is no address, and for one with a password, which would be told to everybody who is told the address */
function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const attempted = `use the object store ${withoutSecrets(text)}`;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new Failure('usage', { attempted, why: 'that is no address of one.', remedy: 'Write it as https://objects.example.com.' });
  if (url.username === '' && url.password === '') return text;
  throw new Failure('usage', { attempted, why: 'its address holds credentials.', remedy: 'Leave them out; they are taken from the environment (AWS_ACCESS_KEY_ID …), a profile (AWS_PROFILE) or the machine\'s role.' });
}

/** The folder of this machine that months for a destination are made in. */
export function workFolder(dest: Address, { work }: Pick<StoreFlags, 'work'>): string {
  if (!isRemote(dest)) return dest;
  if (work !== undefined) return path.resolve(work);
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'barkeep', 'months', createHash('sha256').update(dest).digest('hex').slice(0, 12));
}

/** Where finished months go, made whole, and where they are made. */
export function destination(flags: StoreFlags & { readonly dest: string }): { readonly dest: Address; readonly work: string } {
  const dest = addressOf(flags.dest);
  return { dest, work: workFolder(dest, flags) };
}

export function withPlaces(context: JobContext, settings: StoreSettings): WorkContext {
  // The library would tell everybody on Node 20 that it will want a newer one some day.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return { ...context, places: openPlaces(context.disk, settings) };
}
