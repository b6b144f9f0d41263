import { element, marked } from './element';

/** One field of a grid of cells. */
export interface Cell {
  /** Class names that give its looks. */
  readonly look: string;
  /** A sign or number in it; never is a state told by colour alone. */
  readonly sign: string;
  /** All of it in words. */
  readonly label: string;
  readonly chosen?: boolean;
  readonly choose?: () => void;
}

export interface CellRow {
  readonly heading: string;
  /** What is shown elsewhere is this row's. */
  readonly current?: boolean;
  /** null: there is no such field. */
  readonly cells: readonly (Cell | null)[];
}

/**
 * Fields in rows under headings, as a grid: one stop of the Tab key, arrows go from field to field, Enter chooses. What
 * the field under the pointer or the keyboard stands for is told in the line below.
 */
export function cellGrid(label: string, headings: readonly string[], rows: readonly CellRow[]): HTMLElement {
  const line = element('figcaption', 'told', '\u00a0');
  const fields = rows.map(({ cells }) => cells.map((cell) => field(cell)));
  const start = fields.flat().find((each) => each?.getAttribute('aria-selected') === 'true') ?? fields.flat().find((each) => each !== null);
  start?.setAttribute('tabindex', '0');
  const body = rows.map(({ heading, current }, at) => element('tr', '', marked('th', { scope: 'row', ...(current === true ? { 'aria-current': true } : {}) }, heading), ...fields[at]!.map((each) => each ?? element('td', ''))));
  const head = element('thead', '', element('tr', '', element('td', ''), ...headings.map((heading) => marked('th', { scope: 'col' }, heading))));
  const table = marked('table', { role: 'grid', class: 'cells', 'aria-label': label }, head, element('tbody', '', ...body));
  const at = (target: EventTarget | null): [row: number, column: number] | undefined => {
    const row = fields.findIndex((each) => each.includes(target as HTMLElement));
    return row === -1 ? undefined : [row, fields[row]!.indexOf(target as HTMLElement)];
  };
  const tell = ({ target }: Event): void => {
    const text = target instanceof HTMLElement ? target.getAttribute('aria-label') : null;
    if (text !== null && text !== label) line.textContent = text;
  };
  table.addEventListener('pointerover', tell);
  table.addEventListener('focusin', tell);
  table.addEventListener('click', ({ target }) => {
    const found = at(target);
    if (found !== undefined) rows[found[0]]!.cells[found[1]]?.choose?.();
  });
  table.addEventListener('keydown', (event) => {
    const found = at(event.target);
    if (found === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') rows[found[0]]!.cells[found[1]]?.choose?.();
    else if (!move(fields, found, event.key)) return;
    event.preventDefault();
  });
  return element('figure', 'grid', table, line);
}

function field(cell: Cell | null): HTMLElement | null {
  if (cell === null) return null;
  const { look, sign, label, chosen = false, choose } = cell;
  return marked('td', { role: 'gridcell', class: choose === undefined ? look : `${look} open`, tabindex: -1, 'aria-label': label, 'aria-selected': chosen }, sign);
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/** To the next field in a direction, over those that are not there; Home and End go to the ends of the row. */
function move(fields: readonly (readonly (HTMLElement | null)[])[], [row, column]: readonly [number, number], key: string): boolean {
  const here = fields[row]![column]!;
  const there = (each: HTMLElement | null | undefined): each is HTMLElement => each !== null && each !== undefined;
  let next: HTMLElement | null | undefined;
  const step = STEPS[key];
  if (key === 'Home') next = fields[row]!.find(there);
  else if (key === 'End') next = fields[row]!.findLast(there);
  else if (step !== undefined) {
    for (let [r, c] = [row + step[0], column + step[1]]; r in fields && c in fields[r]!; [r, c] = [r + step[0], c + step[1]]) if (there((next = fields[r]![c]))) break;
  } else return false;
  if (!there(next)) return true;
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  return true;
}
