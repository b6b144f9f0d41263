import * as vscode from 'vscode';
import { settings } from '../settings';
import { count, t } from '../words';
import { warnOfTrouble } from './ask';
import type { Bench } from './bench';
import { dataArgs } from './import';

/** Back Up to Cloud Folder…: a verified copy of all masters and derived files, in a drive that was found or a folder that is chosen. */
export async function copyToCloud(bench: Bench): Promise<void> {
  const to = await askDestination(bench);
  if (to === undefined) return;
  const outcome = await bench.jobs.run({ name: 'copy', args: ['backup', '--to', to, ...dataArgs()], title: t('Back up to {0}', to) });
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  const { folder, files } = outcome.result;
  warnOfTrouble(outcome.result);
  const show = t('Show Folder');
  const chosen = await vscode.window.showInformationMessage(t('{0} in {1}', count(files.length, '1 file copied and verified', '{0} files copied and verified'), folder), show);
  if (chosen === show) await vscode.env.openExternal(vscode.Uri.file(folder));
}

interface Item extends vscode.QuickPickItem {
  /** Absent: to be chosen. */
  readonly folder?: string;
}

async function askDestination(bench: Bench): Promise<string | undefined> {
  const title = t('Back Up to Cloud Folder');
  const found = await bench.jobs.run({ name: 'destinations', args: ['backup', '--destinations'], title: t('Look for cloud drives') });
  if (found.kind === 'failed') await bench.jobs.report(found.failure);
  if (found.kind !== 'done') return undefined;
  const preferred = settings.copyFolder();
  const items: Item[] = [
    ...(preferred === undefined ? [] : [{ label: t('As in the settings'), description: preferred, folder: preferred }]),
    ...found.result.destinations.map(({ title: label, folder }) => ({ label, description: folder, folder })),
    { label: t('Another folder…') },
  ];
  const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title, placeHolder: t('Where to?') });
  if (chosen === undefined) return undefined;
  return chosen.folder ?? (await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title, openLabel: t('Copy Here') }))?.[0]?.fsPath;
}
