import path from 'node:path';
import * as vscode from 'vscode';
import { isFromDetails, type ShowDetails } from '../../protocol/details';
import type { Report } from '../../protocol/report';
import { type CheckNote, checksRequest } from '../../protocol/rpc';
import type { Server } from '../children/server';
import type { Checks } from '../csv/checks';
import { rangeOf } from '../csv/diagnostics';
import { summarize } from '../csv/summary';
import { pageHtml, pagesIn } from '../page';
import { size, t } from '../words';

/** The page with the whole report on one CSV. There is one; it follows what it was last opened for. */
export class Details implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #server: Server;
  readonly #checks: Checks;
  readonly #follow: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #shown: { readonly uri: vscode.Uri; readonly focus: string | undefined } | undefined;
  #notes: readonly CheckNote[] | undefined;

  constructor(extension: vscode.Uri, server: Server, checks: Checks) {
    this.#extension = extension;
    this.#server = server;
    this.#checks = checks;
    this.#follow = checks.onDidChange((uri) => {
      if (uri.toString() === this.#shown?.uri.toString()) void this.#post();
    });
  }

  /** @param focus code of the check to bring into view */
  async show(uri: vscode.Uri, focus?: string): Promise<void> {
    this.#shown = { uri, focus };
    if (this.#panel === undefined) this.#open();
    else this.#panel.reveal(undefined, true);
    if (this.#checks.verdict(uri) === undefined) await this.#checks.check(uri);
    await this.#post();
  }

  dispose(): void {
    this.#follow.dispose();
    this.#panel?.dispose();
  }

  #open(): void {
    const root = pagesIn(this.#extension);
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('barkeep.details', t('Details'), column, { enableScripts: true, localResourceRoots: [root] });
    panel.iconPath = vscode.Uri.joinPath(this.#extension, 'media', 'icon.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromDetails(message)) return;
      if (message.type === 'ready') void this.#post();
      else if (this.#shown !== undefined) void reveal(this.#shown.uri, rangeOf(message.place));
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#shown = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, root, 'details');
    this.#panel = panel;
  }

  async #post(): Promise<void> {
    const shown = this.#shown;
    const verdict = shown === undefined ? undefined : this.#checks.verdict(shown.uri);
    if (shown === undefined || verdict?.kind !== 'checked') return;
    const checks = (this.#notes ??= await this.#server.request(checksRequest, {}));
    const title = path.basename(shown.uri.path);
    const { report } = verdict;
    const message: ShowDetails = {
      type: 'show', title, summary: summarize(verdict).text, report, checks, words: wordsFor(report),
      ...(shown.focus === undefined ? {} : { focus: shown.focus }),
    };
    if (this.#panel === undefined) return;
    this.#panel.title = t('Details: {0}', title);
    await this.#panel.webview.postMessage(message);
  }
}

/** Works for files of any size; `showTextDocument` refuses those over 50 MB. */
async function reveal(uri: vscode.Uri, selection: vscode.Range): Promise<void> {
  const beside = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()));
  await vscode.commands.executeCommand('vscode.open', uri, { selection, viewColumn: beside?.viewColumn ?? vscode.ViewColumn.One });
}

function wordsFor(report: Report): ShowDetails['words'] {
  const { dialect } = report;
  const ends = { lf: 'LF', crlf: 'CRLF', cr: 'CR', mixed: t('mixed line ends'), none: t('no line end') }[dialect.lineEnding];
  const facts: [string, string][] = [
    [t('Size'), size(report.bytes)],
    [t('Shape'), report.sealed ? t('{0}, sealed', report.shape) : report.shape],
    [t('Format'), [dialect.delimiter === '\t' ? t('tab') : dialect.delimiter, dialect.header ? t('header') : t('no header'), ends].join(' · ')],
    ...(report.first === undefined || report.last === undefined ? [] : [[t('Times'), `${report.first} → ${report.last} (${report.zone ?? t('zone not known')})`] as [string, string]]),
    ...(report.intervalSeconds === 0 ? [] : [[t('Interval'), t('{0} s', report.intervalSeconds)] as [string, string]]),
    [t('Columns'), report.columns.join(', ')],
  ];
  return { why: t('Why it matters'), remedy: t('What to do'), examples: t('Examples'), clean: t('Every check passed.'), facts };
}
