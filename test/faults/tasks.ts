import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { contend } from './contend';
import type { Break } from './breaks';
import { cutEvery, failEvery, fillEvery, killEvery, setUp, spoilEvery, type Tally } from './matrix';
import { SCENARIOS } from './scenarios';

/** One part of the matrix: a kind of fault on one scenario. */
export interface Task {
  readonly kind: 'errno' | 'spoil' | 'cut' | 'kill' | 'full' | 'contend';
  /** Name of the scenario. */
  readonly scenario: string;
  readonly errno?: string;
  readonly lasting?: boolean;
  readonly stride: number;
  readonly offset: number;
  readonly broken?: Break;
}

const ERRNOS = ['ENOSPC', 'EIO', 'EPERM', 'EROFS'] as const;

/** The kind of fault from which each protection protects. */
const SEEN_BY: Readonly<Record<Break, Task['kind']>> = { foldersync: 'cut', backupcheck: 'spoil', readback: 'spoil', lock: 'contend' };

/** How much of the matrix: `all` is every operation, `some` what fits a test run. */
export type Extent = 'all' | 'some';

/** Every part of the matrix. Where not every operation is tried, each part starts at another one. */
export function tasks(extent: Extent, broken?: Break): Task[] {
  const every = (most: number): number => (extent === 'all' ? 1 : most);
  let count = 0;
  const plan = (task: Omit<Task, 'stride' | 'offset'>, stride: number): Task => ({ ...task, stride, offset: 1 + (count++ % stride), ...(broken === undefined ? {} : { broken }) });
  const parts = SCENARIOS.flatMap(({ name: scenario, args, weight = 1 }): Task[] => [
    ...ERRNOS.flatMap((errno) => [
      plan({ kind: 'errno', scenario, errno, lasting: false }, every(40 * weight)),
      // Lasting, EPERM makes each rename wait its full patience.
      ...(extent === 'all' || errno !== 'EPERM' ? [plan({ kind: 'errno', scenario, errno, lasting: true }, every(40 * weight))] : []),
    ]),
    plan({ kind: 'spoil', scenario }, every(weight)),
    plan({ kind: 'cut', scenario }, every(10 * weight)),
    ...(args === undefined ? [] : [plan({ kind: 'kill', scenario }, every(60)), plan({ kind: 'full', scenario }, every(90))]),
  ]);
  const all = [...parts, plan({ kind: 'contend', scenario: 'eight importers' }, 1)];
  return broken === undefined ? all : all.filter(({ kind }) => kind === SEEN_BY[broken]);
}

/** Memory where there is some: thousands of small worlds come and go. */
const SCRATCH = process.platform === 'linux' ? '/dev/shm' : os.tmpdir();

export async function runTask(task: Task): Promise<Tally> {
  const tally: Tally = { points: 0, violations: [] };
  const scratch = makeScratch();
  try {
    if (task.kind === 'contend') await contend(scratch, task.broken, tally);
    else await runOn(task, scratch, tally);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return tally;
}

async function runOn(task: Task, scratch: string, tally: Tally): Promise<void> {
  const { kind, stride, offset, broken } = task;
  const scenario = SCENARIOS.find(({ name }) => name === task.scenario)!;
  const stage = await setUp(scenario, { scratch, stride, offset, ...(broken === undefined ? {} : { broken }) });
  if (kind === 'errno') await failEvery(stage, task.errno!, task.lasting === true, tally);
  else if (kind === 'spoil') await spoilEvery(stage, tally);
  else if (kind === 'cut') await cutEvery(stage, stride === 1 ? 6 : 3, tally);
  else if (kind === 'kill') await killEvery(stage, tally);
  else if (kind === 'full') await fillEvery(stage, tally);
}

function makeScratch(): string {
  try {
    return mkdtempSync(path.join(SCRATCH, 'barkeep-faults-'));
  } catch {
    mkdirSync(os.tmpdir(), { recursive: true });
    return mkdtempSync(path.join(os.tmpdir(), 'barkeep-faults-'));
  }
}
