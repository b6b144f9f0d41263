import * as vscode from 'vscode';
import type { MonthStanding } from '../../protocol/monthly';
import { onSettings } from '../settings';
import { count, t } from '../words';
import type { Overview } from './overview';
import { descriptionOf, factsOf, type Mark, markOf, reasonsOf, stateText } from './standing';

const ICONS: Readonly<Record<Mark, vscode.ThemeIcon>> = {
  good: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  working: new vscode.ThemeIcon('sync~spin'),
  waiting: new vscode.ThemeIcon('circle-outline'),
};

/** The Months view, the newest month first. The folders are first read when it is first looked at. */
export function showMonths(overview: Overview): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.TreeDataProvider<MonthStanding> = {
    onDidChangeTreeData: changed.event,
    getChildren: (month) => (month === undefined ? [...overview.months].reverse() : []),
    getTreeItem: itemFor,
  };
  const view = vscode.window.createTreeView('barkeep.months', { treeDataProvider: provider });
  let met = false;
  const meet = (): void => {
    if (met || !view.visible) return;
    met = true;
    again();
  };
  const again = (): void => {
    overview.watch();
    void overview.refresh();
  };
  meet();
  return vscode.Disposable.from(
    view,
    changed,
    view.onDidChangeVisibility(meet),
    overview.onDidChange(() => {
      changed.fire(undefined);
      view.message = messageFor(overview);
      view.badge = badgeFor(overview);
    }),
    onSettings(['months.source', 'months.destination', 'months.queue', 'store.endpoint', 'store.region', 'store.pathStyle'], () => {
      if (met) again();
    }),
  );
}

/** What there is to say above the rows; nothing, mostly. */
function messageFor({ failure, months }: Overview): string {
  return failure ?? (months.length === 0 ? t('There are no months in the folders of the settings.') : '');
}

/** Failed months, and those to be processed again. */
function badgeFor({ months }: Overview): vscode.ViewBadge | undefined {
  const wanting = months.filter((month) => ['error', 'warning'].includes(markOf(month))).length;
  return wanting === 0 ? undefined : { value: wanting, tooltip: count(wanting, '1 month needs attention', '{0} months need attention') };
}

function itemFor(month: MonthStanding): vscode.TreeItem {
  const item = new vscode.TreeItem(month.month);
  item.id = month.month;
  item.description = descriptionOf(month);
  item.iconPath = ICONS[markOf(month)];
  item.contextValue = month.state === 'finished' && month.done === undefined ? 'foreign' : month.state;
  item.tooltip = tooltipFor(month);
  item.accessibilityInformation = { label: [...new Set([month.month, stateText(month), descriptionOf(month), ...reasonsOf(month)])].join(', ') };
  return item;
}

function tooltipFor(month: MonthStanding): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**').appendText(`${month.month} · ${stateText(month)}`).appendMarkdown('**\n\n');
  for (const reason of reasonsOf(month)) tooltip.appendMarkdown('$(warning) ').appendText(reason).appendMarkdown('\n\n');
  for (const [label, value] of factsOf(month)) tooltip.appendMarkdown('- ').appendText(`${label}: ${value}`).appendMarkdown('\n');
  return tooltip;
}
