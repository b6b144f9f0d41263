import { button, element, marked } from './element';

/** One column of a list. */
export interface ListColumn<Row> {
  /** Names it in style sheets, and in what is remembered of the order. */
  readonly name: string;
  readonly heading: string;
  /** The heading is only for those who hear the page. */
  readonly hidden?: boolean;
  readonly cell: (row: Row) => readonly (Node | string)[];
  /** What rows are put in order by, when they are by this column. */
  readonly order?: (row: Row) => number | string;
}

export interface ListOptions<Row> {
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  /** px; as in the style sheet. */
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  /** The user chose a row, by a click or Enter. */
  readonly choose: (row: Row) => void;
  readonly onOrder?: (order: Order | undefined) => void;
}

export interface Order {
  readonly column: string;
  readonly falling: boolean;
}

let lists = 0;

/** A table of any length, of which only the rows in view are there. One stop of the Tab key; arrows go from row to row. */
export class List<Row> {
  readonly node: HTMLElement;
  readonly #options: ListOptions<Row>;
  readonly #prefix = `list-${++lists}`;
  readonly #head: HTMLElement;
  readonly #space = marked('div', { role: 'rowgroup', class: 'space' });
  readonly #drawn = new Map<number, HTMLElement>();
  #given: readonly Row[] = [];
  #rows: readonly Row[] = [];
  #order: Order | undefined;
  #active = 0;
  #chosen: string | undefined;

  constructor(options: ListOptions<Row>) {
    this.#options = options;
    this.#head = marked('div', { role: 'row', class: 'head', 'aria-rowindex': 1 }, ...options.columns.map((column) => this.#heading(column)));
    this.node = marked('div', { role: 'grid', class: 'list', tabindex: 0, 'aria-label': options.label }, marked('div', { role: 'rowgroup', class: 'top' }, this.#head), this.#space);
    this.node.addEventListener('scroll', () => { this.#draw(); }, { passive: true });
    this.node.addEventListener('keydown', (event) => { this.#key(event); });
    new ResizeObserver(() => { this.#draw(); }).observe(this.node);
  }

  get scrolled(): number {
    return this.node.scrollTop;
  }

  set scrolled(to: number) {
    this.node.scrollTop = to;
  }

  /** @param chosen key of the row that stands out */
  show(rows: readonly Row[], { order, chosen }: { readonly order?: Order | undefined; readonly chosen?: string | undefined } = {}): void {
    this.#given = rows;
    this.#order = order;
    this.#chosen = chosen;
    this.#arrange();
  }

  #arrange(): void {
    const { columns } = this.#options;
    const by = columns.find(({ name }) => name === this.#order?.column)?.order;
    const sign = this.#order?.falling === true ? -1 : 1;
    this.#rows = by === undefined ? this.#given : this.#given.map((row) => ({ row, key: by(row) })).sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
    columns.forEach(({ name, order }, at) => {
      if (order !== undefined) this.#head.children[at]!.setAttribute('aria-sort', name !== this.#order?.column ? 'none' : sign < 0 ? 'descending' : 'ascending');
    });
    this.#active = Math.max(0, Math.min(this.#active, this.#rows.length - 1));
    this.node.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#space.style.height = `${this.#rows.length * this.#options.rowHeight}px`;
    this.#clear();
    this.#draw();
  }

  #heading({ name, heading, hidden, order }: ListColumn<Row>): HTMLElement {
    const cell = marked('div', { role: 'columnheader', class: name });
    const text = hidden === true ? element('span', 'hidden', heading) : heading;
    if (order === undefined) cell.append(text);
    else {
      const sorter = button('', () => { this.#sort(name); }, text);
      sorter.tabIndex = -1;
      cell.append(sorter);
    }
    return cell;
  }

  #sort(column: string): void {
    const falling = this.#order?.column === column ? !this.#order.falling : false;
    this.#order = { column, falling };
    this.#options.onOrder?.(this.#order);
    this.#arrange();
  }

  #clear(): void {
    for (const row of this.#drawn.values()) row.remove();
    this.#drawn.clear();
  }

  #draw(): void {
    const { rowHeight } = this.#options;
    const first = Math.max(0, Math.floor(this.node.scrollTop / rowHeight) - 4);
    const last = Math.min(this.#rows.length, Math.ceil((this.node.scrollTop + this.node.clientHeight) / rowHeight) + 4);
    for (const [at, row] of this.#drawn) {
      if (at >= first && at < last) continue;
      row.remove();
      this.#drawn.delete(at);
    }
    for (let at = first; at < last; at++) if (!this.#drawn.has(at)) this.#space.append(this.#row(at));
    this.#mark();
  }

  #row(at: number): HTMLElement {
    const { columns, rowHeight, keyOf, choose } = this.#options;
    const data = this.#rows[at]!;
    const chosen = keyOf(data) === this.#chosen;
    const row = marked('div', { role: 'row', id: `${this.#prefix}-${at}`, class: at % 2 === 1 ? 'row odd' : 'row', 'aria-rowindex': at + 2, 'aria-selected': chosen },
      ...columns.map(({ name, cell }) => marked('div', { role: 'gridcell', class: name }, ...cell(data))));
    for (const inner of row.querySelectorAll('button')) inner.tabIndex = -1;
    row.style.transform = `translateY(${at * rowHeight}px)`;
    row.addEventListener('click', () => {
      this.#active = at;
      this.#mark();
      choose(data);
    });
    this.#drawn.set(at, row);
    return row;
  }

  #mark(): void {
    for (const [at, row] of this.#drawn) row.classList.toggle('active', at === this.#active);
    if (this.#drawn.has(this.#active)) this.node.setAttribute('aria-activedescendant', `${this.#prefix}-${this.#active}`);
    else this.node.removeAttribute('aria-activedescendant');
  }

  #key(event: KeyboardEvent): void {
    const row = this.#rows[this.#active];
    if (event.key === 'Enter' && event.target === this.node && row !== undefined) {
      event.preventDefault();
      this.#options.choose(row);
      return;
    }
    const page = Math.max(1, Math.floor(this.#room / this.#options.rowHeight) - 1);
    const step = new Map([['ArrowDown', 1], ['ArrowUp', -1], ['PageDown', page], ['PageUp', -page], ['Home', -Infinity], ['End', Infinity]]).get(event.key);
    if (step === undefined) return;
    event.preventDefault();
    this.#active = Math.max(0, Math.min(this.#rows.length - 1, this.#active + step));
    this.#reveal();
    this.#draw();
  }

  /** Height for rows, px. */
  get #room(): number {
    return this.node.clientHeight - this.#head.offsetHeight;
  }

  #reveal(): void {
    const top = this.#active * this.#options.rowHeight;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (top + this.#options.rowHeight > this.node.scrollTop + this.#room) this.node.scrollTop = top + this.#options.rowHeight - this.#room;
  }
}

/** What stands where a list or chart would, and what to do about it. */
export const emptiness = (text: string, ...actions: readonly HTMLElement[]): HTMLElement => element('div', 'emptiness', element('p', '', text), ...(actions.length === 0 ? [] : [element('p', 'actions', ...actions)]));
