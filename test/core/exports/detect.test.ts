import assert from 'node:assert/strict';
import { detect, LIMITS, type Evidence, type Known } from '../../../src/core/exports/detect';
import type { ExportStateName } from '../../../src/protocol/exports';

/** Detection as a table: time is a number, nothing is waited for. */
const NOW = Date.UTC(2025, 10, 13, 13, 0);
const [SECOND, MINUTE] = [1000, 60_000];
const CSV = 'MinuteDataExport_ES_20251113_125500_UTC.csv';
const BYTES = 195_511;

type Part = Partial<Evidence>;
/** How long ago, ms. */
const file = (ago: number, bytes = BYTES, done = false): Part => ({ file: { path: `/raw/${CSV}${done ? '.DONE' : ''}`, bytes, modified: NOW - ago, done, packed: false } });
const progress = (ago: number, bars = 100_000): Part => ({ progress: { modified: NOW - ago, signal: { kind: 'progress', csv: CSV, bars, counters: {} } } });
const complete = (ago: number, said: object = { bars: 3677, bytes: BYTES }): Part => ({ complete: { modified: NOW - ago, signal: { kind: 'complete', csv: CSV, counters: {}, ...said } } });
const start = (ago: number): Part => ({ start: { modified: NOW - ago, signal: { kind: 'start', instrument: 'ES' } } });
const lock = (holder: 'alive' | 'dead' | 'unknown'): Part => ({ lock: { pid: 4711, holder } });
const seen = (...parts: Part[]): Evidence => Object.assign({ key: CSV, instrument: 'ES', complaints: [] }, ...parts) as Evidence;
const stateOf = (...parts: Part[]): ExportStateName => detect(undefined, seen(...parts), NOW).standing.state;

describe('detection of exports', () => {
  describe('at first sight', () => {
    const [fresh, old] = [10 * SECOND, 20 * MINUTE];
    const table: readonly (readonly [string, ExportStateName, ...Part[]])[] = [
      // One evidence: the four priorities.
      ['1 completion signal', 'complete', complete(fresh), file(fresh)],
      ['1 completion signal, long ago', 'complete', complete(old), file(old)],
      ['1 .DONE', 'complete', file(old, BYTES, true)],
      ['1 .DONE of 0 bytes', 'empty', file(old, 0, true)],
      ['1 completion with 0 bars and a 0-byte file', 'empty', complete(fresh, { bars: 0, bytes: 0 }), file(fresh, 0)],
      ['1 completion with 0 bars, its file gone', 'empty', complete(fresh, { bars: 0, bytes: 0 })],
      ['1 completion, its file gone', 'complete', complete(fresh)],
      ['1 completion that knows no bars', 'complete', complete(fresh, {}), file(fresh)],
      ['1 completion with duplicates', 'violations', complete(fresh, { bars: 9, counters: { duplicateTimestamps: 1 } }), file(fresh)],
      ['1 completion with session boundaries only', 'complete', complete(fresh, { bars: 9, counters: { sessionBoundaryViolations: 2 } }), file(fresh)],
      ['1 completion with invalid bars', 'violations', complete(fresh, { bars: 9, invalid: 3 }), file(fresh)],
      ['2 progress', 'running', progress(fresh), file(fresh)],
      ['2 progress before there is a file', 'running', progress(fresh)],
      ['2 progress 3 minutes ago: slow', 'running', progress(3 * MINUTE), file(3 * MINUTE)],
      ['3 a file just changed', 'running', file(fresh)],
      ['3 a file changed 119 s ago', 'running', file(119 * SECOND)],
      ['3 a file changed 121 s ago, and nobody says anything', 'idle', file(121 * SECOND)],
      ['4 progress that stands still', 'stalled', progress(6 * MINUTE), file(6 * MINUTE)],
      ['4 … for an hour', 'failed', progress(61 * MINUTE), file(61 * MINUTE)],
      ['0 a start signal', 'starting', start(fresh)],
      ['0 a lock', 'starting', lock('alive')],
      ['0 a start signal 6 minutes ago', 'stalled', start(6 * MINUTE)],
      // Every pair of evidences that contradict each other.
      ['completion × progress after it: begun again', 'running', complete(old), progress(fresh), file(fresh, BYTES + 1)],
      ['completion × progress of the same moment', 'complete', complete(fresh), progress(fresh - SECOND), file(fresh)],
      ['completion × a larger file, written later: begun again', 'running', complete(old), file(fresh, BYTES + 1)],
      ['completion × a smaller file, written later: begun again', 'running', complete(old), file(fresh, 12)],
      ['completion × the same file, touched later', 'complete', complete(old), file(fresh)],
      ['completion × a smaller file of the same time: cut off', 'violations', complete(fresh), file(fresh, 100_000)],
      ['completion of 0 bars × a file with rows', 'violations', complete(fresh, { bars: 0, bytes: 0 }), file(fresh)],
      ['completion of 0 bars × a file being written later', 'running', complete(old, { bars: 0, bytes: 0 }), file(fresh)],
      ['completion of bars × an empty file', 'empty', complete(fresh), file(fresh, 0)],
      ['completion × a lock held: not released yet', 'running', complete(SECOND), file(SECOND), lock('alive')],
      ['completion × a lock held for long: never released', 'complete', complete(MINUTE), file(MINUTE), lock('alive')],
      ['completion × a dead lock', 'complete', complete(SECOND), file(SECOND), lock('dead')],
      ['.DONE × a lock held', 'complete', file(SECOND, BYTES, true), lock('alive')],
      ['.DONE × a dead lock', 'complete', file(SECOND, BYTES, true), lock('dead')],
      ['.DONE × progress after it', 'complete', file(old, BYTES, true), progress(fresh)],
      ['.DONE × completion of 0 bars', 'violations', file(fresh, BYTES, true), complete(fresh, { bars: 0, bytes: 0 })],
      ['.DONE × completion of another size', 'violations', file(fresh, BYTES, true), complete(fresh, { bars: 9, bytes: 99 })],
      ['progress stands still × the file grows', 'running', progress(20 * MINUTE), file(fresh)],
      ['progress × the file stands still', 'running', progress(fresh), file(20 * MINUTE)],
      ['progress × a dead lock, just now', 'running', progress(fresh), file(fresh), lock('dead')],
      ['progress that stands still × a dead lock', 'crashed', progress(6 * MINUTE), file(6 * MINUTE), lock('dead')],
      ['progress that stands still × a lock held', 'stalled', progress(6 * MINUTE), file(6 * MINUTE), lock('alive')],
      ['progress that stands still × a lock of another machine', 'stalled', progress(6 * MINUTE), file(6 * MINUTE), lock('unknown')],
      ['progress an hour ago × a dead lock', 'crashed', progress(61 * MINUTE), lock('dead')],
      ['a file that stands still × a lock held', 'stalled', file(6 * MINUTE), lock('alive')],
      ['a file that stands still × a dead lock', 'crashed', file(6 * MINUTE), lock('dead')],
      ['a file that grows × a dead lock (a PID of another machine)', 'running', file(fresh), lock('dead')],
      ['progress × a later export of the same kind', 'running', progress(fresh), file(fresh), { superseded: true }],
      ['progress that stands still for 3 minutes × a later export of the same kind', 'crashed', progress(3 * MINUTE), file(3 * MINUTE), { superseded: true }],
      ['completion × a later export of the same kind', 'complete', complete(old), file(old), { superseded: true }],
      ['a start signal × a dead lock', 'crashed', start(6 * MINUTE), lock('dead')],
      ['a start signal × an old file nobody writes', 'stalled', start(6 * MINUTE), file(20 * MINUTE)],
    ];
    for (const [what, state, ...parts] of table) it(`${what}: ${state}`, () => { assert.equal(stateOf(...parts), state); });

    it('says what contradicts, and does not call unknown counters 0', () => {
      const { standing } = detect(undefined, seen(complete(fresh), file(fresh, 100_000)), NOW);
      assert.match(standing.complaints.join(), /says 195511 bytes, but the file holds 100000/);
      assert.deepEqual(standing.counters, {});
      assert.equal(standing.bars, 3677);
    });
  });

  describe('as time passes', () => {
    /** Looks every `every` ms, the evidence made by `at` (given ms since the first look). */
    function watch(until: number, at: (passed: number) => Part[], every = 10 * SECOND, clock: (passed: number) => number = (passed) => NOW + passed): Known {
      let known: Known | undefined;
      for (let passed = 0; passed <= until; passed += every) known = detect(known, seen(...at(passed)), clock(passed));
      return known!;
    }
    const growing = (passed: number): Part[] => [{ file: { path: `/raw/${CSV}`, bytes: 1000 + passed, modified: NOW + passed, done: false, packed: false } }];
    const still = (): Part[] => [file(SECOND)];

    it('a file without signals that stands still runs for 5 minutes, has then stalled and after an hour failed', () => {
      const states = [4.9, 5, 59, 61].map((minutes) => watch(minutes * MINUTE, still).standing.state);
      assert.deepEqual(states, ['running', 'stalled', 'stalled', 'failed']);
    });
    it('with the lock of a dead process it has crashed; it goes on when it grows again', () => {
      assert.equal(watch(6 * MINUTE, () => [...still(), lock('dead')]).standing.state, 'crashed');
      assert.equal(watch(12 * MINUTE, (passed) => (passed < 11 * MINUTE ? still() : growing(passed))).standing.state, 'running');
    });
    it('a slow one that grows every 4 minutes never stalls', () => {
      for (let minutes = 1; minutes < 90; minutes += 7) {
        assert.equal(watch(minutes * MINUTE, (passed) => growing(Math.floor(passed / (4 * MINUTE)) * 4 * MINUTE)).standing.state, 'running');
      }
    });
    it('an old file nobody wrote stays idle; it runs once it changes', () => {
      assert.equal(watch(90 * MINUTE, () => [file(20 * MINUTE)]).standing.state, 'idle');
      assert.equal(watch(2 * MINUTE, (passed) => [file(20 * MINUTE, passed < MINUTE ? 1000 : 2000)]).standing.state, 'running');
    });
    it('the clock goes back an hour, or jumps ahead: a growing file runs, one that stands still stalls no sooner and a minute later at most', () => {
      for (const jump of [-60 * MINUTE, 60 * MINUTE, -365 * 24 * 60 * MINUTE]) {
        const clock = (passed: number): number => NOW + passed + (passed >= MINUTE ? jump : 0);
        assert.equal(watch(30 * MINUTE, growing, 10 * SECOND, clock).standing.state, 'running');
        assert.equal(watch(3.9 * MINUTE, still, 10 * SECOND, clock).standing.state, 'running', `${jump}`);
        assert.equal(watch(6 * MINUTE, still, 10 * SECOND, clock).standing.state, 'stalled', `${jump}`);
      }
    });
    it('files of a clock ahead or behind ours are judged by whether they change', () => {
      for (const skew of [-45 * MINUTE, 45 * MINUTE]) {
        const there = (passed: number): Part[] => [{ file: { path: CSV, bytes: 1000 + passed, modified: NOW + skew + passed, done: false, packed: false } }];
        assert.equal(watch(10 * MINUTE, there).standing.state, 'running');
        assert.equal(watch(10 * MINUTE, (passed) => there(Math.min(passed, MINUTE))).standing.state, 'stalled');
      }
    });
    it('a completion whose signal is dated before the file, the clock having gone back, is believed', () => {
      const wrote = (passed: number): Part[] => (passed < MINUTE ? growing(passed) : [file(0, BYTES), complete(60 * MINUTE)]);
      assert.equal(watch(2 * MINUTE, wrote).standing.state, 'complete');
    });
    it('a machine that slept for a night has not seen an export stand still', () => {
      let known = detect(undefined, seen(progress(SECOND), file(SECOND)), NOW);
      known = detect(known, seen(progress(SECOND), file(SECOND)), NOW + 9 * 60 * MINUTE);
      assert.equal(known.standing.state, 'running');
    });
    it('a CSV replaced while it is watched runs again, also when no clock tells', () => {
      const first = [complete(MINUTE), file(MINUTE)];
      const replaced = watch(3 * MINUTE, (passed) => (passed < MINUTE ? first : [complete(MINUTE), file(MINUTE, 500 + passed)]));
      assert.equal(replaced.standing.state, 'running');
      const ended = detect(replaced, seen({ complete: { modified: NOW + 4 * MINUTE, signal: { kind: 'complete', csv: CSV, counters: {}, bars: 7, bytes: 700 } } }, file(0, 700)), NOW + 4 * MINUTE);
      assert.equal(ended.standing.state, 'complete');
      assert.notEqual(ended.end, detect(undefined, seen(...first), NOW).end);
    });
    it('the last bytes arriving just after the completion signal are no new export', () => {
      const late = watch(20 * SECOND, (passed) => [complete(0), file(passed === 0 ? 3 * SECOND : -passed, passed === 0 ? 100_000 : BYTES)], SECOND);
      assert.equal(late.standing.state, 'complete');
    });
    it('knows rates, and the end from how bars near the beginning of the export', () => {
      const from = NOW - 100 * 86_400_000;
      const known = watch(30 * SECOND, (passed) => [
        start(0).start === undefined ? {} : { start: { modified: NOW, signal: { kind: 'start', startedAt: NOW } } },
        { progress: { modified: NOW + passed, signal: { kind: 'progress', csv: CSV, counters: {}, bars: passed, lastBar: from + passed * 86_400 } } },
        ...growing(passed),
      ], 5 * SECOND);
      assert.deepEqual([known.standing.barsPerSecond, known.standing.bytesPerSecond], [1000, 1000]);
      // 100 days at 86,400 s of bars a second, of which 30 s are done.
      assert.equal(known.standing.secondsLeft, 100 - 30);
    });
    it('without bar times the end is told by the size of an earlier export; a restarted one begins to count anew', () => {
      assert.equal(watch(20 * SECOND, (passed) => [...growing(passed), { usualBytes: 61_000 }], 5 * SECOND).standing.secondsLeft, 40);
      const again = watch(40 * SECOND, (passed) => growing(passed < 20 * SECOND ? 900_000 + passed : passed - 20 * SECOND), 5 * SECOND);
      assert.equal(again.standing.bytesPerSecond, 1000);
    });
    it('limits are those documented', () => { assert.deepEqual([LIMITS.recent, LIMITS.stall, LIMITS.timeout], [2 * MINUTE, 5 * MINUTE, 60 * MINUTE]); });
  });
});
