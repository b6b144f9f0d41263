import type { ConductRun, ExportStateName } from '../../../protocol/exports';
import { Failure } from '../../base/failure';
import type { Known } from '../../exports/detect';
import { lookOnce, watchExports } from '../../exports/watch';
import { duration, factsOf } from '../../exports/words';
import type { Bench } from './bench';
import type { RunExport, RunOrder, RunState } from './state';

/** The second stage: until the exports of this run have ended. */

const GOOD: readonly ExportStateName[] = ['complete', 'violations'];
const PENDING: readonly ExportStateName[] = ['starting', 'running', 'stalled'];
const MINUTE = 60_000;
/** From progress line to progress line, ms. */
const PROGRESS = 5 * MINUTE;
/** As in detection: time in which nobody looked counts no longer. */
const LONGEST_STEP = MINUTE;

type Exports = ReadonlyMap<string, Known>;

export interface Verdict {
  /** As many as are waited for have ended, and none is under way. */
  readonly ended: boolean;
  /** Ended, with a file to take in. */
  readonly good: readonly Known[];
  readonly bad: readonly Known[];
  readonly pending: readonly Known[];
}

/** How the exports of a run stand; others in the folder do not count. Pure. */
export function judgeExports(known: Exports, { before, order }: Pick<RunState, 'before' | 'order'>): Verdict {
  const own = [...known.values()].filter(({ standing, end }) => order.existing || end === undefined || before[standing.key] !== end);
  const named = own.filter(({ standing }) => order.expect.length === 0 || (standing.instrument !== undefined && order.expect.includes(standing.instrument)));
  const of = (states: readonly ExportStateName[]): Known[] => named.filter(({ standing }) => states.includes(standing.state));
  const [whole, pending] = [of(GOOD), of(PENDING)];
  const good = whole.filter(({ standing }) => standing.file !== undefined);
  const bad = [...of(['empty', 'crashed', 'failed']), ...whole.filter((each) => !good.includes(each))];
  const ended = new Set([...good, ...bad].map(({ standing }) => standing.instrument));
  const all = order.expect.length === 0 ? good.length + bad.length > 0 : order.expect.every((instrument) => ended.has(instrument));
  return { good, bad, pending, ended: all && pending.length === 0 };
}

/** In the place of an end. */
const UNDER_WAY = 'under way';

/** Every export there is when a run begins, with what names its end: those that have ended are none of the run's. */
export async function thereAlready({ disk }: Pick<Bench, 'disk'>, raw: string): Promise<Record<string, string>> {
  const { known } = await lookOnce(disk, raw);
  return Object.fromEntries([...known].map(([key, { end }]) => [key, end ?? UNDER_WAY]));
}

/** How many of them had ended. */
export const endedOf = (before: RunState['before']): number => Object.values(before).filter((end) => end !== UNDER_WAY).length;

/** Whether the exporter of this run has begun, and not died since, so that it need not be started again. */
export async function hasBegun({ disk }: Bench, state: RunState): Promise<boolean> {
  const { good, bad, pending } = judgeExports((await lookOnce(disk, state.order.raw)).known, state);
  const empty = bad.filter(({ standing }) => standing.state === 'empty');
  return good.length + empty.length > 0 || pending.some(({ standing }) => state.before[standing.key] !== UNDER_WAY);
}

/** @throws Failure `refused` when no export brought bars in time, or the program started for it failed; `cancelled`; `io` */
export async function waitForExports(bench: Bench, state: RunState): Promise<RunState> {
  const { order } = state;
  const exits = exitOf(bench);
  let [last, waited, quiet, told] = [bench.clock.now(), 0, 0, 0];
  const poll = Math.min(bench.poll, Math.max(100, order.settleSeconds * 1000));
  for await (const look of watchExports({ disk: bench.disk, folder: order.raw, poll }, bench.operation.signal)) {
    const now = bench.clock.now();
    const step = Math.min(Math.max(0, now - last), LONGEST_STEP);
    const verdict = judgeExports(look.known, state);
    const changed = ownOf(verdict, look.changed.map(({ key }) => look.known.get(key)!));
    [last, waited, quiet] = [now, waited + step, changed.length > 0 ? 0 : quiet + step];
    await tellOf(bench, changed);
    // Another export may still begin for a while after one has ended.
    if (order.existing || (verdict.ended && quiet >= order.settleSeconds * 1000)) return taken(bench, state, verdict);
    if (exits.code !== undefined && exits.code !== 0 && verdict.pending.length + verdict.good.length === 0) throw launchFailed(state, exits.code);
    if (waited >= order.timeoutMinutes * MINUTE) return atTimeout(bench, state, verdict);
    if (waited - told >= PROGRESS) {
      told = waited;
      await bench.say('wait', `${duration(waited / 1000)}; ${summary(verdict, order)}`);
    }
  }
  throw new Failure('cancelled', { attempted: 'wait for the exports', file: order.raw, why: 'it was stopped.' });
}

/** The exit code of the program of this run, once it has ended; null (a signal) counts as one. */
function exitOf({ running }: Bench): { readonly code: number | null | undefined } {
  const found: { code: number | null | undefined } = { code: undefined };
  void running?.exited.then((code) => (found.code = code));
  return found;
}

function ownOf({ good, bad, pending }: Verdict, changed: readonly Known[]): Known[] {
  const own = new Set([...good, ...bad, ...pending]);
  return changed.filter((each) => own.has(each));
}

async function tellOf(bench: Bench, changed: readonly Known[]): Promise<void> {
  for (const known of changed) {
    const { standing } = known;
    bench.tell({ export: standing });
    // Of a running one the progress line tells, every 5 minutes.
    if (standing.state !== 'running' || standing.bars === undefined) await bench.say('wait', lineOf(known));
  }
}

const lineOf = ({ standing }: Known): string => [`${standing.key} is ${standing.state}`, factsOf(standing), ...standing.complaints].filter((part) => part !== '').join(': ');

function summary({ good, bad, pending }: Verdict, { expect }: RunOrder): string {
  const seen = new Set([...good, ...bad, ...pending].map(({ standing }) => standing.instrument));
  const missing = expect.filter((instrument) => !seen.has(instrument)).map((instrument) => `${instrument} has not begun`);
  const lines = [...pending.map(lineOf), ...missing];
  return lines.length === 0 && good.length === 0 ? 'no export has begun' : [...lines, `${good.length} complete`].join('; ');
}

async function taken(bench: Bench, state: RunState, verdict: Verdict): Promise<RunState> {
  const { exports, left } = inHand(verdict, state.order);
  const reasons = left.map(({ key, why }) => `${key} ${why}`).join('; ');
  await bench.say('wait', `${exports.length} to take in: ${exports.map(({ csv }) => csv).join(', ')}${left.length === 0 ? '' : `; left alone: ${reasons}`}`);
  return { ...state, exports, left };
}

/**
 * What goes on to the next stage, by name, so that older exports of an instrument come first; and what does not.
 * @throws Failure `usage` when there is nothing at all, `refused` when nothing has bars
 */
export function inHand({ good, bad, pending }: Verdict, order: RunOrder): Pick<RunState, 'exports' | 'left'> {
  if (good.length + bad.length === 0) throw nothingHere(order, pending);
  const left = [...bad.map(leftOf), ...pending.map((known) => stillUnderWay(known, order))];
  const reasons = left.map(({ key, why }) => `${key} ${why}`).join('; ');
  if (good.length === 0) throw new Failure('refused', { attempted: 'take in the exports', file: order.raw, why: `none has bars to import: ${reasons}.`, remedy: 'See the exporter\'s own log, and export again.' });
  const exports = good.toSorted((a, b) => (a.standing.key < b.standing.key ? -1 : 1)).map((known) => exportOf(known, order));
  return { exports, left };
}

function leftOf(known: Known): ConductRun['left'][number] {
  const { key, state } = known.standing;
  if (GOOD.includes(state)) return { key, state, why: `is ${state}, but its file is not there` };
  return { key, state, why: `is ${state}${state === 'empty' ? ' (no bar in it)' : `: ${factsOf(known.standing)}`}` };
}

function stillUnderWay({ standing: { key, state } }: Known, { existing, timeoutMinutes }: RunOrder): ConductRun['left'][number] {
  return { key, state, why: existing ? `is ${state}: it was not waited for` : `was still ${state} after ${duration(timeoutMinutes * 60)}` };
}

function exportOf({ standing }: Known, { tickers }: RunOrder): RunExport {
  const { key, state, instrument = key, dataType, sha256 } = standing;
  // `ES 12-25` is a contract of ES.
  return { csv: key, instrument, ticker: tickers[instrument] ?? instrument.split(' ')[0]!, ticks: dataType === 'Tick', state, ...(sha256 === undefined ? {} : { sha256 }) };
}

/** What is complete is taken in; what is not is told. */
async function atTimeout(bench: Bench, state: RunState, verdict: Verdict): Promise<RunState> {
  const { timeoutMinutes, raw } = state.order;
  if (verdict.good.length === 0) {
    throw new Failure('refused', { attempted: 'wait for the exports', file: raw, why: `none was complete after ${duration(timeoutMinutes * 60)}: ${summary(verdict, state.order)}.`, remedy: 'See the exporter\'s own log.' });
  }
  return taken(bench, state, verdict);
}

function nothingHere({ raw }: RunOrder, pending: readonly Known[]): Failure {
  const why = [`there is none in ${raw}`, ...pending.map(({ standing }) => `${standing.key} is ${standing.state}`)].join('; ');
  return new Failure('usage', { attempted: 'take in the exports that are finished', file: raw, why: `${why}.`, remedy: 'Without --existing, Barkeep waits for the next one.', inEditor: { remedy: 'Run Pipeline can wait for the next one, too.' } });
}

const launchFailed = ({ order: { launch = '' } }: RunState, code: number | null): Failure =>
  new Failure('refused', { attempted: `start ${launch}`, why: `it ended with ${code === null ? 'a signal' : `exit code ${code}`} before an export began.`, remedy: 'What it printed is in the output file beside the run\'s state.' });
