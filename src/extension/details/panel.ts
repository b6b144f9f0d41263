import path from 'node:path';
import * as vscode from 'vscode';
import { isFromDetails, type ShowDetails } from '../../protocol/details';
import type { Report } from '../../protocol/report';
import type { Catalogue } from '../csv/catalogue';
import type { Checks } from '../csv/checks';
import { rangeOf } from '../csv/diagnostics';
import { summarize } from '../csv/summary';
import type { Verdict } from '../csv/verdict';
import { pageHtml, pagesIn } from '../page';
import { size, t } from '../words';

interface Shown {
  readonly uri: vscode.Uri;
  readonly focus: string | undefined;
}

/** Most examples of one check on the page; how many there are beyond is said. */
const EXAMPLES = 2000;

/** The page with the whole report on one CSV. There is one; it follows what it was last opened for. */
export class Details implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #catalogue: Catalogue;
  readonly #checks: Checks;
  readonly #follow: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;
  /** Of the reading in depth that is under way. */
  #depth: vscode.CancellationTokenSource | undefined;

  constructor(extension: vscode.Uri, catalogue: Catalogue, checks: Checks) {
    this.#extension = extension;
    this.#catalogue = catalogue;
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
    this.#depth?.cancel();
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
    await this.#say(shown, summarize(verdict).text, verdict.report);
    await this.#deepen(shown, verdict);
  }

  /** The verdict keeps twenty examples of each check; what there is beyond is read for this page. */
  async #deepen(shown: Shown, verdict: Verdict & { kind: 'checked' }): Promise<void> {
    this.#depth?.cancel();
    if (verdict.growing === true) return;
    const { report } = verdict;
    const kept = report.findings.reduce((sum, finding) => sum + finding.count, 0);
    if (kept >= report.errors + report.warnings + report.infos) return;
    const depth = (this.#depth = new vscode.CancellationTokenSource());
    const found = await this.#checks.inDepth(shown.uri, EXAMPLES, depth.token).catch((error: unknown) => {
      if (!depth.token.isCancellationRequested) throw error;
      return undefined;
    });
    if (found !== undefined && !depth.token.isCancellationRequested && this.#checks.verdict(shown.uri) === verdict) await this.#say({ uri: shown.uri, focus: undefined }, summarize(verdict).text, found);
  }

  async #say(shown: Shown, summary: string, report: Report): Promise<void> {
    const checks = (await this.#catalogue.notes()).map(({ code, severity, title, why, remedy }) => ({ code, severity, title, why, remedy }));
    const title = path.basename(shown.uri.path);
    const message: ShowDetails = {
      type: 'show', title, summary, report, checks, words: wordsFor(report),
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

function delimiterName(delimiter: string): string {
  switch (delimiter) {
    case ',':
      return t('comma');
    case ';':
      return t('semicolon');
    case '\t':
      return t('tab');
    default:
      return delimiter;
  }
}

function wordsFor(report: Report): ShowDetails['words'] {
  const { dialect } = report;
  const ends = { lf: 'LF', crlf: 'CRLF', cr: 'CR', mixed: t('mixed line ends'), none: t('no line end') }[dialect.lineEnding];
  const facts: [string, string][] = [
    [t('Size'), size(report.bytes)],
    [t('Shape'), report.sealed ? t('{0}, sealed', t(report.shape)) : t(report.shape)],
    [t('Format'), [delimiterName(dialect.delimiter), dialect.header ? t('header') : t('no header'), ends].join(' · ')],
    ...(report.first === undefined || report.last === undefined ? [] : [[t('Times'), `${report.first} → ${report.last} (${report.zone ?? t('zone not known')})`] as [string, string]]),
    ...(report.intervalSeconds === 0 ? [] : [[t('Interval'), t('{0} s', report.intervalSeconds)] as [string, string]]),
    [t('Columns'), report.columns.join(', ')],
  ];
  return { why: t('Why it matters'), remedy: t('What to do'), examples: t('Where'), more: t('… and {0} more, of {1} in all.'), clean: t('Every check passed.'), severities: { error: t('error'), warning: t('warning'), info: t('info') }, facts };
}
