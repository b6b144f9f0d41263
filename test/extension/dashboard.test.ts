import assert from 'node:assert/strict';
import type { Verdict } from '../../src/extension/csv/verdict';
import { caresIn, checkedMessage } from '../../src/extension/dashboard/messages';
import type { Complaint, InventoryEntry } from '../../src/protocol/inventory';

const entry = (file: string, changes: Partial<InventoryEntry> = {}): InventoryEntry => ({ file, category: 'derived', bytes: 1000, updated: 0, health: 'good', complaints: [], ...changes });

describe('what the dashboard is told', () => {
  it('names once what one click mends in several files', () => {
    const stale = (ticker: string): Complaint => ({ code: 'stale-derived', severity: 'warning', message: `${ticker}_1m.parquet has changed.`, remedy: { title: 'Regenerate', command: ['regenerate', ticker] } });
    const torn: Complaint = { code: 'unreadable', severity: 'error', message: 'Cannot be read.' };
    const cares = caresIn([
      entry('CL_5m.parquet', { complaints: [stale('CL')] }), entry('CL_1h.parquet', { complaints: [stale('CL')] }), entry('ES_5m.parquet', { complaints: [stale('ES')] }),
      entry('A_1m.parquet', { complaints: [torn] }), entry('B_1m.parquet', { complaints: [torn] }),
    ]);
    assert.deepEqual(cares.map(({ file, files }) => [file, files]), [['A_1m.parquet', 1], ['B_1m.parquet', 1], ['CL_5m.parquet', 2], ['ES_5m.parquet', 1]]);
  });

  it('calls no export good that was not checked', () => {
    const report = { errors: 1, warnings: 0, rows: 240, totals: {}, sealed: false } as unknown as Extract<Verdict, { kind: 'checked' }>['report'];
    const message = checkedMessage([entry('a.csv', { category: 'raw' }), entry('b.csv', { category: 'raw' })], ({ file }) => (file === 'a.csv' ? { kind: 'checked', report } : undefined));
    assert.deepEqual(message, { type: 'checked', files: { 'a.csv': { sign: 'error', text: '1 error · 240 rows · no duplicates' } } });
  });
});
