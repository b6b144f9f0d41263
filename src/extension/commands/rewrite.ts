import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { REPAIRS, type Repair, type RepairResult } from '../../protocol/repair';
import { viewOf } from '../csv/proposals';
import { repairLines, repairTitle, sealLines } from '../csv/repairs';
import type { Verdict } from '../csv/verdict';
import { settings } from '../settings';
import { t } from '../words';
import { askSource, confirm, nameOf } from './ask';
import type { Bench } from './bench';
import { targetOf } from './target';

/** The commands that change a CSV where it lies. Both work on what is saved. */

/** Larger files are no documents, so there is no comparing them in an editor, bytes. */
const LARGEST_SHOWN = 50 * 1024 * 1024;

/** Previews so far: each has a folder of its own. */
let previews = 0;

/** Seal…: the dry run, the user's word, then the seal. */
export async function seal(bench: Bench, called: unknown): Promise<void> {
  const source = await savedSource(called, t('Seal a CSV'));
  if (source !== undefined) await sealWith(bench, source, []);
}

async function sealWith(bench: Bench, source: vscode.Uri, more: readonly string[]): Promise<void> {
  const args = ['seal', source.fsPath, ...more, ...zoneArgs()];
  const plan = await bench.jobs.run({ name: 'seal', args: [...args, '--dry-run'], title: t('Plan the seal of {0}', nameOf(source)) });
  if (plan.kind === 'failed') {
    const anew = t('Seal Anew…');
    const canAnew = plan.failure.options?.['reseal'] !== undefined;
    if ((await bench.jobs.report(plan.failure, ...(canAnew ? [anew] : []))) === anew) await sealWith(bench, source, ['--reseal']);
    return;
  }
  if (plan.kind !== 'done') return;
  if (plan.result.outcome === 'unchanged') {
    void vscode.window.showInformationMessage(t('{0} is sealed, and its seal holds.', nameOf(source)));
    return;
  }
  const go = t('Seal');
  if ((await confirm(t('Seal {0}?', nameOf(source)), sealLines(plan.result), go)) !== go) return;
  const outcome = await bench.jobs.run({ name: 'seal', args, title: t('Seal {0}', nameOf(source)) });
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') void vscode.window.setStatusBarMessage(`$(pass) ${t('{0} is sealed.', nameOf(source))}`, 8000);
  await bench.checks.check(source);
}

/** Repair…: what is to be done (of a quick fix it is known), a look at the difference, then the repair. */
export async function repair(bench: Bench, called: unknown, wanted: unknown): Promise<void> {
  const source = await savedSource(called, t('Repair a CSV'));
  if (source === undefined) return;
  const repairs = isRepair(wanted) ? [wanted] : await chooseRepairs(bench, source);
  if (repairs === undefined || repairs.length === 0) return;
  const plan = await preview(bench, source, repairs);
  if (plan === undefined) return;
  const args = [...argsOf(source, repairs), '--expect', plan.sha256Before];
  const result = await run(bench, args, t('Repair {0}', nameOf(source)));
  await bench.checks.check(source);
  if (result !== undefined) await tell(source, result);
}

const isRepair = (value: unknown): value is Repair => typeof value === 'string' && Object.hasOwn(REPAIRS, value);

const argsOf = (source: vscode.Uri, repairs: readonly Repair[]): string[] => ['repair', source.fsPath, ...repairs.map((each) => REPAIRS[each]), ...zoneArgs()];

function zoneArgs(): string[] {
  const zone = settings.csvTimeZone();
  return zone === undefined ? [] : ['--tz', zone];
}

/** What was asked for, saved first when it has unsaved changes. */
async function savedSource(called: unknown, title: string): Promise<vscode.Uri | undefined> {
  const source = await askSource(targetOf(called).source, title);
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source?.toString());
  if (document?.isUntitled === true) {
    void vscode.window.showInformationMessage(t('Save it as a file first: what is taken out, and the backup, are kept beside it.'));
    return undefined;
  }
  if (document?.isDirty !== true) return source;
  const save = t('Save and Go On');
  if ((await confirm(t('{0} has unsaved changes.', nameOf(document.uri)), [t('Barkeep works on the saved file, so that there is a backup of it.')], save)) !== save) return undefined;
  return (await document.save()) ? source : undefined;
}

async function run({ jobs }: Bench, args: readonly string[], title: string): Promise<RepairResult | undefined> {
  const outcome = await jobs.run({ name: 'repair', args: [...args], title });
  if (outcome.kind === 'failed') await jobs.report(outcome.failure);
  return outcome.kind === 'done' ? outcome.result : undefined;
}

/** Only files with the columns for it can be renumbered or sealed. */
function isPossible(repair: Repair, verdict: Verdict | undefined): boolean {
  const column = { renumber: 'file_seq', checksums: 'checksum_sha256', duplicates: undefined, invalid: undefined, sort: undefined }[repair];
  return column === undefined || verdict?.kind !== 'checked' || verdict.report.columns.some((name) => name.trim().toLowerCase() === column);
}

async function chooseRepairs(bench: Bench, source: vscode.Uri): Promise<Repair[] | undefined> {
  const survey = await run(bench, ['repair', source.fsPath, ...zoneArgs()], t('See what can be repaired in {0}', nameOf(source)));
  if (survey === undefined) return undefined;
  const { advised } = survey;
  if (advised.length === 0) {
    void vscode.window.showInformationMessage(t('{0}: nothing that a repair could mend.', nameOf(source)));
    return undefined;
  }
  // Recomputing checksums is offered, and never chosen for anybody.
  const items = (Object.keys(REPAIRS) as Repair[]).filter((each) => advised.includes(each) || isPossible(each, bench.checks.verdict(source))).map((each) => ({
    repair: each, label: repairTitle(each), description: advised.includes(each) ? t('found in this file') : '', picked: advised.includes(each) && each !== 'checksums',
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Repair {0}', nameOf(source)), placeHolder: t('What is to be done?'), canPickMany: true });
  return chosen?.map((item) => item.repair);
}

/** Shows what would change and asks for the word. @returns the plan that was agreed to */
async function preview(bench: Bench, source: vscode.Uri, repairs: readonly Repair[]): Promise<RepairResult | undefined> {
  const found = await stat(source.fsPath);
  const shown = found.size <= LARGEST_SHOWN;
  const folder = vscode.Uri.joinPath(bench.storage, `repair-${process.pid}-${++previews}`);
  const proposed = vscode.Uri.joinPath(folder, nameOf(source));
  const args = [...argsOf(source, repairs), ...(shown ? ['--out', proposed.fsPath] : ['--dry-run'])];
  if (shown) await vscode.workspace.fs.createDirectory(folder);
  try {
    const plan = await run(bench, args, t('Plan the repair of {0}', nameOf(source)));
    return plan !== undefined && (await agree(source, plan, shown ? viewOf(proposed) : undefined)) ? plan : undefined;
  } finally {
    if (shown) await vscode.workspace.fs.delete(folder, { recursive: true });
  }
}

/** @param view of what the file would become; undefined when it is too large to be shown */
async function agree(source: vscode.Uri, plan: RepairResult, view: vscode.Uri | undefined): Promise<boolean> {
  if (plan.sha256Before === plan.sha256After) {
    void vscode.window.showInformationMessage(t('{0}: there is nothing to repair that way.', nameOf(source)));
    return false;
  }
  return view === undefined ? agreeAlone(source, plan) : agreeBeside(source, view, plan);
}

async function agreeAlone(source: vscode.Uri, plan: RepairResult): Promise<boolean> {
  const go = t('Repair');
  return (await confirm(t('Repair {0}?', nameOf(source)), repairLines(plan), go)) === go;
}

/** The file beside what it would become; the question does not cover it. */
async function agreeBeside(source: vscode.Uri, view: vscode.Uri, plan: RepairResult): Promise<boolean> {
  await vscode.commands.executeCommand('vscode.diff', source, view, t('{0}: as it is ↔ repaired', nameOf(source)), { preview: true });
  const go = t('Repair');
  const leave = t('Leave It');
  const chosen = await vscode.window.showInformationMessage([t('Repair {0}?', nameOf(source)), ...repairLines(plan)].join(' '), go, leave);
  await closeTabsOf(view);
  return chosen === go;
}

async function closeTabsOf(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString());
  await vscode.window.tabGroups.close(tabs);
}

async function tell(source: vscode.Uri, { outcome, rejectedFile }: RepairResult): Promise<void> {
  if (outcome !== 'repaired') return;
  const message = t('{0} is repaired.', nameOf(source));
  if (rejectedFile === undefined) {
    void vscode.window.setStatusBarMessage(`$(pass) ${message}`, 8000);
    return;
  }
  const show = t('Show What Was Taken Out');
  const chosen = await vscode.window.showInformationMessage(t('{0} What was taken out is in {1}.', message, path.basename(rejectedFile)), show);
  if (chosen === show) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(rejectedFile));
}
