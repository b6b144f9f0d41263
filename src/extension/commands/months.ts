import * as vscode from 'vscode';
import type { MonthlyRun, MonthStanding } from '../../protocol/monthly';
import { monthsRequest, storedTextRequest } from '../../protocol/rpc';
import { descriptionOf, isToDo, markOf, runSummary } from '../months/standing';
import { chooseMonthsFolder, isRemote, settings } from '../settings';
import { count, t } from '../words';
import { confirm } from './ask';
import type { Bench } from './bench';

/** The commands about months of one-second bars. */

/** Process Months…: asks for the folders that are not configured and for the months, says what it will do, then does it. @param called a month, or `unfinished` for all that are not, as the page of months hands them over */
export async function processMonths(bench: Bench, called: unknown): Promise<void> {
  const folders = await askFolders();
  if (folders === undefined) return;
  const queue = settings.monthsQueue();
  const { months } = await bench.server.request(monthsRequest, { ...settings.store(), ...folders, ...(queue === undefined ? {} : { queue }) });
  const wanted = called === 'unfinished' || isMonth(called) ? called : await askMonth(months);
  if (wanted === undefined) return;
  const names = wanted === 'unfinished' ? months.filter(isToDo).map(({ month }) => month) : [wanted.month];
  if (names.length === 0) void vscode.window.showInformationMessage(t('Every month is finished already.'));
  else if (await agree(folders, names, wanted !== 'unfinished' && isFinished(wanted))) await carryOut(bench, folders, wanted);
}

/** Process This Month, of a row in the Months view. */
export async function processMonth(bench: Bench, called: unknown): Promise<void> {
  const folders = await askFolders();
  if (folders !== undefined && isMonth(called)) await carryOut(bench, folders, called);
}

/** Opens the statistics of a finished month. */
export async function openStatistics(bench: Bench, called: unknown): Promise<void> {
  const done = isMonth(called) && called.state === 'finished' ? called.done : undefined;
  if (done === undefined) void vscode.window.showInformationMessage(t('A month has statistics when it is finished.'));
  else if (isRemote(done.statistics)) await showStored(bench, done.statistics, 'json');
  else await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(done.statistics));
}

/** A text of an object store, as a document that is on no disk. */
async function showStored({ server }: Bench, address: string, language: string): Promise<void> {
  const content = await server.request(storedTextRequest, { ...settings.store(), address });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }), { preview: true });
}

interface Folders {
  readonly source: string;
  readonly dest: string;
}

/** What is not configured is asked for and kept in the settings, where the Months view finds it. */
async function askFolders(): Promise<Folders | undefined> {
  const source = settings.monthsSource() ?? (await chooseMonthsFolder('months.source', t('Folder of the Downloaded Months')));
  if (source === undefined) return undefined;
  const dest = settings.monthsDestination() ?? (await chooseMonthsFolder('months.destination', t('Folder for the Finished Months')));
  return dest === undefined ? undefined : { source, dest };
}

type Wanted = MonthStanding | 'unfinished';

const isFinished = ({ state }: MonthStanding): boolean => state === 'finished';

/** A month, or all that are not finished. */
async function askMonth(months: readonly MonthStanding[]): Promise<Wanted | undefined> {
  const unfinished = months.filter(isToDo);
  const all = { label: t('All that are not finished'), description: count(unfinished.length, '1 month', '{0} months'), wanted: 'unfinished' as Wanted };
  const each = [...months].reverse().map((month) => ({ label: `$(${ICONS[markOf(month)]}) ${month.month}`, description: descriptionOf(month), wanted: month }));
  const items = unfinished.length === 0 ? each : [all, ...each];
  return (await vscode.window.showQuickPick(items, { title: t('Process Months'), placeHolder: t('Which months? A finished one is processed again.'), matchOnDescription: true }))?.wanted;
}

/** What will be done, before it is. */
async function agree({ source, dest }: Folders, months: readonly string[], again: boolean): Promise<boolean> {
  const lines = [
    t('Months: {0}', months.join(', ')),
    t('From: {0}', source),
    t('To: {0}', dest),
    settings.monthsQueue() === undefined ? t('They are cleaned, labelled and scored one after another on this machine. When it is cancelled, the next run goes on where this one was.') : t('They are given to the workers of the queue.'),
    ...(again ? [t('What was made of it before is replaced.')] : []),
  ];
  const begin = t('Begin');
  return (await confirm(t('Process {0}?', count(months.length, '1 month', '{0} months')), lines, begin)) === begin;
}

const ICONS = { good: 'pass', warning: 'warning', error: 'error', working: 'sync', waiting: 'circle-outline' } as const;

async function carryOut(bench: Bench, { source, dest }: Folders, wanted: Wanted): Promise<void> {
  const month = wanted === 'unfinished' ? [] : [wanted.month];
  const queue = settings.monthsQueue();
  const args = ['monthly', 'run', ...month, '--source', source, '--dest', dest, ...storeArgs(), ...(queue === undefined ? [] : ['--queue', queue])];
  const title = wanted === 'unfinished' ? t('Process months') : t('Process {0}', wanted.month);
  const outcome = await bench.jobs.run({ name: 'monthlyRun', args, title, view: 'barkeep.months' });
  void bench.overview.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') tell(bench, outcome.result);
}

function storeArgs(): string[] {
  const { endpoint, region, pathStyle } = settings.store();
  return [...(endpoint === undefined ? [] : ['--endpoint', endpoint]), ...(region === undefined ? [] : ['--region', region]), ...(pathStyle === true ? ['--path-style'] : [])];
}

function tell(bench: Bench, run: MonthlyRun): void {
  const { log, monthsPanel } = bench;
  for (const { month, score, reasons } of run.done) log.info([`${month}: ${t('score {0}', score.toFixed(2))}`, ...reasons].join(' · '));
  for (const { month, message } of run.failed) log.error(`${month}: ${message}`);
  const [showMonths, openReport] = [t('Show Months'), t('Open Report')];
  const say = run.failed.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void say(runSummary(run), showMonths, openReport).then((chosen) => {
    if (chosen === showMonths) monthsPanel.show();
    if (chosen === openReport && isRemote(run.report.markdown)) void showStored(bench, run.report.markdown, 'markdown');
    else if (chosen === openReport) void vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(run.report.markdown));
  });
}

const isMonth = (value: unknown): value is MonthStanding => typeof value === 'object' && value !== null && 'month' in value && 'state' in value;
