import type { Disk } from '../disk/disk';
import { judgeLock } from '../disk/lockState';
import type { MonthStanding, MonthlyStatus } from '../../protocol/monthly';
import { NAMING, discoverMonths, finishedMonths, type MonthSource, type Naming } from './discover';
import { findDone } from './done';
import { parseMonth } from './months';
import { monthPaths } from './publish';
import { monthLock, readStates, type MonthState } from './state';
import { monthText } from './statistics';

/** How far every month is that has a file, a state or a result. @param source without it, months not begun are not known */
export async function monthsStatus(disk: Disk, dest: string, source?: string, naming: Naming = NAMING): Promise<MonthlyStatus> {
  return { dest, months: await standings(disk, dest, source === undefined ? [] : await discoverMonths(source, naming), naming) };
}

/** In order of month. */
export async function standings(disk: Disk, dest: string, found: readonly MonthSource[], naming: Naming): Promise<MonthStanding[]> {
  const finished = await finishedMonths(dest, naming);
  const states = new Map((await readStates(disk, dest)).map((state) => [state.month, state]));
  const sources = new Map(found.map(({ month, files }) => [monthText(month), files[0]!]));
  const months = [...new Set([...sources.keys(), ...finished.keys(), ...states.keys()])].sort();
  return Promise.all(months.map((month) => standing(disk, dest, { month, state: states.get(month), output: finished.get(month), source: sources.get(month) })));
}

interface Known {
  readonly month: string;
  readonly state: MonthState | undefined;
  /** Its newest finished file. */
  readonly output: string | undefined;
  readonly source: string | undefined;
}

/** A finished file counts for more than a state that was not told of it: it appears under its name in the last step. */
async function standing(disk: Disk, dest: string, { month, state, output, source }: Known): Promise<MonthStanding> {
  const isOwn = state !== undefined && output === monthPaths(dest, parseMonth(month), state.stamp).output;
  if (state?.phase === 'working' && !isOwn) {
    const lock = await judgeLock(disk, monthLock(dest, month));
    const alive = lock !== undefined && lock.state !== 'stale';
    return { month, state: alive ? 'working' : 'interrupted', source: state.source, stage: state.stage };
  }
  if (state?.phase === 'failed' && !isOwn) return { month, state: 'failed', failure: state.failure };
  if (output === undefined) return { month, state: 'waiting', source: source ?? state?.source ?? '' };
  const done = await findDone(disk, output);
  return { month, state: 'finished', output, ...(done === undefined ? {} : { done }) };
}
