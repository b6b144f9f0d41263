import assert from 'node:assert/strict';
import { Failure, type FailureFacts, type FailureKind } from '../../../src/core/base/failure';
import { PROCESS_DEFAULTS } from '../../../src/core/monthly/process';
import { classOf, nextTry } from '../../../src/core/monthly/strategy';
import type { MonthJob } from '../../../src/core/monthly/work';

const SOURCE = '/raw/a.dbn.zst';
const job: MonthJob = { month: '2024-05', source: SOURCE, dest: '/months', stamp: 0, attempt: 1, reference: '2024-05', leastBytes: 0, options: { ...PROCESS_DEFAULTS, chunk: 3000 } };
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
  });
  it('trouble with the network: three more times, waiting 30 s, 60 s and 120 s with jitter', () => {
    const waits = [0, 1, 2].map((before) => [0, 0.999].map((random) => Math.round(nextTry(network, job, [SOURCE], before, random)!.wait / 1000)));
    assert.deepEqual(waits, [[15, 30], [30, 60], [60, 120]]);
    assert.equal(nextTry(network, job, [SOURCE], 3, 0), undefined);
  });
  it('want of memory: twice more, each with half the chunk, never below the smallest', () => {
    const once = nextTry(memory, job, [SOURCE], 0, 0);
    assert.deepEqual([once?.job.options.chunk, once?.job.attempt, once?.wait], [1500, 2, 0]);
    assert.equal(nextTry(memory, once!.job, [SOURCE], 1, 0)?.job.options.chunk, 1000);
    assert.equal(nextTry(memory, job, [SOURCE], 2, 0), undefined);
  });
  it('missing or damaged: the file of the next folder, as long as there is one', () => {
    const next = nextTry(corrupt, job, [SOURCE, '/dbn/a.dbn.zst'], 0, 0);
    assert.equal(next?.job.source, '/dbn/a.dbn.zst');
    assert.equal(nextTry(failing('io', { file: '/dbn/a.dbn.zst' }), next.job, [SOURCE, '/dbn/a.dbn.zst'], 1, 0), undefined);
  });
  it('anything else: nothing', () => {
    assert.equal(nextTry(failing('refused', { file: SOURCE }), job, [SOURCE, '/dbn/a.dbn.zst'], 0, 0), undefined);
  });
});
