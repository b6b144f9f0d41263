import type { DashboardWord, RunningJob } from '../../src/protocol/dashboard';
import type { MonthRow } from '../../src/protocol/monthspage';
import type { Status } from '../../src/protocol/keeping';
import { size } from '../../src/extension/words';
import { type Cell, cellGrid } from '../parts/cells';
import { button, element, factList } from '../parts/element';
import { icon } from '../parts/icon';
import { emptiness } from '../parts/list';
import { momentIn } from '../parts/words';
import type { Context } from './context';

/** What runs here, and what other processes hold. */
export function runningPart(jobs: readonly RunningJob[], status: Status | undefined, { say, tell }: Context): HTMLElement[] {
  const held = (status?.locks ?? []).filter(({ state }) => state === 'held' && jobs.length === 0);
  const lines = [
    ...jobs.map(({ id, title, said }) => element('li', 'job', icon('working'), element('div', 'what', element('div', 'name', title), element('div', 'message', said)),
      ...(id === undefined ? [] : [named(button('secondary', () => { tell({ type: 'cancel', id }); }, say('Cancel')), `${say('Cancel')}: ${title}`)]))),
    ...held.map(({ file, pid, doing }) => element('li', 'job', icon('working'), element('div', 'what', element('div', 'name', doing ?? file), element('div', 'message', say('held by process {0}', pid ?? '?'))))),
  ];
  return [element('h2', '', say('Running')), lines.length === 0 ? element('p', 'calm', say('Nothing is running.')) : element('ul', 'jobs', ...lines)];
}

/** How writing to the folder has gone. */
export function writingPart(status: Status, context: Context): HTMLElement[] {
  const { say, tell, zone } = context;
  const { metrics: { writes, failed, p50, p95, p99, verifiedShare }, backups, alerts } = status;
  const time = (ms: number | null): string => (ms === null ? '–' : ms < 1000 ? say('{0} ms', Math.round(ms)) : say('{0} s', (ms / 1000).toFixed(1)));
  const share = (part: number): string => `${Number((part * 100).toFixed(1))} %`;
  const facts: [DashboardWord, string][] = [
    ...(writes + failed === 0 ? [] : [
      ['Half of all writes within', time(p50)], ['95 % within', time(p95)], ['99 % within', time(p99)],
      ['Success', `${share(writes / (writes + failed))} · ${say('{0} of {1} writes', writes, writes + failed)}`],
      ...(verifiedShare === null ? [] : [['Read back unchanged', share(verifiedShare)]]),
    ] as [DashboardWord, string][]),
    ['Backups', say('{0} copies, {1}', backups.count.toLocaleString('en-US'), size(backups.bytes))],
    ...(backups.newest === undefined ? [] : [['Last backup', momentIn(zone, backups.newest.made)] as [DashboardWord, string]]),
    ...(alerts.length === 0 ? [['Alerts', say('no alerts')] as [DashboardWord, string]] : []),
  ];
  const alerting = alerts.map(({ message, remedy }) => element('li', 'job', icon('warning', say('warning')), element('div', 'what', element('div', 'message whole', message)),
    ...(remedy?.[0] === 'clean' ? [button('secondary', () => { tell({ type: 'run', command: 'barkeep.clean' }); }, say('Clean Up…'))] : [])));
  return [
    element('h2', '', say('Writing')),
    ...(writes + failed === 0 ? [element('p', 'calm', say('Nothing has been written here yet.'))] : []),
    factList(facts.map(([word, value]) => [say(word), value])),
    ...(alerting.length === 0 ? [] : [element('ul', 'jobs', ...alerting)]),
  ];
}

const SIGNS: Readonly<Record<MonthRow['mark'], string>> = { good: '', warning: '!', error: '✕', working: '…', waiting: '·' };

/** Every month of one-second bars by its score, a row a year. @param months in order of time; undefined when no folders are set */
export function monthsPart(months: readonly MonthRow[] | undefined, failure: string | undefined, { say, tell }: Context): HTMLElement[] {
  const heading = element('h2', '', say('Months'));
  const act = (word: 'All Months' | 'Process Months…', command: 'barkeep.showMonths' | 'barkeep.processMonths'): HTMLElement => button('link', () => { tell({ type: 'run', command }); }, say(word));
  if (failure !== undefined) return [heading, element('p', 'failure', failure)];
  if (months === undefined || months.length === 0) return [heading, emptiness(say('Months of one-second bars are shown here once the settings name their folders.'), act('Process Months…', 'barkeep.processMonths'))];
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))].reverse();
  const byName = new Map(months.map((each) => [each.month, each]));
  const cell = (name: string): Cell | null => {
    const month = byName.get(name);
    if (month === undefined) return null;
    const { mark, score, state, reasons, hasStatistics } = month;
    const text = [name, state, ...(score === undefined ? [] : [`${say('Score')} ${score.toFixed(2)}`]), ...reasons].join(' · ');
    return { look: `month ${mark}`, sign: score === undefined || mark === 'error' ? SIGNS[mark] : String(Math.round(score * 100)), label: text, ...(hasStatistics ? { choose: () => { tell({ type: 'month', month: name }); } } : {}) };
  };
  const rows = years.map((year) => ({ heading: year, cells: NUMBERS.map((number) => cell(`${year}-${number}`)) }));
  return [heading, cellGrid(say('Months'), NUMBERS.map((number) => String(Number(number))), rows), element('p', 'actions', act('All Months', 'barkeep.showMonths'), act('Process Months…', 'barkeep.processMonths'))];
}

const NUMBERS = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'));

function named(node: HTMLElement, name: string): HTMLElement {
  node.setAttribute('aria-label', name);
  return node;
}
