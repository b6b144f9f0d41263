import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupCheck, CheckedCopy } from '../../protocol/keeping';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { seededRandom } from '../base/random';
import { TEMPORARY } from '../disk/atomic';
import { listBackups } from '../disk/backup';
import { sha256OfFile } from '../disk/digest';
import { parseObject } from '../disk/holder';
import { examine } from '../disk/retention';
import type { JobContext } from './context';
import { COPIES } from './backup';
import { MANIFEST, type Manifest } from './copies';

/** Reads backups again and compares them with the digests they had when they were made. */

/** @param share of the files to read, 0 … 1; which ones differs from time to time */
export async function checkBackups(context: JobContext, request: { folder?: string; share: number }): Promise<BackupCheck> {
  const { folder = context.folder } = request;
  const listed = request.folder === undefined ? await ownBackups(context) : await copiesUnder(request.folder);
  const chosen = sampleOf(listed, request.share, context.clock.now());
  const checked: CheckedCopy[] = [];
  for (const [done, { name, check }] of chosen.entries()) {
    if (context.operation.signal.aborted) throw new Failure('cancelled', { attempted: `check the backups in ${folder}`, why: 'it was stopped.' });
    context.operation.progress({ step: `reading ${name}`, done, total: chosen.length });
    checked.push({ name, verdict: await check() });
  }
  return { folder, checked, listed: listed.length };
}

interface Listed {
  readonly name: string;
  readonly check: () => Promise<CheckedCopy['verdict']>;
}

async function ownBackups(context: JobContext): Promise<Listed[]> {
  const entries = await listBackups(context.folder);
  return entries.map((entry) => ({ name: entry.backup, check: () => unlessUnreadable(examine(context.folder, entry, context.operation.signal)) }));
}

/** The copies at a place: the folder itself when it has a manifest, else those in it or in its `TradingBackups`. */
async function copiesUnder(folder: string): Promise<Listed[]> {
  if ((await manifestIn(folder)) !== undefined) return copy(folder, '');
  const names = await readdir(folder).catch((error: unknown) => {
    throw failureFrom(error, `check the copies in ${folder}`, folder);
  });
  if (names.includes(COPIES)) return copiesUnder(path.join(folder, COPIES));
  const copies = await Promise.all(names.sort().map((name) => copy(path.join(folder, name), `${name}/`)));
  const listed = copies.flat();
  if (listed.length > 0) return listed;
  throw new Failure('usage', { attempted: `check the copies in ${folder}`, file: folder, why: 'there is no copy with a manifest in it.', remedy: `Name a folder in which barkeep backup --to made ${COPIES}.` });
}

async function copy(folder: string, prefix: string): Promise<Listed[]> {
  if (folder.endsWith(TEMPORARY) && (await isFolder(folder))) return [{ name: prefix, check: () => Promise.resolve('unfinished') }];
  const manifest = await manifestIn(folder);
  if (manifest === undefined) return (await isFolder(folder)) ? [{ name: `${prefix}${MANIFEST}`, check: () => Promise.resolve('missing') }] : [];
  return manifest.files.map(({ file, sha256 }) => ({
    name: prefix + file,
    check: () => unlessUnreadable(sha256OfFile(path.join(folder, file)).then((found) => (found === sha256 ? 'sound' : 'damaged'))),
  }));
}

async function manifestIn(folder: string): Promise<Manifest | undefined> {
  const file = path.join(folder, MANIFEST);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw failureFrom(error, `read ${file}`, file);
  });
  const value = text === undefined ? undefined : parseObject(text);
  return value !== undefined && isManifest(value) ? value : undefined;
}

function isManifest(value: object): value is Manifest {
  return 'files' in value && Array.isArray(value.files) && value.files.every((each: unknown) => typeof each === 'object' && each !== null && 'file' in each && 'sha256' in each);
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/** A copy that is not there is a finding about the copies, and so is one the disk cannot read. */
async function unlessUnreadable(check: Promise<CheckedCopy['verdict']>): Promise<CheckedCopy['verdict']> {
  try {
    return await check;
  } catch (error) {
    const { kind } = failureFrom(error, 'read a copy');
    if (kind === 'usage') return 'missing';
    if (kind === 'io') return 'unreadable';
    throw error;
  }
}

function sampleOf<T>(all: readonly T[], share: number, seed: number): T[] {
  const random = seededRandom(seed);
  const count = Math.min(all.length, Math.ceil(all.length * share));
  const order = all.map((each, at) => ({ each, at, lot: random() })).sort((a, b) => a.lot - b.lot);
  return order.slice(0, count).sort((a, b) => a.at - b.at).map(({ each }) => each);
}
