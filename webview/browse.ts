import type { ColumnFacts, FromBrowser, ShowBrowsed, ToBrowser } from '../src/protocol/browse';
import { element, table } from './parts/element';
import { CandleChart } from './browse/chart';
import { RowTable } from './browse/rows';
import { columnChart } from './preview/charts';
import './browse.css';

/** The page of a Parquet file, or a CSV of bars. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: FromBrowser): void };
const editor = acquireVsCodeApi();
const say = (message: FromBrowser): void => { editor.postMessage(message); };

interface Page {
  readonly rows: RowTable;
  readonly chart: CandleChart | undefined;
  readonly months: HTMLElement;
  /** They have not been asked for. */
  lacksMonths: boolean;
  readonly failure: HTMLElement;
  readonly words: ShowBrowsed['words'];
}
let page: Page | undefined;

function show(shown: ShowBrowsed): void {
  const { title, summary, file, words } = shown;
  const rows = new RowTable(shown, (from, count) => { say({ type: 'rows', from, count }); });
  const chart = file.hasBars && file.rows > 0 ? new CandleChart(shown, (from, to, most) => { say({ type: 'candles', from, to, most }); }) : undefined;
  page = { rows, chart, months: element('div', ''), lacksMonths: file.timeColumn !== undefined && file.rows > 0, failure: failureLine(), words };
  document.getElementById('page')?.replaceChildren(
    element('h1', '', title),
    element('p', 'summary', summary),
    page.failure,
    ...(chart === undefined ? [] : [chart.node]),
    file.rows === 0 ? element('p', '', words['There are no rows.']) : element('section', '', element('div', 'head', element('h2', '', words.Rows), finder(shown, rows)), rows.node),
    element('section', '', element('h2', '', words.Columns), statistics(file.columns, words)),
    page.months,
  );
  if (chart === undefined) askMonths();
}

/** Once what is in view is there: they may take a reading of the whole file. */
function askMonths(): void {
  if (page?.lacksMonths !== true) return;
  page.lacksMonths = false;
  say({ type: 'months' });
}

/** A row by its number or its time. */
function finder({ words, file }: ShowBrowsed, rows: RowTable): HTMLElement {
  const field = document.createElement('input');
  field.placeholder = words['Go to row or time'];
  field.setAttribute('aria-label', words['Go to row or time']);
  field.addEventListener('keydown', ({ key }) => {
    if (key !== 'Enter') return;
    const text = field.value.trim();
    const number = Number(text.replaceAll(',', ''));
    if (text !== '' && Number.isInteger(number) && number >= 1 && number <= file.rows) rows.goTo(number - 1);
    else if (text !== '') say({ type: 'find', text });
  });
  return field;
}

function statistics(columns: readonly ColumnFacts[], words: ShowBrowsed['words']): HTMLElement {
  const lines = columns.map(({ name, type, least, most, missing }) =>
    element('tr', '', element('td', '', name), element('td', '', type), element('td', 'number', least ?? '–'), element('td', 'number', most ?? '–'), element('td', 'number', missing?.toLocaleString('en-US') ?? '–')));
  return table([words.Column, words.Type, words.Least, words.Most, words.Missing], lines, [2, 3, 4]);
}

function failureLine(): HTMLElement {
  const made = element('p', 'failure');
  made.setAttribute('role', 'alert');
  made.hidden = true;
  return made;
}

function fail(text: string): void {
  const failure = page?.failure ?? failureLine();
  failure.textContent = text;
  failure.hidden = false;
  if (page === undefined) document.getElementById('page')?.replaceChildren(failure);
}

addEventListener('message', ({ data }: MessageEvent<ToBrowser>) => {
  if (page !== undefined && data.type !== 'failure') page.failure.hidden = true;
  switch (data.type) {
    case 'file':
      show(data);
      break;
    case 'rows':
      page?.rows.take(data.from, data.rows);
      break;
    case 'candles':
      page?.chart?.take(data.drawn);
      askMonths();
      break;
    case 'row':
      page?.rows.goTo(data.row);
      if (data.at !== undefined) page?.chart?.goTo(data.at);
      break;
    case 'months':
      page?.months.replaceChildren(element('h2', '', page.words['Bars a month']), columnChart({ labels: data.months.map(([month]) => month), series: [{ name: page.words.Rows, values: data.months.map(([, rows]) => rows) }], unit: '' }));
      break;
    case 'failure':
      fail(data.text);
  }
});
say({ type: 'ready' });
