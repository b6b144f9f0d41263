import { BLOCK, type Rows, type ShowBrowsed } from '../../src/protocol/browse';
import { element } from '../parts/element';

/** Height of a row, px; as in browse.css. */
const ROW = 22;
/** No element may be higher than a browser can scroll, px; beyond it, the way of the scroll bar is scaled. */
const HIGHEST = 8_000_000;
/** Blocks that are kept. */
const KEPT = 60;

/** Every row of the file in a table of which only what is in view is there. */
export class RowTable {
  readonly node: HTMLElement;
  readonly #file: ShowBrowsed;
  readonly #ask: (from: number, count: number) => void;
  readonly #body = element('tbody', '');
  /** Decimals of each column, so that prices stand under each other. */
  readonly #decimals: readonly number[];
  readonly #blocks = new Map<number, Rows | 'asked'>();
  #first = 0;

  constructor(file: ShowBrowsed, ask: (from: number, count: number) => void) {
    this.#file = file;
    this.#ask = ask;
    this.#blocks.set(0, file.first);
    const { columns, timeColumn } = file.file;
    this.#decimals = columns.map(({ numeric }, column) => (numeric ? decimalsIn(file.first.map((row) => row[column] ?? '')) : 0));
    const headings = columns.map(({ name, numeric }) => heading(name === timeColumn ? `${name} (${file.zone})` : name, numeric && name !== timeColumn));
    const table = element('table', 'rows', element('thead', '', element('tr', '', heading('#', true), ...headings)), this.#body);
    table.setAttribute('aria-rowcount', String(this.#count + 1));
    const space = element('div', 'space', table);
    space.style.height = `${Math.min(HIGHEST, (this.#count + 1) * ROW)}px`;
    this.node = element('div', 'viewport', space);
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', file.words.Table);
    this.node.addEventListener('scroll', () => { this.#follow(); }, { passive: true });
    this.node.addEventListener('keydown', (event) => { this.#key(event); });
    if (this.#scaled) this.node.addEventListener('wheel', (event) => { this.#wheel(event); }, { passive: false });
    new ResizeObserver(() => { this.#draw(); }).observe(this.node);
  }

  /** Rows that have arrived. */
  take(from: number, rows: Rows): void {
    this.#blocks.set(from / BLOCK, rows);
    this.#draw();
  }

  /** Brings a row (0-based) to the top. */
  goTo(row: number): void {
    this.#first = Math.max(0, Math.min(row, this.#count - this.#inView + 1));
    this.node.scrollTop = this.#scaled ? (this.#first / Math.max(1, this.#count - this.#inView + 1)) * this.#way : this.#first * ROW;
    this.#draw();
  }

  get #count(): number {
    return this.#file.file.rows;
  }

  /** Rows that fit, the last one perhaps cut. */
  get #inView(): number {
    return Math.max(1, Math.ceil(this.node.clientHeight / ROW) - 1);
  }

  get #scaled(): boolean {
    return (this.#count + 1) * ROW > HIGHEST;
  }

  /** How far the scroll bar can go, px. */
  get #way(): number {
    return Math.max(1, this.node.scrollHeight - this.node.clientHeight);
  }

  #follow(): void {
    const { scrollTop } = this.node;
    if (this.#scaled) {
      const expected = (this.#first / Math.max(1, this.#count - this.#inView + 1)) * this.#way;
      // What goTo has set itself is no movement of the user's.
      if (Math.abs(scrollTop - expected) < 1) return;
      this.#first = Math.round((scrollTop / this.#way) * Math.max(0, this.#count - this.#inView + 1));
    } else {
      this.#first = Math.floor(scrollTop / ROW);
    }
    this.#draw();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.goTo(this.#first + Math.trunc(event.deltaY / ROW) + Math.sign(event.deltaY));
  }

  #key(event: KeyboardEvent): void {
    const page = this.#inView - 1;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.goTo(this.#first + step);
  }

  #draw(): void {
    const last = Math.min(this.#count, this.#first + this.#inView);
    for (let block = Math.floor(this.#first / BLOCK); block * BLOCK < last; block++) this.#want(block);
    const rows = Array.from({ length: Math.max(0, last - this.#first) }, (_, at) => this.#row(this.#first + at));
    this.#body.replaceChildren(...rows);
  }

  #row(at: number): HTMLElement {
    const block = this.#blocks.get(Math.floor(at / BLOCK));
    const cells = Array.isArray(block) ? (block as Rows)[at % BLOCK] : undefined;
    const { columns, timeColumn } = this.#file.file;
    const row = element('tr', '', element('td', 'number at', (at + 1).toLocaleString('en-US')), ...columns.map(({ name, numeric }, column) => {
      const cell = cells?.[column];
      return element('td', `${numeric && name !== timeColumn ? 'number' : ''}${cell === null ? ' missing' : ''}`, cells === undefined ? '…' : cell === undefined || cell === null ? '–' : padded(cell, this.#decimals[column] ?? 0));
    }));
    row.setAttribute('aria-rowindex', String(at + 2));
    return row;
  }

  #want(block: number): void {
    if (this.#blocks.has(block)) return;
    if (this.#blocks.size >= KEPT) this.#blocks.delete(this.#blocks.keys().next().value!);
    this.#blocks.set(block, 'asked');
    this.#ask(block * BLOCK, BLOCK);
  }
}

/** More decimals than these are no prices, and stay as they are. */
const MOST_DECIMALS = 4;

const decimalsOf = (number: string): number => /^-?\d+\.(\d+)$/.exec(number)?.[1]?.length ?? 0;

function decimalsIn(numbers: readonly string[]): number {
  const most = Math.max(0, ...numbers.map(decimalsOf));
  return most > MOST_DECIMALS ? 0 : most;
}

/** `6700.0` as `6700.00` among prices of two decimals. */
const padded = (number: string, decimals: number): string => {
  const own = decimalsOf(number);
  return own === 0 ? number : number.padEnd(number.length + decimals - own, '0');
};

function heading(text: string, number: boolean): HTMLElement {
  const made = element('th', number ? 'number' : '', text);
  made.setAttribute('scope', 'col');
  return made;
}
