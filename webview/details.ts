import type { FromDetails, ShowDetails } from '../src/protocol/details';
import type { Finding } from '../src/core/base/finding';
import { element, factList } from './parts/element';
import { icon } from './parts/icon';
import './details.css';

/** The page with the whole report on one CSV. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: FromDetails): void };
const editor = acquireVsCodeApi();

function show(message: ShowDetails): void {
  const { report, words } = message;
  const codes = Object.keys(report.totals).filter((code) => (report.totals[code] ?? 0) > 0);
  const sections = codes.map((code) => section(code, message)).sort((a, b) => a.rank - b.rank || b.total - a.total);
  document.getElementById('page')?.replaceChildren(
    element('h1', '', message.title),
    element('p', 'summary', message.summary),
    factList(words.facts),
    ...(sections.length === 0 ? [element('p', 'clean', words.clean)] : sections.map(({ node }) => node)),
  );
  if (message.focus !== undefined) document.getElementById(`check-${message.focus}`)?.scrollIntoView({ block: 'start' });
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function section(code: string, { report, checks, words }: ShowDetails): { node: HTMLElement; rank: number; total: number } {
  const note = checks.find((check) => check.code === code);
  const found = report.findings.filter((finding) => finding.code === code);
  const severity = found[0]?.severity ?? note?.severity ?? 'info';
  const total = report.totals[code] ?? 0;
  const node = element('section', severity,
    element('h2', '', icon(severity, words.severities[severity]), ' ', note?.title ?? code, ' ', element('span', 'total', `× ${total.toLocaleString('en-US')}`), ' ', element('code', '', code)),
    ...(note === undefined ? [] : [element('p', '', element('b', '', `${words.why}: `), note.why), element('p', '', element('b', '', `${words.remedy}: `), note.remedy)]),
    ...(found.length === 0 ? [] : [element('h3', '', words.examples), element('ul', '', ...found.map(example)), ...rest(found, total, words)]),
  );
  node.id = `check-${code}`;
  return { node, rank: RANK[severity], total };
}

/** What is not listed is counted. */
function rest(found: readonly Finding[], total: number, words: ShowDetails['words']): HTMLElement[] {
  const beyond = total - found.reduce((sum, { count }) => sum + count, 0);
  return beyond <= 0 ? [] : [element('p', 'more', filled(words.more, beyond, total))];
}

const filled = (text: string, ...values: readonly number[]): string => text.replace(/\{(\d)\}/g, (_hole, at: string) => (values[Number(at)] ?? 0).toLocaleString('en-US'));

function related({ related: earlier }: Finding): HTMLElement[] {
  if (earlier === undefined) return [];
  const button = element('button', 'related', `${earlier.message} (${earlier.line.toLocaleString('en-US')})`);
  const place = { line: earlier.line, column: 0, endLine: earlier.line, endColumn: 0 };
  button.addEventListener('click', () => { editor.postMessage({ type: 'reveal', place }); });
  return [button];
}

function example(finding: Finding): HTMLElement {
  const button = element('button', '', finding.message);
  button.addEventListener('click', () => { editor.postMessage({ type: 'reveal', place: finding.place }); });
  return element('li', '', element('span', 'line', String(finding.place.line)), button, ...related(finding), ...(finding.text === undefined || finding.text === '' ? [] : [element('code', 'raw', finding.text)]));
}

const isShow = (value: unknown): value is ShowDetails => typeof value === 'object' && value !== null && 'type' in value && value.type === 'show';

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isShow(data)) show(data);
});
editor.postMessage({ type: 'ready' });
