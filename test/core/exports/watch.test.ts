import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Bell } from '../../../src/core/exports/bell';
import { lookOnce, watchExports, type Look } from '../../../src/core/exports/watch';
import type { ExportStanding } from '../../../src/protocol/exports';
import { ended, exporter, type Exporting } from '../../support/exporter';
import { diskWith, freshFolder, removeFolders } from '../disk/world';

const csv = (instrument: string): string => `MinuteDataExport_${instrument}_20251113_212632_UTC.csv`;

/** Never, as far as a test is concerned: what is seen is seen because something changed. */
const NEVER = 3_600_000;

/** Real exporters, as real processes, watched on a real disk. */
describe('watching a raw folder', () => {
  let folder: string;
  let stop: AbortController;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = freshFolder();
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  after(removeFolders);

  const begin = (instrument: string, how: Exporting): ChildProcess => {
    const child = exporter(folder, instrument, how);
    children.push(child);
    return child;
  };
  /** Watches until it is enough; what each export was said to be, in order. */
  async function until(enough: (look: Look) => boolean, poll = NEVER, meanwhile?: (look: Look) => void): Promise<Map<string, ExportStanding[]>> {
    const told = new Map<string, ExportStanding[]>();
    for await (const look of watchExports({ disk: diskWith(), folder, poll }, stop.signal)) {
      for (const standing of look.changed) told.set(standing.key, [...(told.get(standing.key) ?? []), standing]);
      meanwhile?.(look);
      if (enough(look)) break;
    }
    return told;
  }
  const stateIs = (key: string, ...states: string[]) => ({ known }: Look): boolean => states.includes(known.get(key)?.standing.state ?? '');
  const states = (told: readonly ExportStanding[] | undefined): string[] => [...new Set(told?.map(({ state }) => state))];

  it('follows two instruments at once, one of which says nothing, by what changes', async () => {
    // Each stands still until it has been seen under way, ES twice: a pace takes two looks.
    begin('ES', { bars: 20_000, chunk: 2000, progress: 4000, waits: { 6000: 'ES was seen', 14_000: 'its pace was seen' } });
    begin('NQ', { bars: 20_000, chunk: 4000, signals: false, waits: { 8000: 'NQ was seen' } });
    const told = await until((look) => stateIs(csv('ES'), 'complete')(look) && stateIs(csv('NQ'), 'complete')(look), NEVER, ({ known }) => {
      const [es, nq] = [csv('ES'), csv('NQ')].map((key) => known.get(key)?.standing);
      if (es?.bars !== undefined) writeFileSync(path.join(folder, 'ES was seen'), '');
      if (es?.secondsLeft !== undefined) writeFileSync(path.join(folder, 'its pace was seen'), '');
      if (nq?.state === 'running') writeFileSync(path.join(folder, 'NQ was seen'), '');
    });
    // Whether it is seen before it has a file depends on who is quicker.
    for (const instrument of ['ES', 'NQ']) assert.deepEqual(states(told.get(csv(instrument))).filter((state) => state !== 'starting'), ['running', 'complete'], instrument);
    const [running, done] = [told.get(csv('ES'))!.findLast(({ state }) => state === 'running')!, told.get(csv('ES'))!.at(-1)!];
    assert.ok(running.bars !== undefined && running.barsPerSecond !== undefined && running.secondsLeft !== undefined, JSON.stringify(running));
    assert.deepEqual([done.bars, done.counters, path.basename(done.file!)], [20_000, {}, `${csv('ES')}.DONE`]);
    assert.equal(told.get(csv('NQ'))!.at(-1)!.bars, undefined);
  });

  it('takes signals in logs/, made while it is watched; an empty export is none', async () => {
    begin('CL', { bars: 0, signals: 'logs', lock: false });
    assert.deepEqual((await until(stateIs(csv('CL'), 'empty'))).get(csv('CL'))!.at(-1)!.bars, 0);
  });

  it('rings for what was put into logs/ between that folder\'s coming and its being heard', async () => {
    const bell = new Bell(folder, stop.signal);
    const signals = path.join(folder, 'logs');
    const waiting = bell.wait(0, NEVER);
    mkdirSync(signals);
    assert.ok(await waiting);
    writeFileSync(path.join(signals, `export_complete_${csv('ES')}.json`), '{}');
    assert.ok(await bell.wait(0, NEVER));
    bell.close();
  });

  it('sees that an exporter died, and that one stands still, once nothing has changed for long enough', async () => {
    await ended(begin('ES', { bars: 9000, dieAt: 5000, progress: 2000, chunk: 1000 }));
    begin('NQ', { bars: 9000, waits: { 5000: 'never' }, progress: 2000, chunk: 1000 });
    await until(({ known }) => known.get(csv('NQ'))?.standing.bars === 4000);
    const later = { ...diskWith(), clock: { now: () => Date.now() + 6 * 60_000 } };
    const { known } = await lookOnce(later, folder);
    const [dead, still] = [known.get(csv('ES'))!.standing, known.get(csv('NQ'))!.standing];
    assert.deepEqual([dead.state, still.state], ['crashed', 'stalled']);
    assert.equal(still.pid, children[1]!.pid);
  });

  it('reads a torn signal again, and tells of it when it stays torn', async () => {
    const signal = path.join(folder, `export_complete_${csv('ES')}.json`);
    writeFileSync(path.join(folder, csv('ES')), 'x'.repeat(500));
    writeFileSync(signal, '{"status": "comp');
    const told = await until(({ known }) => (known.get(csv('ES'))?.standing.complaints.length ?? 0) > 0, 300);
    assert.deepEqual([told.get(csv('ES'))![0]!.complaints, states(told.get(csv('ES')))], [[], ['running']]);
    assert.match(told.get(csv('ES'))!.at(-1)!.complaints.join(), /export_complete.*no whole JSON/);
    writeFileSync(signal, '{"status": "complete", "totalBarsProcessed": 8}');
    const mended = await until(stateIs(csv('ES'), 'complete'));
    assert.deepEqual(mended.get(csv('ES'))!.at(-1)!.complaints, []);
  });

  it('tells of torn and unknown signals of exports of which nothing else tells; one look is enough', async () => {
    for (const [name, text] of [['complete_MinuteDataExport_NQ_20251113_212632_UTC.csv', '{"sta'], ['progress_DataExport_CL_20251113_212632_UTC', '[]'], ['start_20251113_212632', ''], ['start_20251113_212632_ES', '{"status":"complete"}']] as const) {
      writeFileSync(path.join(folder, `export_${name}.json`), text);
    }
    const seen = [...(await lookOnce(diskWith(), folder)).known.values()].map(({ standing }) => [standing.key, standing.state, standing.complaints.join()]).sort();
    const expected: [key: string, why: RegExp][] = [
      ['DataExport_CL_20251113_212632_UTC.csv', /export_progress_.*no JSON object/], ['ES', /_ES\.json cannot be understood: its name says start/],
      [csv('NQ'), /no whole JSON/], ['export_start_20251113_212632.json', /cannot be understood: it is empty/],
    ];
    assert.deepEqual(seen.map(([key, state]) => [key, state]), expected.map(([key]) => [key, 'idle']));
    expected.forEach(([, why], at) => { assert.match(seen[at]![2]!, why); });
  });

  it('a CSV replaced while it is watched is another export of the same name', async () => {
    await ended(begin('ES', { bars: 3000, done: false }));
    const ends = new Set<string | undefined>();
    let again = false;
    const isOther = ({ known }: Look): boolean => known.get(csv('ES'))?.standing.bars === 5000;
    await until((look) => isOther(look) && stateIs(csv('ES'), 'complete')(look), 500, ({ known }) => {
      const { end } = known.get(csv('ES'))!;
      if (end !== undefined) ends.add(end);
      if (!again) begin('ES', { bars: 5000, done: false });
      again = true;
    });
    assert.ok(ends.size >= 2, 'it has an end of its own');
    assert.ok(isOther(await lookOnce(diskWith(), folder)));
  });

  it('an unfinished file left long ago does not make the start signal of an export that has ended look like another beginning', async () => {
    const old = path.join(folder, csv('ES').replace('20251113', '20251103'));
    writeFileSync(old, 'x'.repeat(500));
    utimesSync(old, Date.now() / 1000 - 86_400, Date.now() / 1000 - 86_400);
    await ended(begin('ES', { bars: 300 }));
    const standings = [...(await lookOnce(diskWith(), folder)).known.values()].map(({ standing }) => [standing.key, standing.state]);
    assert.deepEqual(standings, [[path.basename(old), 'idle'], [csv('ES'), 'complete']]);
  });

  it('a folder that goes away and comes back is told, and watched on', async () => {
    const moved = `${folder}-moved`;
    let trouble: string | undefined;
    await until(({ known }) => trouble !== undefined && known.has(csv('ES')), 300, (look) => {
      if (look.trouble !== undefined) trouble = look.trouble;
      if (trouble === undefined && existsSync(folder)) renameSync(folder, moved);
      else if (trouble !== undefined && !existsSync(folder)) {
        mkdirSync(folder);
        writeFileSync(path.join(folder, csv('ES')), 'x');
      }
    });
    assert.match(trouble!, /no such file or folder/);
    rmSync(moved, { recursive: true });
  });

  it('does not take for exports what an import puts beside them, locks, or our temporary files', async () => {
    for (const name of [`${csv('ES')}.DONE.rejected.csv`, `${csv('ES')}.conflicts.2.csv`, `${csv('ES')}.tmp`, 'notes.csv', 'export_trigger.txt']) writeFileSync(path.join(folder, name), 'x');
    assert.deepEqual([...(await lookOnce(diskWith(), folder)).known.keys()], []);
    await assert.rejects(lookOnce(diskWith(), path.join(folder, 'none')), { kind: 'usage' });
  });

  it('a file that is there under both names is the packed one, or the one begun anew', async () => {
    const now = Date.now() / 1000;
    writeFileSync(path.join(folder, csv('ES')), 'x'.repeat(400));
    writeFileSync(path.join(folder, `${csv('ES')}.gz.DONE`), 'x'.repeat(90));
    writeFileSync(path.join(folder, csv('NQ')), 'x'.repeat(400));
    writeFileSync(path.join(folder, `${csv('NQ')}.DONE`), 'x'.repeat(900));
    utimesSync(path.join(folder, `${csv('NQ')}.DONE`), now - 900, now - 900);
    const { known } = await lookOnce(diskWith(), folder);
    assert.deepEqual([csv('ES'), csv('NQ')].map((key) => known.get(key)!.standing.state), ['complete', 'running']);
    unlinkSync(path.join(folder, csv('NQ')));
    assert.equal((await lookOnce(diskWith(), folder)).known.get(csv('NQ'))!.standing.state, 'complete');
  });
});
