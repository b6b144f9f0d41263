import path from 'node:path';
import * as vscode from 'vscode';
import type { InventoryEntry } from '../../protocol/inventory';
import type { RebuildPlan, RebuildResult } from '../../protocol/rebuild';
import { settings } from '../settings';
import { count, grouped, t } from '../words';
import { confirm } from './ask';
import type { Bench } from './bench';
import { dataArgs } from './import';
import { targetOf, type Target } from './target';

/** Rebuild…, the remedy of a damaged master: what it would be made of, what is missing, then made anew; of exports that are chosen where none are known. */
export async function rebuild(bench: Bench, called: unknown): Promise<void> {
  const named = targetOf(called);
  const { ticker, timeframe } = named.timeframe === undefined ? await askDamaged(bench) : named;
  if (ticker === undefined || timeframe === undefined) return;
  await planned(bench, { ticker, timeframe, more: [] });
}

interface Wanted {
  readonly ticker: string;
  readonly timeframe: string;
  /** Exports that were chosen, or `--aside`. */
  readonly more: readonly string[];
}

const argsOf = ({ ticker, timeframe, more }: Wanted): string[] => ['rebuild', ticker, timeframe, ...more, ...dataArgs()];

async function planned(bench: Bench, wanted: Wanted): Promise<void> {
  const { ticker, timeframe, more } = wanted;
  const plan = await bench.jobs.run({ name: 'rebuild', args: [...argsOf(wanted), '--dry-run'], title: t('Plan the rebuild of {0} {1}', ticker, timeframe) });
  if (plan.kind === 'done') return carryOut(bench, wanted, plan.result);
  if (plan.kind !== 'failed') return;
  if (plan.failure.kind === 'refused' && more.length === 0) await otherwise(bench, wanted, plan.failure.message);
  else await bench.jobs.report(plan.failure);
}

/** A master, the damaged ones first, each with what is wrong with it. */
async function askDamaged({ listing }: Bench): Promise<Target> {
  const masters = (listing.inventory?.entries ?? []).filter(({ category, file, ticker, timeframe }) => category === 'market' && ticker !== undefined && timeframe !== undefined && !file.includes('/'));
  const isDamaged = ({ health }: InventoryEntry): boolean => health === 'error';
  const inOrder = [...masters.filter(isDamaged), ...masters.filter((entry) => !isDamaged(entry))];
  const items = inOrder.map((entry) => ({ entry, label: entry.file, ...damageOf(entry) }));
  if (items.length > 0) return (await vscode.window.showQuickPick(items, { title: t('Rebuild'), placeHolder: t('Which file?'), matchOnDetail: true }))?.entry ?? {};
  void vscode.window.showInformationMessage(t('There are no masters here.'));
  return {};
}

function damageOf({ complaints }: InventoryEntry): { detail?: string } {
  const worst = complaints.find(({ severity }) => severity === 'error');
  return worst === undefined ? {} : { detail: `$(error) ${worst.message}` };
}

/** Where it was refused: of exports that the user names, or only set aside. */
async function otherwise(bench: Bench, wanted: Wanted, why: string): Promise<void> {
  const [choose, aside] = [t('Choose Exports…'), t('Only Set Aside')];
  const answer = await confirm(t('It cannot be rebuilt as it is.'), [why], choose, aside);
  if (answer === aside) await planned(bench, { ...wanted, more: ['--aside'] });
  if (answer === choose) await withChosen(bench, wanted);
}

async function withChosen(bench: Bench, wanted: Wanted): Promise<void> {
  const more = await askExports();
  if (more !== undefined) await planned(bench, { ...wanted, more });
}

async function askExports(): Promise<readonly string[] | undefined> {
  const folder = settings.dataFolder();
  const chosen = await vscode.window.showOpenDialog({ title: t('Choose Exports…'), canSelectMany: true, ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(folder) }) });
  return chosen?.map(({ fsPath }) => fsPath);
}

async function carryOut(bench: Bench, wanted: Wanted, { plan, outcome: state }: RebuildResult): Promise<void> {
  const { master } = plan;
  if (state === 'sound') {
    void vscode.window.showInformationMessage(t('{0} is sound: there is nothing to mend.', master));
    return;
  }
  const go = plan.after === null ? t('Set Aside') : t('Rebuild');
  const choose = t('Choose Exports…');
  const question = plan.after === null ? t('Set {0} aside?', master) : t('Rebuild {0} from its exports?', master);
  const answer = await confirm(question, planLines(plan), go, ...(plan.missing.length > 0 ? [choose] : []));
  if (answer === choose) return withChosen(bench, wanted);
  if (answer !== go) return;
  const outcome = await bench.jobs.run({ name: 'rebuild', args: argsOf(wanted), title: t('Rebuild {0}', master) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') void vscode.window.setStatusBarMessage(`$(pass) ${t('{0}: the damaged file is kept as {1}.', master, outcome.result.kept ?? '')}`, 8000);
}

const planLines = ({ why, sources, missing, before, after }: RebuildPlan): string[] => [
  sentence(why),
  ...sources.map(({ file, rows }) => t('{0}: {1}', nameHere(file), count(rows, '1 bar', '{0} bars'))),
  ...missing.map(({ name, why: gone }) => t('Missing: {0}: {1}', name, gone)),
  ...(missing.length === 0 ? [] : [t('What is missing can also be imported afterwards.')]),
  ...(after === null ? [] : [before === null ? t('Bars after: {0}; how many there were before, nothing tells any more.', grouped(after.rows)) : t('Bars before: {0}; after: {1}.', grouped(before.rows), grouped(after.rows))]),
  t('The damaged file goes to the folder quarantine and is never removed.'),
];

/** Of a clause. */
const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${clause.endsWith('.') ? '' : '.'}`;

/** A file of the data folder by its name there, any other by its whole path. */
function nameHere(file: string): string {
  const name = path.relative(settings.dataFolder() ?? '', file);
  return name.startsWith('..') ? file : name;
}
