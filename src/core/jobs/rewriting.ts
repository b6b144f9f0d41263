import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SealFacts } from '../../protocol/repair';
import { Failure, failureFrom } from '../base/failure';
import { bytesOf, differs, textWriting, type Writing } from '../disk/atomic';
import { changedMeanwhile, replaceFile } from '../disk/backup';
import type { Disk } from '../disk/disk';
import { diskFailure } from '../disk/failures';
import { withLock } from '../disk/lock';
import { lockNameOf, parseCsvName } from '../exports/names';
import type { Layout } from '../integrity/layout';
import { manifestOf, readManifest, type SealManifest } from '../integrity/manifest';
import { ContentSum, eachRecordOf } from '../integrity/repair/records';
import { layoutWith, rewrite, type Edits, type Rewritten } from '../integrity/repair/rewrite';
import { isRow } from '../integrity/walk';
import { openFile, type Source } from '../table/csv/source';
import type { JobContext } from './context';
import { requireText } from './text';

/** What sealing and repairing have in common: a CSV is replaced by itself with a few cells, or records, changed. */

/**
 * Runs what replaces a CSV under its lock: the exporter's own where the name is an export's, else `<file>.lock`.
 * @throws Failure `usage` about a file that another program is still writing (`.tmp`)
 */
export async function underFileLock<T>(context: JobContext, file: string, doing: string, run: () => Promise<T>): Promise<T> {
  const real = await realpath(file).catch(() => path.resolve(file));
  const instrument = parseCsvName(path.basename(real))?.instrument;
  const lock = instrument !== undefined && /DataExport_/i.test(path.basename(real)) ? path.join(path.dirname(real), lockNameOf(instrument)) : `${real}.lock`;
  return withLock(context.disk, lock, { doing, needs: 2 * (await bytesOf(real)), wait: context.wait === true, signal: context.operation.signal, ...(lock.startsWith(`${real}.`) ? {} : { format: 'export' as const }) }, run);
}

/** A file being written under a temporary name is its writer's. */
export function requireFinished(file: string, attempted: string): void {
  if (!/\.tmp$/i.test(file)) return;
  throw new Failure('usage', { attempted, file, why: 'its name says that it is still being written.', remedy: 'Wait until its writer has given it its final name.' });
}

/** A copy under another name; in place is without one. @throws Failure `usage` */
export async function requireOther(file: string, out: string | undefined, attempted: string): Promise<void> {
  if (out === undefined) return;
  requireFinished(out, attempted);
  requireText(out, attempted);
  const [here, there] = await Promise.all([file, out].map((name) => realpath(name).catch(() => path.resolve(name))));
  if (here !== there) return;
  throw new Failure('usage', { attempted, file, why: 'the copy is to have the name of the file itself, which stays as it is.', remedy: 'Name another file, or leave the name out: the file is then replaced, and backed up first.' });
}

/** A source opened for the time of a run, and a question whether its file is still the same. */
export async function withSource<T>(file: string, run: (source: Source, unchanged: () => Promise<void>) => Promise<T>): Promise<T> {
  const source = await openFile(file);
  try {
    const before = await stamp(file);
    return await run(source, async () => {
      if ((await stamp(file)) !== before) throw changedMeanwhile(file);
    });
  } finally {
    await source.close();
  }
}

async function stamp(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

/** A file as it is to become. */
export interface Becoming {
  /** The file to write. */
  readonly target: string;
  /** Its records before the edits, read anew each time. */
  readonly records: () => Source;
  readonly layout: Layout;
  readonly edits: Edits;
  /** Of the rows it must have. */
  readonly kept: ContentSum;
}

/** What it would be; nothing is written. */
export const foresee = ({ records, layout, edits, target }: Becoming, context: JobContext): Promise<Rewritten> =>
  rewrite(records, layout, edits, () => Promise.resolve(), context.operation, `plan ${target}`);

/** @param wrote told what was written, before it is read back */
export function writingOf(context: JobContext, becoming: Becoming, unchanged: () => Promise<void>, wrote: (result: Rewritten) => void): Writing {
  const { target, layout, edits } = becoming;
  let facts: SealFacts | undefined;
  return {
    needs: becoming.records().bytes,
    async produce(temporary) {
      const result = await streamInto(context.disk, temporary, target, (put) => rewrite(becoming.records, layout, edits, put, context.operation, `write ${target}`));
      // A source that changed while it was read gave a mixture of old and new.
      await unchanged();
      facts = result.facts;
      wrote(result);
    },
    async verify(temporary) {
      const source = await openFile(temporary);
      try {
        await compare(source, becoming, facts!, context);
      } finally {
        await source.close();
      }
    },
  };
}

async function compare(source: Source, { target, layout, edits, kept }: Becoming, facts: SealFacts, context: JobContext): Promise<void> {
  const after = layoutWith(layout, edits);
  const sum = new ContentSum();
  const sha256 = await eachRecordOf(source, after, (kind, row) => { if (isRow(kind)) sum.add(row.scanner, after); }, context.operation, `read ${target} back`);
  if (sha256 !== facts.sha256) throw differs(target, `SHA-256 is ${sha256}, ${facts.sha256} was written.`);
  if (!sum.equals(kept)) throw differs(target, `its ${sum.records} rows are not the ${kept.records} rows that it should have.`);
}

/** Fills a file with what comes, piece by piece. */
export async function streamInto<T>(disk: Disk, temporary: string, target: string, fill: (put: (bytes: Buffer) => Promise<void>) => Promise<T>): Promise<T> {
  try {
    const file = await disk.files.open(temporary, 'w');
    try {
      return await fill((bytes) => file.write(bytes));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskFailure(error, `write ${target}`, target);
  }
}

/** Writes the manifest of a sealed file; another that is there is backed up. @returns its path */
export async function putManifest(context: JobContext, file: string, facts: SealFacts): Promise<string> {
  const target = manifestOf(file);
  const there = await readManifest(file);
  // A run that was interrupted wrote it already.
  if (there !== undefined && there !== 'unreadable' && there.sha256 === facts.sha256 && there.rows === facts.rows) return target;
  const manifest: SealManifest = { file: path.basename(file), ...facts, sealedAt: new Date(context.clock.now()).toISOString() };
  await replaceFile(context.disk, context.folder, target, textWriting(context.disk, target, `${JSON.stringify(manifest, null, 2)}\n`), `seal ${path.basename(file)}`);
  return target;
}
