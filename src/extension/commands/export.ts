import * as vscode from 'vscode';
import { settings } from '../settings';
import { t } from '../words';
import { askMaster, nameOf } from './ask';
import type { Bench } from './bench';
import { guessTicker } from './guess';
import { dataArgs } from './import';
import { exportLines, exportSummary, isFaultless } from '../exports/texts';
import { targetOf } from './target';

/** Export…: a master, or a vendor's file, as a charting platform would write it. */
export async function exportBars(bench: Bench, called: unknown): Promise<void> {
  const { source, ticker, timeframe } = targetOf(called);
  const named = source === undefined ? await masterOf(bench, ticker, timeframe) : { from: source.fsPath, called: nameOf(source), guess: guessTicker(nameOf(source)) };
  if (named === undefined) return;
  const instrument = await askInstrument(named.guess);
  if (instrument === undefined) return;
  const range = await askRange();
  if (range === undefined) return;
  const how = await askHow();
  if (how === undefined) return;
  const raw = settings.exportsFolder();
  const args = ['export', named.from, instrument, ...range, ...how, ...(raw === undefined ? [] : ['--out', raw]), ...dataArgs()];
  const outcome = await bench.jobs.run({ name: 'export', args, title: t('Export {0}', named.called) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  for (const line of exportLines(outcome.result)) bench.log.info(line);
  const [open, showLog] = [t('Open'), t('Show Log')];
  const isPacked = outcome.result.file.endsWith('.gz.DONE');
  const say = isFaultless(outcome.result) ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await say(exportSummary(outcome.result), ...(isPacked ? [] : [open]), showLog);
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(outcome.result.file));
  if (chosen === showLog) bench.log.show();
}

interface Source {
  /** For the command line. */
  readonly from: string;
  readonly called: string;
  readonly guess: string | undefined;
}

async function masterOf({ listing }: Bench, given: string | undefined, timeframe = '1m'): Promise<Source | undefined> {
  const ticker = given ?? (await askMaster(listing.inventory));
  return ticker === undefined ? undefined : { from: `${ticker}/${timeframe}`, called: `${ticker} ${timeframe}`, guess: ticker };
}

async function askInstrument(guess: string | undefined): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Instrument'),
    prompt: t('As it is to be called in the name and the rows of the export'),
    value: guess ?? '',
    validateInput: (text) => (/^[\p{L}\p{N}][\p{L}\p{N} ._#$^&+-]{0,39}$/u.test(text.trim()) ? undefined : t('A name such as ES or ES 12-25.')),
  });
  return typed?.trim();
}

async function askRange(): Promise<readonly string[] | undefined> {
  const items = [
    { label: t('All bars'), from: false },
    { label: t('From a date on…'), from: true },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('Which bars?'), placeHolder: t('Which bars?') });
  if (chosen?.from !== true) return chosen === undefined ? undefined : [];
  const date = await vscode.window.showInputBox({
    title: t('From a date on'),
    prompt: t('A day of UTC'),
    placeHolder: '2025-11-01',
    validateInput: (text) => (/^\d{4}-\d\d-\d\d$/.test(text.trim()) && !Number.isNaN(Date.parse(text.trim())) ? undefined : t('A date such as 2025-11-01.')),
  });
  return date === undefined ? undefined : ['--from', date.trim()];
}

async function askHow(): Promise<readonly string[] | undefined> {
  const items = [
    { label: t('Sealed'), description: t('row numbers, checksums and a seal manifest'), option: '--sealed' },
    { label: t('Packed'), description: t('the finished file as gzip'), option: '--gzip' },
    { label: t('With an integrity report'), description: t('everything that was found, as JSON'), option: '--report' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('How?'), placeHolder: t('Nothing chosen: a plain CSV'), canPickMany: true });
  return chosen?.map(({ option }) => option);
}
