import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import type { Disk } from '../disk/disk';
import { judgeLock } from '../disk/lockState';
import type { Dated, Evidence } from './detect';
import { LIMITS } from './detect';
import { parseCsvName, type CsvName } from './names';
import { SignalBox, type Box } from './signalBox';

/** The folder beside the exports into which finished ones are moved. */
export const ARCHIVED = 'archived';

interface CsvFile extends CsvName {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
  readonly done: boolean;
  readonly packed: boolean;
}

/** A raw folder: looks at everything that tells of exports, reading only signals that changed. */
export class RawFolder {
  readonly folder: string;
  readonly #disk: Disk;
  readonly #signals: SignalBox;
  readonly #usual = new Map<string, number | undefined>();

  /** @param folder absolute */
  constructor(disk: Disk, folder: string) {
    this.folder = folder;
    this.#disk = disk;
    this.#signals = new SignalBox(folder);
  }

  /** What there is now, an entry for each export. @throws Failure `usage` when there is no such folder; `io` */
  async look(): Promise<Evidence[]> {
    try {
      // Signals before files: a file is then never older than what is said of it.
      const box = await this.#signals.read();
      const names = await readdir(this.folder);
      const files = await csvFiles(this.folder, names);
      const locks = await this.#locks(names);
      const named = new Set([...files.keys(), ...box.progress.keys(), ...box.complete.keys()]);
      const known = [...named].map((csv) => evidenceOf(csv, files.get(csv), box));
      const all = [...attach(known, box, locks).map(superseded), ...beginnings(known, box, locks, this.#disk.clock.now())];
      return await this.#withUsual([...all, ...unread(all, box)]);
    } catch (error) {
      throw failureFrom(error, `look for exports in ${this.folder}`, this.folder);
    }
  }

  /** As of the last look: a signal could not be understood, and looking again shortly after it tells whether it stays so. */
  get hasUnsettled(): boolean {
    return this.#signals.hasUnsettled;
  }

  async #locks(names: readonly string[]): Promise<Map<string, LockSeen>> {
    const found = new Map<string, LockSeen>();
    for (const name of names) {
      const instrument = /^DataExport_(.+)\.lock$/i.exec(name)?.[1];
      if (instrument === undefined) continue;
      const lock = await judgeLock(this.#disk, path.join(this.folder, name));
      const holder = lock?.state === 'stale' ? 'dead' : lock?.state === 'held' ? 'alive' : 'unknown';
      if (lock?.holder !== undefined) found.set(instrument, { pid: lock.holder.pid, holder, since: lock.since });
    }
    return found;
  }

  /** The size of the newest finished export of the same kind: here, else in the archive. */
  async #withUsual(all: readonly Evidence[]): Promise<Evidence[]> {
    const archived = all.some(needsUsual) ? await readdir(path.join(this.folder, ARCHIVED)).catch((): string[] => []) : [];
    return Promise.all(all.map(async (seen) => {
      if (!needsUsual(seen)) return seen;
      const kin = (each: { instrument?: string; dataType?: string | undefined }): boolean => each.instrument === seen.instrument && each.dataType === seen.dataType;
      const here = all.filter((each) => each.key !== seen.key && kin(each) && isOver(each)).sort((a, b) => b.file!.modified - a.file!.modified)[0]?.file?.bytes;
      const usual = here ?? (await this.#archivedBytes(archived.filter((name) => kin(parseCsvName(name) ?? {}) && !/\.gz/i.test(name)).sort().at(-1)));
      return usual === undefined ? seen : { ...seen, usualBytes: usual };
    }));
  }

  async #archivedBytes(name: string | undefined): Promise<number | undefined> {
    if (name === undefined) return undefined;
    if (!this.#usual.has(name)) this.#usual.set(name, await stat(path.join(this.folder, ARCHIVED, name)).then(({ size }) => size, () => undefined));
    return this.#usual.get(name);
  }
}

const isOver = ({ file, complete }: Evidence): boolean => file !== undefined && !file.packed && (file.done || complete !== undefined);
const needsUsual = (seen: Evidence): boolean => seen.file !== undefined && !seen.file.done && seen.complete === undefined && seen.progress?.signal.lastBar === undefined;

interface LockSeen {
  readonly pid: number;
  readonly holder: 'alive' | 'dead' | 'unknown';
  /** Unix ms. */
  readonly since: number;
}

/** The exports of a folder by name; what an import put beside them is none. */
async function csvFiles(folder: string, names: readonly string[]): Promise<Map<string, CsvFile>> {
  const found = new Map<string, CsvFile>();
  for (const name of names) {
    const named = /\.(rejected|conflicts)(\.\d+)?\.csv$/i.test(name) ? undefined : parseCsvName(name);
    const whole = path.join(folder, name);
    const stats = named === undefined ? undefined : await ifFile(whole);
    if (named === undefined || stats === undefined) continue;
    const file: CsvFile = { ...named, path: whole, bytes: stats.size, modified: stats.mtimeMs, done: /\.DONE$/i.test(name), packed: /\.gz(\.DONE)?$/i.test(name) };
    const other = found.get(named.csv);
    if (other === undefined || counts(file, other)) found.set(named.csv, file);
  }
  return found;
}

/** Of two files of one export: a packed one whose original is still there is the finished one; else the one without `.DONE` was begun anew. */
const counts = (file: CsvFile, other: CsvFile): boolean => (file.packed || other.packed ? file.packed && file.done : !file.done);

async function ifFile(file: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  try {
    const stats = await stat(file);
    return stats.isFile() ? stats : undefined;
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined; // Gone since it was listed.
    throw error;
  }
}

function evidenceOf(csv: string, file: CsvFile | undefined, { progress, complete, complaints }: Box): Evidence {
  const [running, over] = [progress.get(csv), complete.get(csv)];
  const said = over?.signal ?? running?.signal;
  const name = parseCsvName(csv);
  const [instrument, dataType] = [name?.instrument ?? said?.instrument, name?.dataType ?? said?.dataType];
  return {
    key: csv,
    ...(instrument === undefined ? {} : { instrument }),
    ...(dataType === undefined ? {} : { dataType }),
    ...(running === undefined ? {} : { progress: running }),
    ...(over === undefined ? {} : { complete: over }),
    ...(file === undefined ? {} : { file }),
    complaints: complaints.get(csv) ?? [],
  };
}

const newest = ({ file, progress, complete }: Evidence): number => Math.max(...[file, progress, complete].map((each) => each?.modified ?? -Infinity));
const isUnfinished = ({ file, complete }: Evidence): boolean => file?.done !== true && complete === undefined;

/** A lock and a start signal name an instrument, not a file: each belongs to the export that came of it. */
function attach(known: readonly Evidence[], { starts }: Box, locks: ReadonlyMap<string, LockSeen>): Evidence[] {
  return known.map((seen) => {
    if (seen.instrument === undefined) return seen;
    const [lock, start] = [locks.get(seen.instrument), starts.get(seen.instrument)];
    return {
      ...seen,
      ...(lock === undefined || ownerOf(known, seen.instrument, lock.since) !== seen ? {} : { lock: { pid: lock.pid, holder: lock.holder } }),
      ...(start === undefined || ownerOf(known, seen.instrument, start.modified) !== seen ? {} : { start }),
    };
  });
}

/** Of an instrument's exports the first that showed life after a time (clocks of file systems count in steps); undefined when all are older. */
function ownerOf(known: readonly Evidence[], instrument: string, time: number): Evidence | undefined {
  const own = known.filter((each) => each.instrument === instrument && !isLater(time, each)).sort((a, b) => newest(a) - newest(b));
  return own.find((each) => newest(each) >= time) ?? own[0];
}

/** Two exports of one kind of data of an instrument are never made at once: of two that are there the older one was ended, or left. */
function superseded(seen: Evidence, _at: number, all: readonly Evidence[]): Evidence {
  const isLeft = isUnfinished(seen) && all.some((each) => each.instrument === seen.instrument && each.dataType === seen.dataType && isAfter(each, seen));
  return isLeft ? { ...seen, superseded: true } : seen;
}

/** Names of one exporter tell their order, of whatever zone their stamps are. */
function isAfter(other: Evidence, seen: Evidence): boolean {
  const [stamp = '', own = ''] = [other, seen].map(({ key }) => parseCsvName(key)?.stamp);
  return stamp > own && own !== '' ? newest(other) >= newest(seen) : isLater(newest(other), seen);
}

const isLater = (time: number, seen: Evidence): boolean => time > newest(seen) + LIMITS.slack;

/** Exports that have begun and have no file yet: a lock, or a young start signal, later than anything of its instrument. */
function beginnings(known: readonly Evidence[], { starts, complaints }: Box, locks: ReadonlyMap<string, LockSeen>, now: number): Evidence[] {
  const young = [...starts].filter(([, { modified }]) => Math.abs(now - modified) < LIMITS.timeout);
  const instruments = new Set([...young.map(([instrument]) => instrument), ...locks.keys()]);
  return [...instruments].flatMap((instrument): Evidence[] => {
    const later = (time: number | undefined): boolean => time !== undefined && ownerOf(known, instrument, time) === undefined;
    const [lock, start] = [locks.get(instrument), young.find(([name]) => name === instrument)?.[1]];
    const [held, begun] = [later(lock?.since), later(start?.modified)];
    if (!held && !begun) return [];
    const dated: Dated<NonNullable<Evidence['start']>['signal']> | undefined = begun ? start : undefined;
    return [{
      key: instrument,
      instrument,
      ...(dated?.signal.dataType === undefined ? {} : { dataType: dated.signal.dataType }),
      ...(dated === undefined ? {} : { start: dated }),
      ...(held && lock !== undefined ? { lock: { pid: lock.pid, holder: lock.holder } } : {}),
      complaints: complaints.get(instrument) ?? [],
    }];
  });
}

/** Signals that cannot be understood, of exports of which nothing else tells. */
const unread = (told: readonly Evidence[], { complaints }: Box): Evidence[] =>
  [...complaints].filter(([key]) => !told.some((each) => each.key === key)).map(([key, texts]) => {
    const instrument = parseCsvName(key)?.instrument;
    return { key, ...(instrument === undefined ? {} : { instrument }), complaints: texts };
  });
