import type { DerivedContents, FromPreview, ShowPreview } from '../src/protocol/preview';
import { columnChart, scatterChart } from './preview/charts';
import { element } from './preview/element';
import { sectionsOf, type Section, type Table } from './preview/model';
import './preview.css';

/** The page that shows a derived JSON file as tables and charts. */

declare function acquireVsCodeApi(): { postMessage(message: FromPreview): void };
const editor = acquireVsCodeApi();

/** Rows of a table shown at first, and with each press of More. */
const ROWS = 100;

async function show(message: ShowPreview): Promise<void> {
  const { words, kind, title, origin } = message;
  const raw = element('button', 'raw', words['Raw Text']);
  raw.addEventListener('click', () => { editor.postMessage({ type: 'raw' }); });
  const head = element('header', '', element('h1', '', title), raw, ...(origin === '' ? [] : [element('p', 'origin', origin)]));
  try {
    const content = (await (await fetch(message.address)).json()) as DerivedContents[typeof kind];
    const sections = sectionsOf(kind, content, (word) => words[word]);
    place(head, ...sections.map((section) => drawSection(section, message)));
  } catch (error) {
    place(head, element('p', 'failed', `${words['This file cannot be shown']}: ${error instanceof Error ? error.message : String(error)}`));
  }
}

const place = (...content: Node[]): void => { document.getElementById('page')?.replaceChildren(...content); };

function drawSection({ title, facts, columns, scatter, table }: Section, { words }: ShowPreview): HTMLElement {
  return element('section', '',
    element('h2', '', title),
    ...(facts === undefined ? [] : [element('dl', 'facts', ...facts.flatMap(([label, value]) => [element('dt', '', label), element('dd', '', value)]))]),
    ...(scatter === undefined ? [] : [scatterChart(scatter)]),
    ...(columns === undefined ? [] : [columnChart(columns)]),
    ...(table === undefined ? [] : [drawTable(table, words)]),
  );
}

function drawTable({ columns, rows }: Table, words: ShowPreview['words']): HTMLElement {
  if (rows.length === 0) return element('p', 'origin', words['Nothing in it yet.']);
  const body = element('tbody', '');
  const more = element('button', 'more', words.More);
  let shown = 0;
  const grow = (): void => {
    body.append(...rows.slice(shown, shown + ROWS).map((row) => element('tr', '', ...row.map((cell) => element('td', typeof cell === 'number' ? 'number' : '', typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 6 }) : cell)))));
    shown += ROWS;
    more.hidden = shown >= rows.length;
  };
  more.addEventListener('click', grow);
  grow();
  const head = element('thead', '', element('tr', '', ...columns.map((name) => element('th', '', name))));
  return element('div', 'table', element('table', '', head, body), more);
}

const isShow = (value: unknown): value is ShowPreview => typeof value === 'object' && value !== null && 'type' in value && value.type === 'show';

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isShow(data)) void show(data);
});
editor.postMessage({ type: 'ready' });
