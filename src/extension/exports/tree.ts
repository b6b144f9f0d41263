import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportStanding } from '../../protocol/exports';
import { onSettings, settings } from '../settings';
import { count, t } from '../words';
import type { Following } from './following';
import { descriptionOf, factsOf, isReady, type Mark, markOf } from './texts';

const ICONS: Readonly<Record<Mark, vscode.ThemeIcon>> = {
  good: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  working: new vscode.ThemeIcon('sync~spin'),
  idle: new vscode.ThemeIcon('circle-outline'),
};

/** The Exports view. The raw folder is watched from when it is first looked at, or at once where one is configured. */
export function showExports(following: Following): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.TreeDataProvider<ExportStanding> = {
    onDidChangeTreeData: changed.event,
    getChildren: (standing) => (standing === undefined ? [...following.exports] : []),
    getTreeItem: itemFor,
  };
  const view = vscode.window.createTreeView('barkeep.exports', { treeDataProvider: provider });
  let met = false;
  const meet = (): void => {
    if (met || !(view.visible || settings.exportsFolder() !== undefined)) return;
    met = true;
    following.watch();
  };
  meet();
  return vscode.Disposable.from(
    view,
    changed,
    view.onDidChangeVisibility(meet),
    following.onDidChange(() => {
      changed.fire(undefined);
      view.message = following.failure ?? '';
      view.badge = badgeFor(following);
    }),
    onSettings(['dataFolder', 'exports.folder'], () => {
      if (met) following.watch(true);
      else meet();
    }),
  );
}

/** Exports that are unwell. */
function badgeFor({ exports }: Following): vscode.ViewBadge | undefined {
  const unwell = exports.filter((each) => ['error', 'warning'].includes(markOf(each))).length;
  return unwell === 0 ? undefined : { value: unwell, tooltip: count(unwell, '1 export needs attention', '{0} exports need attention') };
}

function itemFor(standing: ExportStanding): vscode.TreeItem {
  const item = new vscode.TreeItem(standing.instrument ?? standing.key);
  item.id = standing.key;
  item.description = descriptionOf(standing);
  item.iconPath = ICONS[markOf(standing)];
  item.contextValue = isReady(standing) ? 'ready' : standing.state;
  item.tooltip = tooltipFor(standing);
  item.accessibilityInformation = { label: [standing.instrument ?? standing.key, descriptionOf(standing), ...standing.complaints].join(', ') };
  if (standing.file !== undefined) item.command = { command: 'vscode.open', title: t('Open File'), arguments: [vscode.Uri.file(standing.file)] };
  return item;
}

function tooltipFor(standing: ExportStanding): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**').appendText(path.basename(standing.file ?? standing.key)).appendMarkdown('**\n\n');
  for (const complaint of standing.complaints) tooltip.appendMarkdown('$(warning) ').appendText(complaint).appendMarkdown('\n\n');
  for (const [label, value] of factsOf(standing)) tooltip.appendMarkdown('- ').appendText(`${label}: ${value}`).appendMarkdown('\n');
  return tooltip;
}
