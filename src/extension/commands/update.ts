import * as vscode from 'vscode';
import type { UpdatePlan, UpdateResult } from '../../protocol/results';
import { count, grouped, t } from '../words';
import { askMaster, confirm } from './ask';
import type { Bench } from './bench';
import { dataArgs } from './import';
import { targetOf } from './target';

/** What the source has of its own; anything else is made from minutes. */
const OFFERED = ['1m', '5m', '1D', '1W'];

/** Update from Yahoo…: fetched and checked, shown, then merged. Suspended updates ask for leave first, for this once. */
export async function update(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const ticker = target.ticker ?? (await askMaster(bench.listing.inventory));
  if (ticker === undefined) return;
  const timeframe = target.timeframe ?? (await vscode.window.showQuickPick(OFFERED, { title: t('Which bars of {0}?', ticker) }));
  if (timeframe !== undefined) await plan(bench, ticker, timeframe, []);
}

async function plan(bench: Bench, ticker: string, timeframe: string, leave: readonly string[]): Promise<void> {
  const args = ['update', ticker, timeframe, ...leave, ...dataArgs()];
  const outcome = await bench.jobs.run({ name: 'update', args: [...args, '--dry-run'], title: t('Fetch {0} {1} from Yahoo', ticker, timeframe) });
  if (outcome.kind === 'failed' && outcome.failure.kind === 'suspended' && leave.length === 0) {
    const allow = t('Update This Once');
    if ((await confirm(t('Updates are suspended.'), [outcome.failure.why, (outcome.failure.inEditor ?? outcome.failure).remedy ?? ''], allow)) === allow) await plan(bench, ticker, timeframe, ['--enable']);
    return;
  }
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  const merge = t('Merge');
  if (outcome.result.plan.newRows === 0) void vscode.window.showInformationMessage(t('Nothing to update: {0} has all fetched bars already.', outcome.result.plan.master));
  else if ((await confirm(t('Merge {0} into {1}?', count(outcome.result.plan.newRows, '1 new bar', '{0} new bars'), outcome.result.plan.master), planLines(outcome.result.plan), merge)) === merge) await carryOut(bench, args, ticker, timeframe);
}

async function carryOut(bench: Bench, args: readonly string[], ticker: string, timeframe: string): Promise<void> {
  const outcome = await bench.jobs.run({ name: 'update', args, title: t('Update {0} {1}', ticker, timeframe) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') tell(outcome.result);
}

function tell({ plan: { newRows, master }, quarantineFile }: UpdateResult): void {
  const merged = t('Merged {0} into {1}.', count(newRows, '1 new bar', '{0} new bars'), master);
  if (quarantineFile === undefined) void vscode.window.setStatusBarMessage(`$(pass) ${merged}`, 8000);
  else void vscode.window.showWarningMessage(`${merged} ${t('Doubtful bars are kept in {0}.', quarantineFile)}`);
}

const planLines = ({ source, fetchedRows, rejectedRows, overlap, conflictingRows }: UpdatePlan): string[] => [
  t('{0}: {1} fetched, {2} doubtful', source, grouped(fetchedRows), grouped(rejectedRows)),
  t('{0} of {1} overlapping bars close within 2 ticks of the master; {2} differ and stay as they are.', grouped(overlap.matched), grouped(overlap.compared), grouped(conflictingRows)),
];
