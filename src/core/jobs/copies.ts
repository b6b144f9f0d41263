import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { CopiedFile, CopyResult, LeftOut, Torn } from '../../protocol/keeping';
import { Failure, failureFrom } from '../base/failure';
import { isoInstant } from '../base/time';
import { TEMPORARY, writeAtomic, writeText } from '../disk/atomic';
import { copyOf } from '../disk/backup';
import type { Written } from '../disk/digest';
import { diskFailure, requireRoom } from '../disk/failures';
import { ifThere } from '../disk/files';
import { withLock } from '../disk/lock';
import { makeWholeFolder, removeTree } from '../disk/wholeFolder';
import { NOTES } from '../store/layout';
import { COPIES, filesNamed, underLock, type ToCopy } from './backup';
import type { JobContext } from './context';
import { lookOver } from './vet';

/** Copies of a whole data folder in another place: a cloud drive's folder, another disk. */

export const MANIFEST = 'manifest.json';

/** What a copy holds; in `manifest.json` beside the files. */
export interface Manifest {
  readonly version: 1;
  readonly name: string;
  /** ISO UTC. */
  readonly made: string;
  readonly files: readonly CopiedFile[];
  /** Files that could not be read when the copy was made; absent in older manifests. */
  readonly leftOut?: readonly LeftOut[];
}

export interface CopyRequest {
  /** Where `TradingBackups/` is or will be. */
  readonly to: string;
  /** Default: the data folder's own name. */
  readonly name?: string;
  readonly dryRun: boolean;
}

/**
 * Copies every master and derived file to `{to}/TradingBackups/{name}_YYYY-MM-DD_HH-mm` (UTC; `…_2` in the same minute), each synced and compared,
 * each as it is under its ticker's lock, with a manifest of digests. The folder gets its name last. A file that cannot be read is left out and told of.
 * @throws Failure `usage` when there is nothing to copy or nowhere to put it; `locked`; `io`, also when no file can be read
 */
export async function copyTo(context: JobContext, request: CopyRequest): Promise<CopyResult> {
  await requireFolder(request.to);
  const files = await filesNamed(context.folder, []);
  if (files.length === 0) throw new Failure('usage', { attempted: `copy ${context.folder}`, why: 'it has no masters and no derived files.', remedy: 'Name the data folder with --data.', inEditor: { remedy: 'Choose the data folder.' } });
  const name = request.name ?? path.basename(context.folder);
  const target = await freeName(path.join(request.to, COPIES, `${name}_${minuteOf(context.clock.now())}`));
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
  const all: Copies = { copied: [], torn: [], leftOut: [] };
  const result = (outcome: CopyResult['outcome']): CopyResult => {
    const { copied, torn, leftOut } = all;
    if (copied.length === 0) throw nothingToRead(context.folder, leftOut);
    return { outcome, folder: target, bytes: copied.reduce((sum, each) => sum + each.bytes, 0), files: copied, torn, leftOut };
  };
  if (request.dryRun) {
    for (const file of files) await take(context, file, all);
    return result('planned');
  }
  await requireRoom(context.folder, request.to, bytes);
  const lock = path.join(context.folder, NOTES, 'copy.lock');
  await withLock(context.disk, lock, { doing: `copy to ${request.to}`, wait: context.wait === true, signal: context.operation.signal, needs: bytes }, async () => {
    await removeLeftovers(context, path.dirname(target), name).catch((error: unknown) => {
      throw diskFailure(error, `copy to ${request.to}`, request.to, bytes);
    });
    await makeWholeFolder(context.disk, target, bytes, async (temporary) => {
      for (const [done, file] of files.entries()) await copyFile(context, file, temporary, { done, total: files.length }, all);
      const { files: copied, leftOut } = result('made');
      const manifest: Manifest = { version: 1, name, made: isoInstant(context.clock.now()), files: copied, ...(leftOut.length === 0 ? {} : { leftOut }) };
      await writeText(context.disk, path.join(temporary, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    });
  });
  return result('made');
}

/** What came of the files so far. */
interface Copies {
  readonly copied: CopiedFile[];
  readonly torn: Torn[];
  readonly leftOut: LeftOut[];
}

/** Takes a file among the copies, or tells why it is left out. */
async function take(context: JobContext, file: ToCopy, { copied, torn, leftOut }: Copies, copy?: (original: Written) => Promise<unknown>): Promise<void> {
  const looked = await lookOver(context.folder, file, context.operation.signal);
  if ('leftOut' in looked) {
    leftOut.push(looked.leftOut);
    return;
  }
  torn.push(...looked.torn);
  await copy?.(looked.original);
  copied.push({ file: file.file, bytes: looked.original.bytes, sha256: copy === undefined ? null : looked.original.sha256 });
}

function copyFile(context: JobContext, file: ToCopy, folder: string, at: { done: number; total: number }, all: Copies): Promise<void> {
  context.operation.signal.throwIfAborted();
  context.operation.progress({ step: `copying ${file.file}`, ...at });
  const source = path.join(context.folder, file.file);
  const copy = (original: Written): Promise<unknown> => writeAtomic(context.disk, path.join(folder, file.file), copyOf(context.disk, source, original));
  return underLock(context, file.file, `copy ${file.file}`, () => take(context, file, all, copy));
}

/** A folder with nothing in it would be taken for a copy. */
function nothingToRead(folder: string, leftOut: readonly LeftOut[]): Failure {
  const [first] = leftOut;
  return new Failure('io', { attempted: `copy ${folder}`, ...(first === undefined ? {} : { file: first.file }), why: `none of its files can be read${first === undefined ? '' : `, such as ${first.file}: ${first.why}`}` });
}

/** `2025-07-01_12-00`, UTC. */
const minuteOf = (ms: number): string => isoInstant(ms).slice(0, 16).replace('T', '_').replace(':', '-');

async function freeName(wanted: string): Promise<string> {
  for (let turn = 1; ; turn++) {
    const target = turn === 1 ? wanted : `${wanted}_${turn}`;
    if ((await ifThere(stat(target))) === undefined) return target;
  }
}

/** What a killed process left of a copy by this name. Only one process at a time copies this data folder. */
async function removeLeftovers(context: JobContext, folder: string, name: string): Promise<void> {
  for (const entry of (await ifThere(context.disk.files.readdir(folder))) ?? []) {
    const isOurs = entry.startsWith(`${name}_`) && /^\d{4}(-\d\d){2}_\d\d-\d\d(_\d+)?\.tmp$/.test(entry.slice(name.length + 1)) && entry.endsWith(TEMPORARY);
    if (isOurs) await removeTree(context.disk.files, path.join(folder, entry));
  }
}

/** A destination that is not there is not made: an unmounted drive would be taken for a folder. */
async function requireFolder(to: string): Promise<void> {
  const attempted = `copy to ${to}`;
  const stats = await stat(to).catch((error: unknown) => {
    throw failureFrom(error, attempted, to);
  });
  if (!stats.isDirectory()) throw new Failure('usage', { attempted, file: to, why: 'it is not a folder.', remedy: 'Name an existing folder.' });
}
