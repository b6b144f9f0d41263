import { hostname } from 'node:os';
import { Failure } from '../base/failure';
import { below, type Address } from '../cloud/address';
import type { StoreSettings } from '../cloud/place';
import type { MonthStanding } from '../../protocol/monthly';
import type { Trial } from './attempt';
import { NAMING, discoverMonths, type MonthSource, type Naming } from './discover';
import { parseMonth } from './months';
import type { ProcessOptions } from './process';
import { readState } from './state';
import { monthText } from './statistics';
import { standings } from './status';
import type { WorkContext } from './work';

/** Which months are to be processed, and how. */
export interface MonthsRequest {
  readonly source: Address;
  readonly dest: Address;
  /** The folder of this machine that months are made in: `dest` itself, unless that is a bucket. */
  readonly work: string;
  readonly store: StoreSettings;
  /** `2025-10`: only this one, finished or not. */
  readonly month?: string;
  /** `2025-10`: the month whose bars weigh 1; default the newest there is. */
  readonly reference?: string;
  readonly leastBytes: number;
  readonly options: ProcessOptions;
  readonly naming?: Naming;
  /** Before the first retry of trouble with the network, ms. */
  readonly firstWait?: number;
}

export interface Plan {
  /** Months to be processed. */
  readonly trials: readonly Trial[];
  /** Months that are finished and stay so. */
  readonly finished: readonly string[];
}

/** @throws Failure `usage` when there is no month to process */
export async function planMonths(context: WorkContext, request: MonthsRequest): Promise<Plan> {
  const naming = request.naming ?? NAMING;
  const found = await discoverMonths(context.places, request.source, naming);
  requireMonths(found, request, naming);
  const states = new Map((await standings({ ...context, ...request }, found, naming)).map(({ month, state }) => [month, state]));
  const isWanted = (name: string): boolean => (request.month === undefined ? !isFinished(states.get(name)) : name === request.month);
  const reference = request.reference ?? monthText(found.at(-1)!.month);
  const trials: Trial[] = [];
  for (const month of found) if (isWanted(monthText(month.month))) trials.push(await firstTrial(context, month, request, reference));
  const rest = found.map(({ month }) => monthText(month)).filter((name) => !isWanted(name) && isFinished(states.get(name)));
  return { trials, finished: rest };
}

const isFinished = (state: MonthStanding['state'] | undefined): boolean => state === 'finished';

function requireMonths(found: readonly MonthSource[], { source, month }: MonthsRequest, naming: Naming): void {
  const attempted = 'process the months';
  if (found.length === 0) {
    const places = naming.sourcePrefixes.map((prefix) => below(source, prefix)).join(', ');
    throw new Failure('usage', { attempted, file: source, why: `there is no month in ${source}.`, remedy: `Files must be called ${naming.source} and lie in one of ${places}.` });
  }
  const names = found.map((each) => monthText(each.month));
  if (month === undefined || names.includes(monthText(parseMonth(month)))) return;
  throw new Failure('usage', { attempted, file: source, why: `${month} is not among the months of ${source}.`, remedy: `There are ${names.join(', ')}.` });
}

/** Takes up a month that was left in the middle, under the names it was begun with. */
async function firstTrial({ disk, clock, operation }: WorkContext, { month, files }: MonthSource, request: MonthsRequest, reference: string): Promise<Trial> {
  const name = monthText(month);
  const state = await readState(disk, request.work, name);
  const left = state?.phase === 'working' ? state : undefined;
  if (left !== undefined) operation.log(`${name}: taken up again; it was left at the stage ${left.stage}.`);
  const { dest, work, store, leastBytes, options } = request;
  const job = { month: name, source: files[0]!, dest, work, store, stamp: left?.stamp ?? clock.now(), attempt: (left?.attempts ?? 0) + 1, reference, leastBytes, options };
  return { job, host: hostname(), files, failures: {} };
}
