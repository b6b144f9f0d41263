import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { BREAKS, type Break } from './breaks';
import type { Tally } from './matrix';
import { runTask, tasks, type Task } from './tasks';

/**
 * `npm run faults`: the whole matrix on all cores, and the lock's 1,000 rounds; prints as it goes how many points were tried
 * of each scenario, and every violation. `--some` runs the short selection, `--break NAME` switches one protection off,
 * `--only TEXT` takes the parts with that text in their name (`--only locks`: the 1,000 rounds).
 */
interface Options {
  readonly extent: 'all' | 'some';
  readonly broken?: Break;
  readonly only?: string;
}

function optionsOf(args: readonly string[]): Options {
  const after = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const named = after('--break');
  const broken = BREAKS.find((each) => each === named);
  if (args.includes('--break') && broken === undefined) throw new Error(`--break takes one of ${BREAKS.join(', ')}`);
  const only = after('--only');
  return { extent: args.includes('--some') ? 'some' : 'all', ...(broken === undefined ? {} : { broken }), ...(only === undefined ? {} : { only }) };
}

const nameOf = ({ scenario, kind, errno, lasting }: Task): string => [scenario, kind, errno, lasting === true ? 'lasting' : ''].filter(Boolean).join(' ');

async function main(): Promise<number> {
  const { extent, broken, only = '' } = optionsOf(process.argv.slice(2));
  const waiting = tasks(extent, broken).filter((task) => nameOf(task).includes(only));
  const left = new Map<string, number>();
  for (const { scenario } of waiting) left.set(scenario, (left.get(scenario) ?? 0) + 1);
  const totals = new Map([...left.keys()].map((scenario): [string, Tally] => [scenario, { points: 0, violations: [] }]));
  const began = Date.now();
  const work = async (): Promise<void> => {
    const worker = new Worker();
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const started = Date.now();
      const tally = await worker.run(task);
      const total = totals.get(task.scenario)!;
      total.points += tally.points;
      total.violations.push(...tally.violations);
      for (const violation of tally.violations.slice(0, 5)) console.log(`  ✘ ${violation}`);
      console.log(`  ${nameOf(task)}: ${told(tally)} (${seconds(started)})`);
      left.set(task.scenario, left.get(task.scenario)! - 1);
      if (left.get(task.scenario) === 0) console.log(`${task.scenario}: ${told(total)}`);
    }
    worker.end();
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism() + WAITING, waiting.length) }, work));
  return report([...totals.values()], seconds(began));
}

/** Workers beyond the number of cores: some always wait, for a child or for a rename's patience. */
const WAITING = 1;

const told = ({ points, violations }: Tally): string => `${points} fault points, ${violations.length} violations`;
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function report(totals: readonly Tally[], took: string): number {
  const violations = totals.flatMap((total) => total.violations);
  const points = totals.reduce((sum, total) => sum + total.points, 0);
  for (const violation of violations.slice(0, 50)) console.log(`✘ ${violation}`);
  console.log(`${points} fault points tried, ${violations.length} violations (${took})`);
  return violations.length > 0 || points === 0 ? 1 : 0;
}

/** MB that a worker's JavaScript may take, and that all of it may before another takes its place. */
const HEAP = 1024;
const RESIDENT = 1200;

/** A process for one task after the other, replaced by a fresh one when it has grown. */
class Worker {
  #child: ChildProcess | undefined;

  async run(task: Task): Promise<Tally> {
    this.#child ??= fork(__filename, ['worker'], { execArgv: ['--import', 'tsx', `--max-old-space-size=${HEAP}`], env: { ...process.env, TSX_TSCONFIG_PATH: path.join(__dirname, '../../tsconfig.json') } });
    const answered = await answer(this.#child, task);
    if (answered === undefined || answered.resident > RESIDENT) this.end();
    return answered?.tally ?? { points: 0, violations: [`${nameOf(task)}: the worker died`] };
  }

  end(): void {
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#child = undefined;
  }
}

interface Answer {
  readonly tally: Tally;
  /** MB that the worker takes. */
  readonly resident: number;
}

/** @returns undefined when the worker died */
async function answer(child: ChildProcess, task: Task): Promise<Answer | undefined> {
  const ended = new AbortController();
  const { signal } = ended;
  child.send(task);
  const [answered] = (await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal }).then(() => [undefined])])) as [Answer | undefined];
  ended.abort();
  return answered;
}

if (process.argv[2] === 'worker') {
  const tell = (tally: Tally): void => { process.send?.({ tally, resident: process.memoryUsage.rss() / 2 ** 20 } satisfies Answer); };
  process.on('message', (task: Task) => {
    runTask(task).then(tell, (error: unknown) => { tell({ points: 0, violations: [`${nameOf(task)}: ${String(error)}`] }); });
  });
  process.on('disconnect', () => process.exit(0));
} else {
  void main().then((code) => process.exit(code));
}
