import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { BREAKS, type Break } from './breaks';
import type { Tally } from './matrix';
import { runTask, tasks, type Task } from './tasks';

/**
 * `npm run faults`: the whole matrix on all cores, then the lock's 1,000 rounds; prints how many points were tried and
 * every violation. `--some` runs the short selection, `--break NAME` switches one protection off, `--only TEXT` takes
 * the parts with that text in their name.
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
  const totals = new Map<string, Tally>();
  const totalOf = (scenario: string): Tally => totals.get(scenario) ?? totals.set(scenario, { points: 0, violations: [] }).get(scenario)!;
  const work = async (): Promise<void> => {
    const worker = new Worker();
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const started = Date.now();
      const tally = await worker.run(task);
      const total = totalOf(task.scenario);
      total.points += tally.points;
      total.violations.push(...tally.violations);
      for (const violation of tally.violations.slice(0, 5)) console.log(`  ✘ ${violation}`);
      console.log(`${nameOf(task)}: ${tally.points} points, ${tally.violations.length} violations (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    }
    worker.end();
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), waiting.length) }, work));
  if (extent === 'all' && broken === undefined && only === '') await lockRounds(totalOf('locks'));
  return report(totals);
}

function report(totals: ReadonlyMap<string, Tally>): number {
  for (const [scenario, { points, violations }] of totals) console.log(`${scenario}: ${points} fault points, ${violations.length} violations`);
  const violations = [...totals.values()].flatMap((tally) => tally.violations);
  const points = [...totals.values()].reduce((sum, tally) => sum + tally.points, 0);
  for (const violation of violations.slice(0, 50)) console.log(`✘ ${violation}`);
  console.log(`${points} fault points tried, ${violations.length} violations`);
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

/** 16 processes on one stale lock, 1,000 times (test/core/disk/contention.test.ts). */
async function lockRounds(total: Tally): Promise<void> {
  const mocha = path.join(__dirname, '../../node_modules/mocha/bin/mocha.js');
  const env = { ...process.env, BARKEEP_LOCK_ROUNDS: '1000', BARKEEP_LOCK_ORDERS: '5000', BARKEEP_FAULTS: 'all' };
  const files = ['contention', 'faults'].map((name) => `test/core/disk/${name}.test.ts`);
  const child = spawn(process.execPath, [mocha, ...files, '--reporter', 'spec'], { cwd: path.join(__dirname, '../..'), env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number];
  total.points += 1000;
  if (code !== 0) total.violations.push('test/core/disk fails, see above');
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
