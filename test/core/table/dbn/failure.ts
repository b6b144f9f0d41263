import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/base/failure';

/** The Failure a promise rejects with; anything else fails the test. */
export async function failureIn(promise: Promise<unknown>): Promise<Failure> {
  const value = await promise.catch((error: unknown) => error);
  assert.ok(value instanceof Failure, `no Failure but ${String(value)}${value instanceof Error ? value.stack ?? '' : ''}`);
  return value;
}
