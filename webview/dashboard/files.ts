import type { Checked } from '../../src/protocol/dashboard';
import type { Category, InventoryEntry } from '../../src/protocol/inventory';
import { size } from '../../src/extension/words';
import { button, element, marked } from '../parts/element';
import { icon } from '../parts/icon';
import { emptiness, List, type ListColumn } from '../parts/list';
import { dayIn, momentIn } from '../parts/words';
import { counted, type Context } from './context';

const TABS = [['market', 'Market Data'], ['derived', 'Derived Assets'], ['raw', 'Raw exports'], ['other', 'Other']] as const;
const RANK = { error: 0, warning: 1, info: 2, good: 3, unread: 4 } as const;
type Sign = keyof typeof RANK;

/** How a file is: a sign, what it says, and what more there is to tell. */
interface Standing {
  readonly sign: Sign;
  readonly label: string;
  readonly told: string;
}

/** The files in tabs, by kind; a filter; a table of any length. */
export class Files {
  readonly node: HTMLElement;
  readonly #context: Context;
  readonly #tabs: ReadonlyMap<Category, HTMLElement>;
  readonly #filter = document.createElement('input');
  readonly #list: List<InventoryEntry>;
  readonly #panel = marked('div', { role: 'tabpanel', id: 'files', class: 'panel' });
  #entries: readonly InventoryEntry[] = [];
  #checked: Readonly<Record<string, Checked>> = {};

  constructor(context: Context, cover: (entry: InventoryEntry) => void) {
    this.#context = context;
    const { say, tell, remember } = context;
    this.#tabs = new Map(TABS.map(([category]) => [category, this.#tab(category)]));
    this.#list = new List({
      label: say('Files'), rowHeight: 24, columns: columnsFor(context, (entry) => this.#standing(entry)), keyOf: ({ file }) => file,
      choose: (entry) => {
        if (isCovered(entry)) cover(entry);
        else tell({ type: 'open', file: entry.file });
      },
      onOrder: (order) => { remember({ order }); },
    });
    this.#list.node.addEventListener('scroll', () => { remember({ scrolled: this.#list.scrolled }); }, { passive: true });
    this.#filter.type = 'search';
    this.#filter.placeholder = say('Filter files');
    this.#filter.setAttribute('aria-label', say('Filter files'));
    this.#filter.value = context.remembered().filter;
    this.#filter.addEventListener('input', () => {
      remember({ filter: this.#filter.value });
      this.#show();
    });
    const bar = marked('div', { role: 'tablist', 'aria-label': say('Files') }, ...this.#tabs.values());
    bar.addEventListener('keydown', (event) => { this.#arrow(event); });
    this.node = element('section', 'files', element('div', 'bar', bar, this.#filter), this.#panel);
  }

  /** Another file stands out. */
  chosen(): void {
    this.#show();
  }

  show(entries: readonly InventoryEntry[]): void {
    const { scrolled } = this.#context.remembered();
    this.#entries = entries;
    this.#show();
    this.#list.scrolled = scrolled;
  }

  /** What checks found in files that the inventory does not read. */
  showChecked(checked: Readonly<Record<string, Checked>>): void {
    if (JSON.stringify(checked) === JSON.stringify(this.#checked)) return;
    this.#checked = checked;
    if (this.#entries.length > 0) this.#show();
  }

  /** The inventory does not read what is not a master: such a file is as good as its check, or not known. */
  #standing({ file, category, health, complaints }: InventoryEntry): Standing {
    const { say } = this.#context;
    const told = complaints.map(({ message }) => message).join('\n');
    if ((category !== 'raw' && category !== 'other') || health !== 'good') return { sign: health, label: say(health), told };
    const checked = this.#checked[file];
    return checked === undefined ? { sign: 'unread', label: say('not verified'), told: say('not verified') } : { sign: checked.sign, label: say(checked.sign), told: checked.text };
  }

  #tab(category: Category): HTMLElement {
    const tab = button('tab', () => { this.#turn(category); });
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', 'files');
    tab.id = `tab-${category}`;
    return tab;
  }

  #turn(tab: Category): void {
    this.#context.remember({ tab, scrolled: 0 });
    this.#show();
    this.#list.scrolled = 0;
  }

  #arrow(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = TABS.findIndex(([category]) => category === this.#context.remembered().tab);
    const [next] = TABS[(at + step + TABS.length) % TABS.length]!;
    event.preventDefault();
    this.#turn(next);
    this.#tabs.get(next)!.focus();
  }

  #show(): void {
    const { say, remembered } = this.#context;
    const { tab, filter, order, file } = remembered();
    for (const [category, title] of TABS) {
      const own = this.#entries.filter((entry) => entry.category === category);
      const worst = own.reduce<Sign>((sofar, entry) => [sofar, this.#standing(entry).sign].sort((a, b) => RANK[a] - RANK[b])[0]!, 'unread');
      const node = this.#tabs.get(category)!;
      node.replaceChildren(say(title), ' ', element('span', 'count', own.length.toLocaleString('en-US')), ...(worst === 'error' || worst === 'warning' ? [icon(worst, say(worst))] : []));
      node.setAttribute('aria-selected', String(category === tab));
      node.tabIndex = category === tab ? 0 : -1;
    }
    this.#panel.setAttribute('aria-labelledby', `tab-${tab}`);
    const wanted = filter.trim().toLowerCase();
    const kept = this.#entries.filter((entry) => entry.category === tab && entry.file.toLowerCase().includes(wanted));
    if (kept.length > 0) {
      if (this.#list.node.parentNode !== this.#panel) this.#panel.replaceChildren(this.#list.node);
      this.#list.show(kept, { order, chosen: file });
    } else this.#panel.replaceChildren(emptiness(wanted === '' ? say('Nothing of this kind is in the data folder.') : say('No file here has "{0}" in its name.', filter.trim())));
  }
}

/** Bars of a Parquet file can be looked at day by day. */
export const isCovered = ({ file, start }: InventoryEntry): boolean => file.endsWith('.parquet') && start !== undefined;

function columnsFor({ say, zone, tell }: Context, standing: (entry: InventoryEntry) => Standing): ListColumn<InventoryEntry>[] {
  const dash = '–';
  return [
    { name: 'health', heading: say('Health'), hidden: true, order: (entry) => RANK[standing(entry).sign], cell: (entry) => {
      const { sign, label, told } = standing(entry);
      const drawing = icon(sign, label);
      if (told !== '') drawing.append(titled(told));
      return [drawing];
    } },
    { name: 'file', heading: say('File'), order: ({ file }) => file, cell: ({ file }) => [button('link', () => { tell({ type: 'open', file }); }, file)] },
    { name: 'from', heading: say('From'), order: ({ start }) => start ?? 0, cell: ({ start }) => [start === undefined ? dash : dayIn(zone, start)] },
    { name: 'to', heading: say('To'), order: ({ end }) => end ?? 0, cell: ({ end }) => [end === undefined ? dash : dayIn(zone, end)] },
    { name: 'rows number', heading: say('Rows'), order: ({ rows }) => rows ?? -1, cell: ({ rows }) => [rows === undefined ? dash : rows.toLocaleString('en-US')] },
    { name: 'size number', heading: say('Size'), order: ({ bytes }) => bytes, cell: ({ bytes }) => [size(bytes)] },
    { name: 'updated', heading: say('Updated'), order: ({ updated }) => updated, cell: ({ updated }) => [updated === 0 ? dash : momentIn(zone, updated)] },
    { name: 'backup', heading: say('Last backup'), order: ({ lastBackup }) => lastBackup ?? 0, cell: ({ lastBackup }) => [lastBackup === undefined ? dash : dayIn(zone, lastBackup)] },
  ];
}

function titled(text: string): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  made.textContent = text;
  return made;
}

/** `1,000 files · 34 GB · 12 need care` */
export function summaryOf(entries: readonly InventoryEntry[], { say }: Context): string {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const unwell = entries.filter(({ health }) => health === 'error' || health === 'warning').length;
  return [counted(say, entries.length, '1 file', '{0} files'), size(bytes), ...(unwell === 0 ? [] : [say('{0} need care', unwell.toLocaleString('en-US'))])].join(' · ');
}
