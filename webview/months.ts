import type { FromMonths, MonthRow, ShowMonths } from '../src/protocol/monthspage';
import { element, renew, table } from './parts/element';
import { icon } from './parts/icon';
import './months.css';

/** The page of all months. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: FromMonths): void };
const editor = acquireVsCodeApi();

/** Scores below are reason to process again; those below the second are to be looked at. */
const [POOR, FAIR] = [0.7, 0.8];

function show({ title, summary, failure, columns, rows }: ShowMonths): void {
  const page = document.getElementById('page');
  if (page !== null) renew(
    page,
    element('h1', '', title),
    element('p', 'summary', summary),
    ...(failure === undefined ? [] : [element('p', 'failure', failure)]),
    ...(rows.length === 0 ? [] : [table(columns, rows.map(row))]),
  );
}

const row = (month: MonthRow): HTMLElement =>
  element('tr', '',
    element('td', 'month', month.hasStatistics ? link(month.month) : month.month),
    element('td', 'mark', icon(month.mark), ' ', month.state),
    element('td', 'score', ...(month.score === undefined ? [] : bar(month.score))),
    element('td', 'slowest', month.slowest),
    element('td', 'reasons', ...month.reasons.map((reason) => element('p', '', reason))),
  );

function link(month: string): HTMLElement {
  const button = element('button', '', month);
  button.addEventListener('click', () => { editor.postMessage({ type: 'statistics', month }); });
  return button;
}

function bar(score: number): (HTMLElement | string)[] {
  const meter = document.createElement('meter');
  Object.assign(meter, { min: 0, max: 1, low: POOR, high: FAIR, optimum: 1, value: score });
  meter.setAttribute('aria-hidden', 'true');
  return [meter, score.toFixed(2)];
}

const isShow = (value: unknown): value is ShowMonths => typeof value === 'object' && value !== null && 'type' in value && value.type === 'months';

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isShow(data)) show(data);
});
editor.postMessage({ type: 'ready' });
