import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { problemsOf } from '../../src/extension/csv/problems';
import { isCsvName, isNinjaTraderFile, isNinjaTraderLine } from '../../src/core/base/recognise';
import { summarize } from '../../src/extension/csv/summary';
import type { Report } from '../../src/protocol/report';
import { findingAt, reportWith } from './report';

const line = (changes: Parameters<typeof reportWith>[0]): string => {
  const { icon, text } = summarize({ kind: 'checked', report: reportWith(changes) });
  return `${icon}: ${text}`;
};

describe('the summary of a CSV', () => {
  it('names each virtue that was established', () => {
    assert.equal(line({}), 'pass: 20 rows · sealed · in order · no duplicates');
    assert.equal(line({ sealed: false }), 'pass: 20 rows · in order · no duplicates');
  });

  it('does not claim an order where there is neither time nor sequence', () => {
    const timeless: Partial<Report> = { ...reportWith({ sealed: false, shape: 'table' }) };
    delete (timeless as { first?: string }).first;
    assert.equal(summarize({ kind: 'checked', report: timeless as Report }).text, '20 rows · no duplicates');
  });

  it('passes a file with gaps, and counts them', () => {
    assert.equal(line({ warnings: 3, totals: { gap: 3 } }), 'pass: 20 rows · sealed · in order · no duplicates · 3 gaps');
  });

  it('puts errors and warnings first, and drops what they disprove', () => {
    assert.equal(line({ errors: 2, warnings: 1, totals: { 'checksum-mismatch': 2, 'sequence-gap': 1 } }), 'error: 2 errors, 1 warning · 20 rows · in order · no duplicates');
    assert.equal(line({ errors: 1, totals: { 'non-monotonic-timestamp': 1 } }), 'error: 1 error · 20 rows · sealed · no duplicates');
    assert.equal(line({ warnings: 2, totals: { 'off-grid-timestamp': 2 } }), 'warning: 2 warnings · 20 rows · sealed · in order · no duplicates');
  });

  it('shows how far a running check is', () => {
    assert.deepEqual(summarize({ kind: 'running', ratio: 0.629 }), { icon: 'sync~spin', text: '62 %' });
  });
});

describe('the entries for the Problems panel', () => {
  const errors = [findingAt(2, 'error'), findingAt(9, 'error')];
  const findings = [findingAt(1, 'info'), errors[0]!, findingAt(5, 'warning'), errors[1]!];
  const report = reportWith({ findings, errors: 2, warnings: 1, infos: 1 });

  it('are all findings when they fit', () => {
    assert.deepEqual(problemsOf(report, 4), { listed: findings, rest: undefined });
  });

  it('are the worst, in order of row, and a last entry with the totals', () => {
    const { listed, rest } = problemsOf(report, 3);
    assert.deepEqual(listed, errors);
    assert.match(rest!, /^4 findings in all \(2 errors, 1 warning, 1 remark\); 2 entries/);
  });

  it('have a last entry as well when the report itself holds only examples', () => {
    const { listed, rest } = problemsOf(reportWith({ findings, errors: 12_345, warnings: 1, infos: 1 }), 500);
    assert.equal(listed.length, 4);
    assert.match(rest!, /^12,347 findings in all/);
  });

  it('have none for a run of rows that stands for all its rows', () => {
    assert.equal(problemsOf(reportWith({ findings: [findingAt(3, 'error', 'blank-row', 400)], errors: 400 }), 500).rest, undefined);
  });
});

describe('files that are recognised', () => {
  it('by name', () => {
    assert.deepEqual(['a.csv', 'A.CSV', 'a.csv.DONE', 'a.csv.tmp', 'a.csv.gz', 'csv', 'a.tsv'].map(isCsvName), [true, true, true, true, false, false, false]);
  });

  it('by a first line of NinjaTrader', () => {
    const first = ['20250727 150100;6507.5;6512.5;6502.75;6506.75;50', '20250727;1;2;0;1;5', '20250727 150100 1230000;6507.25;3', '20250727 150100,6507.5,6512', 'Date;Time', '2025-07-27 15:01:00;1', '20250727'];
    assert.deepEqual(first.map(isNinjaTraderLine), [true, true, true, true, false, false, false]);
  });

  it('from disk, whatever is there', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-recognise-'));
    try {
      const bars = path.join(folder, 'ES.txt');
      writeFileSync(bars, '\uFEFF20250727 150100;6507.5;6512.5;6502.75;6506.75;50\n');
      writeFileSync(path.join(folder, 'notes.txt'), 'notes');
      assert.equal(await isNinjaTraderFile(bars), true);
      assert.equal(await isNinjaTraderFile(path.join(folder, 'notes.txt')), false);
      assert.equal(await isNinjaTraderFile(path.join(folder, 'gone.txt')), false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
