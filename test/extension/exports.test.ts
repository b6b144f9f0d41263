import assert from 'node:assert/strict';
import { conductLines, conductSummary, descriptionOf, endedText, factsOf, isPending, isReady, markOf, runningText } from '../../src/extension/exports/texts';
import type { ExportStanding, ExportStateName } from '../../src/protocol/exports';

const standing = (state: ExportStateName, more: Partial<ExportStanding> = {}): ExportStanding =>
  ({ key: 'MinuteDataExport_ES_20251113_212632_UTC.csv', state, instrument: 'ES', quietSeconds: 0, counters: {}, complaints: [], ...more });

describe('an export in the Exports view', () => {
  it('is marked by what it needs', () => {
    const states: ExportStateName[] = ['starting', 'running', 'stalled', 'crashed', 'failed', 'complete', 'violations', 'empty', 'idle'];
    assert.deepEqual(states.map((state) => markOf(standing(state))), ['working', 'working', 'warning', 'error', 'error', 'good', 'warning', 'warning', 'idle']);
    assert.deepEqual(states.filter((state) => isPending(standing(state))), ['starting', 'running', 'stalled']);
    assert.deepEqual(states.filter((state) => isReady(standing(state, { file: '/raw/x' }))), ['complete', 'violations']);
    assert.ok(!isReady(standing('complete')), 'its file is gone');
  });

  it('says state, bars, rate and end; what is not known is left out', () => {
    assert.equal(descriptionOf(standing('running', { bars: 412_000, barsPerSecond: 3100.4, secondsLeft: 130 })), 'running · about 2 min left · 412,000 bars · 3,100 bars/s');
    assert.equal(descriptionOf(standing('running', { bytes: 21_000_000, bytesPerSecond: 300_000 })), 'running · 21.0 MB · 300 KB/s');
    assert.equal(descriptionOf(standing('crashed', { quietSeconds: 400 })), 'crashed · quiet for 7 min');
    assert.equal(descriptionOf(standing('starting')), 'starting');
    assert.deepEqual(factsOf(standing('crashed', { pid: 4711 })), [['Instrument', 'ES'], ['Process', 'PID 4711, gone']]);
  });

  it('the status bar names the one that runs, or counts them; the end is told once for all', () => {
    const es = standing('running', { bars: 1000, secondsLeft: 45 });
    assert.equal(runningText([es]), 'Export of ES, 1,000 bars, about 45 s left');
    assert.equal(runningText([es, standing('running', { key: 'b' })]), '2 exports running');
    assert.equal(endedText([standing('complete', { bars: 5 }), standing('empty', { instrument: 'CL', bars: 0 })]), 'ES: complete · 5 bars. CL: empty · 0 bars.');
  });

  it('a run is told by what each export brought, and by what was left alone', () => {
    const run = { id: 'a', began: '', stage: 'done', stateFile: '', logFile: '', exports: [{ csv: 'x.csv', ticker: 'ES', state: 'complete', imported: { outcome: 'imported', newRows: 1, rejectedRows: 0 } }], left: [{ key: 'y.csv', state: 'empty', why: 'is empty' }] } as const;
    assert.deepEqual(conductLines({ raw: '/raw', runs: [run] }), ['x.csv: 1 new bar into ES_1m', 'y.csv is empty']);
    assert.equal(conductSummary({ raw: '/raw', runs: [run] }), 'Pipeline done. ES: 1 new bar. Left alone: 1 export.');
  });
});
