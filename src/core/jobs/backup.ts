import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupEntry, BackupResult, LeftOut, RestoreResult, Torn } from '../../protocol/keeping';
import { Failure } from '../base/failure';
import { bytesOf } from '../disk/atomic';
import { backUp, listBackups } from '../disk/backup';
import type { Written } from '../disk/digest';
import { diskFailure, isFull, withNote } from '../disk/failures';
import { withLock } from '../disk/lock';
import { planRestore, restoreFile } from '../disk/restore';
import { lockPath, parseName } from '../store/layout';
import { listFiles, type FoundFile } from '../store/walk';
import type { JobContext } from './context';
import { holdingOf, withHolding } from './holding';
import { lookOver, vetBackup } from './vet';

/**
 * Copies files into `backups/`, each verified; a file whose newest backup already equals it is not copied again. One that
 * is torn, or cannot be read, is told of; neither it nor one that another process has locked stops the others.
 * @throws Failure `locked` when all the others are done; `usage`, `io`
 */
export async function backUpFiles(context: JobContext, request: { what: readonly string[]; dryRun: boolean }): Promise<BackupResult> {
  const files = await filesNamed(context.folder, request.what);
  const made: BackupEntry[] = [];
  const current: BackupEntry[] = [];
  const torn: Torn[] = [];
  const leftOut: LeftOut[] = [];
  let locked: Failure | undefined;
  for (const [at, named] of files.entries()) {
    const { file } = named;
    const left = files.slice(at).reduce((sum, { bytes }) => sum + bytes, 0);
    context.operation.signal.throwIfAborted();
    context.operation.progress({ step: `backing up ${file}`, done: at, total: files.length });
    const work = async (): Promise<void> => {
      const looked = await lookOver(context.folder, named, context.operation.signal);
      if ('leftOut' in looked) {
        leftOut.push(looked.leftOut);
        return;
      }
      torn.push(...looked.torn);
      const held = await currentBackup(context, file, looked.original);
      if (held !== undefined) current.push(held);
      else if (request.dryRun) made.push(plannedBackup(context, file, looked.original));
      else made.push(await backUp(context.disk, context.folder, path.join(context.folder, file), 'asked for', looked.original));
    };
    await (request.dryRun ? work() : underLock(context, file, `back up ${file}`, work)).catch((error: unknown) => {
      if (isFull(error)) throw diskFailure(error, `back up ${file}`, file, left);
      if (!(error instanceof Failure) || error.kind !== 'locked') throw error;
      locked ??= error;
    });
  }
  if (locked !== undefined) throw files.length === 1 ? locked : withNote(locked, `Of the others, ${made.length + current.length} ${made.length + current.length === 1 ? 'is' : 'are'} backed up.`);
  return { outcome: request.dryRun ? 'planned' : 'made', backups: made, current, torn, leftOut };
}

/** Every backup, newest first; of one file, with what bars each holds, when it is named. */
export async function backupsOf(context: JobContext, file: string | undefined): Promise<readonly BackupEntry[]> {
  if (file === undefined) return listBackups(context.folder);
  const entries = await listBackups(context.folder, path.join(context.folder, insideFolder(context.folder, file)));
  return Promise.all(entries.map((entry) => withHolding(context, entry)));
}

/** Puts a backup back under the ticker's lock; the present content is backed up first. Default: the newest that differs. */
export async function restoreBackup(context: JobContext, request: { file: string; from?: string; dryRun: boolean }): Promise<RestoreResult> {
  const file = insideFolder(context.folder, request.file);
  const target = path.join(context.folder, file);
  const how = { vet: vetBackup, ...(request.from === undefined ? {} : { from: request.from }) };
  if (request.dryRun) {
    const plan = await planRestore(context.folder, target, how);
    const now = await holdingOf(target, file);
    return { ...plan, from: await withHolding(context, plan.from), ...(now === undefined ? {} : { now }) };
  }
  const needs = await bytesOf(target); // To keep it, and about as much to replace it.
  return underLock(context, file, `restore ${file}`, () => restoreFile(context.disk, context.folder, target, how), 2 * needs);
}

/** Runs what changes a file of the data folder under its ticker's lock. @param file relative to the data folder @param needs as of LockHow */
export function underLock<T>(context: JobContext, file: string, doing: string, run: () => Promise<T>, needs = 0): Promise<T> {
  const { ticker } = parseName(file);
  if (ticker === undefined) return run();
  return withLock(context.disk, lockPath(context.folder, ticker), { doing, wait: context.wait === true, signal: context.operation.signal, needs }, run);
}

/** Path relative to the data folder, `/` between parts. @throws Failure `usage` when it lies outside. */
function insideFolder(folder: string, file: string): string {
  const inside = path.relative(folder, path.resolve(folder, file));
  if (inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside)) return inside.split(path.sep).join('/');
  throw new Failure('usage', {
    attempted: `find ${file} in the data folder ${folder}`,
    file,
    why: 'it lies outside of it.',
    remedy: 'Name a file of the data folder, or give another folder with --data.',
    inEditor: { remedy: 'Choose a file of the data folder, or another data folder.' },
  });
}

/** A file to be copied, or what is in the place of one (walk.ts). */
export type ToCopy = Pick<FoundFile, 'file' | 'bytes' | 'noFile'>;

/** The files meant by tickers and paths; without any, every master and derived file in the folder and below it. */
export async function filesNamed(folder: string, what: readonly string[]): Promise<ToCopy[]> {
  const all = (await listFiles(folder)).filter(({ file }) => isKept(file));
  if (what.length === 0) return all;
  const found = new Map<string, ToCopy>();
  for (const name of what) {
    const ofTicker = all.filter(({ file }) => parseName(file).ticker === name);
    for (const named of ofTicker.length > 0 ? ofTicker : [await existing(folder, name, all)]) found.set(named.file, named);
  }
  return [...found.values()];
}

/** Where copies of whole data folders lie (copies.ts). */
export const COPIES = 'TradingBackups';

/** Copies are not copied again. Chunks are many files that only together mean something; regeneration makes them. */
function isKept(file: string): boolean {
  const { category, kind } = parseName(file);
  return (category === 'market' || category === 'derived') && kind !== 'chunks' && !file.split('/').includes(COPIES);
}

async function existing(folder: string, name: string, all: readonly ToCopy[]): Promise<ToCopy> {
  const file = insideFolder(folder, name);
  const listed = all.find((each) => each.file === file);
  if (listed !== undefined) return listed;
  const stats = await stat(path.join(folder, file)).catch(() => undefined);
  if (stats?.isFile() === true) return { file, bytes: stats.size };
  throw new Failure('usage', {
    attempted: `back up ${name}`,
    file: name,
    why: `there is neither a ticker nor a file of that name in ${folder}.`,
    remedy: 'See barkeep inventory for what there is.',
    inEditor: { remedy: 'The Data Inventory shows what there is.' },
  });
}

async function currentBackup({ folder }: JobContext, file: string, { sha256 }: Written): Promise<BackupEntry | undefined> {
  const [newest] = await listBackups(folder, path.join(folder, file));
  return newest?.sha256 === sha256 ? newest : undefined;
}

const plannedBackup = ({ clock }: JobContext, file: string, { bytes }: Written): BackupEntry => ({ backup: '(to be made)', file, made: clock.now(), bytes, sha256: null, why: 'asked for' });
