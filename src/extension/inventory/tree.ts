import path from 'node:path';
import * as vscode from 'vscode';
import type { Inventory, InventoryEntry } from '../../protocol/inventory';
import { derivedKindOf } from '../../protocol/preview';
import type { Checks } from '../csv/checks';
import { summarize } from '../csv/summary';
import type { Verdict } from '../csv/verdict';
import { PREVIEW } from '../preview/editor';
import { onSettings, settings } from '../settings';
import { count, grouped, t } from '../words';
import { importDropped } from './drop';
import type { Filter } from './filter';
import type { Listing } from './listing';
import { descriptionOf, factsOf, filesIn, growTree, healthOf, labelOf, type Node, problemsIn, sift, spokenOf } from './tree-model';

const ICONS: Readonly<Record<InventoryEntry['health'], vscode.ThemeIcon>> = {
  good: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('list.deemphasizedForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
};

/** The Data Inventory view. The folder is first read when the view is first looked at. */
export function showInventory(listing: Listing, checks: Checks, filter: Filter): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => (node === undefined ? roots(listing, filter) : node.kind === 'file' ? [] : [...node.children]),
    getTreeItem: (node) => itemFor(node, listing, checks, filter.text !== ''),
  };
  const view = vscode.window.createTreeView('barkeep.inventory', { treeDataProvider: provider, showCollapseAll: true, dragAndDropController: importDropped });
  const show = (): void => {
    changed.fire(undefined);
    view.message = messageFor(listing, filter);
  };
  view.message = messageFor(listing, filter);
  let met = false;
  const meet = (): void => {
    if (met || !view.visible) return;
    met = true;
    listing.watch();
    void listing.refresh();
  };
  meet();
  return vscode.Disposable.from(
    view,
    changed,
    view.onDidChangeVisibility(meet),
    filter.onDidChange(show),
    listing.onDidChange(() => {
      show();
      view.badge = badgeFor(listing);
      if (listing.inventory !== undefined) review(checks, listing.inventory);
    }),
    checks.onDidChange((uri) => {
      if (checks.verdict(uri)?.kind !== 'running') changed.fire(undefined);
    }),
    onSettings(['dataFolder', 'displayTimeZone'], () => {
      if (!met) return;
      listing.watch();
      void listing.refresh();
    }),
  );
}

/** Problems of files that are not as they were checked any more are not listed. */
function review(checks: Checks, { folder, entries }: Inventory): void {
  const files = new Map(entries.map((entry) => [vscode.Uri.file(path.join(folder, entry.file)).toString(), entry]));
  checks.review((uri) => files.get(uri.toString()));
}

const roots = ({ inventory }: Listing, { text }: Filter): Node[] => (inventory === undefined ? [] : growTree(sift(inventory, text)));

/** Says that the folder is being read above the tree, which keeps the keyboard's focus (a text in its place would leave it nowhere); and that a filter hides files. */
function messageFor({ inventory, state }: Listing, { text }: Filter): string {
  if (state === 'loading') return t('Reading the data folder…');
  if (inventory === undefined || text === '') return '';
  return t('"{0}": {1} of {2}', text, grouped(sift(inventory, text).entries.length), count(inventory.entries.length, '1 file', '{0} files'));
}

function badgeFor({ inventory }: Listing): vscode.ViewBadge | undefined {
  const problems = inventory === undefined ? 0 : problemsIn(inventory).length;
  return problems === 0 ? undefined : { value: problems, tooltip: count(problems, '1 problem in the data folder', '{0} problems in the data folder') };
}

function itemFor(node: Node, { inventory }: Listing, checks: Checks, filtered: boolean): vscode.TreeItem {
  const zone = settings.displayTimeZone();
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const first = inventory?.entries.some(({ category }) => category === 'market') === true ? 'market' : 'raw';
  const open = node.kind === 'file' ? None : filtered || node.category === first ? Expanded : Collapsed;
  const item = new vscode.TreeItem(labelOf(node), open);
  // What is found is unfolded, and what was folded before stays so for later.
  item.id = `${filtered ? 'filtered:' : ''}${idOf(node)}`;
  const curable = filesIn(node).some(({ complaints }) => complaints.some(({ remedy }) => remedy !== undefined));
  item.contextValue = node.kind === 'category' ? `category.${node.category}` : `${node.kind}.${node.category}${curable ? '.curable' : ''}`;
  item.description = descriptionOf(node, zone);
  if (node.kind !== 'category') item.iconPath = ICONS[healthOf(node)];
  item.accessibilityInformation = { label: spokenOf(node, zone) };
  if (node.kind !== 'file') return item;
  const uri = vscode.Uri.file(path.join(inventory?.folder ?? '', node.entry.file));
  item.tooltip = tooltipFor(node.entry, zone);
  if (node.category === 'raw' || node.category === 'other') {
    const verdict = checks.verdictOn(uri, node.entry);
    item.iconPath = iconOfUnread(node.entry, verdict);
    if (verdict?.kind === 'checked') item.accessibilityInformation = { label: spokenOf(node, zone, summarize(verdict).text) };
  }
  if (derivedKindOf(node.entry.file) !== undefined) item.command = { command: 'vscode.openWith', title: t('Open File'), arguments: [uri, PREVIEW] };
  else item.command = { command: 'vscode.open', title: t('Open File'), arguments: [uri] };
  return item;
}

/** The inventory does not read what is not a master: such a file is as good as its check, or not known. */
function iconOfUnread({ health }: InventoryEntry, verdict: Verdict | undefined): vscode.ThemeIcon {
  if (verdict?.kind !== 'checked') return health === 'good' ? vscode.ThemeIcon.File : ICONS[health];
  const { icon } = summarize(verdict);
  return icon === 'error' || icon === 'warning' ? ICONS[icon] : ICONS.good;
}

const idOf = (node: Node): string => [node.kind, node.category, node.kind === 'ticker' ? node.ticker : node.kind === 'file' ? node.entry.file : ''].join(':');

function tooltipFor(entry: InventoryEntry, zone: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**').appendText(entry.file).appendMarkdown('**\n\n');
  for (const { severity, message, remedy } of entry.complaints) tooltip.appendMarkdown(`$(${severity}) `).appendText(remedy === undefined ? message : `${message} (${t(remedy.title)})`).appendMarkdown('\n\n');
  for (const [label, value] of factsOf(entry, zone)) tooltip.appendMarkdown('- ').appendText(`${label}: ${value}`).appendMarkdown('\n');
  return tooltip;
}
