import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { regenerate } from '../../../src/core/derive/regenerate';
import { openDisk } from '../../../src/core/disk/disk';
import { backUpFiles, restoreBackup } from '../../../src/core/jobs/backup';
import type { JobContext } from '../../../src/core/jobs/context';
import { exportFile } from '../../../src/core/jobs/export';
import { importFile } from '../../../src/core/jobs/import';
import { repairFile } from '../../../src/core/jobs/repair';
import { sealFile } from '../../../src/core/jobs/seal';
import type { RestoreResult } from '../../../src/protocol/keeping';
import type { RegenerationStep } from '../../../src/protocol/results';
import { minuteBars } from '../../support/bars';
import { foretold } from '../../support/repair';

/** What a dry run says is what the real run then does; of import and update their own tests tell. */
describe('dry runs', () => {
  let folder: string;
  let context: JobContext;
  let now = Date.UTC(2025, 11, 5, 12);
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-dry-'));
    mkdirSync(path.join(folder, 'data'));
    const clock = { now: (): number => now };
    context = { disk: openDisk({ clock, command: 'dry run test' }), clock, folder: path.join(folder, 'data'), operation: unattended };
    await importing(minuteBars(900));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function importing(text: string): Promise<void> {
    now += 60_000;
    const file = path.join(folder, 'a.txt');
    writeFileSync(file, text);
    await importFile(context, { file, ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false });
    now += 60_000;
  }
  const snapshot = (): unknown[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
      const stats = statSync(path.join(folder, name));
      return stats.isFile() ? [name, stats.mtimeMs, readFileSync(path.join(folder, name)).toString('hex')] : [name];
    });
  /** Runs it dry, sees that nothing changed, then runs it. */
  async function both<T>(run: (dryRun: boolean) => Promise<T>): Promise<[dry: T, real: T]> {
    const before = snapshot();
    const dry = await run(true);
    assert.deepEqual(snapshot(), before, 'a dry run writes nothing, not even a lock');
    return [dry, await run(false)];
  }

  it('regenerate: the same files for the same reasons', async () => {
    writeFileSync(path.join(context.folder, 'ES_5m.parquet'), 'not ours');
    const [dry, real] = await both((dryRun) => regenerate(context.disk, context.folder, 'ES', { dryRun }, unattended));
    assert.ok(dry.steps.length > 0);
    // How many rows a file gets is known when it is made.
    const planned = ({ step, output, outcome, why }: RegenerationStep): unknown => ({ step, output, outcome: outcome === 'would-make' ? 'made' : outcome, why });
    assert.deepEqual(dry.steps.map(planned), real.steps.map(planned));
    const [again, nothing] = await both((dryRun) => regenerate(context.disk, context.folder, 'ES', { dryRun }, unattended));
    assert.deepEqual(again, nothing);
  });

  it('backup: the same files; those that are backed up already are told as such by both', async () => {
    const [dry, real] = await both((dryRun) => backUpFiles(context, { what: [], dryRun }));
    assert.deepEqual(dry.backups.map(({ file, bytes }) => [file, bytes]), real.backups.map(({ file, bytes }) => [file, bytes]));
    assert.equal(real.backups.length, 1);
    const [again, nothing] = await both((dryRun) => backUpFiles(context, { what: [], dryRun }));
    assert.deepEqual([again.backups, again.current], [nothing.backups, nothing.current]);
  });

  it('seal and repair: the same bytes, the same rows out', async () => {
    const file = path.join(context.folder, 'a.csv');
    writeFileSync(file, `timestamp,open,high,low,close,volume\n${[3, 1, 1, 2].map((minute) => `2025-03-03T10:0${minute}:00Z,10,11,9,10,5\n`).join('')}`);
    const [planned, sealed] = await both((dryRun) => sealFile(context, { file, reseal: false, dryRun, options: {} }));
    assert.deepEqual([planned.outcome, planned.facts, planned.added, planned.manifest], ['planned', sealed.facts, sealed.added, sealed.manifest]);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(.*\n)$/, '$1$1'));
    const [dry, real] = await both((dryRun) => repairFile(context, { file, repairs: ['duplicates', 'sort', 'renumber'], dryRun, options: {} }));
    assert.deepEqual(foretold(dry), foretold(real));
    assert.deepEqual([dry.outcome, dry.removedRecords, dry.renumbered], ['planned', 1, 4]);
  });

  it('restore: the same backup into the same file', async () => {
    await importing(minuteBars(1000));
    const [dry, real] = await both((dryRun) => restoreBackup(context, { file: 'ES_1m.parquet', dryRun }));
    assert.deepEqual([dry.outcome, real.outcome], ['planned', 'restored']);
    // The plan also tells which bars the backup holds.
    const named = ({ file, from }: RestoreResult): unknown => [file, from.backup, from.bytes, from.sha256, from.made];
    assert.deepEqual(named(dry), named(real));
    const [again, nothing] = await both((dryRun) => restoreBackup(context, { file: 'ES_1m.parquet', from: real.from.backup, dryRun }));
    assert.deepEqual([again.outcome, named(again)], [nothing.outcome, named(nothing)]);
  });

  it('export: the same rows, bytes and name', async () => {
    const request = { source: 'ES', instrument: 'ES', range: {}, sealed: true, gzip: false, report: true } as const;
    const [dry, real] = await both((dryRun) => exportFile(context, { ...request, dryRun }));
    assert.deepEqual([dry.outcome, real.outcome], ['planned', 'exported']);
    assert.deepEqual({ ...dry, outcome: '', beside: [] }, { ...real, outcome: '', beside: [] });
    assert.equal(real.rows, 900);
  });
});
