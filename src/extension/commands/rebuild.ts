import * as vscode from 'vscode';
import type { RebuildPlan } from '../../protocol/rebuild';
import { settings } from '../settings';
import { t } from '../words';
import { askMaster, askTimeframe, confirm } from './ask';
import type { Bench } from './bench';
import { dataArgs } from './import';
import { targetOf } from './target';

/** The remedy of a damaged master: what it would be made of, what is missing, then made anew; of exports that are chosen where none are known. */
export async function rebuild(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const ticker = target.ticker ?? (await askMaster(bench.listing.inventory));
  const timeframe = ticker === undefined ? undefined : (target.timeframe ?? (await askTimeframe('1m')));
  if (ticker === undefined || timeframe === undefined) return;
  const args = ['rebuild', ticker, timeframe];
  const title = t('Plan the rebuild of {0} {1}', ticker, timeframe);
  const plan = await bench.jobs.run({ name: 'rebuild', args: [...args, ...dataArgs(), '--dry-run'], title });
  if (plan.kind === 'done') return carryOut(bench, args, plan.result.plan, plan.result.outcome === 'sound');
  if (plan.kind !== 'failed') return;
  if (plan.failure.kind === 'refused') await otherwise(bench, args, title, plan.failure.message);
  else await bench.jobs.report(plan.failure);
}

/** Where it was refused: of exports that the user names, or only set aside. */
async function otherwise(bench: Bench, args: readonly string[], title: string, why: string): Promise<void> {
  const [choose, aside] = [t('Choose Exports…'), t('Only Set Aside')];
  const answer = await confirm(t('It cannot be rebuilt as it is.'), [why], choose, aside);
  if (answer === undefined) return;
  const more = answer === aside ? ['--aside'] : await askExports();
  if (more === undefined) return;
  const plan = await bench.jobs.run({ name: 'rebuild', args: [...args, ...more, ...dataArgs(), '--dry-run'], title });
  if (plan.kind === 'failed') await bench.jobs.report(plan.failure);
  if (plan.kind === 'done') await carryOut(bench, [...args, ...more], plan.result.plan, plan.result.outcome === 'sound');
}

async function askExports(): Promise<readonly string[] | undefined> {
  const folder = settings.dataFolder();
  const chosen = await vscode.window.showOpenDialog({ title: t('Choose Exports…'), canSelectMany: true, ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(folder) }) });
  return chosen?.map(({ fsPath }) => fsPath);
}

async function carryOut(bench: Bench, args: readonly string[], plan: RebuildPlan, isSound: boolean): Promise<void> {
  const { master } = plan;
  if (isSound) {
    void vscode.window.showInformationMessage(t('{0} is sound: there is nothing to mend.', master));
    return;
  }
  const go = plan.after === null ? t('Set Aside') : t('Rebuild');
  const question = plan.after === null ? t('Set {0} aside?', master) : t('Rebuild {0} from its exports?', master);
  if ((await confirm(question, planLines(plan), go)) !== go) return;
  const outcome = await bench.jobs.run({ name: 'rebuild', args: [...args, ...dataArgs()], title: t('Rebuild {0}', master) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') void vscode.window.setStatusBarMessage(`$(pass) ${t('{0}: the damaged file is kept as {1}.', master, outcome.result.kept ?? '')}`, 8000);
}

const planLines = ({ why, sources, missing, before, after }: RebuildPlan): string[] => [
  why,
  ...sources.map(({ file, rows }) => t('{0}: {1} bars', file, rows)),
  ...missing.map(({ name, why: gone, remedy }) => t('Missing: {0}: {1} {2}', name, gone, remedy)),
  ...(after === null ? [] : [t('Bars before: {0}; after: {1}.', before === null ? '?' : before.rows, after.rows)]),
  t('The damaged file goes to the folder quarantine and is never removed.'),
];
