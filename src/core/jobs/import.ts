import path from 'node:path';
import type { Alignment, ImportPlan, ImportResult } from '../../protocol/results';
import { countBars, type Bars } from '../base/bar';
import { Failure, Unfinished, failureFrom } from '../base/failure';
import { momentUtc } from '../base/time';
import { durationOf } from '../base/timeframe';
import { afterMerge } from '../disk/failures';
import { withLock } from '../disk/lock';
import { withUnpacked } from '../disk/packed';
import { regenerate } from '../derive/regenerate';
import { raisePrices } from '../intake/prices';
import type { VendorFile, VendorOptions } from '../intake/vendor';
import { howRead, readVendorFile } from '../intake/vendor';
import { lockPath, masterPath } from '../store/layout';
import type { MergePlan } from '../store/merge';
import { applyMerge, isRefused, mergeNeeds, planMerge, refuseConflicts } from '../store/merge';
import { alignBars, nameInstrument } from './align';
import { writeConflicts, writeRejected } from './beside';
import { settled, type JobContext } from './context';
import { checkContinuity } from './continuity';

export interface ImportRequest extends VendorOptions {
  readonly file: string;
  readonly ticker: string;
  /** `adjust`: a constant price offset is added to the file; `off`: alignment is reported but does not refuse. */
  readonly align: 'check' | 'adjust' | 'off';
  readonly onConflict: ImportPlan['onConflict'];
  /** Plans only; writes nothing, not even a lock. */
  readonly dryRun: boolean;
  /** Brings derived files up to date after the import. */
  readonly regenerate: boolean;
}

/** How many conflicting values a plan shows; all of them are in `{file}.conflicts.csv`. */
const SHOWN = 20;

/**
 * Imports a vendor's file into its master: read, align, plan, and under the ticker's lock merge; then look for gaps and
 * regenerate what is derived. A dry run makes the same plan, or the same refusal, and stops there.
 * @throws Failure `usage`, `refused` (nothing was written), `locked`, `io`
 */
export async function importFile(given: JobContext, request: ImportRequest): Promise<ImportResult> {
  const context = settled(given);
  const lock = lockPath(context.folder, request.ticker);
  const vendor = await withUnpacked(context.disk.files, request.file, context.operation.signal, (plain, from) => readVendorFile(plain, { ...request, ...from }, context.operation));
  if (request.dryRun) return planOnly(context, request, vendor);
  const doing = `import ${path.basename(request.file)}`;
  const needs = await mergeNeeds(masterPath(context.folder, request.ticker, request.timeframe), countBars(vendor.bars));
  const done = await withLock(context.disk, lock, { doing, needs, wait: context.wait === true, signal: context.operation.signal }, () => mergeVendor(context, request, vendor));
  return followUp(context, request, vendor, done);
}

async function planOnly(context: JobContext, request: ImportRequest, vendor: VendorFile): Promise<ImportResult> {
  const { plan, merge } = await planImport(context, request, vendor);
  refuseConflicts(merge);
  return { plan, outcome: 'planned' };
}

/** The part that runs under the lock: from the plan to the merged master. */
async function mergeVendor(context: JobContext, request: ImportRequest, vendor: VendorFile): Promise<ImportResult> {
  const { plan, merge } = await planImport(context, request, vendor);
  context.operation.signal.throwIfAborted();
  if (isRefused(merge)) refuseConflicts(merge, `All are listed in ${String(await writeConflicts(context.disk, request.file, merge.conflicts))}.`);
  const aside = await putAside(context, request, vendor, merge);
  if (countBars(merge.changes) > 0) context.operation.log(`merging ${merge.addedBars + merge.replacedBars} bars into ${plan.master}`);
  const read = { ...howRead(vendor), ...(plan.prices === undefined ? {} : { prices: plan.prices }) };
  const from = { sourceName: path.basename(request.file), sourceSha256: vendor.sha256, ...read };
  const { backup } = await applyMerge(context.disk, context.folder, merge, from, context.operation.signal);
  const outcome = countBars(merge.changes) === 0 ? 'unchanged' : 'imported';
  return { plan, outcome, ...(backup === undefined ? {} : { backup: backup.backup }), ...aside };
}

async function planImport(context: JobContext, request: ImportRequest, vendor: VendorFile): Promise<{ plan: ImportPlan; merge: MergePlan }> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const { bars, alignment, prices } = await alignPrices(request, vendor, master);
  requireDates(vendor, alignment);
  requirePast(request, vendor, context.clock.now());
  if (request.align !== 'off') requireAligned(request.file, path.basename(master), await nameInstrument(context.folder, request, vendor, alignment));
  const merge = await planMerge(master, bars, request.onConflict);
  const { newRows, identicalRows, conflictingRows, replacedBars, conflicts, before, after, onConflict } = merge;
  const plan: ImportPlan = {
    file: request.file,
    master: path.basename(master),
    zone: vendor.zone,
    stamp: vendor.stamp,
    parsedRows: vendor.rows,
    rejectedRows: vendor.rejected.length,
    repeatedHeaders: vendor.repeatedHeaders,
    newRows,
    identicalRows,
    conflictingRows,
    replacedBars,
    onConflict,
    before,
    after,
    conflicts: conflicts.slice(0, SHOWN),
    ...(prices === undefined ? {} : { prices }),
    ...sizesOf(merge),
    alignment,
  };
  return { plan, merge };
}

interface AlignedPrices {
  readonly bars: Bars;
  readonly alignment: Alignment;
  readonly prices?: NonNullable<ImportPlan['prices']>;
}

/** The file's bars as they are to be merged: under `adjust` at the master's level when a constant offset is all that differs. */
async function alignPrices({ align, scale: factor = 1, timeframe }: ImportRequest, vendor: VendorFile, master: string): Promise<AlignedPrices> {
  const alignment = await alignBars(vendor, master, timeframe);
  const points = alignment.verdict === 'aligned-after-offset' ? (alignment.prices?.points ?? 0) : 0;
  if (align !== 'adjust' || points === 0) return { bars: vendor.bars, alignment, ...(factor === 1 ? {} : { prices: { factor, points: 0 } }) };
  const bars = raisePrices(vendor.bars, points);
  return { bars, alignment: await alignBars({ ...vendor, bars }, master, timeframe), prices: { factor, points } };
}

/** What a bar of a new master takes, zstd: measured on years of minutes. */
const BYTES_PER_BAR = 5.4;

function sizesOf({ seen, before, after }: MergePlan): Pick<ImportPlan, 'bytesBefore' | 'bytesAfterEstimate'> {
  const each = seen === null || before === null ? BYTES_PER_BAR : seen.bytes / before.rows;
  return { bytesBefore: seen?.bytes ?? 0, bytesAfterEstimate: Math.round(after.rows * each) };
}

/** Zones and dates of trading days are a day ahead of the clock at most. */
const AHEAD = durationOf('1D');

/** Bars that are still to come are dates misread or mistyped, and would be the master's newest for years; the bar that is still running is not. */
function requirePast({ file, timeframe }: ImportRequest, { bars: { time } }: VendorFile, now: number): void {
  const last = time[time.length - 1]!;
  if (last <= now + durationOf(timeframe) + AHEAD) return;
  throw new Failure('refused', { attempted: `import ${file}`, file, why: `its last bar is at ${momentUtc(last)}, which is still to come.`, remedy: 'Check its dates, and the clock of this computer; nothing was written.' });
}

/** Dates that could be read in two ways are proven by the master, or by nothing. */
function requireDates({ doubt }: VendorFile, { verdict }: Alignment): void {
  if (doubt !== undefined && verdict !== 'aligned') throw doubt;
}

/** Bars that could not be compared go in; bars that were and do not match do not. */
function requireAligned(file: string, unlike: string, { verdict, summary, short, matter = short, remedy, options }: Alignment): void {
  if (verdict === 'aligned' || verdict === 'no-master' || verdict === 'no-overlap') return;
  const inEditor = { ...(matter === undefined ? {} : { why: matter }), remedy: 'Nothing was written.' };
  throw new Failure('refused', {
    attempted: `import ${file}`,
    file,
    unlike,
    inEditor,
    why: /[.?]$/.test(summary) ? summary : `${summary}.`,
    remedy: remedy === undefined ? 'If it is right all the same, import it with --align off.' : 'Nothing was written.',
    ...(options === undefined ? {} : { options: { ...options } }),
  });
}

/** What will not be in the master is on record before the master changes. */
async function putAside({ disk }: JobContext, { file }: ImportRequest, vendor: VendorFile, merge: MergePlan): Promise<Pick<ImportResult, 'rejectedFile' | 'conflictsFile'>> {
  const rejectedFile = await writeRejected(disk, file, vendor.rejected);
  const conflictsFile = await writeConflicts(disk, file, merge.conflicts);
  return { ...(rejectedFile === undefined ? {} : { rejectedFile }), ...(conflictsFile === undefined ? {} : { conflictsFile }) };
}

/**
 * Gaps around the imported bars, and everything made from minutes brought up to date, also when every bar was there
 * already: an import that was interrupted after the merge is finished by running it again. The lock is free again.
 */
async function followUp(context: JobContext, request: ImportRequest, vendor: VendorFile, done: ImportResult): Promise<ImportResult> {
  const { ticker, timeframe } = request;
  const { time } = vendor.bars;
  const isAll = done.plan.before === null;
  const span = { from: time[0]!, to: time[time.length - 1]! + durationOf(timeframe) };
  try {
    const continuity = await checkContinuity(context, { ticker, timeframe, span }, isAll ? time : undefined);
    if (!request.regenerate || timeframe !== '1m') return { ...done, continuity };
    const derived = await regenerate(context.disk, context.folder, ticker, { wait: context.wait === true }, context.operation);
    return { ...done, continuity, derived };
  } catch (error) {
    throw new Unfinished(afterMerge(failureFrom(error, `follow up the import of ${request.file}`), done.plan.master, ticker), done);
  }
}
