import type { Closes } from '../intake/agreement';
import { isStrictlyIncreasing } from '../intake/sorted';
import { WIDEST_SHIFT } from '../intake/shift';
import { advised } from '../store/advice';
import { isFile } from '../store/layout';
import { requireSound } from '../store/sound';
import { readCloses, readTimes, type TimeRange } from '../table/parquet';

/**
 * Times and closes of the master's bars that a file's bars could be, however wrong its zone.
 * @param times the file's open instants, unix ms UTC, ascending, not empty
 * @returns undefined when there is no master
 * @throws Failure `refused` naming the first row at fault when its times do not rise; `io` when it cannot be read
 */
export async function readMasterAround(master: string, times: Float64Array): Promise<Closes | undefined> {
  if (!(await isFile(master))) return undefined;
  const closes = await advised(master, () => readCloses(master, { from: times[0]! - WIDEST_SHIFT, to: times[times.length - 1]! + WIDEST_SHIFT }));
  if (!isStrictlyIncreasing(closes.time)) await requireSound(master);
  return closes;
}

/**
 * Open instants, unix ms UTC, each later than the one before: of an unsound master nobody can tell what it lacks.
 * @param around as of `readTimes`; only what is read is looked at
 * @throws Failure `refused` naming the first row at fault; else as `readTimes`
 */
export async function readSoundTimes(master: string, around: TimeRange = {}): Promise<Float64Array> {
  const times = await advised(master, () => readTimes(master, around));
  // Of a single time no order tells that it is missing.
  if (Number.isNaN(times[0]) || !isStrictlyIncreasing(times)) await requireSound(master);
  return times;
}
