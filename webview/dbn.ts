import type { BarRow, ShowDbn } from '../src/protocol/dbn';
import { element, factList, table } from './parts/element';
import './dbn.css';

/** The page of a file of bars. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: { readonly type: 'ready' }): void };

/** Columns of numbers: open, high, low, close, volume. */
const NUMBERS = [2, 3, 4, 5, 6];

function show({ title, facts, share, failure, columns, rows }: ShowDbn): void {
  const digits = Math.max(2, ...rows.flatMap(({ open, high, low, close }) => [open, high, low, close].map(decimals)));
  document.getElementById('page')?.replaceChildren(
    element('h1', '', title),
    ...(failure === undefined ? [] : [alert(failure)]),
    ...(facts.length === 0 ? [] : [factList(facts)]),
    element('p', 'summary', share),
    ...(rows.length === 0 ? [] : [rowsTable(columns, rows.map((row) => line(row, digits)))]),
  );
}

function alert(text: string): HTMLElement {
  const made = element('p', 'failure', text);
  made.setAttribute('role', 'alert');
  return made;
}

function rowsTable(columns: readonly string[], lines: readonly HTMLElement[]): HTMLElement {
  const made = table(columns, lines, NUMBERS);
  made.className = 'rows';
  return made;
}

const decimals = (price: number | null): number => (price === null ? 0 : (/\.(\d+)$/.exec(String(price))?.[1]?.length ?? 0));

const line = ({ time, symbol, open, high, low, close, volume }: BarRow, digits: number): HTMLElement =>
  element('tr', '',
    element('td', '', time ?? '–'),
    element('td', '', symbol),
    ...[open, high, low, close].map((price) => element('td', 'number', price === null ? '–' : price.toFixed(digits))),
    element('td', 'number', volume === null ? '–' : volume.toLocaleString('en-US')),
  );

const isShow = (value: unknown): value is ShowDbn => typeof value === 'object' && value !== null && 'type' in value && value.type === 'dbn';

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isShow(data)) show(data);
});
acquireVsCodeApi().postMessage({ type: 'ready' });
