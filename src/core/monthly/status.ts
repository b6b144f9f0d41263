import type { Disk } from '../disk/disk';
import { judgeLock } from '../disk/lockState';
import type { MonthStanding, MonthlyStatus } from '../../protocol/monthly';
import { NAMING, discoverMonths, finishedMonths, type Naming } from './discover';
import { monthLock, readStates, type MonthState } from './state';
import { monthText } from './statistics';

/** How far every month is that has a file, a state or a result. @param source without it, months not begun are not known */
export async function monthsStatus(disk: Disk, dest: string, source?: string, naming: Naming = NAMING): Promise<MonthlyStatus> {
  const found = source === undefined ? [] : await discoverMonths(source, naming);
  const finished = await finishedMonths(dest, naming);
  const states = new Map((await readStates(disk, dest)).map((state) => [state.month, state]));
  const sources = new Map(found.map(({ month, files }) => [monthText(month), files[0]!]));
  const months = [...new Set([...sources.keys(), ...finished.keys(), ...states.keys()])].sort();
  return { dest, months: await Promise.all(months.map((month) => standing(disk, dest, { month, state: states.get(month), output: finished.get(month), source: sources.get(month) }))) };
}

interface Known {
  readonly month: string;
  readonly state: MonthState | undefined;
  /** Its finished file. */
  readonly output: string | undefined;
  readonly source: string | undefined;
}

async function standing(disk: Disk, dest: string, { month, state, output, source }: Known): Promise<MonthStanding> {
  if (state?.phase === 'working') {
    const lock = await judgeLock(disk, monthLock(dest, month));
    const alive = lock !== undefined && lock.state !== 'stale';
    return { month, state: alive ? 'working' : 'interrupted', source: state.source, stage: state.stage };
  }
  if (state?.phase === 'failed') return { month, state: 'failed', failure: state.failure };
  if (output === undefined) return { month, state: 'waiting', source: source ?? state?.source ?? '' };
  return { month, state: 'finished', output, ...(state?.phase === 'done' && state.done.output === output ? { done: state.done } : {}) };
}
