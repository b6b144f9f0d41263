import path from 'node:path';
import { Failure } from '../base/failure';
import type { Closes } from '../intake/agreement';
import { isStrictlyIncreasing } from '../intake/sorted';
import { WIDEST_SHIFT } from '../intake/shift';
import { isFile } from '../store/layout';
import { requireSound } from '../store/sound';
import { readCloses, readTimes, type TimeRange } from '../table/parquet';

/**
 * Times and closes of the master's bars that a file's bars could be, however wrong its zone.
 * @param times the file's open instants, unix ms UTC, ascending, not empty
 * @returns undefined when there is no master
 * @throws Failure `refused` when the master is out of order; `io` when it cannot be read
 */
export async function readMasterAround(master: string, times: Float64Array): Promise<Closes | undefined> {
  if (!(await isFile(master))) return undefined;
  const closes = await readCloses(master, { from: times[0]! - WIDEST_SHIFT, to: times[times.length - 1]! + WIDEST_SHIFT });
  if (isStrictlyIncreasing(closes.time)) return closes;
  throw new Failure('refused', {
    attempted: `compare with ${master}`,
    file: master,
    why: 'its times are not strictly increasing.',
    remedy: `See barkeep inventory, and restore it from a backup (barkeep restore ${path.basename(master)}).`,
    inEditor: { remedy: 'The Data Inventory says more; Restore… puts a backup in its place.' },
  });
}

/**
 * Open instants, unix ms UTC, each later than the one before: of an unsound master nobody can tell what it lacks.
 * @param around as of `readTimes`; only what is read is looked at
 * @throws Failure `refused` naming the first row at fault; else as `readTimes`
 */
export async function readSoundTimes(master: string, around: TimeRange = {}): Promise<Float64Array> {
  const times = await readTimes(master, around);
  // Of a single time no order tells that it is missing.
  if (Number.isNaN(times[0]) || !isStrictlyIncreasing(times)) await requireSound(master);
  return times;
}
