import { TIMEFRAMES } from '../../core/base/timeframe';
import { type Category, CATEGORY_TITLES, type Complaint, type Inventory, type InventoryEntry } from '../../protocol/inventory';
import { count, day, moment, size, t } from '../words';

/** The inventory as a tree: category → ticker → file. Everything here is data; tree.ts dresses it for the editor. */
export type Node =
  | { readonly kind: 'category'; readonly category: Category; readonly children: readonly Node[] }
  | { readonly kind: 'ticker'; readonly category: Category; readonly ticker: string; readonly children: readonly FileNode[] }
  | FileNode;

export interface FileNode {
  readonly kind: 'file';
  readonly category: Category;
  readonly entry: InventoryEntry;
}

const CATEGORIES: readonly Category[] = ['market', 'derived', 'raw', 'other'];

/** The files of which every word of the text is in the name, ticker, timeframe, category or state; capitals do not matter. */
export function sift(inventory: Inventory, text: string): Inventory {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const about = ({ file, ticker, timeframe, category, health }: InventoryEntry): string => [file, ticker, timeframe, t(CATEGORY_TITLES[category]), t(health)].join(' ').toLowerCase();
  return words.length === 0 ? inventory : { ...inventory, entries: inventory.entries.filter((entry) => words.every((word) => about(entry).includes(word))) };
}

/** Categories without files are left out. */
export function growTree(inventory: Inventory): Node[] {
  return CATEGORIES.flatMap((category): Node[] => {
    const entries = inventory.entries.filter((entry) => entry.category === category);
    return entries.length === 0 ? [] : [{ kind: 'category', category, children: growCategory(category, entries) }];
  });
}

function growCategory(category: Category, entries: readonly InventoryEntry[]): Node[] {
  const files = entries.map((entry): FileNode => ({ kind: 'file', category, entry })).sort(inOrder);
  if (category !== 'market' && category !== 'derived') return files;
  const tickers = [...new Set(files.flatMap(({ entry }) => entry.ticker ?? []))].sort();
  return [
    ...tickers.map((ticker): Node => ({ kind: 'ticker', category, ticker, children: files.filter(({ entry }) => entry.ticker === ticker) })),
    ...files.filter(({ entry }) => entry.ticker === undefined),
  ];
}

const rank = (entry: InventoryEntry): number => {
  const at = (TIMEFRAMES as readonly string[]).indexOf(entry.timeframe ?? '');
  return at === -1 ? TIMEFRAMES.length : at;
};
const inOrder = (a: FileNode, b: FileNode): number => rank(a.entry) - rank(b.entry) || (a.entry.file < b.entry.file ? -1 : 1);

export function labelOf(node: Node): string {
  switch (node.kind) {
    case 'category':
      return t(CATEGORY_TITLES[node.category]);
    case 'ticker':
      return node.ticker;
    case 'file':
      return (node.category === 'market' ? node.entry.timeframe : undefined) ?? node.entry.file;
  }
}

/** `105,825 rows · 1.9 MB · 2025-07-27 → 2025-12-03`, days in `zone`, of a derived file first what it was made from; for a folder, how many files. What a narrow view cuts off stands last. */
export function descriptionOf(node: Node, zone: string): string {
  if (node.kind !== 'file') return count(filesIn(node).length, '1 file', '{0} files');
  const { start, end, rows, bytes, madeFrom } = node.entry;
  return [
    ...(madeFrom === undefined ? [] : [madeFrom.current ? t('from {0}', madeFrom.master) : t('out of date')]),
    ...(rows === undefined ? [] : [count(rows, '1 row', '{0} rows')]),
    size(bytes),
    ...(start === undefined || end === undefined ? [] : [`${day(start, zone)} → ${day(end, zone)}`]),
  ].join(' · ');
}

export const filesIn = (node: Node): readonly InventoryEntry[] => (node.kind === 'file' ? [node.entry] : node.children.flatMap(filesIn));

const RANK = { good: 0, info: 1, warning: 2, error: 3 } as const;

/** The worst health among a node's files. */
export const healthOf = (node: Node): InventoryEntry['health'] =>
  filesIn(node).reduce<InventoryEntry['health']>((worst, { health }) => (RANK[health] > RANK[worst] ? health : worst), 'good');

/**
 * What a screen reader says of a row: its name, how it is, and of a file what it complains of.
 * @param checked what a check found in a file that the inventory itself does not read
 */
export function spokenOf(node: Node, zone: string, checked?: string): string {
  const health = healthOf(node);
  const isUnread = (node.category === 'raw' || node.category === 'other') && health === 'good';
  // Of a folder of files that nobody looked into there is nothing to say.
  const state = !isUnread ? [t(health)] : node.kind === 'file' ? [checked ?? t('not verified')] : [];
  const complaints = node.kind === 'file' ? node.entry.complaints.map(({ message }) => message) : [];
  return [labelOf(node), ...state, descriptionOf(node, zone), ...complaints].join(', ');
}

/** Complaints that ask for action: errors and warnings. */
export const problemsIn = (inventory: Inventory): Complaint[] =>
  inventory.entries.flatMap(({ complaints }) => complaints.filter(({ severity }) => severity !== 'info'));

/** Everything known about a file as label and value, in the order shown. Times in `zone`. */
export function factsOf(entry: InventoryEntry, zone: string): [label: string, value: string][] {
  const { start, end, rows, gaps, lastBackup, madeFrom } = entry;
  return [
    ...(start === undefined ? [] : [[t('First bar'), moment(start, zone)] as [string, string]]),
    ...(end === undefined ? [] : [[t('Last bar'), moment(end, zone)] as [string, string]]),
    ...(rows === undefined ? [] : [[t('Rows'), count(rows, '1 row', '{0} rows')] as [string, string]]),
    [t('Size'), size(entry.bytes)],
    [t('Updated'), moment(entry.updated, zone)],
    ...(gaps === undefined ? [] : [[t('Gaps'), gapsText(gaps)] as [string, string]]),
    ...(entry.category === 'raw' || entry.category === 'other' ? [] : [[t('Last backup'), lastBackup === undefined ? t('none') : moment(lastBackup, zone)] as [string, string]]),
    ...(madeFrom === undefined ? [] : [[t('Made from'), madeFrom.current ? madeFrom.master : t('{0}, which has changed since', madeFrom.master)] as [string, string]]),
    ...(entry.columns === undefined ? [] : [[t('Columns'), entry.columns.join(', ')] as [string, string]]),
  ];
}

function gapsText({ count: found, largestHours, thresholdHours, calendar }: NonNullable<InventoryEntry['gaps']>): string {
  if (calendar !== undefined) return found === 0 ? t('none unexpected') : t('{0} unexpected, the largest {1} h', found, Math.round(largestHours * 10) / 10);
  if (found === 0) return t('none over {0} h', thresholdHours);
  return t('{0} over {1} h, the largest {2} h', found, thresholdHours, Math.round(largestHours * 10) / 10);
}
