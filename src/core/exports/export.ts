import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import type { Operation } from '../base/ports';
import { TEMPORARY, writeText } from '../disk/atomic';
import { removeFiles } from '../disk/bytes';
import type { Disk } from '../disk/disk';
import { markDone } from '../disk/done';
import { withNote } from '../disk/failures';
import { withLock } from '../disk/lock';
import { manifestOf, type SealManifest } from '../integrity/manifest';
import { isoInstant } from '../base/time';
import { nowhere, openTarget } from './csvfile';
import { csvNameOf, lockNameOf, parseCsvName, type DataType } from './names';
import { leftoversOf } from './leftovers';
import { NotesFile, reportNameOf } from './notes';
import { CADENCE, Progress, type Cadence } from './progress';
import { Rows, type Feed, type RowsDone, type RowsHow, type RowsState } from './rows';
import type { WholeState } from './signal';
import { writeComplete, writeProgress, writeStart } from './signals';

/** An export by the rules of charting platforms: others wait for its signals, and read it once it is DONE. */

export interface ExportHow extends RowsHow {
  /** The raw folder, absolute: it is made when it is not there. */
  readonly folder: string;
  readonly dataType: DataType;
  /** Of the name of the file (names.ts). */
  readonly begins: DataType | '';
  readonly gzip: boolean;
  /** Write `{csv}.integrity.json`. */
  readonly report: boolean;
  /** About how many bytes there will be, told when the disk is full. */
  readonly needs: number;
  readonly wait: boolean;
  readonly cadence?: Cadence;
}

export interface Exported extends RowsDone {
  /** Absolute: the finished file, or as it would be called. */
  readonly file: string;
  /** Absolute paths of what was written beside it. */
  readonly beside: readonly string[];
}

/** What an export would write, without writing anything. @throws what the feed throws; `refused` when there is no bar */
export async function planExport(disk: Disk, how: ExportHow, feed: Feed, operation: Operation): Promise<Exported> {
  const csv = freeName(how, await namesIn(how.folder), disk.clock.now());
  const rows = new Rows(how, nowhere(), { operation, flush: CADENCE.flush, flushed: () => Promise.resolve() });
  await feed(rows);
  const done = await rows.finish();
  if (done.rows === 0) throw noBars(how, done);
  return { ...done, file: path.join(how.folder, `${csv}${how.gzip ? '.gz' : ''}.DONE`), beside: [] };
}

/**
 * Exports under the instrument's lock: start signal, rows and progress signals, completion signal, DONE. When it fails
 * after the first row, what was written stays under its name without a completion signal.
 * @throws Failure `locked` naming who exports this instrument; `refused` when there is no bar; `io`; `cancelled`; or what the feed throws
 */
export async function exportBars(disk: Disk, how: ExportHow, feed: Feed, operation: Operation): Promise<Exported> {
  const { folder, instrument } = how;
  const lock = path.join(folder, lockNameOf(instrument));
  try {
    const holding = { doing: `export ${instrument}`, needs: how.needs, format: 'export', wait: how.wait, signal: operation.signal } as const;
    return await withLock(disk, lock, holding, () => exportLocked(disk, how, feed, operation));
  } catch (error) {
    if (error instanceof Failure && error.kind === 'locked') throw await namingTheFirst(error, how);
    throw error;
  }
}

async function namingTheFirst(failure: Failure, { folder, instrument }: ExportHow): Promise<Failure> {
  const first = unfinished(await namesIn(folder), instrument).at(-1);
  return first === undefined ? failure : withNote(failure, `It is writing ${first}.`);
}

async function exportLocked(disk: Disk, how: ExportHow, feed: Feed, operation: Operation): Promise<Exported> {
  const { folder, instrument, dataType } = how;
  const names = await namesIn(folder);
  await removeFiles(disk, folder, leftoversOf(names, instrument));
  for (const name of unfinished(names, instrument)) operation.log(`${name} was never finished; it stays as it is.`);
  const startedAt = disk.clock.now();
  const csv = freeName(how, names, startedAt);
  const start = await writeStart(disk, folder, { instrument, dataType, startedAt });
  const withdraw = (): Promise<void> => removeFiles(disk, folder, [`${reportNameOf(csv)}${TEMPORARY}`, csv, path.basename(start)]);
  const done = await writeRows(disk, how, path.join(folder, csv), feed, operation, withdraw);
  if (done.rows > 0) return finish(disk, how, path.join(folder, csv), done, start);
  await withdraw();
  throw noBars(how, done);
}

/** @param withdraw takes an export back that came to nothing before its first row */
async function writeRows(disk: Disk, how: ExportHow, file: string, feed: Feed, operation: Operation, withdraw: () => Promise<void>): Promise<RowsDone> {
  const cadence = how.cadence ?? CADENCE;
  const target = await openTarget(disk, file, how.needs);
  const report = how.report ? new NotesFile(disk, file) : undefined;
  const progress = new Progress(cadence, () => stateOf(disk, how, file, rows.state), (state) => writeProgress(disk, how.folder, state));
  const rows: Rows = new Rows(how, target, {
    operation,
    flush: cadence.flush,
    flushed: async () => {
      await report?.flush();
      progress.flushed();
    },
    ...(report === undefined ? {} : { note: report.add }),
  });
  try {
    await feed(rows);
    const done = await rows.finish();
    await progress.end();
    await (done.rows > 0 ? report?.finish(done.counters) : report?.abandon());
    return done;
  } catch (error) {
    await Promise.allSettled([progress.end(), target.abandon(), report?.abandon()]);
    const failure = failureFrom(error, `export ${how.instrument}`, file);
    const isWithdrawn = rows.state.rows === 0 && (await withdraw().then(() => true, () => false));
    if (isWithdrawn) throw failure;
    throw withNote(failure, `${path.basename(file)} is unfinished: its ${rows.state.rows} rows stay there, without a completion signal.`);
  }
}

/** From the last byte on: seal, completion signal, DONE. */
async function finish(disk: Disk, how: ExportHow, file: string, done: RowsDone, start: string): Promise<Exported> {
  const beside = [start];
  if (how.sealed) {
    const manifest: SealManifest = { file: path.basename(file), rows: done.rows, firstSeq: 1, lastSeq: done.rows, bytes: done.bytes, sha256: done.sha256, sealedAt: isoInstant(disk.clock.now()) };
    await writeText(disk, manifestOf(file), `${JSON.stringify(manifest, undefined, 2)}\n`);
    beside.push(manifestOf(file));
  }
  if (how.report) beside.push(new NotesFile(disk, file).file);
  beside.push(await writeComplete(disk, how.folder, stateOf(disk, how, file, done), done));
  return { ...done, file: await markDone(disk, file, { gzip: how.gzip }), beside };
}

function stateOf(disk: Disk, { instrument, dataType }: ExportHow, file: string, state: RowsState): WholeState {
  const { gapsDetected, invalidDataSkipped, ...counters } = state.counters;
  return {
    csv: path.basename(file),
    filePath: file,
    instrument,
    dataType,
    bars: state.rows,
    gaps: gapsDetected,
    invalid: invalidDataSkipped,
    bytes: state.bytes,
    at: disk.clock.now(),
    lastBar: state.last,
    counters,
  };
}

function noBars({ instrument }: ExportHow, { counters }: RowsDone): Failure {
  const skipped = counters.invalidDataSkipped === 0 ? '' : ` ${counters.invalidDataSkipped} rows are no usable bars.`;
  return new Failure('refused', { attempted: `export ${instrument}`, why: `there is no bar to export.${skipped}`, remedy: 'Look at the source, and at the range that was asked for. No file was made.' });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw failureFrom(error, `list ${folder}`, folder);
  }
}

/** The CSVs of an instrument that are not DONE and have no completion signal. */
const unfinished = (names: readonly string[], instrument: string): string[] =>
  names.filter((name) => name.endsWith('.csv') && parseCsvName(name)?.instrument === instrument && !names.includes(`export_complete_${name}.json`));

/** The name of an export that begins now; a later second where another export has the name, in whatever state. */
function freeName({ begins, instrument }: ExportHow, names: readonly string[], now: number): string {
  const taken = new Set(names.map((name) => parseCsvName(name)?.csv ?? name));
  let at = now;
  while (taken.has(csvNameOf(begins, instrument, at))) at += 1000;
  return csvNameOf(begins, instrument, at);
}
