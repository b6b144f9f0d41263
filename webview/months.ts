import type { FromMonths, MonthRow, ShowMonths } from '../src/protocol/monthspage';
import { button, element, renew, table } from './parts/element';
import { icon } from './parts/icon';
import './months.css';

/** The page of all months. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: FromMonths): void };
const editor = acquireVsCodeApi();

/** Scores below are reason to process again; those below the second are to be looked at. */
const [POOR, FAIR] = [0.7, 0.8];

function show({ title, summary, failure, columns, processAll, processOne, rows }: ShowMonths): void {
  const page = document.getElementById('page');
  if (page !== null) renew(
    page,
    element('header', '', element('div', '', element('h1', '', title), element('p', 'summary', summary)),
      ...(processAll === undefined ? [] : [button('primary', () => { editor.postMessage({ type: 'process' }); }, processAll)])),
    ...(failure === undefined ? [] : [element('p', 'failure', failure)]),
    ...(rows.length === 0 ? [] : [table(columns, rows.map((month) => row(month, processOne)))]),
  );
}

const row = (month: MonthRow, process: string): HTMLElement =>
  element('tr', '',
    element('td', 'month', month.hasStatistics ? link(month.month) : month.month),
    element('td', 'mark', icon(month.mark), ' ', month.state, ...(month.canProcess ? [processing(month.month, process)] : [])),
    element('td', 'score', ...(month.score === undefined ? [] : bar(month.score))),
    element('td', 'slowest', month.slowest),
    element('td', 'reasons', ...month.reasons.map((reason) => element('p', '', reason))),
  );

const link = (month: string): HTMLElement => button('', () => { editor.postMessage({ type: 'statistics', month }); }, month);

function processing(month: string, text: string): HTMLElement {
  const made = button('process', () => { editor.postMessage({ type: 'process', month }); }, text);
  made.setAttribute('aria-label', `${text} ${month}`);
  return made;
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
