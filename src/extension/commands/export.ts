import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportResult } from '../../protocol/results';
import { exportLines, exportSummary, isFaultless } from '../exports/texts';
import { settings } from '../settings';
import { t } from '../words';
import { askMaster, askTimeframe, askZone, nameOf } from './ask';
import type { Bench } from './bench';
import { guessTicker, guessTimeframe } from './guess';
import { dataArgs } from './import';
import { targetOf, type Target } from './target';

/** Export…: a master, or a vendor's file, as a charting platform would write it. */
export async function exportBars(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const named = await (target.source === undefined ? masterOf(bench, target) : fileOf(bench, target.source));
  if (named === undefined) return;
  const instrument = await askInstrument(named.guess);
  if (instrument === undefined) return;
  const range = await askRange();
  if (range === undefined) return;
  const how = await askHow();
  if (how === undefined) return;
  const raw = settings.exportsFolder();
  await carryOut(bench, named.called, instrument, ['export', named.from, instrument, ...named.reading, ...range, ...how, ...(raw === undefined ? [] : ['--out', raw]), ...dataArgs()]);
}

/** Its end is told here, and not by the Exports view as well. */
async function carryOut(bench: Bench, called: string, instrument: string, args: readonly string[]): Promise<void> {
  const { own } = bench.following;
  own.add(instrument);
  const outcome = await bench.jobs.run({ name: 'export', args, title: t('Export {0}', called) });
  if (outcome.kind === 'done') own.add(path.basename(outcome.result.file).replace(/(?:\.gz)?\.DONE$/, ''));
  own.delete(instrument);
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') await tell(bench, outcome.result);
}

async function tell({ log }: Bench, result: ExportResult): Promise<void> {
  for (const line of exportLines(result)) log.info(line);
  const [open, showLog] = [t('Open'), t('Show Log')];
  const isPacked = result.file.endsWith('.gz.DONE');
  const say = isFaultless(result) ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await say(exportSummary(result), ...(isPacked ? [] : [open]), showLog);
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(result.file));
  if (chosen === showLog) log.show();
}

interface Source {
  /** For the command line. */
  readonly from: string;
  readonly called: string;
  /** Of the instrument. */
  readonly guess: string | undefined;
  /** Options that say how it is to be read. */
  readonly reading: readonly string[];
}

async function masterOf({ listing }: Bench, { ticker: given, timeframe = '1m', kept }: Target): Promise<Source | undefined> {
  const ticker = given ?? (await askMaster(listing.inventory));
  if (ticker === undefined) return undefined;
  const file = kept ?? listing.inventory?.entries.find((entry) => entry.category === 'market' && entry.ticker === ticker && entry.timeframe === timeframe)?.file;
  return { from: file === undefined ? `${ticker}/${timeframe}` : path.join(settings.dataFolder() ?? '', file), called: `${ticker} ${timeframe}`, guess: ticker, reading: [] };
}

async function fileOf({ checks }: Bench, file: vscode.Uri): Promise<Source | undefined> {
  const called = nameOf(file);
  const source = { from: file.fsPath, called, guess: guessTicker(called) };
  if (/\.(parquet|dbn(\.zst)?)$/i.test(called)) return { ...source, reading: [] };
  const verdict = checks.verdict(file);
  const report = verdict?.kind === 'checked' ? verdict.report : undefined;
  const timeframe = guessTimeframe(called, report?.intervalSeconds) ?? (await askTimeframe());
  if (timeframe === undefined) return undefined;
  const stamp = settings.importStamp();
  const reading = ['--timeframe', timeframe, ...(stamp === 'auto' ? [] : ['--stamp', stamp])];
  if (report?.zone === 'UTC') return { ...source, reading };
  const tz = await askZone(report?.presumedZone);
  return tz === undefined ? undefined : { ...source, reading: [...reading, '--tz', tz] };
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
    validateInput: (text) => (isDay(text.trim()) ? undefined : t('A date such as 2025-11-01.')),
  });
  return date === undefined ? undefined : ['--from', date.trim()];
}

/** 2025-02-31 is none. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
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
