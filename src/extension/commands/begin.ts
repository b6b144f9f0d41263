import path from 'node:path';
import * as vscode from 'vscode';
import { chooseDataFolder, settings } from '../settings';
import { t } from '../words';
import type { Bench } from './bench';

/** The commands one begins with. */

/** Create Sample Data: a folder of made-up exports, which becomes the data folder. */
export async function sample(bench: Bench): Promise<void> {
  const parent = vscode.workspace.workspaceFolders?.[0]?.uri ?? (await askFolder(t('Create the Sample Here')));
  if (parent === undefined) return;
  const folder = path.join(parent.fsPath, 'barkeep-sample');
  const outcome = await bench.jobs.run({ name: 'sample', args: ['sample', folder], title: t('Create sample data') });
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  for (const { file, what } of outcome.result.files) bench.log.info(`${file}: ${what}`);
  await chooseDataFolder(outcome.result.folder);
  await look(bench);
}

export async function chooseFolder(bench: Bench): Promise<void> {
  const chosen = await askFolder(t('Use as Data Folder'));
  if (chosen === undefined) return;
  await chooseDataFolder(chosen.fsPath);
  await look(bench);
}

/** Brings the inventory into view, read anew. */
async function look({ listing }: Bench): Promise<void> {
  await vscode.commands.executeCommand('barkeep.inventory.focus');
  await listing.refresh();
}

async function askFolder(openLabel: string): Promise<vscode.Uri | undefined> {
  const folder = settings.dataFolder();
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel,
    title: openLabel,
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(folder) }),
  });
  return chosen?.[0];
}
