import assert from 'node:assert/strict';
import { Failure, type FailureFacts, type FailureKind } from '../../../src/core/base/failure';
import { PROCESS_DEFAULTS } from '../../../src/core/monthly/process';
import { FIRST_WAIT, classOf, nextTry, type Retry } from '../../../src/core/monthly/strategy';
import type { MonthJob } from '../../../src/core/monthly/work';

const SOURCE = '/raw/a.dbn.zst';
const job: MonthJob = { month: '2024-05', source: SOURCE, dest: '/months', work: '/months', store: {}, stamp: 0, attempt: 1, reference: '2024-05', leastBytes: 0, options: { ...PROCESS_DEFAULTS, chunk: 3000 } };
const tried = (failure: Failure, of: MonthJob, files: readonly string[], before: number, random: number): Retry | undefined => nextTry(failure, of, files, { before, random, firstWait: FIRST_WAIT });
const failing = (kind: FailureKind, facts: Partial<FailureFacts>): Failure => new Failure(kind, { attempted: 'process 2024-05', why: 'of a test.', ...facts });

describe('what is tried after a failure', () => {
  const network = failing('io', { errno: 'ECONNRESET' });
  const memory = failing('io', { errno: 'ENOMEM', file: SOURCE });
  const corrupt = failing('io', { file: SOURCE });

  it('classes of failures', () => {
    assert.deepEqual(
      [network, memory, corrupt, failing('usage', { errno: 'ENOENT', file: SOURCE }), failing('io', { errno: 'ENOSPC', file: '/months/x' }), failing('io', { file: '/months/x' }), failing('refused', { file: SOURCE })].map((failure) => classOf(failure, SOURCE)),
      ['network', 'memory', 'corrupt', 'missing', 'other', 'other', 'other'],
    );
    const denied = (file: string): string => classOf(failing('usage', { errno: 'EACCES', file }), SOURCE);
    assert.deepEqual([denied('s3://bars/raw/a.dbn.zst'), denied('/months/x')], ['denied', 'other']);
  });
  it('trouble with the network: three more times, waiting 30 s, 60 s and 120 s with jitter', () => {
    const waits = [0, 1, 2].map((before) => [0, 0.999].map((random) => Math.round(tried(network, job, [SOURCE], before, random)!.wait / 1000)));
    assert.deepEqual(waits, [[15, 30], [30, 60], [60, 120]]);
    assert.equal(tried(network, job, [SOURCE], 3, 0), undefined);
  });
  it('want of memory: twice more, each with half the chunk, never below the smallest', () => {
    const once = tried(memory, job, [SOURCE], 0, 0);
    assert.deepEqual([once?.job.options.chunk, once?.job.attempt, once?.wait], [1500, 2, 0]);
    assert.equal(tried(memory, once!.job, [SOURCE], 1, 0)?.job.options.chunk, 1000);
    assert.equal(tried(memory, job, [SOURCE], 2, 0), undefined);
  });
  it('missing or damaged: the file of the next folder, as long as there is one', () => {
    const next = tried(corrupt, job, [SOURCE, '/dbn/a.dbn.zst'], 0, 0);
    assert.equal(next?.job.source, '/dbn/a.dbn.zst');
    assert.equal(tried(failing('io', { file: '/dbn/a.dbn.zst' }), next.job, [SOURCE, '/dbn/a.dbn.zst'], 1, 0), undefined);
  });
  it('damaged, from an object store: downloaded twice more, then the file of the next folder', () => {
    const far = { ...job, source: 's3://bars/raw/a.dbn.zst' };
    const files = [far.source, 's3://bars/dbn/a.dbn.zst'];
    const damaged = failing('io', { file: far.source });
    assert.deepEqual([0, 1, 2].map((before) => tried(damaged, far, files, before, 0)?.job.source), [far.source, far.source, files[1]]);
    assert.equal(tried(failing('usage', { errno: 'ENOENT', file: far.source }), far, files, 0, 0)?.job.source, files[1]);
  });
  it('anything else: nothing', () => {
    assert.equal(tried(failing('refused', { file: SOURCE }), job, [SOURCE, '/dbn/a.dbn.zst'], 0, 0), undefined);
  });
});
