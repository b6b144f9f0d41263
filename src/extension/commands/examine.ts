import * as vscode from 'vscode';
import { settings } from '../settings';
import { t } from '../words';
import { askMaster, askSource, askTicker, askTimeframe, askZone, nameOf } from './ask';
import type { Bench } from './bench';
import { guessTicker, guessTimeframe } from './guess';
import { compare, dataArgs, planImport } from './import';
import { repairButton } from './repair';
import { continuityLines, continuitySummary } from './texts';
import { targetOf } from './target';

/** The commands that only look. */

/** Verify CSV: opens the file and checks it, whatever its name or language. */
export async function verify(bench: Bench, called: unknown): Promise<void> {
  const source = await askSource(targetOf(called).source, t('Verify a CSV'));
  if (source === undefined) return;
  await vscode.commands.executeCommand('vscode.open', source);
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.toString());
  await bench.checks.check(source, document?.isDirty === true ? document : undefined);
}

/** Preview Bars: the chart, rows and statistics of a CSV. */
export async function previewBars(bench: Bench, called: unknown): Promise<void> {
  const source = await askSource(targetOf(called).source, t('Preview the bars of a CSV'));
  if (source !== undefined) await bench.browsing.showCsv(source);
}

/** Verify Alignment…: compares a file with its master, bar by bar, and explains. */
export async function align(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const source = await askSource(target.source, t('Compare bars from'));
  if (source === undefined) return;
  const ticker = target.ticker ?? (await askTicker(bench.listing.inventory, guessTicker(nameOf(source))));
  if (ticker === undefined) return;
  const timeframe = target.timeframe ?? (await askTimeframe(guessTimeframe(nameOf(source))));
  if (timeframe === undefined) return;
  const known = bench.checks.verdict(source);
  const zone = await askZone(known?.kind === 'checked' ? known.report.presumedZone : undefined);
  if (zone === undefined) return;
  const request = { source, ticker, timeframe, reading: { tz: zone } };
  const found = await compare(bench, request);
  if (found === undefined) return;
  const { verdict, summary, matter = summary, short = matter, options = {} } = found;
  const { ticker: other = ticker, ...reading } = options;
  const importIt = repairButton(options);
  const showLog = t('Show Log');
  const say = verdict === 'aligned' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await say(short.charAt(0).toUpperCase() + short.slice(1), ...(importIt === undefined ? [] : [importIt]), showLog);
  if (chosen === showLog) bench.log.show();
  if (importIt !== undefined && chosen === importIt) await planImport(bench, { ...request, ticker: other, reading: { tz: zone, ...reading } });
}

/** Check Continuity…: the gaps in a master. */
export async function continuity(bench: Bench, called: unknown): Promise<void> {
  const target = targetOf(called);
  const ticker = target.ticker ?? (await askMaster(bench.listing.inventory));
  if (ticker === undefined) return;
  const timeframe = target.timeframe ?? '1m';
  const hours = settings.gapHours();
  const args = ['continuity', ticker, timeframe, ...(hours > 0 ? ['--gap', String(hours)] : []), ...dataArgs()];
  const outcome = await bench.jobs.run({ name: 'continuity', args, title: t('Check the continuity of {0} {1}', ticker, timeframe) });
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  for (const line of continuityLines(outcome.result)) bench.log.info(line);
  const showLog = t('Show Log');
  const chosen = await vscode.window.showInformationMessage(continuitySummary(outcome.result), showLog);
  if (chosen === showLog) bench.log.show();
}
