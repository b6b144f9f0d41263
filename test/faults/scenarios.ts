import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unattended } from '../../src/core/base/ports';
import { regenerate } from '../../src/core/derive/regenerate';
import { openDisk, type Disk } from '../../src/core/disk/disk';
import { markDone } from '../../src/core/disk/done';
import { withLock } from '../../src/core/disk/lock';
import { backUpFiles, restoreBackup } from '../../src/core/jobs/backup';
import { clean } from '../../src/core/jobs/clean';
import type { JobContext } from '../../src/core/jobs/context';
import { copyTo } from '../../src/core/jobs/copies';
import { importFile } from '../../src/core/jobs/import';
import { pruneBackups } from '../../src/core/jobs/prune';
import { recorded } from '../../src/core/jobs/record';
import { makeSample } from '../../src/core/jobs/sample';
import type { JobName } from '../../src/protocol/results';
import { minuteBars } from '../support/bars';

/**
 * Every command that writes, on a small world of its own: `data/` is the data folder, `cloud/` a drive. Running a
 * scenario a second time must lead to the same world as running it once.
 */
export interface Scenario {
  /** The command, or undefined for a part of the core that no command of its own runs. */
  readonly command?: JobName;
  readonly name: string;
  readonly prepare: (world: string) => Promise<void>;
  readonly run: (context: JobContext, world: string) => Promise<unknown>;
  /** The same for the real process. */
  readonly args?: (world: string) => readonly string[];
  /** Files whose old content must be in a backup once they have another; relative to the world. */
  readonly precious: readonly string[];
}

export const dataOf = (world: string): string => path.join(world, 'data');

/** @param disk over whatever files and under whatever identity the fault needs */
export const contextOf = (world: string, disk: Disk): JobContext => ({ disk, clock: disk.clock, folder: dataOf(world), operation: unattended, wait: false });

/** A disk with nothing wrong, at a time when an empty lock file is no longer one just being written. */
export const soundDisk = (now: () => number = () => Date.now() + 11_000): Disk => openDisk({ clock: { now }, command: 'faults' });

const LINES = minuteBars(340).match(/.*\r\n/g)!;
/** The first import, and the second: it overlaps the first by 60 bars, goes on for 100, and has a row that is refused. */
export const FIRST = LINES.slice(0, 240).join('');
export const SECOND = [...LINES.slice(180), 'not a bar;1;2;3\r\n'].join('');

const importing = (world: string, name: 'a.txt' | 'b.txt', again = false) => ({
  file: path.join(dataOf(world), name),
  ticker: 'ES',
  timeframe: '1m' as const,
  align: 'check' as const,
  onConflict: 'keep' as const,
  dryRun: false,
  regenerate: again,
});

const at = (day: number) => (): number => Date.UTC(2025, 10, day, 12);

async function twoFiles(world: string): Promise<void> {
  mkdirSync(dataOf(world), { recursive: true });
  mkdirSync(path.join(world, 'cloud'));
  writeFileSync(path.join(dataOf(world), 'a.txt'), FIRST);
  writeFileSync(path.join(dataOf(world), 'b.txt'), SECOND);
  await importFile(contextOf(world, soundDisk(at(3))), importing(world, 'a.txt', true));
}

/** As `twoFiles`, with the second file imported and derived files left behind. */
async function bothImported(world: string): Promise<void> {
  await twoFiles(world);
  await importFile(contextOf(world, soundDisk(at(4))), importing(world, 'b.txt'));
}

const MASTER = 'data/ES_1m.parquet';
const OLD_BACKUP = 'ES_1m.parquet.20251104_120000.bak';
const SEALED = 'DataExport_ES_20251103_120000.csv';
const SAMPLE = 'ES recent.txt';

/** A PID that no process has: above what Linux gives out. */
export const NOBODY = 4_194_305;

function leavings(world: string): void {
  const data = dataOf(world);
  for (const name of ['ES_1m.parquet.tmp', 'ES_5m.parquet.tmp', 'backups/ES_1m.parquet.20251105_120000.bak.tmp', '.barkeep/derived/ES_5m.parquet.json.tmp']) {
    mkdirSync(path.dirname(path.join(data, name)), { recursive: true });
    writeFileSync(path.join(data, name), 'half a fi');
  }
  const lock = `${NOBODY}\n${JSON.stringify({ host: openDisk({ clock: Date, command: '' }).self.host, command: 'dead' })}\n`;
  const identity = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  for (const name of ['ES.lock', `ES.lock.claim-${identity}-0`, 'NQ.lock.new-1234', 'NQ.lock']) writeFileSync(path.join(data, name), lock);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    command: 'import',
    name: 'import',
    prepare: twoFiles,
    run: (context, world) => importFile(context, importing(world, 'b.txt')),
    args: (world) => ['import', path.join(dataOf(world), 'b.txt'), 'ES', '1m', '--no-regenerate'],
    precious: [MASTER],
  },
  {
    command: 'regenerate',
    name: 'regenerate',
    async prepare(world) {
      await bothImported(world);
      writeFileSync(path.join(dataOf(world), 'ES_daily_hod_lod.json'), '{"changed": "by hand"}\n');
    },
    run: ({ disk, folder, operation }) => regenerate(disk, folder, 'ES', {}, operation),
    args: () => ['regenerate', 'ES'],
    precious: [MASTER, 'data/ES_daily_hod_lod.json'],
  },
  {
    command: 'backup',
    name: 'backup',
    prepare: bothImported,
    run: (context) => backUpFiles(context, { what: ['ES_1m.parquet', 'ES_5m.parquet'], dryRun: false }),
    args: () => ['backup', 'ES_1m.parquet', 'ES_5m.parquet'],
    precious: [MASTER],
  },
  {
    command: 'restore',
    name: 'restore',
    prepare: bothImported,
    run: (context) => restoreBackup(context, { file: 'ES_1m.parquet', from: OLD_BACKUP, dryRun: false }),
    args: () => ['restore', 'ES_1m.parquet', '--from', OLD_BACKUP],
    precious: [MASTER],
  },
  {
    command: 'prune',
    name: 'prune',
    async prepare(world) {
      await bothImported(world);
      for (const day of [5, 6, 7]) {
        writeFileSync(path.join(dataOf(world), 'notes.csv'), `day ${day}\n`);
        await backUpFiles(contextOf(world, soundDisk(at(day))), { what: ['notes.csv'], dryRun: false });
      }
    },
    run: (context) => pruneBackups(context, { policy: { last: 1, daily: 0, weekly: 0, monthly: 0 }, dryRun: false }),
    args: () => ['backup', '--prune', '--keep-last', '1', '--keep-daily', '0', '--keep-weekly', '0', '--keep-monthly', '0'],
    precious: [MASTER],
  },
  {
    command: 'copy',
    name: 'copy to a cloud drive',
    prepare: twoFiles,
    run: (context, world) => copyTo(context, { to: path.join(world, 'cloud'), dryRun: false }),
    args: (world) => ['backup', '--to', path.join(world, 'cloud')],
    precious: [MASTER],
  },
  {
    command: 'clean',
    name: 'clean',
    async prepare(world) {
      await twoFiles(world);
      leavings(world);
    },
    run: (context) => clean(context, { dryRun: false }),
    args: () => ['clean'],
    precious: [MASTER],
  },
  {
    command: 'sample',
    name: 'sample',
    async prepare(world) {
      mkdirSync(path.join(world, 'cloud'), { recursive: true });
      await makeSample(contextOf(world, soundDisk(at(3))), dataOf(world));
      writeFileSync(path.join(dataOf(world), SAMPLE), 'changed by hand\n');
    },
    run: (context, world) => makeSample(context, dataOf(world)),
    args: (world) => ['sample', dataOf(world)],
    precious: [`data/${SAMPLE}`],
  },
  ...[false, true].map((gzip): Scenario => ({
    name: gzip ? 'finish an export, packed' : 'finish an export',
    prepare(world) {
      mkdirSync(dataOf(world), { recursive: true });
      mkdirSync(path.join(world, 'cloud'));
      writeFileSync(path.join(dataOf(world), SEALED), FIRST);
      return Promise.resolve();
    },
    async run(context) {
      const file = path.join(context.folder, SEALED);
      const lock = path.join(context.folder, 'DataExport_ES.lock');
      await withLock(context.disk, lock, { doing: 'export', format: 'export' }, async () => {
        if (existsSync(file)) await markDone(context.disk, file, { gzip }); // Else the run before got that far.
      });
    },
    precious: [],
  })),
];

/** Runs a scenario as the command line does: with the operations log. */
export const perform = (scenario: Scenario, world: string, disk: Disk): Promise<unknown> => recorded(contextOf(world, disk), (context) => scenario.run(context, world));
