import * as vscode from 'vscode';
import { failureFrom } from '../../core/base/failure';
import { activeFile } from '../status';
import { t } from '../words';
import { chooseFolder, sample } from './begin';
import type { Bench } from './bench';
import { copyToCloud } from './copies';
import { align, continuity, previewBars, verify } from './examine';
import { exportBars } from './export';
import { runPipeline, watchExports } from './exports';
import { importFile } from './import';
import { backup, cleanUp, regenerate, restore } from './keep';
import { mend } from './mend';
import { openStatistics, processMonth, processMonths } from './months';
import { rebuild } from './rebuild';
import { repair, seal } from './rewrite';
import { update } from './update';
import { verifyAll } from './verifyAll';

interface Command {
  /** @param called what the menu, tree or link hands over */
  readonly run: (bench: Bench, ...called: unknown[]) => Promise<void> | void;
  /** It changes the disk, so it waits for the workspace to be trusted. */
  readonly writes?: true;
}

/** Every command there is; a test holds it against the manifest. */
export const COMMANDS: Readonly<Record<`barkeep.${string}`, Command>> = {
  'barkeep.openDashboard': { run: ({ dashboard }) => { dashboard.show(); } },
  'barkeep.import': { run: importFile, writes: true },
  'barkeep.update': { run: update, writes: true },
  'barkeep.verify': { run: verify },
  'barkeep.verifyAll': { run: verifyAll },
  'barkeep.previewBars': { run: previewBars },
  'barkeep.align': { run: align },
  'barkeep.continuity': { run: continuity },
  'barkeep.regenerate': { run: regenerate, writes: true },
  'barkeep.backup': { run: backup, writes: true },
  'barkeep.mend': { run: mend, writes: true },
  'barkeep.clean': { run: cleanUp, writes: true },
  'barkeep.copy': { run: copyToCloud, writes: true },
  'barkeep.restore': { run: restore, writes: true },
  'barkeep.rebuild': { run: rebuild, writes: true },
  'barkeep.processMonths': { run: processMonths, writes: true },
  'barkeep.processMonth': { run: processMonth, writes: true },
  'barkeep.openStatistics': { run: openStatistics },
  'barkeep.showMonths': { run: ({ monthsPanel }) => { monthsPanel.show(); } },
  'barkeep.refreshMonths': { run: ({ overview }) => overview.refresh() },
  'barkeep.watchExports': { run: watchExports },
  'barkeep.runPipeline': { run: runPipeline, writes: true },
  'barkeep.export': { run: exportBars, writes: true },
  'barkeep.seal': { run: seal, writes: true },
  'barkeep.repair': { run: repair, writes: true },
  'barkeep.sample': { run: sample, writes: true },
  'barkeep.chooseFolder': { run: chooseFolder },
  'barkeep.showLog': { run: ({ log }) => { log.show(); } },
  'barkeep.filter': { run: ({ filter }) => { filter.ask(); } },
  'barkeep.clearFilter': { run: ({ filter }) => { filter.set(''); } },
  'barkeep.refresh': { run: ({ listing }) => listing.refresh() },
  'barkeep.details': { run: ({ details }, called) => showDetails(details, called instanceof vscode.Uri ? called : activeFile()) },
  'barkeep.explain': { run: ({ details }, file, code) => showDetails(details, typeof file === 'string' ? vscode.Uri.parse(file) : undefined, code) },
};

async function showDetails(details: Bench['details'], uri: vscode.Uri | undefined, code?: unknown): Promise<void> {
  if (uri === undefined) void vscode.window.showInformationMessage(t('Open a CSV to see its details.'));
  else await details.show(uri, typeof code === 'string' ? code : undefined);
}

export function registerCommands(bench: Bench): vscode.Disposable {
  const registered = Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, (...called: unknown[]) => perform(id, command, bench, called)));
  return vscode.Disposable.from(...registered);
}

async function perform(id: string, { run, writes }: Command, bench: Bench, called: readonly unknown[]): Promise<void> {
  if (writes === true && !vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(t('This command writes files, so it waits until you trust the workspace.'));
    return;
  }
  try {
    await run(bench, ...called);
  } catch (error) {
    const { message } = failureFrom(error, `run ${id}`);
    bench.log.error(error instanceof Error ? (error.stack ?? message) : message);
    void vscode.window.showErrorMessage(message);
  }
}
