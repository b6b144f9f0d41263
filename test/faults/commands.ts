import { barkeepHere, barkeepIn, type Ended } from './cli';
import { isPassing, look } from './invariants';
import { eachN, examine, type How, type Stage, type Tally } from './matrix';
import type { SmallDisk } from './room';

/** The faults that the real command line meets as a whole: kill -9, and a full disk. */

/** kill -9 of the real command before its n-th operation. */
export const killEvery = (stage: Stage, { which }: How, tally: Tally): Promise<void> =>
  eachN(which, stage.moments.operations, async (n) => {
    const world = stage.fresh();
    const { signal, code, output } = await barkeepIn(world, stage.scenario.args?.(world) ?? [], `kill:${n}`);
    const killed = signal === 'SIGKILL';
    if (!killed && code !== 0) tally.violations.push(`${stage.scenario.name}, not killed at operation ${n}: exit ${String(code)}: ${output}`);
    await examine(stage, world, !killed, `kill -9 before operation ${n}`, tally, killed);
    return killed;
  });

/** The command line on a disk that is full from the n-th operation on: exit code 5, it says how much is needed, and leaves nothing half done. */
export const fillEvery = (stage: Stage, { which }: How, tally: Tally): Promise<void> =>
  eachN(which, stage.moments.operations, async (n) => {
    const world = stage.fresh();
    const ended = await barkeepHere(world, stage.scenario.args?.(world) ?? [], `full:${n}`);
    return examineFull(stage, world, ended, `disk full from operation ${n} of the command line`, tally);
  });

/** The real command on a file system that has room for so many blocks: none, one more each time, until it succeeds; in the short selection from any of the first few on. */
export async function crampEvery(stage: Stage, disk: SmallDisk, { which }: How, tally: Tally): Promise<void> {
  const attempt = async (blocks: number): Promise<boolean> => {
    const world = stage.fresh();
    const ended = await disk.withRoomFor(blocks, () => barkeepIn(world, stage.scenario.args?.(world) ?? []));
    return examineFull(stage, world, ended, `a disk with room for ${blocks} blocks`, tally);
  };
  if (which === 'every') for (let blocks = 0; await attempt(blocks); ) blocks++;
  else for (let tried = 0; tried < which.count; tried++) await attempt(Math.floor(which.phase * 4) + tried);
}

/** @returns whether the command failed */
async function examineFull(stage: Stage, world: string, { code, output }: Ended, point: string, tally: Tally): Promise<boolean> {
  const { scenario, reference } = stage;
  const failed = code !== 0;
  if (failed && (code !== 5 || !/^error: .*the disk is full.* [1-9]\d* bytes are needed, \d+ are free/m.test(output))) tally.violations.push(`${scenario.name}, ${point}: exit ${String(code)}: ${output}`);
  const left = [...look(world).keys()].filter((file) => isPassing(file) && !reference.before.has(file) && scenario.leaves?.test(file) !== true);
  tally.violations.push(...left.map((file) => `${scenario.name}, ${point}: ${file} is left`));
  await examine(stage, world, !failed, point, tally, failed);
  return failed;
}
