import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from './scenarios';

/** What must hold of a world whatever went wrong in it. Reads with node:fs and node:crypto only. */

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Every file of a world by path relative to it, with its SHA-256. */
export type World = ReadonlyMap<string, string>;

export function look(world: string): World {
  const entries = readdirSync(world, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map((entry) => {
    const whole = path.join(entry.parentPath, entry.name);
    return [path.relative(world, whole).split(path.sep).join('/'), digest(readFileSync(whole))];
  }));
}

/** Equal for worlds that differ in nothing but times, durations, process ids and tokens, in names and in what tells of them. */
export function fingerprint(world: string, { volatile }: Scenario): string {
  const timeless = (file: string): string => file.replace(/\d{8}_\d{6}|\d{4}-\d\d-\d\d_\d\d-\d\d/g, 'time');
  const tells = (file: string): boolean => isLog(file) || /\.lock(\.|$)/.test(file) || volatile?.test(file) === true;
  const files = [...look(world)].map(([file, sha256]) => [timeless(file), tells(file) ? anonymous(readFileSync(path.join(world, file), 'utf8')) : sha256]);
  const folders = readdirSync(world, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => timeless(path.relative(world, path.join(entry.parentPath, entry.name))));
  return digest(Buffer.from(JSON.stringify([files.sort(), folders.sort()])));
}

const anonymous = (text: string): string => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'token').replace(/\d+/g, '0');

/** Files that are gone when nothing is being written. */
export const isPassing = (file: string): boolean => /\.tmp(\/|$)|\.lock(\.|$)/.test(file);
const isBackup = (file: string): boolean => file.endsWith('.bak');
const isLog = (file: string): boolean => file.endsWith('.jsonl');
const isCopy = (file: string): boolean => file.startsWith('cloud/');
/** Where a scenario exports to: names tell the time, so what holds is told of them by `exports`. */
export const EXPORTS = 'out';
const isExport = (file: string): boolean => file.startsWith(`${EXPORTS}/`);
/** The set that a file belongs to: web chunks in a folder with the `meta.json` by which they are found, and the note of it. */
const setOf = (file: string): string | undefined => /(^|\/)(chunks\/[^/]+)\/[^/]+$/.exec(file)?.[2];
const isNote = (file: string): boolean => file.includes('.barkeep/');
const isData = (file: string): boolean => !isPassing(file) && !isBackup(file) && !isLog(file) && !isCopy(file) && !isExport(file) && setOf(file) === undefined;

/** A scenario's world before it ran, and after it ran well. */
export interface Reference {
  readonly before: World;
  readonly after: World;
}

/** What the command came to: it was interrupted or failed; it said that it succeeded; it did so with nothing wrong. */
export type Came = 'to nothing' | 'to success' | 'to success undisturbed';

/** @returns what does not hold, in words */
export function violations(world: string, scenario: Scenario, given: Reference, came: Came): string[] {
  const found = look(world);
  const { volatile, stamped } = scenario;
  const timeless = (each: World): World => (stamped === undefined ? each : new Map([...each].map(([file, sha256]) => [stamped.test(file) ? file.replace(/\d{8}_\d{6}/, 'time') : file, sha256])));
  const now = timeless(found);
  const reference = { before: timeless(given.before), after: timeless(given.after) };
  return [...contents(now, reference, came !== 'to nothing', volatile), ...sets(now, reference, came !== 'to nothing'), ...torn(world, now, volatile), ...lost(now, scenario, reference), ...backups(world, now, reference), ...copies(world, now), ...exports(world, now, reference, came !== 'to nothing'), ...(came === 'to success undisturbed' ? leftovers(now) : [])];
}

/** Every file is as it was, or as it should be; none is torn, missing or made up. */
function contents(now: World, { before, after }: Reference, succeeded: boolean, volatile?: RegExp): string[] {
  const files = new Set([...before.keys(), ...after.keys(), ...now.keys()].filter(isData));
  return [...files].flatMap((file) => {
    const found = now.get(file);
    if (found !== undefined && volatile?.test(file) === true) return [];
    if (found === after.get(file) || (!succeeded && found === before.get(file))) return [];
    if (found === before.get(file)) return [`${file} is the old one although the command succeeded`];
    return [`${file} ${found === undefined ? 'is gone' : 'is neither the old nor the new one'}`];
  });
}

/**
 * Files that only together mean something cannot be replaced in one step: a set is all old, all new, or not there for
 * its readers, who begin at `meta.json`. It is made from the master, so nothing is lost; success means all new.
 */
function sets(now: World, { before, after }: Reference, succeeded: boolean): string[] {
  const names = new Set([...before.keys(), ...after.keys(), ...now.keys()].flatMap((file) => setOf(file) ?? []));
  return [...names].flatMap((name) => {
    const files = (world: World): string => JSON.stringify([...world].filter(([file]) => setOf(file) === name && !isNote(file) && !isPassing(file)).sort());
    if (files(now) === files(after) || (!succeeded && files(now) === files(before))) return [];
    const isFound = [...now.keys()].some((file) => setOf(file) === name && !isNote(file) && file.endsWith('/meta.json'));
    return succeeded || isFound ? [`${name} is neither the old nor the new set, and ${isFound ? 'is shown' : 'the command succeeded'}`] : [];
  });
}

/** Files whose content cannot be foretold are at least whole. */
function torn(world: string, now: World, volatile?: RegExp): string[] {
  const files = [...now.keys()].filter((file) => volatile?.test(file) === true && isData(file));
  return files.filter((file) => !isWhole(readFileSync(path.join(world, file), 'utf8'))).map((file) => `${file} is torn`);
}

function isWhole(text: string): boolean {
  if (!text.startsWith('{')) return text.endsWith('\n') && !text.includes('\0');
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a precious file held before is in it, in a backup, or in the file it was moved to. */
function lost(now: World, { precious }: Scenario, { before }: Reference): string[] {
  const kept = new Set([...now].filter(([file]) => isBackup(file) || file.includes('/archived/') || file.includes('/quarantine/')).map(([, found]) => found));
  return precious.filter((file) => now.get(file) !== before.get(file) && !kept.has(before.get(file) ?? '')).map((file) => `what ${file} held before is lost`);
}

/** Every backup is whole and journalled with its digest; none that a good run keeps is gone. */
function backups(world: string, now: World, { before, after }: Reference): string[] {
  const known = new Set([...before.values(), ...after.values()]);
  const journalled = new Map(journal(world).map(({ backup, sha256Before }) => [`data/backups/${String(backup)}`, sha256Before]));
  const found = [...now].filter(([file]) => isBackup(file));
  const bad = found.flatMap(([file, content]) => {
    if (!known.has(content)) return [`${file} is no copy of anything there was`];
    return journalled.get(file) === content ? [] : [`the journal does not tell the digest of ${file}`];
  });
  const gone = [...before.keys()].filter((file) => isBackup(file) && after.has(file) && !now.has(file));
  return [...bad, ...gone.map((file) => `${file} is gone`)];
}

interface Line {
  readonly backup?: unknown;
  readonly sha256Before?: unknown;
}

function journal(world: string): Line[] {
  const file = path.join(world, 'data/backups/journal.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap((line): Line[] => {
    try {
      const value = JSON.parse(line) as Line & { what?: unknown };
      return value.what === 'backup' ? [value] : [];
    } catch {
      return []; // Torn by a crash.
    }
  });
}

/** A copy under its final name is complete and is what its manifest says. */
function copies(world: string, now: World): string[] {
  const folder = path.join(world, 'cloud/TradingBackups');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith('.tmp')) : [];
  return names.flatMap((name) => {
    const file = path.join(folder, name, 'manifest.json');
    if (!existsSync(file)) return [`the copy ${name} has no manifest`];
    const manifest = parse(readFileSync(file, 'utf8'));
    if (manifest === undefined || manifest.files.length === 0) return [`the manifest of the copy ${name} is torn`];
    return manifest.files.filter((each) => now.get(`cloud/TradingBackups/${name}/${each.file}`) !== each.sha256).map((each) => `${each.file} in the copy ${name} is not what its manifest says`);
  });
}

function parse(text: string): { files: { file: string; sha256: string }[] } | undefined {
  try {
    return JSON.parse(text) as { files: { file: string; sha256: string }[] };
  } catch {
    return undefined;
  }
}

const leftovers = (now: World): string[] => [...now.keys()].filter(isPassing).map((file) => `${file} is left`);

/**
 * A finished export is what a good run exports, and its completion signal and seal manifest tell its digest; a completion signal
 * has a whole file, finished or about to be. What a run that was cut left without a signal may be anything.
 */
function exports(world: string, now: World, { after }: Reference, succeeded: boolean): string[] {
  const [finished, good] = [now, after].map((each) => [...each].filter(([file]) => isExport(file) && file.endsWith('.DONE'))) as [[string, string][], [string, string][]];
  const told = (file: string): unknown => (now.has(file) ? (JSON.parse(readFileSync(path.join(world, file), 'utf8')) as { sha256?: unknown }).sha256 : undefined);
  const unlike = finished.flatMap(([file, found]) => {
    const csv = path.basename(file, '.DONE');
    const signal = `${EXPORTS}/export_complete_${csv}.json`;
    return [
      ...(found === good[0]?.[1] ? [] : [`${file} is not what is to be exported`]),
      ...(told(signal) === found ? [] : [`${signal} does not tell the digest of ${file}`]),
      ...(told(`${EXPORTS}/${csv}.seal.json`) === found ? [] : [`the seal manifest does not tell the digest of ${file}`]),
    ];
  });
  const promised = [...now.keys()].flatMap((file) => {
    const csv = /^(.*)export_complete_(.+)\.json$/.exec(file);
    if (csv === null || !isExport(file)) return [];
    const digests = ['', '.DONE'].map((end) => now.get(`${csv[1]!}${csv[2]!}${end}`));
    return digests.includes(String(told(file))) ? [] : [`${file} tells of a file that is not there`];
  });
  return [...unlike, ...promised, ...(succeeded && good.length > 0 && finished.length === 0 ? ['nothing was exported'] : [])];
}
