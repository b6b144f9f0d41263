import type { ConductRun, ConductStage } from '../../../protocol/exports';
import { Failure, failureFrom } from '../../base/failure';
import { stampOf } from '../../base/time';
import { withNote } from '../../disk/failures';
import { withLock } from '../../disk/lock';
import { lookOnce } from '../../exports/watch';
import { importFile } from '../import';
import { archive, areUnchanged } from './archive';
import { benchFor, type Bench, type ConductContext } from './bench';
import { findFile } from './files';
import { giveUp } from './giveUp';
import { analyse, launchExporter } from './stages';
import { conductLock, isOver, isRunId, readRuns, toldOf, type RunOrder, type RunState } from './state';
import { importRequest, takenIn, translate } from './translate';
import { endedOf, inHand, judgeExports, thereAlready, waitForExports } from './wait';

/** Runs: launch → wait → translate → analyse → archive, each stage kept on the disk before it begins. */

const STAGES: readonly ConductStage[] = ['launch', 'wait', 'translate', 'analyse', 'archive'];

const WORK: Readonly<Record<ConductStage, (bench: Bench, state: RunState) => Promise<RunState>>> = {
  launch: launchExporter,
  wait: waitForExports,
  translate,
  analyse,
  archive,
};

/** Runs something as the only conductor of a data folder. @throws Failure `locked` */
export const asConductor = <T>(context: ConductContext, work: () => Promise<T>): Promise<T> =>
  withLock(context.disk, conductLock(context.folder), { doing: 'conduct exports', wait: context.wait === true, signal: context.operation.signal }, work);

/**
 * Begins a run and carries it to its end. The caller is the conductor.
 * @param id default: the time, as in names of exports
 * @throws Failure `suspended` when another run was cut that has, or may have, exports in hand; or why a stage failed
 */
export async function beginRun(context: ConductContext, order: RunOrder, id?: string): Promise<ConductRun> {
  const runs = await readRuns(context.disk, context.folder);
  const cut = runs.findLast((run) => !isOver(run));
  if (cut !== undefined && !isFruitless(cut)) throw unfinished(cut);
  await giveUp(context);
  const before = await thereAlready(context, order.raw);
  const state = newRun(context, order, freeId(runs, id ?? stampOf(context.clock.now())), before);
  const bench = benchFor(context, state.id);
  await bench.keep(state);
  const ended = endedOf(before);
  await bench.say('run', `exports into ${order.raw}${ended === 0 || order.existing ? '' : `; ${ended} that ended before it are left alone (--existing takes them in)`}`);
  return carryOn(bench, state);
}

/** Goes on with the run that was cut; undefined when there is none. The caller is the conductor. @throws Failure as `beginRun` */
export async function resumeRun(context: ConductContext): Promise<ConductRun | undefined> {
  const cut = (await readRuns(context.disk, context.folder)).findLast((run) => !isOver(run));
  if (cut === undefined) return undefined;
  const bench = benchFor(context, cut.id);
  await bench.say('run', `taken up again; it was left at the stage ${cut.stage}`);
  return carryOn(bench, await whereToGoOn(cut));
}

/** Waiting ends at once where the exports are there; before it, an exporter that died is started again. */
async function whereToGoOn(cut: RunState): Promise<RunState> {
  if (cut.stage === 'wait') return { ...cut, stage: 'launch' };
  if (cut.stage !== 'archive' || (await areUnchanged(cut))) return cut;
  // An export of the same name came after the one that was imported: it is waited for and taken in as well.
  return { ...cut, stage: 'wait', exports: [] };
}

/** What a run over the exports that are finished would import; writes nothing. @throws Failure as the import would */
export async function planRun(context: ConductContext, order: RunOrder): Promise<ConductRun> {
  const state = newRun(context, { ...order, existing: true }, stampOf(context.clock.now()), {});
  const { known } = await lookOnce(context.disk, order.raw);
  const { exports, left } = inHand(judgeExports(known, state), state.order);
  const planned = await Promise.all(exports.map(async (one) => {
    const { file } = await findFile(order.raw, one.csv);
    const { plan, outcome } = await importFile(context, importRequest(order, one, file, true));
    return { ...one, imported: takenIn(plan, outcome) };
  }));
  return { ...toldOf(context.folder, { ...state, exports: planned, left }), planned: true };
}

/** It failed before it had anything in hand: nothing is lost with it. */
const isFruitless = ({ stage, failure }: RunState): boolean => failure !== undefined && (stage === 'launch' || stage === 'wait');

const newRun = ({ clock }: ConductContext, order: RunOrder, id: string, before: Record<string, string>): RunState => ({
  version: 1,
  id,
  began: clock.now(),
  updated: clock.now(),
  stage: 'launch',
  order,
  before,
  exports: [],
  left: [],
  failure: undefined,
});

/** An id that names another run already gets a number. @throws Failure `usage` */
function freeId(runs: readonly RunState[], wanted: string): string {
  if (!isRunId(wanted)) throw new Failure('usage', { attempted: `call a run "${wanted}"`, why: 'it cannot stand in a file name.', remedy: 'Use letters, digits, - and _.' });
  const taken = new Set(runs.map(({ id }) => id));
  for (let turn = 1; ; turn++) {
    const id = turn === 1 ? wanted : `${wanted}-${turn}`;
    if (!taken.has(id)) return id;
  }
}

async function carryOn(bench: Bench, state: RunState): Promise<ConductRun> {
  let now = state;
  while (now.stage !== 'done' && now.stage !== 'given-up') {
    const { stage } = now;
    try {
      bench.operation.signal.throwIfAborted();
      if (stage !== 'launch' || now.order.launch !== undefined) await bench.say(stage, 'begins');
      const done = await WORK[stage](bench, now);
      now = await bench.keep({ ...done, stage: after(stage), failure: undefined });
    } catch (error) {
      throw await stopped(bench, now, failureFrom(error, stage));
    }
  }
  await bench.say('run', 'done');
  return toldOf(bench.folder, now);
}

const after = (stage: ConductStage): RunState['stage'] => STAGES[STAGES.indexOf(stage) + 1] ?? 'done';

/** Keeps why a run stopped, as far as the disk lets us: what it did before is kept already. */
async function stopped(bench: Bench, { id, stage }: RunState, failure: Failure): Promise<Failure> {
  const told = withNote(failure, `Run ${id} stopped at the stage ${stage}; barkeep conduct --resume goes on there.`, `Run ${id} stopped at the stage ${stage}; Run Pipeline goes on there.`);
  if (failure.kind === 'cancelled' || bench.operation.signal.aborted) return told;
  try {
    const kept = (await readRuns(bench.disk, bench.folder)).find((run) => run.id === id);
    if (kept !== undefined) await bench.keep({ ...kept, failure: failure.message });
    await bench.say(stage as ConductStage, `failed: ${failure.message}`);
  } catch (error) {
    bench.operation.log(failureFrom(error, `keep the state of run ${id}`).message);
  }
  return told;
}

function unfinished({ id, stage, failure }: RunState): Failure {
  const why = `run ${id} was cut at the stage ${stage}${failure === undefined ? '' : `: ${failure}`}${failure === undefined ? '.' : ''}`;
  return new Failure('suspended', { attempted: 'begin a run', why, remedy: 'barkeep conduct --resume goes on with it; --anew gives it up and leaves its files where they are.', inEditor: { remedy: 'Run Pipeline goes on with it, or gives it up and leaves its files where they are.' } });
}
