import * as vscode from 'vscode';
import type { ConductResult } from '../../protocol/exports';
import type { Outcome } from '../children/job';
import { conductLines, conductSummary, endedText, isReady, markOf } from '../exports/texts';
import { settings } from '../settings';
import { count, t } from '../words';
import type { Bench } from './bench';

/** The commands about exports of other programs. */

/** Watch Exports: brings the view to the front; it watches from then on. */
export async function watchExports({ following }: Bench): Promise<void> {
  following.watch();
  await vscode.commands.executeCommand('barkeep.exports.focus');
}

/** Run Pipeline: takes in what is finished, or waits for the next exports. */
export async function runPipeline(bench: Bench): Promise<void> {
  const folder = settings.dataFolder();
  if (folder === undefined) {
    await vscode.commands.executeCommand('barkeep.chooseFolder');
    return;
  }
  bench.following.watch();
  const raw = settings.exportsFolder();
  const args = ['conduct', ...(raw === undefined ? [] : [raw]), '--data', folder];
  const how = await askHow(bench);
  if (how === undefined || (how === 'existing' && !(await isAgreed(bench, args)))) return;
  await conduct(bench, args, how === 'existing' ? ['--existing'] : []);
}

async function askHow({ following }: Bench): Promise<'existing' | 'next' | undefined> {
  const ready = following.exports.filter(isReady);
  if (ready.length === 0) return 'next';
  const items = [
    { label: `$(desktop-download) ${t('Take in what is finished')}`, description: count(ready.length, '1 export', '{0} exports'), detail: ready.map(({ instrument, key }) => instrument ?? key).join(', '), how: 'existing' as const },
    { label: `$(watch) ${t('Wait for the next exports')}`, description: t('starts the exporter where one is set'), how: 'next' as const },
  ];
  return (await vscode.window.showQuickPick(items, { title: t('Run Pipeline'), placeHolder: t('Import, regenerate, archive: which exports?') }))?.how;
}

/** Shows the dry run. */
async function isAgreed(bench: Bench, args: readonly string[]): Promise<boolean> {
  const planned = await bench.jobs.run({ name: 'conduct', args: [...args, '--dry-run'], title: t('Plan the pipeline'), view: 'barkeep.exports' });
  if (planned.kind === 'failed') await bench.jobs.report(planned.failure);
  if (planned.kind !== 'done') return false;
  const go = t('Run Pipeline');
  return (await vscode.window.showInformationMessage(t('Import, regenerate and archive?'), { modal: true, detail: conductLines(planned.result).join('\n') }, go)) === go;
}

async function conduct(bench: Bench, args: readonly string[], how: readonly string[]): Promise<void> {
  const outcome = await bench.jobs.run({ name: 'conduct', args: [...args, ...how], title: t('Run pipeline'), view: 'barkeep.exports' });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await afterFailure(bench, args, how, outcome);
  if (outcome.kind === 'done') tell(bench, outcome.result);
}

/** A run that was cut is gone on with, or given up, as the user says. */
async function afterFailure(bench: Bench, args: readonly string[], how: readonly string[], { failure }: Outcome<'conduct'> & { kind: 'failed' }): Promise<void> {
  const [resume, anew] = [t('Resume'), t('Begin Anew')];
  const chosen = await bench.jobs.report(failure, resume, ...(failure.kind === 'suspended' ? [anew] : []));
  if (chosen === resume) await conduct(bench, args, ['--resume']);
  if (chosen === anew) await conduct(bench, args, [...how, '--anew']);
}

function tell({ log }: Bench, result: ConductResult): void {
  const lines = conductLines(result);
  for (const line of lines) log.info(line);
  const left = result.runs.some((run) => run.left.length > 0);
  const say = left ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void say(result.runs.length === 0 ? t('There is no run to go on with.') : conductSummary(result));
}

/** One notification when the last export has ended; of a running pipeline its own end tells. */
export function tellOfEnds({ following, jobs }: Pick<Bench, 'following' | 'jobs'>): vscode.Disposable {
  return following.onDidEnd((ended) => {
    if (jobs.isRunning('conduct')) return;
    const [run, show] = [t('Run Pipeline'), t('Show Exports')];
    const say = ended.every((each) => markOf(each) === 'good') ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    void say(endedText(ended), ...(ended.some(isReady) ? [run] : []), show).then((chosen) => {
      if (chosen === run) void vscode.commands.executeCommand('barkeep.runPipeline');
      if (chosen === show) void vscode.commands.executeCommand('barkeep.exports.focus');
    });
  });
}

/** The file of an export in the view. */
export const fileOfExport = (called: unknown): string | undefined =>
  typeof called === 'object' && called !== null && 'quietSeconds' in called && 'file' in called && typeof called.file === 'string' ? called.file : undefined;

