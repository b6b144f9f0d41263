import path from 'node:path';
import * as vscode from 'vscode';
import { type Timeframe, TIMEFRAMES } from '../../core/base/timeframe';
import { isCsvName } from '../../core/base/recognise';
import type { Inventory } from '../../protocol/inventory';
import type { BackupResult } from '../../protocol/keeping';
import { isZone, settings } from '../settings';
import { activeFile } from '../status';
import { t } from '../words';

/** Questions to the user. Each answers undefined when it was dismissed. */

/** The CSV to work on: the one given, the one in front, else one that is chosen. */
export async function askSource(given: vscode.Uri | undefined, title: string): Promise<vscode.Uri | undefined> {
  if (given !== undefined) return given;
  const front = activeFile();
  if (front?.scheme === 'file' && (isCsvName(front.path) || /\.txt(\.done)?$/i.test(front.path))) return front;
  const folder = settings.dataFolder();
  const chosen = await vscode.window.showOpenDialog({
    title,
    filters: { [t('Bar files')]: ['csv', 'txt', 'gz', 'DONE'], [t('All files')]: ['*'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(folder) }),
  });
  return chosen?.[0];
}

/** The ticker: a known one, the guess first, or one that is typed. */
export async function askTicker(inventory: Inventory | undefined, guess?: string): Promise<string | undefined> {
  const known = new Set([...(guess === undefined ? [] : [guess]), ...(inventory?.entries ?? []).flatMap(({ ticker }) => ticker ?? [])]);
  return choose(t('Ticker'), [...known].map((label) => ({ label, description: label === guess ? t('by the name of the file') : '' })), t('Another ticker…'), {
    prompt: t('Ticker of the master, such as ES'),
    placeHolder: t('Which instrument?'),
    validateInput: (text) => (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(text.trim()) ? undefined : t('Letters and digits only, such as ES or 6E.')),
  });
}

/** The ticker of a master there is; the only one is not asked for. */
export async function askMaster(inventory: Inventory | undefined): Promise<string | undefined> {
  const masters = new Set((inventory?.entries ?? []).flatMap(({ category, ticker }) => (category === 'market' && ticker !== undefined ? [ticker] : [])));
  return masters.size === 1 ? [...masters][0] : askTicker(inventory);
}

export async function askTimeframe(guess?: Timeframe): Promise<string | undefined> {
  const all = guess === undefined ? TIMEFRAMES : [guess, ...TIMEFRAMES.filter((timeframe) => timeframe !== guess)];
  const items = all.map((label) => ({ label, description: label === guess ? t('by the look of the file') : '' }));
  return (await vscode.window.showQuickPick(items, { title: t('Timeframe of the bars'), placeHolder: t('How long is one bar?') }))?.label;
}

/** The zone of a file's local times: the likely ones, that which its pauses tell first, or one that is typed. */
export function askZone(presumed?: string): Promise<string | undefined> {
  const zones = new Set([...(presumed === undefined ? [] : [presumed]), settings.importTimeZone(), 'America/Los_Angeles', 'America/Chicago', 'America/New_York', 'UTC']);
  return choose(t('Time zone of the file'), [...zones].map((label) => ({ label, description: label === presumed ? t('by the look of the file') : '' })), t('Another zone…'), {
    placeHolder: t('In which zone are its times written?'),
    prompt: t('Name of the time zone, such as Europe/Berlin'),
    validateInput: (text) => (isZone(text.trim()) ? undefined : t('There is no such zone. Zones have names such as America/Chicago or UTC.')),
  });
}

/** @param typed what is asked, and how the answer is typed that is not among those offered */
async function choose(title: string, offered: readonly vscode.QuickPickItem[], other: string, { placeHolder, ...typed }: vscode.InputBoxOptions & { readonly placeHolder: string }): Promise<string | undefined> {
  if (offered.length > 0) {
    const chosen = (await vscode.window.showQuickPick([...offered, { label: other }], { title, placeHolder }))?.label;
    if (chosen !== other) return chosen;
  }
  return (await vscode.window.showInputBox({ title, ...typed }))?.trim();
}

/** Shows what is about to be done and asks for the word. Returns the button chosen. */
export function confirm(question: string, lines: readonly string[], ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(question, { modal: true, detail: lines.join('\n') }, ...buttons);
}

/** Says which files are torn, and so are the copies just made of them, and which are not copied: one message each, however many files. */
export function warnOfTrouble({ torn, leftOut }: Pick<BackupResult, 'torn' | 'leftOut'>): void {
  const [damaged, missed] = [torn[0], leftOut[0]];
  if (torn.length > 1) void vscode.window.showWarningMessage(t('{0} files are torn, and so are the copies just made of them: {1}. Restore older backups, or make them again from their source.', torn.length, namesIn(torn)));
  else if (damaged !== undefined) void vscode.window.showWarningMessage(t('{0} is torn, and so is the copy just made of it: {1} Restore an older backup, or make it again from its source.', damaged.file, damaged.why));
  if (leftOut.length > 1) void vscode.window.showWarningMessage(t('{0} files are not copied, because they cannot be read: {1}.', leftOut.length, namesIn(leftOut)));
  else if (missed !== undefined) void vscode.window.showWarningMessage(t('{0} is not copied, because it cannot be read: {1}', missed.file, missed.why));
}

/** As many as a message has room for. */
const NAMED = 5;

const namesIn = (files: readonly { readonly file: string }[]): string => files.slice(0, NAMED).map(({ file }) => file).join(', ') + (files.length > NAMED ? '…' : '');

export const nameOf = (uri: vscode.Uri): string => path.basename(uri.fsPath);
