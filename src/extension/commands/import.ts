import * as vscode from 'vscode';
import type { FailureEvent } from '../../protocol/events';
import type { Alignment, ImportPlan, ImportResult, RepairOptions } from '../../protocol/results';
import { settings } from '../settings';
import { count, t } from '../words';
import { askSource, askTicker, askTimeframe, askZone, confirm, nameOf } from './ask';
import type { Bench } from './bench';
import { guessTicker, guessTimeframe } from './guess';
import { repairButton, repairIn } from './repair';
import { alignmentLines, planLines } from './texts';
import { targetOf } from './target';

/** What an import needs to know beside the folder. */
export interface ImportRequest {
  readonly source: vscode.Uri;
  readonly ticker: string;
  readonly timeframe: string;
  /** `tz` is absent when the file's own times say it, `stamp` when it is as the setting says. */
  readonly reading: Omit<RepairOptions, 'ticker'>;
  /** It goes in although its bars are not the master's. */
  readonly unlike?: true;
  readonly onConflict?: ImportPlan['onConflict'];
}

/** Import…: asks for what the file does not say, shows the plan, imports. */
export async function importFile(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const source = await askSource(target.source, t('Import bars from'));
  if (source === undefined) return;
  const verdict = bench.checks.verdict(source);
  const report = verdict?.kind === 'checked' ? verdict.report : undefined;
  const ticker = target.ticker ?? (await askTicker(bench.listing.inventory, guessTicker(nameOf(source))));
  if (ticker === undefined) return;
  const timeframe = target.timeframe ?? (await askTimeframe(guessTimeframe(nameOf(source), report?.intervalSeconds)));
  if (timeframe === undefined) return;
  if (report?.zone === 'UTC') {
    await planImport(bench, { source, ticker, timeframe, reading: {} });
    return;
  }
  const tz = await askZone(report?.presumedZone);
  if (tz !== undefined) await planImport(bench, { source, ticker, timeframe, reading: { tz } });
}

/** The dry run, then the user's word, then the import. */
export async function planImport(bench: Bench, request: ImportRequest): Promise<void> {
  const { ticker, timeframe } = request;
  const outcome = await bench.jobs.run({ name: 'import', args: [...importArgs(request), '--dry-run'], title: t('Plan the import into {0} {1}', ticker, timeframe) });
  if (outcome.kind === 'failed') await refuse(bench, request, outcome.failure);
  if (outcome.kind !== 'done') return;
  const { plan } = outcome.result;
  if (plan.newRows === 0 && plan.conflictingRows === 0) {
    void vscode.window.showInformationMessage(t('Nothing to import: {0} has all {1} already.', plan.master, count(plan.identicalRows, '1 bar', '{0} bars')));
    return;
  }
  const onConflict = await agree(nameOf(request.source), plan);
  if (onConflict !== undefined) await carryOut(bench, { ...request, onConflict });
}

async function agree(name: string, plan: ImportPlan): Promise<ImportPlan['onConflict'] | undefined> {
  const keep = plan.conflictingRows === 0 ? t('Import') : t('Import, Keep Existing Bars');
  const replace = count(plan.conflictingRows, 'Import, Replace 1 Bar', 'Import, Replace {0} Bars');
  const chosen = await confirm(t('Import {0} into {1}?', name, plan.master), planLines(plan), keep, ...(plan.conflictingRows === 0 ? [] : [replace]));
  if (chosen === undefined) return undefined;
  return chosen === keep ? 'keep' : 'replace';
}

async function carryOut(bench: Bench, request: ImportRequest): Promise<void> {
  const { ticker, timeframe } = request;
  const outcome = await bench.jobs.run({ name: 'import', args: importArgs(request), title: t('Import into {0} {1}', ticker, timeframe) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await refuse(bench, request, outcome.failure);
  if (outcome.kind === 'done') await tell(outcome.result);
}

/** Says what the inventory does not show: bars that were replaced, rows that were left out, and where they are. */
async function tell({ plan, rejectedFile, conflictsFile }: ImportResult): Promise<void> {
  const replaced = plan.replacedBars;
  const message = [
    ...(plan.newRows > 0 || replaced === 0 ? [t('Imported {0} into {1}.', count(plan.newRows, '1 new bar', '{0} new bars'), plan.master)] : []),
    ...(replaced === 0 ? [] : [t('{0} of {1} replaced.', count(replaced, '1 bar', '{0} bars'), plan.master)]),
  ].join(' ');
  const left = rejectedFile ?? (replaced === 0 ? conflictsFile : undefined);
  if (left !== undefined) await offer(vscode.window.showWarningMessage, `${message} ${t('Some rows were left out.')}`, t('Show Rows Left Out'), left);
  else if (conflictsFile !== undefined) await offer(vscode.window.showInformationMessage, message, t('Show What Differed'), conflictsFile);
  else void vscode.window.setStatusBarMessage(`$(pass) ${message}`, 8000);
}

async function offer(say: (message: string, button: string) => Thenable<string | undefined>, message: string, button: string, file: string): Promise<void> {
  if ((await say(message, button)) === button) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
}

type Offer = readonly [button: string, act: () => Promise<void> | void];

/** A refusal offers what mends it, and what shows why; what is then imported is planned first, as ever. */
async function refuse(bench: Bench, request: ImportRequest, failure: FailureEvent): Promise<void> {
  const offers = offersFor(bench, request, failure);
  const chosen = await bench.jobs.tell(failure, offers.map(([button]) => button));
  await offers.find(([button]) => button === chosen)?.[1]();
}

function offersFor(bench: Bench, request: ImportRequest, { options = {}, unlike }: FailureEvent): Offer[] {
  const { ticker = request.ticker, ...reading } = repairIn(options);
  const button = repairButton(repairIn(options));
  const mend: Offer[] = button === undefined ? [] : [[button, () => planImport(bench, { ...request, ticker, reading: { ...request.reading, ...reading } })]];
  if (unlike === undefined) return [...mend, [t('Show Log'), () => { bench.log.show(); }]];
  const look: Offer = [t('Show Differences'), () => showDifferences(bench, request)];
  if (Object.keys(reading).length > 0) return [...mend, look];
  const elsewhere: Offer = [t('Another Ticker…'), () => importElsewhere(bench, request)];
  return [...(button === undefined ? [elsewhere] : mend), look, [t('Import All the Same…'), () => planImport(bench, { ...request, unlike: true })]];
}

async function importElsewhere(bench: Bench, request: ImportRequest): Promise<void> {
  const ticker = await askTicker(bench.listing.inventory);
  if (ticker !== undefined) await planImport(bench, { ...request, ticker });
}

async function showDifferences(bench: Bench, request: ImportRequest): Promise<void> {
  if ((await compare(bench, request)) !== undefined) bench.log.show();
}

/** Compares a file with its master, bar by bar; what was found is listed in the log. */
export async function compare({ jobs, log }: Bench, { source, ticker, timeframe, reading }: Omit<ImportRequest, 'unlike' | 'onConflict'>): Promise<Alignment | undefined> {
  const args = ['align', source.fsPath, ticker, timeframe, ...readingArgs(reading), ...dataArgs()];
  const outcome = await jobs.run({ name: 'align', args, title: t('Compare {0} with {1} {2}', nameOf(source), ticker, timeframe) });
  if (outcome.kind === 'failed') await jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return undefined;
  for (const line of alignmentLines(outcome.result)) log.info(line);
  return outcome.result;
}

function importArgs({ source, ticker, timeframe, reading, unlike, onConflict }: ImportRequest): string[] {
  const align = unlike === true ? 'off' : reading.align;
  return [
    'import', source.fsPath, ticker, timeframe,
    ...readingArgs(reading),
    ...(align === undefined ? [] : ['--align', align]),
    ...(onConflict === undefined ? [] : ['--on-conflict', onConflict]),
    ...(settings.regenerateAfterImport() ? [] : ['--no-regenerate']),
    ...dataArgs(),
  ];
}

/** How a file is read, as `import` and `align` are told it. */
export function readingArgs({ tz, stamp, dates, scale }: ImportRequest['reading']): string[] {
  const stamps = stamp ?? settings.importStamp();
  return [
    ...(tz === undefined ? [] : ['--tz', tz]),
    ...(stamps === 'auto' ? [] : ['--stamp', stamps]),
    ...(dates === undefined ? [] : ['--dates', dates]),
    ...(scale === undefined ? [] : ['--scale', scale]),
  ];
}

/** Names the data folder on a command line. */
export function dataArgs(): string[] {
  const folder = settings.dataFolder();
  return folder === undefined ? [] : ['--data', folder];
}
