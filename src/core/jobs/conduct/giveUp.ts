import type { ConductRun } from '../../../protocol/exports';
import { benchFor, type ConductContext } from './bench';
import { isOver, readRuns, toldOf, type RunExport, type RunState } from './state';

/** Gives up the runs that were cut; their files stay where they are. The caller is the conductor. @returns those that left exports behind */
export async function giveUp(context: ConductContext): Promise<ConductRun[]> {
  const told: ConductRun[] = [];
  for (const run of (await readRuns(context.disk, context.folder)).filter((each) => !isOver(each))) {
    const bench = benchFor(context, run.id);
    const given = await bench.keep(givenUp(run));
    const left = given.left.map(({ key, why }) => `${key} ${why}`).join('; ');
    await bench.say('run', `given up at the stage ${run.stage}${left === '' ? '' : `; in ${run.order.raw}: ${left}`}`);
    if (given.left.length > 0) told.push(toldOf(context.folder, given));
  }
  return told;
}

const givenUp = (run: RunState): RunState => ({
  ...run,
  stage: 'given-up',
  exports: run.exports.filter(({ imported }) => imported !== undefined),
  left: [...run.left, ...run.exports.filter(({ archived }) => archived === undefined).map((each) => leftOf(each, run.stage !== 'archive'))],
});

/** @param stale what is made of its bars was not brought up to date */
function leftOf({ csv, ticker, state, imported }: RunExport, stale: boolean): ConductRun['left'][number] {
  if (imported === undefined) return { key: csv, state, why: 'was not imported' };
  return { key: csv, state, why: `was imported, but ${stale ? `not archived, nor was what is derived from ${ticker} regenerated` : 'not archived'}` };
}
