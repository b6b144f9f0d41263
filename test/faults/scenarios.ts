import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Failure } from '../../src/core/base/failure';
import { unattended } from '../../src/core/base/ports';
import { openPlaces } from '../../src/core/cloud/places';
import { regenerate } from '../../src/core/derive/regenerate';
import { openDisk, type Disk } from '../../src/core/disk/disk';
import { markDone } from '../../src/core/disk/done';
import { withLock } from '../../src/core/disk/lock';
import { backUpFiles, restoreBackup } from '../../src/core/jobs/backup';
import { clean } from '../../src/core/jobs/clean';
import type { JobContext } from '../../src/core/jobs/context';
import { copyTo } from '../../src/core/jobs/copies';
import { asConductor, resumeRun } from '../../src/core/jobs/conduct/run';
import { writeRun } from '../../src/core/jobs/conduct/state';
import { exportFile } from '../../src/core/jobs/export';
import { importFile } from '../../src/core/jobs/import';
import { pruneBackups } from '../../src/core/jobs/prune';
import { rebuildMaster } from '../../src/core/jobs/rebuild';
import { recorded } from '../../src/core/jobs/record';
import { repairFile } from '../../src/core/jobs/repair';
import { checkBackups } from '../../src/core/jobs/reread';
import { makeSample } from '../../src/core/jobs/sample';
import { sealFile } from '../../src/core/jobs/seal';
import { updateMaster } from '../../src/core/jobs/update';
import { NAMING } from '../../src/core/monthly/discover';
import { PROCESS_DEFAULTS } from '../../src/core/monthly/process';
import { MEMORY, runMonths } from '../../src/core/monthly/run';
import { workMonth } from '../../src/core/monthly/work';
import { encodeBars, encodeMetadata } from '../../src/core/table/dbn/write';
import { REPAIRS } from '../../src/protocol/repair';
import type { JobName } from '../../src/protocol/results';
import { chartOf, type Bar } from '../core/update/source';
import { minuteBars } from '../support/bars';
import { EXPORTS } from './invariants';
import { monthBars, monthMetadata, monthName } from '../support/month';

/**
 * Every command that writes, on a small world of its own: `data/` is the data folder, `cloud/` a drive. Running a
 * scenario a second time must lead to the same world as running it once.
 */
export interface Scenario {
  /** The commands this runs; none for a part of the core that has no command yet. */
  readonly commands: readonly JobName[];
  readonly name: string;
  readonly prepare: (world: string) => Promise<void>;
  readonly run: (context: JobContext, world: string) => Promise<unknown>;
  /** The same for the real process. */
  readonly args?: (world: string) => readonly string[];
  /** Files whose old content must be in a backup once they have another; relative to the world. */
  readonly precious: readonly string[];
  /** Files that tell times or memory and so differ from run to run: they must be whole, not equal. */
  readonly volatile?: RegExp;
  /** Files whose names tell when they were written: another run gives the same content another name. */
  readonly stamped?: RegExp;
  /** What a failed run leaves for whoever looks into it, and the next one removes. */
  readonly leaves?: RegExp;
  /** A second run has no reason to come by the locks of the first: `clean` removes what is left. */
  readonly needsClean?: true;
  /** How many times fewer moments than usual are tried in the short selection, because each takes long or there are many; default 1. */
  readonly weight?: number;
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

/** What an update gets: the same bars as in the second file, one of them with a bad tick, which goes to the quarantine. */
const FETCHED = LINES.slice(180).map((line, i): Bar => {
  const [stamp, open, high, low, close, volume] = line.trim().split(';') as [string, string, string, string, string, string];
  const written = stamp.replace(/(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:$6-07:00');
  return [Date.parse(written) - 60_000, Number(open), Number(high) * (i === 90 ? 2 : 1), Number(low), Number(close), Number(volume)];
});

let address: Promise<string> | undefined;
/** The address of what stands in for the source of updates as long as this process lives. */
const source = (): Promise<string> =>
  (address ??= new Promise((resolve) => {
    const server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(chartOf(FETCHED)));
    server.listen(0, '127.0.0.1', () => { resolve(`http://127.0.0.1:${(server.unref().address() as AddressInfo).port}`); });
  }));

const importing = (world: string, name: 'a.txt' | 'b.txt', again = false) => ({
  file: path.join(dataOf(world), name),
  ticker: 'ES',
  timeframe: '1m' as const,
  align: 'check' as const,
  onConflict: 'keep' as const,
  dryRun: false,
  regenerate: again,
});

const EXPORTED = 'MinuteDataExport_ES_20251105_120000_UTC.csv';

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

const CHANGED = 'ES_daily_hod_lod.json';
/** What regeneration makes in each way of its own; more of the same would only repeat it. */
const OUTDATED = [CHANGED, 'ES_15m.parquet', 'ES_level_touches.json', 'sessions/ES_sessions.json', 'chunks/ES_1h'];

/** As `bothImported`, with all derived files made again but a few that are as the first import left them, one of them changed by hand. */
async function oneOfEachOutdated(world: string): Promise<void> {
  await bothImported(world);
  const data = dataOf(world);
  const old = `${data}.old`;
  cpSync(data, old, { recursive: true });
  await regenerate(soundDisk(at(5)), data, 'ES', {}, unattended);
  const notes = [...OUTDATED.map((file) => (file.startsWith('chunks/') ? `${file}/meta.json` : file)), 'ES_1m.parquet.days'].map((file) => `.barkeep/derived/${file}.json`);
  for (const file of [...OUTDATED, ...notes]) cpSync(path.join(old, file), path.join(data, file), { recursive: true });
  rmSync(old, { recursive: true });
  writeFileSync(path.join(data, CHANGED), '{"changed": "by hand"}\n');
}

const MASTER = 'data/ES_1m.parquet';
const OLD_BACKUP = 'ES_1m.parquet.20251104_120000.bak';
const SEALED = 'DataExport_ES_20251103_120000.csv';
const SAMPLE = 'ES recent.txt';

const TABLE = 'bars.csv';
const REPAIRED = ['duplicates', 'invalid', 'sort', 'renumber'] as const;

function oneTable(world: string): Promise<void> {
  mkdirSync(dataOf(world), { recursive: true });
  mkdirSync(path.join(world, 'cloud'));
  const rows = Array.from({ length: 40 }, (_, i) => `2025-03-03T10:${String(i).padStart(2, '0')}:00Z,10,11,9,10.50,5\n`);
  writeFileSync(path.join(dataOf(world), TABLE), `timestamp,open,high,low,close,volume\n${rows.join('')}`);
  return Promise.resolve();
}

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
    commands: ['import'],
    name: 'import',
    prepare: twoFiles,
    run: (context, world) => importFile(context, importing(world, 'b.txt')),
    args: (world) => ['import', path.join(dataOf(world), 'b.txt'), 'ES', '1m', '--no-regenerate'],
    precious: [MASTER],
  },
  {
    commands: ['update'],
    name: 'update',
    async prepare(world) {
      await twoFiles(world);
      writeFileSync(path.join(dataOf(world), '.barkeep/settings.json'), JSON.stringify({ update: { address: await source() } }));
    },
    run: (context) => updateMaster({ ...context, clock: { now: at(10) } }, { ticker: 'ES', timeframe: '1m', enable: true, dryRun: false, regenerate: false }),
    args: () => ['update', 'ES', '1m', '--enable', '--no-regenerate'],
    precious: [MASTER],
    stamped: /^data\/quarantine\//,
    needsClean: true,
  },
  {
    commands: ['regenerate'],
    name: 'regenerate',
    prepare: oneOfEachOutdated,
    run: ({ disk, folder, operation }) => regenerate(disk, folder, 'ES', {}, operation),
    args: () => ['regenerate', 'ES'],
    precious: [MASTER, `data/${CHANGED}`],
    weight: 4,
  },
  {
    commands: ['backup'],
    name: 'backup',
    prepare: bothImported,
    run: (context) => backUpFiles(context, { what: ['ES_1m.parquet', 'ES_5m.parquet'], dryRun: false }),
    args: () => ['backup', 'ES_1m.parquet', 'ES_5m.parquet'],
    precious: [MASTER],
  },
  {
    commands: ['restore'],
    name: 'restore',
    prepare: bothImported,
    run: (context) => restoreBackup(context, { file: 'ES_1m.parquet', from: OLD_BACKUP, dryRun: false }),
    args: () => ['restore', 'ES_1m.parquet', '--from', OLD_BACKUP],
    precious: [MASTER],
  },
  {
    commands: ['rebuild'],
    name: 'rebuild',
    async prepare(world) {
      await bothImported(world);
      rmSync(path.join(dataOf(world), 'backups', OLD_BACKUP));
      const master = path.join(world, MASTER);
      writeFileSync(master, readFileSync(master).subarray(0, -64)); // Torn: only the journal tells what it was made of.
    },
    run: (context) => rebuildMaster(context, { ticker: 'ES', timeframe: '1m', exports: [], aside: false, dryRun: false }),
    args: () => ['rebuild', 'ES', '1m'],
    precious: [MASTER],
  },
  {
    commands: ['rebuild'],
    name: 'set aside',
    async prepare(world) {
      await twoFiles(world);
      writeFileSync(path.join(dataOf(world), 'NQ_1m.parquet'), 'torn');
    },
    run: async (context) => {
      if (existsSync(path.join(context.folder, 'NQ_1m.parquet'))) await rebuildMaster(context, { ticker: 'NQ', timeframe: '1m', exports: [], aside: true, dryRun: false }); // Else the run before got that far.
    },
    precious: ['data/NQ_1m.parquet'],
    needsClean: true,
  },
  {
    commands: ['prune'],
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
    commands: ['copy'],
    name: 'copy to a cloud drive',
    prepare: twoFiles,
    run: (context, world) => copyTo(context, { to: path.join(world, 'cloud'), dryRun: false }),
    args: (world) => ['backup', '--to', path.join(world, 'cloud')],
    precious: [MASTER],
  },
  {
    commands: ['checkBackups'],
    name: 'backups read again',
    async prepare(world) {
      await bothImported(world);
      // On record as damaged, and sound again: that is the news which the check puts on record.
      const backup = path.join(dataOf(world), 'backups', OLD_BACKUP);
      const sound = readFileSync(backup);
      writeFileSync(backup, 'damaged');
      await checkBackups(contextOf(world, soundDisk(at(5))), { share: 1 });
      writeFileSync(backup, sound);
    },
    run: (context) => checkBackups(context, { share: 1 }),
    args: () => ['backup', '--verify'],
    precious: [MASTER],
  },
  {
    commands: ['clean'],
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
    commands: ['sample'],
    name: 'sample',
    async prepare(world) {
      mkdirSync(path.join(world, 'cloud'), { recursive: true });
      await makeSample(contextOf(world, soundDisk(at(3))), dataOf(world));
      writeFileSync(path.join(dataOf(world), SAMPLE), 'changed by hand\n');
    },
    run: (context, world) => makeSample(context, dataOf(world)),
    args: (world) => ['sample', dataOf(world)],
    precious: [`data/${SAMPLE}`],
    weight: 6,
  },
  {
    commands: ['seal'],
    name: 'seal',
    prepare: oneTable,
    run: (context, world) => sealFile(context, { file: path.join(dataOf(world), TABLE), reseal: false, dryRun: false, options: {} }),
    args: (world) => ['seal', path.join(dataOf(world), TABLE)],
    precious: [`data/${TABLE}`],
    volatile: /\.seal\.json$/,
    needsClean: true,
  },
  {
    commands: ['repair'],
    name: 'repair',
    async prepare(world) {
      await oneTable(world);
      const file = path.join(dataOf(world), TABLE);
      await sealFile(contextOf(world, soundDisk(at(3))), { file, reseal: false, dryRun: false, options: {} });
      const [header, first, ...rows] = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, [header, rows[0], first, first, 'not a bar', ...rows.slice(1)].join('\n'));
    },
    run: (context, world) => repairFile(context, { file: path.join(dataOf(world), TABLE), repairs: REPAIRED, dryRun: false, options: {} }),
    args: (world) => ['repair', path.join(dataOf(world), TABLE), ...REPAIRED.map((each) => REPAIRS[each])],
    precious: [`data/${TABLE}`],
    volatile: /\.seal\.json$/,
    needsClean: true,
  },
  {
    commands: ['monthlyRun', 'monthlyMonth', 'monthlyReport', 'monthlyWorker'],
    name: 'months',
    prepare(world) {
      mkdirSync(dataOf(world), { recursive: true });
      mkdirSync(path.join(world, 'cloud'));
      const source = path.join(world, 'source', NAMING.sourcePrefixes[0]!);
      mkdirSync(source, { recursive: true });
      const shape = { year: 2024, month: 12, days: [3], hours: [10, 11], badEvery: 0 } as const;
      writeFileSync(path.join(source, monthName(2024, 12, '.dbn')), Buffer.concat([encodeMetadata(monthMetadata(shape)), encodeBars([...monthBars(shape)].slice(0, 300), 'ohlcv-1s', false)]));
      return Promise.resolve();
    },
    async run(context, world) {
      const still = <Given extends JobContext>(given: Given) => ({ ...given, clock: { now: at(10) }, places: openPlaces(given.disk, {}) });
      const request = { source: path.join(world, 'source'), dest: context.folder, work: context.folder, store: {}, workers: 1, memory: MEMORY, leastBytes: 0, options: PROCESS_DEFAULTS };
      const { failed } = await runMonths(still(context), request, () => (job) => recorded(context, (child) => workMonth(still(child), job))); // As in a child.
      // The command tells it in its result: a month that fails does not stop the others.
      if (failed[0] !== undefined) throw new Failure(failed[0].kind, { attempted: 'process the months', why: failed[0].message });
    },
    precious: [],
    volatile: /\.json$|report\.md$/,
    needsClean: true,
    weight: 4,
  },
  {
    commands: ['export'],
    name: 'export',
    prepare: twoFiles,
    run: (context, world) =>
      exportFile(context, { source: 'ES', instrument: 'ES', to: path.join(world, EXPORTS), range: {}, sealed: true, gzip: false, report: true, dryRun: false, cadence: { flush: 80, rows: 100, most: 1e9 } }),
    args: (world) => ['export', 'ES', 'ES', '--out', path.join(world, EXPORTS), '--sealed', '--report'],
    precious: [MASTER],
    leaves: /\.integrity\.json\.tmp$/,
    weight: 2,
  },
  {
    commands: ['conduct'],
    name: 'conduct',
    async prepare(world) {
      const raw = path.join(dataOf(world), 'raw');
      mkdirSync(path.join(raw, 'logs'), { recursive: true });
      mkdirSync(path.join(world, 'cloud'));
      writeFileSync(path.join(raw, `${EXPORTED}.DONE`), FIRST);
      writeFileSync(path.join(raw, `${EXPORTED}.DONE.rejected.csv`), 'row,line,code,text\n');
      writeFileSync(path.join(raw, 'logs', `export_complete_${EXPORTED}.json`), '{"status": "complete", "instrument": "ES"}');
      // A run that was cut after import and regeneration, which have scenarios of their own: what is left is what it writes itself.
      const order = { raw, expect: [], timeoutMinutes: 1, settleSeconds: 0, existing: true, tickers: {} };
      const inHand = { csv: EXPORTED, instrument: 'ES', ticker: 'ES', ticks: false, state: 'complete', read: createHash('sha256').update(FIRST).digest('hex') } as const;
      const cut = { version: 1, id: 'cut', began: at(3)(), updated: at(3)(), stage: 'archive', order, before: {}, exports: [inHand], left: [], failure: undefined } as const;
      await writeRun(soundDisk(at(3)), dataOf(world), cut);
    },
    run(context) {
      const conductor = { ...context, launch: () => Promise.reject(new Error('nothing is to be launched')), tell: () => undefined, poll: 1000 };
      return asConductor(conductor, () => resumeRun(conductor));
    },
    args: () => ['conduct', '--resume'],
    precious: [`data/raw/${EXPORTED}.DONE`],
    volatile: /\.barkeep\/conduct\//,
  },
  ...[false, true].map((gzip): Scenario => ({
    commands: [],
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

/** Cleans up an hour later, when nobody can still be writing what was left. */
export const cleanLater = (world: string): Promise<unknown> => clean(contextOf(world, soundDisk(() => Date.now() + 3_600_000)), { dryRun: false });
