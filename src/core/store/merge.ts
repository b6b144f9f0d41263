import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupEntry } from '../../protocol/keeping';
import type { BarDifference, MasterExtent } from '../../protocol/results';
import { BarBuilder, countBars, pickBars, type Bars } from '../base/bar';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { isoInstant } from '../base/time';
import { bytesOf } from '../disk/atomic';
import { replaceFile } from '../disk/backup';
import { sha256OfFile } from '../disk/digest';
import type { Disk } from '../disk/disk';
import { requireNoLink } from '../disk/link';
import { writeMaster, type VolumeType } from '../table/master';
import { describeParquet, readBars, type ParquetDescription } from '../table/parquet';
import { surveyColumns } from '../table/survey';
import { advised } from './advice';
import { writeFresh } from './fresh';
import { reconcile, type OnConflict, type Reconciled } from './reconcile';
import { mergedMetadata, type ImportedFrom } from './lineage';
import { requireSound } from './sound';
import { verifyMerged } from './verify';

/** What a merge will do to a master: made without writing anything, applied under the ticker's lock. */
export interface MergePlan {
  readonly master: string;
  readonly onConflict: OnConflict;
  readonly before: MasterExtent | null;
  readonly after: MasterExtent;
  /** These three add up to the rows given. */
  readonly newRows: number;
  readonly identicalRows: number;
  readonly conflictingRows: number;
  /** Every value that differs, in order of time. */
  readonly conflicts: readonly BarDifference[];
  /** Bars to write, ascending: those at times the master lacks, and those that take a bar's place. */
  readonly changes: Bars;
  readonly addedBars: number;
  readonly replacedBars: number;
  readonly volume: VolumeType;
  /** The master as it was seen; null when there was none. */
  readonly seen: { readonly bytes: number; readonly modified: number } | null;
}

/**
 * Plans merging bars, in any order, into a master; a missing master is made of all of them. The rows are taken one by one
 * in order of time: a row at a time that has a bar already is identical or conflicts with it, even if that bar came from
 * the same file. A volume missing on either side is not compared.
 * @throws Failure `refused` when the master's times do not rise, a given price is not finite, or there is nothing to make a master of
 */
export const planMerge = async (master: string, bars: Bars, onConflict: OnConflict): Promise<MergePlan> => planOver(await look(master), master, bars, onConflict);

/** The same for a master made anew of these bars alone, whatever is there under its name: of several bars at a time the first stays. */
export const planAnew = (master: string, bars: Bars): Promise<MergePlan> => planOver(null, master, bars, 'keep');

async function planOver(seen: MergePlan['seen'], master: string, bars: Bars, onConflict: OnConflict): Promise<MergePlan> {
  const given = sortBars(bars);
  requireFinite(master, given);
  const before = seen === null ? null : await advised(master, () => inspect(master));
  const rows = countBars(given);
  const overlap = before === null || rows === 0 ? NO_BARS : await advised(master, () => readBars(master, { from: given.time[0]!, to: given.time[rows - 1]! + 1 }));
  const reconciled = reconcile(overlap, given, onConflict);
  const { newRows, identicalRows, conflictingRows, conflicts, changes, addedBars, replacedBars } = reconciled;
  return {
    master,
    onConflict,
    before: before === null ? null : extentOf(before),
    after: extentAfter(master, before, changes, addedBars),
    newRows,
    identicalRows,
    conflictingRows,
    conflicts,
    changes,
    addedBars,
    replacedBars,
    volume: volumeAfter(before?.unevenVolumes ?? 0, reconciled),
    seen,
  };
}

/**
 * Carries out a plan: backs up the master, writes the merged one beside it, reads every bar back, and puts it in place.
 * Writes nothing when the plan changes nothing. The caller has held the ticker's lock since before planning.
 * @param signal stops it until the moment the merged master is put in place; the master then stays as it was
 * @returns the copy of the master as it was, and the digest of the master as it is
 * @throws Failure `refused` on conflicts under `fail`, or when the master changed since the plan; `io`
 */
export async function applyMerge(disk: Disk, folder: string, plan: MergePlan, from: ImportedFrom, signal?: AbortSignal): Promise<{ backup?: BackupEntry; sha256: string }> {
  refuseConflicts(plan);
  await requireUnchanged(plan);
  if (countBars(plan.changes) === 0) return { sha256: await sha256OfFile(plan.master) };
  const old: ParquetDescription | null = plan.seen === null ? null : await describeParquet(plan.master);
  const { changes, volume } = plan;
  const metadata = mergedMetadata(plan.master, old?.metadata ?? {}, from);
  const { backup, sha256 } = await replaceFile(
    disk,
    folder,
    plan.master,
    {
      needs: (plan.seen?.bytes ?? 0) + BAR_BYTES * countBars(changes),
      produce: (temporary) =>
        old === null ? writeFresh(disk, temporary, { bars: changes, volume, metadata }) : writeMaster(temporary, { existing: plan.master, changes, volume, metadata }),
      verify: async (temporary) => {
        await verifyMerged(temporary, plan, old);
        signal?.throwIfAborted();
      },
    },
    `import of ${from.sourceName}: ${plan.addedBars} bars added, ${plan.replacedBars} replaced`,
    { sources: [from] },
  );
  return backup === undefined ? { sha256 } : { backup, sha256 };
}

/** A bar's six values, uncompressed. */
export const BAR_BYTES = 48;

/** About how many bytes it takes at most to merge so many bars into a master: the old one is kept, the new one holds both. */
export const mergeNeeds = async (master: string, bars: number): Promise<number> => 2 * (await bytesOf(master)) + BAR_BYTES * bars;

const NO_BARS = new BarBuilder().finish();

/** Stable: rows of the same time stay in the file's order. */
function sortBars(bars: Bars): Bars {
  const { time } = bars;
  let at = 1;
  while (at < time.length && time[at]! >= time[at - 1]!) at++;
  if (at >= time.length) return bars;
  const order = Uint32Array.from(time, (_, i) => i).sort((a, b) => time[a]! - time[b]!);
  return pickBars(bars, order);
}

function requireFinite(master: string, bars: Bars): void {
  for (const column of ['time', 'open', 'high', 'low', 'close'] as const) {
    const values = bars[column];
    let at = 0;
    while (at < values.length && Number.isFinite(values[at])) at++;
    if (at === values.length) continue;
    const when = Number.isFinite(bars.time[at]!) ? isoInstant(bars.time[at]!) : 'an unknown time';
    throw new Failure('refused', { attempted: `merge bars into ${master}`, file: master, why: `the bar at ${when} has no ${column}.` });
  }
}

interface Inspected {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
  readonly unevenVolumes: number;
}

/** A sound master's extent and volumes. @throws Failure `refused` when it is not sound */
async function inspect(master: string): Promise<Inspected> {
  const { rows, start, end } = await describeParquet(master);
  const [{ unevenVolumes, foreignSeconds, inexact }] = await Promise.all([surveyColumns(master), requireSound(master)]);
  requireExact(master, inexact);
  if (foreignSeconds > 0) {
    throw new Failure('refused', {
      attempted: `merge bars into ${master}`,
      file: master,
      why: `its column "time" is not the bar's open in unix seconds in ${foreignSeconds} rows, and Barkeep would write it so.`,
      remedy: 'Rename that column.',
    });
  }
  return { rows, first: start ?? NaN, last: end ?? NaN, unevenVolumes };
}

function requireExact(master: string, inexact: Readonly<Record<string, number>>): void {
  const columns = Object.entries(inexact).map(([name, rows]) => `"${name}" in ${rows} ${rows === 1 ? 'row' : 'rows'}`);
  if (columns.length === 0) return;
  throw new Failure('refused', {
    attempted: `merge bars into ${master}`,
    file: master,
    why: `it holds values that would be rounded when written again (${columns.join(', ')}): prices and volumes are written as doubles, times in microseconds.`,
    remedy: 'Round them with the tool that made it, or merge into another master; nothing was written.',
  });
}

const extentOf = ({ rows, first, last }: Inspected): MasterExtent | null => (rows === 0 ? null : { rows, start: isoInstant(first), end: isoInstant(last) });

function extentAfter(master: string, before: Inspected | null, changes: Bars, added: number): MasterExtent {
  const times = [before?.first ?? NaN, before?.last ?? NaN, changes.time[0] ?? NaN, changes.time.at(-1) ?? NaN].filter((time) => !Number.isNaN(time));
  if (times.length === 0) {
    throw new Failure('refused', { attempted: `merge bars into ${master}`, file: master, why: 'there are no bars to merge, and none in the master.' });
  }
  return { rows: (before?.rows ?? 0) + added, start: isoInstant(Math.min(...times)), end: isoInstant(Math.max(...times)) };
}

/** int64 when every volume of the merged master is a whole number. */
function volumeAfter(unevenBefore: number, { changes, unevenReplaced }: Reconciled): VolumeType {
  let uneven = unevenBefore - unevenReplaced;
  const { volume } = changes;
  for (let i = 0; i < volume.length; i++) if (!Number.isSafeInteger(volume[i])) uneven++;
  return uneven === 0 ? 'BIGINT' : 'DOUBLE';
}

async function look(master: string): Promise<MergePlan['seen']> {
  try {
    const { size, mtimeMs } = await stat(master);
    return { bytes: size, modified: mtimeMs };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw failureFrom(error, `read ${master}`, master);
    await requireNoLink(master, `read ${master}`);
    return null;
  }
}

/** How many differing values a refusal lists. */
const LISTED = 5;

/**
 * Under `fail`, refuses a plan with conflicts: what `applyMerge` does first, for those who only plan or have more to say.
 * @param note one more sentence for the user, such as where all conflicts are listed
 */
export function refuseConflicts(plan: MergePlan, note?: string): void {
  if (!isRefused(plan)) return;
  const listed = plan.conflicts.slice(0, LISTED).map(({ time, field, master, file }) => `${time} ${field} ${master} in the master, ${file} in the file`);
  const more = plan.conflicts.length > LISTED ? '; …' : '';
  const bars = plan.conflictingRows === 1 ? '1 bar differs from that' : `${plan.conflictingRows} bars differ from those`;
  const remedy = 'Keep the master\'s bars with --on-conflict keep, or take the file\'s with --on-conflict replace.';
  throw new Failure('refused', {
    attempted: `merge bars into ${plan.master}`,
    file: plan.master,
    why: `${bars} in the master (${listed.join('; ')}${more}).`,
    remedy: note === undefined ? remedy : `${note} ${remedy}`,
    inEditor: { remedy: `${note ?? ''} Keep the master's bars, or take the file's.`.trim() },
  });
}

/** Whether a plan is one that must not be carried out. */
export const isRefused = ({ onConflict, conflictingRows }: MergePlan): boolean => onConflict === 'fail' && conflictingRows > 0;

async function requireUnchanged(plan: MergePlan): Promise<void> {
  const now = await look(plan.master);
  if (now?.bytes === plan.seen?.bytes && now?.modified === plan.seen?.modified) return;
  throw new Failure('refused', {
    attempted: `merge bars into ${plan.master}`,
    file: plan.master,
    why: `${path.basename(plan.master)} was changed by another program since the merge was planned.`,
    remedy: 'Run the import again.',
  });
}
