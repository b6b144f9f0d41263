import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupCheck, CheckedCopy } from '../../protocol/keeping';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { seededRandom } from '../base/random';
import { isoInstant } from '../base/time';
import { TEMPORARY } from '../disk/atomic';
import { listBackups } from '../disk/backup';
import { parseObject } from '../disk/holder';
import { BACKUPS } from '../disk/journal';
import { appendChecks, readOperations, type CheckRecord } from '../disk/operations';
import { compare, examine } from '../disk/retention';
import type { JobContext } from './context';
import { COPIES } from './backup';
import { MANIFEST, type Manifest } from './copies';

/** Reads backups again and compares them with the digests they had when they were made. */

/** What is found goes to the operations log, from which `status` tells of it. @param share of the files to read, 0 … 1; which ones differs from time to time */
export async function checkBackups(context: JobContext, request: { folder?: string; share: number }): Promise<BackupCheck> {
  const { folder = context.folder } = request;
  const listed = request.folder === undefined ? await ownBackups(context) : await copiesUnder(request.folder, context.operation.signal);
  const chosen = sampleOf(listed, request.share, context.clock.now());
  const checked: (CheckedCopy & Pick<Listed, 'of'>)[] = [];
  for (const [done, { name, of, check }] of chosen.entries()) {
    if (context.operation.signal.aborted) throw new Failure('cancelled', { attempted: `check the backups in ${folder}`, why: 'it was stopped.' });
    context.operation.progress({ step: `reading ${name}`, done, total: chosen.length });
    checked.push({ name, of, verdict: await check() });
  }
  await recordChecks(context, checked);
  return { folder, checked: checked.map(({ name, verdict }) => ({ name, verdict })), listed: listed.length };
}

/** Puts on record which backups are not what they should be, and which of those on record are so again. */
async function recordChecks(context: JobContext, checked: readonly (CheckedCopy & Pick<Listed, 'of'>)[]): Promise<void> {
  const known = new Map(standing((await readOperations(context.folder)).checks).map((check) => [keyOf(check), check.verdict]));
  const time = isoInstant(context.clock.now());
  const news = checked.flatMap(({ of, verdict }): CheckRecord[] => {
    if (verdict === 'unknown' || verdict === 'unfinished' || verdict === (known.get(keyOf(of)) ?? 'sound')) return [];
    return [{ time, command: 'backup --verify', ...of, verdict }];
  });
  try {
    await appendChecks(context.disk, context.folder, news);
  } catch (error) {
    for (const { name, verdict } of checked) if (verdict !== 'sound') context.operation.log(`${name}: ${verdict}`);
    throw error;
  }
}

const keyOf = ({ backup, within = '' }: Listed['of']): string => `${backup}\n${within}`;

/** Of each backup the latest check, as long as that speaks against it. */
export function standing(checks: readonly CheckRecord[]): CheckRecord[] {
  const last = new Map(checks.map((check) => [keyOf(check), check]));
  return [...last.values()].filter(({ verdict }) => verdict !== 'sound');
}

interface Listed {
  readonly name: string;
  /** As it is put on record. */
  readonly of: Pick<CheckRecord, 'backup' | 'within'>;
  readonly check: () => Promise<CheckedCopy['verdict']>;
}

async function ownBackups(context: JobContext): Promise<Listed[]> {
  const entries = await listBackups(context.folder);
  return entries.map((entry) => ({ name: entry.backup, of: { backup: `${BACKUPS}/${entry.backup}` }, check: () => examine(context.folder, entry, context.operation.signal) }));
}

/** The copies at a place: the folder itself when it has a manifest, else those in it or in its `TradingBackups`. */
async function copiesUnder(folder: string, signal: AbortSignal): Promise<Listed[]> {
  if ((await manifestIn(folder)) !== undefined) return copy(folder, '', signal);
  const names = await readdir(folder).catch((error: unknown) => {
    throw failureFrom(error, `check the copies in ${folder}`, folder);
  });
  if (names.includes(COPIES)) return copiesUnder(path.join(folder, COPIES), signal);
  const copies = await Promise.all(names.sort().map((name) => copy(path.join(folder, name), `${name}/`, signal)));
  const listed = copies.flat();
  if (listed.length > 0) return listed;
  throw new Failure('usage', { attempted: `check the copies in ${folder}`, file: folder, why: 'there is no copy with a manifest in it.', remedy: `Name a folder in which barkeep backup --to made ${COPIES}.`, inEditor: { remedy: `Choose a folder in which Back Up to Cloud Folder… made ${COPIES}.` } });
}

async function copy(folder: string, prefix: string, signal: AbortSignal): Promise<Listed[]> {
  if (folder.endsWith(TEMPORARY) && (await isFolder(folder))) return [{ name: prefix, of: { backup: folder }, check: () => Promise.resolve('unfinished') }];
  const manifest = await manifestIn(folder);
  if (manifest === 'unreadable') return [{ name: `${prefix}${MANIFEST}`, of: { backup: folder, within: MANIFEST }, check: () => Promise.resolve('unreadable') }];
  if (manifest === undefined) return (await isFolder(folder)) ? [{ name: `${prefix}${MANIFEST}`, of: { backup: folder, within: MANIFEST }, check: () => Promise.resolve('missing') }] : [];
  return manifest.files.map(({ file, sha256 }) => ({
    name: prefix + file,
    of: { backup: folder, within: file },
    check: () => compare(path.join(folder, file), sha256, signal),
  }));
}

/** One copy whose manifest the disk cannot read does not hide the others. */
async function manifestIn(folder: string): Promise<Manifest | 'unreadable' | undefined> {
  try {
    const value = parseObject(await readFile(path.join(folder, MANIFEST), 'utf8'));
    return value !== undefined && isManifest(value) ? value : undefined;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '') ? undefined : 'unreadable';
  }
}

function isManifest(value: object): value is Manifest {
  return 'files' in value && Array.isArray(value.files) && value.files.every((each: unknown) => typeof each === 'object' && each !== null && 'file' in each && typeof each.file === 'string' && 'sha256' in each && typeof each.sha256 === 'string');
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

function sampleOf<T>(all: readonly T[], share: number, seed: number): T[] {
  const random = seededRandom(seed);
  const count = Math.min(all.length, Math.ceil(all.length * share));
  const order = all.map((each, at) => ({ each, at, lot: random() })).sort((a, b) => a.lot - b.lot);
  return order.slice(0, count).sort((a, b) => a.at - b.at).map(({ each }) => each);
}
