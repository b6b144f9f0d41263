import path from 'node:path';
import * as vscode from 'vscode';
import type { Checks } from './csv/checks';
import { summarize } from './csv/summary';
import type { Following } from './exports/following';
import { runningText } from './exports/texts';
import { t } from './words';

/** The one status bar item: exports that run, else the verdict on the CSV in front. A job of ours has a notification, which the editor itself puts there when it is hidden. */
export function showStatus(checks: Checks, following: Following): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('barkeep.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Barkeep';
  const paint = (): void => {
    const running = runningText(following.running);
    if (running === '') paintVerdict(item, checks);
    else show(item, `$(sync~spin) ${running}`, t('{0}. Click to see the exports.', running), { command: 'barkeep.watchExports', title: '' });
  };
  paint();
  return vscode.Disposable.from(
    item,
    checks.onDidChange(paint),
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
