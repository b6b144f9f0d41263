import { Failure, errnoOf, failureFrom } from '../base/failure';
import type { Address } from './address';

/** What the library throws: names and statuses are of the store, codes of this machine. */
interface Told {
  readonly name: string;
  readonly status: number | undefined;
}

const told = (error: unknown): Told => {
  const { name, $metadata } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; $metadata?: { httpStatusCode?: unknown } };
  const status = $metadata?.httpStatusCode;
  return { name: typeof name === 'string' ? name : '', status: typeof status === 'number' ? status : undefined };
};

export const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(told(error).name);
export const hasChanged = (error: unknown): boolean => told(error).status === 412;
export const isNoUpload = (error: unknown): boolean => told(error).name === 'NoSuchUpload';

/** Errors that another try may not meet: the network's, and a store that is busy or broken for the moment. */
export function isPassing(error: unknown): boolean {
  const { name, status } = told(error);
  return PASSING.has(name) || (status !== undefined && (status >= 500 || status === 429 || status === 408)) || PASSING_CODES.has(errnoOf(error) ?? '');
}

const PASSING = new Set(['SlowDown', 'Throttling', 'ThrottlingException', 'RequestTimeout', 'RequestTimeTooSkewed', 'TimeoutError', 'InternalError', 'ServiceUnavailable', 'BadDigest', 'IncompleteBody', 'OperationAborted', 'NoSuchUpload']);
const PASSING_CODES = new Set(['ETIMEDOUT', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ENETUNREACH', 'EHOSTUNREACH', 'EAI_AGAIN', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What the failures of a store that can be tried again are known by, and those that another machine may not meet. */
export const STORE_BUSY = 'EAGAIN';
export const STORE_DENIED = 'EACCES';

/** What stores answer to a request that is signed for, or sent to, a region they are not in. */
const ELSEWHERE = new Set(['AuthorizationHeaderMalformed', 'PermanentRedirect', 'IllegalLocationConstraintException']);
const DENIED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'CredentialsProviderError', 'TokenProviderError', 'ExpiredToken', 'InvalidToken', 'Forbidden']);

/** The store's error as ours: which address, why, what to do. The words are ours where the library's could hold a secret. */
export function storeFailure(error: unknown, attempted: string, address: Address): Failure {
  if (error instanceof Failure) return error;
  const { name, status } = told(error);
  const about = { attempted, file: address };
  if (isMissing(error)) return new Failure('usage', { ...about, errno: 'ENOENT', why: 'there is no such object (ENOENT).', remedy: 'Check the address.', cause: error });
  if (name === 'NoSuchBucket') return new Failure('usage', { ...about, why: 'there is no such bucket.', remedy: 'Check the address, the endpoint and the region.', cause: error });
  if (ELSEWHERE.has(name)) return new Failure('usage', { ...about, why: `the store, or the bucket, is in another region (${name}).`, remedy: 'Name its region: --region, the setting barkeep.store.region or AWS_REGION.', inEditor: { remedy: 'Name its region: the setting barkeep.store.region, or AWS_REGION.' }, cause: error });
  if (DENIED.has(name) || status === 401 || status === 403) {
    const remedy = 'Credentials are taken from the environment (AWS_ACCESS_KEY_ID …), a profile (AWS_PROFILE) or the machine\'s role; check that they are set and may do this.';
    return new Failure('usage', { ...about, errno: STORE_DENIED, why: `the store refused it (${name === '' ? status ?? 'denied' : name}).`, remedy });
  }
  if (isPassing(error)) {
    const code = errnoOf(error) ?? (status === undefined ? name : `${name} ${status}`);
    return new Failure('io', { ...about, errno: STORE_BUSY, why: `the store cannot be reached, or is too busy (${code}).`, remedy: 'Try again later; what was moved so far is kept.', cause: error });
  }
  if (name === 'AbortError') return new Failure('cancelled', { ...about, why: 'it was stopped.' });
  if (status !== undefined) return new Failure('io', { ...about, errno: 'EPROTO', why: `the store answered ${name} (${status}).`, remedy: 'Check the endpoint and the region.', cause: error });
  return failureFrom(error, attempted, address);
}
