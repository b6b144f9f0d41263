import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupEntry, BackupResult, RestoreResult, Torn } from '../../protocol/keeping';
import { Failure } from '../base/failure';
import { backUp, listBackups } from '../disk/backup';
import { sha256OfFile } from '../disk/digest';
import { withLock } from '../disk/lock';
import { planRestore, restoreFile } from '../disk/restore';
import { lockPath, parseName } from '../store/layout';
import { listFiles } from '../store/walk';
import type { JobContext } from './context';
import { holdingOf, withHolding } from './holding';
import { tornness, vetBackup } from './vet';

/** Copies files into `backups/`, each verified; a file whose newest backup already equals it is not copied again. One that is torn is told of. */
export async function backUpFiles(context: JobContext, request: { what: readonly string[]; dryRun: boolean }): Promise<BackupResult> {
  const files = await filesNamed(context.folder, request.what);
  const made: BackupEntry[] = [];
  const current: BackupEntry[] = [];
  const torn: Torn[] = [];
  for (const [at, file] of files.entries()) {
    context.operation.signal.throwIfAborted();
    context.operation.progress({ step: `backing up ${file}`, done: at, total: files.length });
    const work = async (): Promise<void> => {
      torn.push(...(await tornness(path.join(context.folder, file), file)));
      const held = await currentBackup(context, file);
      if (held !== undefined) current.push(held);
      else if (request.dryRun) made.push(await plannedBackup(context, file));
      else made.push(await backUp(context.disk, context.folder, path.join(context.folder, file), 'asked for'));
    };
    await (request.dryRun ? work() : underLock(context, file, `back up ${file}`, work));
  }
  return { outcome: request.dryRun ? 'planned' : 'made', backups: made, current, torn };
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
  return underLock(context, file, `restore ${file}`, () => restoreFile(context.disk, context.folder, target, how));
}

/** Runs what changes a file of the data folder under its ticker's lock. @param file relative to the data folder */
export function underLock<T>(context: JobContext, file: string, doing: string, run: () => Promise<T>): Promise<T> {
  const { ticker } = parseName(file);
  if (ticker === undefined) return run();
  return withLock(context.disk, lockPath(context.folder, ticker), { doing, wait: context.wait === true, signal: context.operation.signal }, run);
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
  });
}

/** The files meant by tickers and paths; without any, every master and derived file in the folder and below it. */
export async function filesNamed(folder: string, what: readonly string[]): Promise<string[]> {
  const all = (await listFiles(folder)).map(({ file }) => file).filter(isKept);
  if (what.length === 0) return all;
  const found: string[] = [];
  for (const name of what) {
    const ofTicker = all.filter((file) => parseName(file).ticker === name);
    found.push(...(ofTicker.length > 0 ? ofTicker : [await existing(folder, name)]));
  }
  return [...new Set(found)];
}

/** Where copies of whole data folders lie (copies.ts). */
export const COPIES = 'TradingBackups';

/** Copies are not copied again. Chunks are many files that only together mean something; regeneration makes them. */
function isKept(file: string): boolean {
  const { category, kind } = parseName(file);
  return (category === 'market' || category === 'derived') && kind !== 'chunks' && !file.split('/').includes(COPIES);
}

async function existing(folder: string, name: string): Promise<string> {
  const file = insideFolder(folder, name);
  const isFile = await stat(path.join(folder, file)).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isFile) return file;
  throw new Failure('usage', {
    attempted: `back up ${name}`,
    file: name,
    why: `there is neither a ticker nor a file of that name in ${folder}.`,
    remedy: 'See barkeep inventory for what there is.',
  });
}

async function currentBackup(context: JobContext, file: string): Promise<BackupEntry | undefined> {
  const target = path.join(context.folder, file);
  const [newest] = await listBackups(context.folder, target);
  if (newest?.sha256 === null || newest === undefined) return undefined;
  return newest.sha256 === (await sha256OfFile(target, context.operation.signal)) ? newest : undefined;
}

async function plannedBackup(context: JobContext, file: string): Promise<BackupEntry> {
  const { size } = await stat(path.join(context.folder, file));
  return { backup: '(to be made)', file, made: context.clock.now(), bytes: size, sha256: null, why: 'asked for' };
}
