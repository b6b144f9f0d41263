import assert from 'node:assert/strict';
import { clustersOf } from '../../src/extension/csv/clusters';
import { findingAt } from './report';

describe('clusters of problems', () => {
  const linesOf = (...rows: readonly number[]): number[] => clustersOf({ findings: rows.map((row) => findingAt(row, 'error')) }).map(({ line }) => line);

  it('join what lies on one screen', () => {
    assert.deepEqual(linesOf(10, 12, 30, 200, 201), [11, 201]);
  });

  it('reach to the end of a run of rows', () => {
    const [cluster, ...others] = clustersOf({ findings: [findingAt(10, 'warning', 'gap', 500), findingAt(520, 'error')] });
    assert.deepEqual([others.length, cluster!.errors, cluster!.warnings], [0, 1, 500]);
    assert.equal(cluster!.first[0]!.severity, 'error');
  });

  it('leave out what is about the file as a whole, and are not without number', () => {
    assert.deepEqual(clustersOf({ findings: [findingAt(0, 'error')] }), []);
    assert.equal(linesOf(...Array.from({ length: 500 }, (_, i) => 1 + i * 100)).length, 200);
  });
});
