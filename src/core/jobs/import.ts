import path from 'node:path';
import type { Alignment, ImportPlan, ImportResult } from '../../protocol/results';
import { countBars } from '../base/bar';
import { Failure, failureFrom } from '../base/failure';
import { durationOf } from '../base/timeframe';
import { withNote } from '../disk/failures';
import { withLock } from '../disk/lock';
import { regenerate } from '../derive/regenerate';
import type { VendorFile, VendorOptions } from '../intake/vendor';
import { readVendorFile } from '../intake/vendor';
import { lockPath, masterPath } from '../store/layout';
import type { MergePlan } from '../store/merge';
import { applyMerge, planMerge } from '../store/merge';
import { alignBars } from './align';
import { writeConflicts, writeRejected } from './beside';
import type { JobContext } from './context';
import { checkContinuity } from './continuity';

export interface ImportRequest extends VendorOptions {
  readonly file: string;
  readonly ticker: string;
  /** `off`: alignment is reported but does not refuse. */
  readonly align: 'check' | 'off';
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
 * regenerate what is derived. A dry run makes the same plan and stops there.
 * @throws Failure `usage`, `refused` (nothing was written), `locked`, `io`
 */
export async function importFile(context: JobContext, request: ImportRequest): Promise<ImportResult> {
  const lock = lockPath(context.folder, request.ticker);
  const vendor = await readVendorFile(request.file, request, context.operation);
  if (request.dryRun) return { plan: (await planImport(context, request, vendor)).plan, outcome: 'planned' };
  const doing = `import ${path.basename(request.file)}`;
  const done = await withLock(context.disk, lock, { doing, wait: context.wait === true, signal: context.operation.signal }, () => mergeVendor(context, request, vendor));
  return done.outcome === 'imported' ? followUp(context, request, vendor, done) : done;
}

/** The part that runs under the lock: from the plan to the merged master. */
async function mergeVendor(context: JobContext, request: ImportRequest, vendor: VendorFile): Promise<ImportResult> {
  const { plan, merge } = await planImport(context, request, vendor);
  context.operation.signal.throwIfAborted();
  const aside = isRefused(merge) ? {} : await putAside(context, request, vendor, merge);
  if (countBars(merge.changes) > 0) context.operation.log(`merging ${merge.addedBars + merge.replacedBars} bars into ${plan.master}`);
  const from = { sourceName: path.basename(request.file), sourceSha256: vendor.sha256, zone: vendor.zone, stamp: vendor.stamp };
  const { backup } = await applyMerge(context.disk, context.folder, merge, from, context.operation.signal);
  const outcome = countBars(merge.changes) === 0 ? 'unchanged' : 'imported';
  return { plan, outcome, ...(backup === undefined ? {} : { backup: backup.backup }), ...aside };
}

async function planImport(context: JobContext, request: ImportRequest, vendor: VendorFile): Promise<{ plan: ImportPlan; merge: MergePlan }> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const alignment = await alignBars(vendor, master, request.timeframe);
  if (request.align === 'check') requireAligned(request.file, alignment);
  const merge = await planMerge(master, vendor.bars, request.onConflict);
  const { newRows, identicalRows, conflictingRows, conflicts, before, after, onConflict } = merge;
  const plan: ImportPlan = {
    file: request.file,
    master: path.basename(master),
    zone: vendor.zone,
    stamp: vendor.stamp,
    parsedRows: vendor.report.rows,
    rejectedRows: vendor.rejected.length,
    repeatedHeaders: vendor.repeatedHeaders,
    newRows,
    identicalRows,
    conflictingRows,
    onConflict,
    before,
    after,
    conflicts: conflicts.slice(0, SHOWN),
    alignment,
  };
  return { plan, merge };
}

/** Bars that could not be compared go in; bars that were and do not match do not. */
function requireAligned(file: string, { verdict, summary, remedy }: Alignment): void {
  if (verdict === 'aligned' || verdict === 'no-master' || verdict === 'no-overlap') return;
  throw new Failure('refused', {
    attempted: `import ${file}`,
    file,
    why: /[.?]$/.test(summary) ? summary : `${summary}.`,
    remedy: remedy === undefined ? 'If it is right all the same, import it with --align off.' : 'Nothing was written.',
  });
}

const isRefused = ({ onConflict, conflictingRows }: MergePlan): boolean => onConflict === 'fail' && conflictingRows > 0;

/** What will not be in the master is on record before the master changes. */
async function putAside({ disk }: JobContext, { file }: ImportRequest, vendor: VendorFile, merge: MergePlan): Promise<Pick<ImportResult, 'rejectedFile' | 'conflictsFile'>> {
  const rejectedFile = await writeRejected(disk, file, vendor.rejected);
  const conflictsFile = await writeConflicts(disk, file, merge.conflicts);
  return { ...(rejectedFile === undefined ? {} : { rejectedFile }), ...(conflictsFile === undefined ? {} : { conflictsFile }) };
}

/** Gaps around the imported bars, and everything made from minutes brought up to date. The lock is free again. */
async function followUp(context: JobContext, request: ImportRequest, vendor: VendorFile, done: ImportResult): Promise<ImportResult> {
  const { ticker, timeframe } = request;
  const { time } = vendor.bars;
  const span = { from: time[0]!, to: time[time.length - 1]! + durationOf(timeframe) };
  try {
    const continuity = await checkContinuity(context, { ticker, timeframe, span });
    if (!request.regenerate || timeframe !== '1m') return { ...done, continuity };
    const derived = await regenerate(context.disk, context.folder, ticker, { wait: context.wait === true }, context.operation);
    return { ...done, continuity, derived };
  } catch (error) {
    throw withNote(failureFrom(error, `follow up the import of ${request.file}`), `The bars are in ${done.plan.master}; run barkeep regenerate ${ticker} when this is mended.`);
  }
}
