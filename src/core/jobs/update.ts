import { createHash } from 'node:crypto';
import path from 'node:path';
import type { UpdatePlan, UpdateResult } from '../../protocol/results';
import { countBars, type Bars } from '../base/bar';
import { Failure, Unfinished, failureFrom } from '../base/failure';
import { durationOf, type Timeframe } from '../base/timeframe';
import { afterMerge } from '../disk/failures';
import { withLock } from '../disk/lock';
import { regenerate } from '../derive/regenerate';
import { compareCloses, toleranceFor } from '../intake/agreement';
import { isFile, lockPath, masterPath } from '../store/layout';
import type { MergePlan } from '../store/merge';
import { applyMerge, mergeNeeds, planMerge } from '../store/merge';
import { readBars } from '../table/parquet';
import { quarantine } from '../update/quarantine';
import { readUpdateSettings, type UpdateSettings } from '../update/settings';
import { sift, type Sifted } from '../update/sift';
import { fetchChart, type Chart } from '../update/yahoo';
import { settled, type JobContext } from './context';
import { checkContinuity } from './continuity';

export interface UpdateRequest {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Days back from now; by default as many as the source gives in one request. */
  readonly days?: number;
  /** Allows this one run although updates are suspended. */
  readonly enable: boolean;
  readonly dryRun: boolean;
  /** Brings derived files up to date afterwards. */
  readonly regenerate: boolean;
}

/** More doubtful rows than this share, or fewer overlapping closes that match, and nothing of the answer is merged. */
const MOST_REJECTED = 0.02;
const LEAST_MATCHED = 0.95;
/** Ticks by which an overlapping close may differ. */
const TICKS = 2;

interface Fetched {
  readonly request: UpdateRequest;
  readonly symbol: string;
  readonly chart: Chart;
  readonly sifted: Sifted;
  readonly tolerance: number;
  readonly settings: UpdateSettings;
}

/**
 * Fetches the latest bars of a ticker and merges those that pass every check; existing bars win. Rows that fail go to
 * the quarantine. Suspended unless enabled, because bad ticks came in this way once.
 * @throws Failure `suspended` saying how to enable it; `refused` when too much of the answer is doubtful (only the
 * quarantine is written then); `usage`, `locked`, `io`, `cancelled`
 */
export async function updateMaster(given: JobContext, request: UpdateRequest): Promise<UpdateResult> {
  const context = settled(given);
  const lock = lockPath(context.folder, request.ticker);
  const settings = await readUpdateSettings(context.folder);
  requireEnabled(request, settings);
  const fetched = await fetchBars(context, request, settings);
  if (request.dryRun) {
    const { plan } = await planUpdate(context, fetched);
    requireTrust(fetched, plan);
    return { plan, outcome: 'planned' };
  }
  const how = { doing: `update ${request.ticker} ${request.timeframe}`, wait: context.wait === true, signal: context.operation.signal, needs: await mergeNeeds(masterPath(context.folder, request.ticker, request.timeframe), countBars(fetched.sifted.bars)) };
  const done = await withLock(context.disk, lock, how, () => mergeFetched(context, fetched));
  // Also without new bars: an update that was interrupted after the merge is finished by running it again.
  return countBars(fetched.sifted.bars) > 0 ? followUp(context, request, fetched.sifted.bars, done) : done;
}

function requireEnabled({ ticker, enable }: UpdateRequest, { enabled }: UpdateSettings): void {
  if (enabled || enable) return;
  throw new Failure('suspended', {
    attempted: `update ${ticker}`,
    why: 'updates from Yahoo are switched off: bad ticks were injected through it in December 2025.',
    remedy: 'Allow this run with --enable, or all runs with {"update": {"enabled": true}} in .barkeep/settings.json of the data folder.',
    inEditor: { remedy: 'They can be allowed for this run, or for all runs with {"update": {"enabled": true}} in .barkeep/settings.json of the data folder.' },
  });
}

async function fetchBars(context: JobContext, request: UpdateRequest, settings: UpdateSettings): Promise<Fetched> {
  const { ticker, timeframe, days } = request;
  const symbol = settings.symbols[ticker];
  if (symbol === undefined) {
    throw new Failure('usage', { attempted: `update ${ticker}`, why: 'its symbol at the source is not known.', remedy: `Add it to .barkeep/settings.json: {"update": {"symbols": {"${ticker}": "…"}}}.` });
  }
  const now = context.clock.now();
  const chart = await fetchChart({ symbol, timeframe, now, ...(days === undefined ? {} : { days }) }, settings, context.operation);
  const tick = settings.ticks[ticker];
  const sifted = sift(chart.quotes, { timeframe, now, zone: chart.zone, ...(tick === undefined ? {} : { tick }) });
  const tolerance = TICKS * (tick ?? 2 * toleranceFor(sifted.bars));
  return { request, symbol, chart, sifted, tolerance, settings };
}

async function planUpdate(context: JobContext, { request, symbol, chart, sifted, tolerance, settings }: Fetched): Promise<{ plan: UpdatePlan; merge: MergePlan | undefined }> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const { bars, rejected } = sifted;
  const merge = countBars(bars) === 0 ? undefined : await planMerge(master, bars, 'keep');
  const { newRows = 0, identicalRows = 0, conflictingRows = 0, before = null, after = null } = merge ?? {};
  const reasons: Record<string, number> = {};
  for (const { reason } of rejected) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const plan = {
    ticker: request.ticker,
    timeframe: request.timeframe,
    master: path.basename(master),
    source: `${symbol} from ${settings.address}`,
    fetchedRows: chart.quotes.length,
    emptyRows: sifted.empty,
    unfinishedRows: sifted.unfinished,
    rejected: reasons,
    rejectedRows: rejected.length,
    overlap: await compareOverlap(master, bars, tolerance),
    newRows,
    identicalRows,
    conflictingRows,
    before,
    after,
  };
  return { plan, merge };
}

async function compareOverlap(master: string, bars: Bars, tolerance: number): Promise<UpdatePlan['overlap']> {
  const count = countBars(bars);
  if (count === 0 || !(await isFile(master))) return { compared: 0, matched: 0 };
  const held = await readBars(master, { from: bars.time[0]!, to: bars.time[count - 1]! + 1 });
  const { compared, matched } = compareCloses(bars, held, tolerance);
  return { compared, matched };
}

/** @param kept where the doubtful rows are by now @throws Failure `refused` when too many rows failed or too few match what the master has */
function requireTrust({ request }: Fetched, { rejected, rejectedRows, overlap, newRows, identicalRows, conflictingRows }: UpdatePlan, kept?: string): void {
  const judged = rejectedRows + newRows + identicalRows + conflictingRows;
  const where = kept === undefined ? '' : `The doubtful bars are kept in ${kept}. `;
  const refuse = (why: string): Failure => new Failure('refused', { attempted: `update ${request.ticker} ${request.timeframe}`, why, remedy: `Nothing was merged. ${where}Import these days from another source.` });
  if (rejectedRows > MOST_REJECTED * judged) {
    const reasons = Object.entries(rejected).map(([reason, rows]) => `${rows} ${reason}`).join(', ');
    throw refuse(`${rejectedRows} of ${judged} fetched bars failed the checks (${reasons}), more than ${100 * MOST_REJECTED} %.`);
  }
  if (overlap.matched < LEAST_MATCHED * overlap.compared) {
    throw refuse(`only ${overlap.matched} of the ${overlap.compared} fetched bars that the master has as well close within ${TICKS} ticks of it, fewer than ${100 * LEAST_MATCHED} %.`);
  }
}

/** Under the lock: what is doubtful is on record before anything else, and stays so when the rest is refused. */
async function mergeFetched(context: JobContext, fetched: Fetched): Promise<UpdateResult> {
  const { request, symbol, chart, sifted } = fetched;
  const { plan, merge } = await planUpdate(context, fetched);
  context.operation.signal.throwIfAborted();
  const file = await quarantine(context.disk, context.folder, request.ticker, sifted.rejected, context.clock.now());
  requireTrust(fetched, plan, file);
  const aside = file === undefined ? {} : { quarantineFile: file };
  if (merge === undefined || countBars(merge.changes) === 0) return { plan, outcome: 'unchanged', ...aside };
  const from = { sourceName: `Yahoo ${symbol} ${request.timeframe}`, sourceSha256: createHash('sha256').update(chart.body).digest('hex'), zone: 'UTC', stamp: 'open' as const };
  const { backup } = await applyMerge(context.disk, context.folder, merge, from, context.operation.signal);
  return { plan, outcome: 'updated', ...(backup === undefined ? {} : { backup: backup.backup }), ...aside };
}

async function followUp(context: JobContext, request: UpdateRequest, { time }: Bars, done: UpdateResult): Promise<UpdateResult> {
  const { ticker, timeframe } = request;
  const span = { from: time[0]!, to: time[time.length - 1]! + durationOf(timeframe) };
  try {
    const continuity = await checkContinuity(context, { ticker, timeframe, span });
    if (!request.regenerate || timeframe !== '1m') return { ...done, continuity };
    return { ...done, continuity, derived: await regenerate(context.disk, context.folder, ticker, { wait: context.wait === true }, context.operation) };
  } catch (error) {
    throw new Unfinished(afterMerge(failureFrom(error, `follow up the update of ${ticker}`), done.plan.master, ticker), done);
  }
}
