import path from 'node:path';
import * as vscode from 'vscode';
import type { Checks } from './csv/checks';
import { summarize } from './csv/summary';
import type { Following } from './exports/following';
import { runningText } from './exports/texts';
import type { Jobs } from './jobs';
import { t } from './words';

/** The one status bar item: the running job, else exports that run, else the verdict on the CSV in front. */
export function showStatus(checks: Checks, jobs: Jobs, following: Following): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('barkeep.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Barkeep';
  const paint = (): void => {
    const job = jobs.running;
    if (job === undefined && following.running.length > 0) {
      show(item, `$(sync~spin) ${runningText(following.running)}`, t('{0}. Click to see the exports.', runningText(following.running)), { command: 'barkeep.watchExports', title: '' });
    } else if (job === undefined) paintVerdict(item, checks);
    else show(item, `$(sync~spin) ${job}`, t('Barkeep is at work. Click to see the log.'), { command: 'barkeep.showLog', title: '' });
  };
  paint();
  return vscode.Disposable.from(
    item,
    checks.onDidChange(paint),
    jobs.onDidChange(paint),
    following.onDidChange(paint),
    vscode.window.tabGroups.onDidChangeTabs(paint),
    vscode.window.tabGroups.onDidChangeTabGroups(paint),
  );
}

function paintVerdict(item: vscode.StatusBarItem, checks: Checks): void {
  const uri = activeFile();
  const verdict = uri === undefined ? undefined : checks.verdict(uri);
  if (uri === undefined || verdict === undefined) {
    item.hide();
    return;
  }
  const { icon, text } = summarize(verdict);
  show(item, `$(${icon}) ${text}`, t('{0}: {1}. Click for details.', path.basename(uri.path), text), { command: 'barkeep.details', title: '', arguments: [uri] });
}

function show(item: vscode.StatusBarItem, text: string, tooltip: string, command: vscode.Command): void {
  item.text = text;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `Barkeep: ${tooltip}` };
  item.command = command;
  item.show();
}

/** The file in the active tab, also when it is too large for an editor to hand out. */
export function activeFile(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  return undefined;
}
