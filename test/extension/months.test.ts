import assert from 'node:assert/strict';
import { pageOf } from '../../src/extension/months/page';
import { descriptionOf, factsOf, markOf, reasonsOf, runSummary, slowestStage } from '../../src/extension/months/standing';
import { headingsOf, previewFacts, shareText } from '../../src/extension/dbn/texts';
import type { MonthDone, MonthStanding } from '../../src/protocol/monthly';
import { isFromMonths } from '../../src/protocol/monthspage';
import type { BarRow, DbnPreview } from '../../src/protocol/dbn';

const DONE: MonthDone = {
  month: '2025-10', source: '/in/a.dbn.zst', output: '/out/m.parquet', statistics: '/out/m.json', bytes: 1_900_000, sha256: '', rawRows: 1_700_000, rows: 515_000, score: 0.934,
  requiresReprocessing: false, priority: null, reasons: [], alerts: [], warnings: [], seconds: 7.25, stageSeconds: { clean: 2.5, features: 4.12, write: 0.6 }, peakMemoryBytes: 1_200_000_000,
};
const finished = (changes: Partial<MonthDone> = {}): MonthStanding => ({ month: '2025-10', state: 'finished', output: DONE.output, done: { ...DONE, ...changes } });
const failed: MonthStanding = {
  month: '2025-09', state: 'failed', failure: { month: '2025-09', source: '/in/b.dbn.zst', stage: 'fill', kind: 'io', message: 'Cannot read /in/b.dbn.zst: it is cut off.', attempts: 2 },
};
const interrupted: MonthStanding = { month: '2025-08', state: 'interrupted', source: '/in/c.dbn.zst', stage: 'label' };

describe('a month in the Months view', () => {
  it('is marked by what it needs', () => {
    const working: MonthStanding = { ...interrupted, state: 'working' };
    const waiting: MonthStanding = { month: '2025-07', state: 'waiting', source: '' };
    const doubtful = finished({ warnings: ['It may have been cut off.'] });
    assert.deepEqual([finished(), finished({ requiresReprocessing: true }), doubtful, failed, interrupted, working, waiting].map(markOf), ['good', 'warning', 'warning', 'error', 'warning', 'working', 'waiting']);
  });

  it('says its score and slowest stage, or where it stands', () => {
    assert.equal(descriptionOf(finished()), 'score 0.93 · features 4.1 s');
    assert.equal(descriptionOf(failed), 'failed at the stage fill');
    assert.equal(descriptionOf(interrupted), 'interrupted at the stage label');
    assert.equal(slowestStage({ stageSeconds: {} }), undefined);
    assert.equal(descriptionOf(finished({ stageSeconds: {} })), 'score 0.93');
  });

  it('gives every reason, alert and warning, and for a failure its message', () => {
    assert.deepEqual(reasonsOf(finished({ reasons: ['r'], alerts: ['a'], warnings: ['w'] })), ['r', 'a', 'w']);
    assert.deepEqual(reasonsOf(failed), ['Cannot read /in/b.dbn.zst: it is cut off.']);
    assert.deepEqual(reasonsOf({ month: '2025-10', state: 'finished', output: '/out/x.parquet' }), ['It has no statistics of Barkeep.']);
  });

  it('lists the rest as facts', () => {
    const facts = Object.fromEntries(factsOf(finished()));
    assert.deepEqual([facts['Rows'], facts['features'], facts['Peak memory']], ['515,000 rows of 1,700,000 read', '4.1 s', '1.2 GB']);
    assert.deepEqual(factsOf(failed), [['Source', '/in/b.dbn.zst']]);
  });
});

describe('the page of months', () => {
  it('says that there are none, unless they could not be read', () => {
    assert.equal(pageOf({ months: [], failure: undefined }).summary, 'There are no months in the folders of the settings.');
    assert.equal(pageOf({ months: [], failure: 'No such folder.' }).summary, '');
    assert.equal(pageOf({ months: [finished(), failed], failure: undefined }).summary, '2 months, 1 finished');
  });
});

describe('what became of a run', () => {
  it('is told in one sentence', () => {
    assert.equal(runSummary({ done: [DONE], failed: [] }), '1 month processed.');
    assert.equal(runSummary({ done: [DONE, { ...DONE, requiresReprocessing: true }], failed: [{}] }), '2 months processed, 1 failed, 1 to process again.');
    assert.equal(runSummary({ done: [], failed: [] }), 'Every month is finished already.');
  });
});

describe('what the page of months may ask for', () => {
  it('is nothing but a month by its name', () => {
    assert.ok(isFromMonths({ type: 'ready' }) && isFromMonths({ type: 'statistics', month: '2025-10' }));
    for (const other of [null, 'ready', {}, { type: 'statistics' }, { type: 'statistics', month: 1 }, { type: 'open', month: '2025-10' }]) assert.ok(!isFromMonths(other), JSON.stringify(other));
  });
});

describe('the words of a DBN preview', () => {
  const row: BarRow = { time: null, symbol: 'ES', open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const rows = (count: number): BarRow[] => Array.from({ length: count }, () => row);
  const preview: DbnPreview = {
    version: 3, dataset: 'GLBX.MDP3', schema: null, start: '2024-11-01 00:00:00 UTC', end: null, symbols: Array.from({ length: 23 }, (_, at) => `S${at}`), mapped: 1200, zone: 'UTC', rows: [], skipped: 2,
  };

  it('never show a part without saying so', () => {
    assert.equal(shareText({ rows: rows(500), total: 1_700_000 }), 'The first 500 of 1,700,000 rows.');
    assert.equal(shareText({ rows: rows(500) }), 'The first 500 rows; counting the rest…');
    assert.equal(shareText({ rows: rows(3), total: 3 }), 'All 3 rows.');
    assert.equal(shareText({ rows: [], total: 0 }), 'There are no rows.');
  });

  it('name the zone, and what was left out', () => {
    const facts = Object.fromEntries(previewFacts(preview));
    assert.equal(headingsOf(preview)[0], 'Start (UTC)');
    assert.equal(facts['Left out'], '2 records that are no such bars');
    assert.equal(facts['Asked for'], 'from 2024-11-01 00:00:00 UTC on');
    assert.match(facts['Symbols']!, /S19, and 3 more$/);
  });
});
