import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { contend } from './contend';
import type { Break } from './breaks';
import { lockRounds } from './locks';
import { crampEvery, fillEvery, killEvery } from './commands';
import { cutEvery, failEvery, setUp, spoilEvery, type Stage, type Tally, type Which } from './matrix';
import { onSmallDisk } from './room';
import { SCENARIOS, type Scenario } from './scenarios';

/** One part of the matrix: a kind of fault on one scenario. */
export interface Task {
  readonly kind: 'errno' | 'spoil' | 'cut' | 'kill' | 'full' | 'room' | 'contend' | 'locks';
  /** Name of the scenario. */
  readonly scenario: string;
  readonly errno?: string;
  readonly lasting?: boolean;
  readonly which: Which;
  readonly broken?: Break;
}

const ERRNOS = ['ENOSPC', 'EIO', 'EPERM', 'EROFS'] as const;

/** The kind of fault from which each protection protects. */
const SEEN_BY: Readonly<Record<Break, Task['kind']>> = { foldersync: 'cut', backupcheck: 'spoil', readback: 'spoil', lock: 'contend' };

/** How much of the matrix: `all` is every moment, `some` what fits a test run. */
export type Extent = 'all' | 'some';

/** How many moments of each kind the short selection tries in a scenario of weight 1; twelve power cuts cost what two errors do. */
const FEW = { errno: 2, spoil: 4, cut: 6, kill: 2, full: 2, room: 1 } as const;

/** Parts of the matrix by scenario, in the whole of it the heaviest first, which leaves no long one for the end; then what concerns no scenario. */
export function tasks(extent: Extent, broken?: Break): Task[] {
  let turns = 0;
  const plan = (task: Omit<Task, 'which'> & { kind: keyof typeof FEW }, weight: number): Task => {
    // Turns of the golden ratio: never the same moment twice, and evenly spread.
    const some = { count: Math.ceil(FEW[task.kind] / weight), phase: (++turns * 0.618034) % 1 };
    return { ...task, which: extent === 'all' ? 'every' : some, ...(broken === undefined ? {} : { broken }) };
  };
  const scenarios = extent === 'all' ? [...SCENARIOS].sort((a, b) => (b.weight ?? 1) - (a.weight ?? 1)) : SCENARIOS;
  const parts = scenarios.flatMap(({ name: scenario, args, weight = 1 }) => [
    ...(args === undefined ? [] : [plan({ kind: 'kill', scenario }, weight), plan({ kind: 'full', scenario }, weight), plan({ kind: 'room', scenario }, weight)]),
    plan({ kind: 'cut', scenario }, weight),
    ...ERRNOS.flatMap((errno) => [
      plan({ kind: 'errno', scenario, errno, lasting: false }, weight),
      // Lasting, EPERM makes each rename wait its full patience.
      ...(extent === 'all' || errno !== 'EPERM' ? [plan({ kind: 'errno', scenario, errno, lasting: true }, weight)] : []),
    ]),
    plan({ kind: 'spoil', scenario }, weight),
  ]);
  const contending: Task = { kind: 'contend', scenario: 'eight importers', which: 'every', ...(broken === undefined ? {} : { broken }) };
  const locks: Task[] = extent === 'all' ? [{ kind: 'locks', scenario: 'locks', which: 'every' }] : []; // The suite has some rounds of its own.
  const all = [...parts, contending, ...locks];
  return broken === undefined ? all : all.filter(({ kind }) => kind === SEEN_BY[broken]);
}

/** Memory where there is some: thousands of small worlds come and go. */
const SCRATCH = process.platform === 'linux' ? '/dev/shm' : os.tmpdir();

export async function runTask(task: Task): Promise<Tally> {
  const { kind, which, broken, errno = '', lasting = false } = task;
  const tally: Tally = { points: 0, violations: [] };
  const how = { which, ...(broken === undefined ? {} : { broken }) };
  if (kind === 'contend') await inScratch((scratch) => contend(scratch, broken, tally));
  else if (kind === 'locks') await lockRounds(tally);
  else if (kind === 'errno') await failEvery(await stageOf(task), how, errno, lasting, tally);
  else if (kind === 'spoil') await spoilEvery(await stageOf(task), how, tally);
  else if (kind === 'cut') await cutEvery(await stageOf(task), how, which === 'every' ? 6 : 3, tally);
  else if (kind === 'kill') await killEvery(await stageOf(task), how, tally);
  else if (kind === 'full') await fillEvery(await stageOf(task), how, tally);
  else await onSmallDisk(async (disk) => crampEvery(await setUp(scenarioOf(task), disk.folder), disk, how, tally));
  return tally;
}

/** The stage that was set up last, in its folder: a scenario's tasks follow one another. */
let last: { readonly stage: Stage; readonly scratch: string } | undefined;

const scenarioOf = (task: Task): Scenario => SCENARIOS.find(({ name }) => name === task.scenario)!;

async function stageOf(task: Task): Promise<Stage> {
  if (last?.stage.scenario.name === task.scenario) return last.stage;
  clear();
  const scratch = makeScratch();
  try {
    last = { scratch, stage: await setUp(scenarioOf(task), scratch) };
    return last.stage;
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

function clear(): void {
  if (last !== undefined) rmSync(last.scratch, { recursive: true, force: true });
  last = undefined;
}

process.once('exit', clear);

async function inScratch(run: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = makeScratch();
  await run(scratch).finally(() => { rmSync(scratch, { recursive: true, force: true }); });
}

function makeScratch(): string {
  try {
    return mkdtempSync(path.join(SCRATCH, 'barkeep-faults-'));
  } catch {
    mkdirSync(os.tmpdir(), { recursive: true });
    return mkdtempSync(path.join(os.tmpdir(), 'barkeep-faults-'));
  }
}
