import { inParallel } from '../base/parallel';
import type { Address } from '../cloud/address';
import type { Places } from '../cloud/places';
import type { Disk } from '../disk/disk';
import { judgeLock } from '../disk/lockState';
import type { MonthStanding, MonthlyStatus } from '../../protocol/monthly';
import { NAMING, discoverMonths, finishedMonths, type MonthSource, type Naming } from './discover';
import { findDone } from './done';
import { parseMonth } from './months';
import { monthPaths } from './publish';
import { monthLock, readStates, type MonthState } from './state';
import { monthText } from './statistics';

/** Where months are made, and who looks. */
export interface Looking {
  readonly disk: Disk;
  readonly places: Places;
  /** Where finished months are. */
  readonly dest: Address;
  /** The folder of this machine that they are made in: `dest` itself, unless that is a bucket. */
  readonly work: string;
}

/** How far every month is that has a file, a state or a result. @param source without it, months not begun are not known */
export async function monthsStatus(looking: Looking, source?: Address, naming: Naming = NAMING): Promise<MonthlyStatus> {
  return { dest: looking.dest, months: await standings(looking, source === undefined ? [] : await discoverMonths(looking.places, source, naming), naming) };
}

/** Statistics read at once. */
const AT_ONCE = 16;

/** In order of month. */
export async function standings(looking: Looking, found: readonly MonthSource[], naming: Naming): Promise<MonthStanding[]> {
  const finished = await finishedMonths(looking.places, looking.dest, naming);
  const states = new Map((await readStates(looking.disk, looking.work)).map((state) => [state.month, state]));
  const sources = new Map(found.map(({ month, files }) => [monthText(month), files[0]!]));
  const months = [...new Set([...sources.keys(), ...finished.keys(), ...states.keys()])].sort();
  return inParallel(months, AT_ONCE, (month) => standing(looking, { month, state: states.get(month), output: finished.get(month), source: sources.get(month) }));
}

interface Known {
  readonly month: string;
  readonly state: MonthState | undefined;
  /** Its newest finished file. */
  readonly output: Address | undefined;
  readonly source: Address | undefined;
}

/** A finished file counts for more than a state that was not told of it: it appears under its name in the last step. */
async function standing({ disk, places, dest, work }: Looking, { month, state, output, source }: Known): Promise<MonthStanding> {
  const isOwn = state !== undefined && output === monthPaths(dest, parseMonth(month), state.stamp).output;
  if (state?.phase === 'working' && !isOwn) {
    const lock = await judgeLock(disk, monthLock(work, month));
    const alive = lock !== undefined && lock.state !== 'stale';
    return { month, state: alive ? 'working' : 'interrupted', source: state.source, stage: state.stage };
  }
  if (state?.phase === 'failed' && !isOwn) return { month, state: 'failed', failure: state.failure };
  if (output === undefined) return { month, state: 'waiting', source: source ?? state?.source ?? '' };
  const done = await findDone(places, output);
  return { month, state: 'finished', output, ...(done === undefined ? {} : { done }) };
}
