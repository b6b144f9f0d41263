import * as vscode from 'vscode';
import type { MonthStanding } from '../../protocol/monthly';
import { isFromMonths } from '../../protocol/monthspage';
import { pageHtml, pagesIn } from '../page';
import { t } from '../words';
import type { Overview } from './overview';
import { pageOf } from './page';

/** The page of all months: status, score, slowest stage, reasons. There is one, and it follows the overview. */
export class MonthsPanel implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #overview: Overview;
  readonly #follow: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;

  constructor(extension: vscode.Uri, overview: Overview) {
    this.#extension = extension;
    this.#overview = overview;
    this.#follow = overview.onDidChange(() => void this.#post());
  }

  show(): void {
    if (this.#panel === undefined) this.#open();
    else this.#panel.reveal();
    this.#overview.watch();
    void this.#overview.refresh();
  }

  dispose(): void {
    this.#follow.dispose();
    this.#panel?.dispose();
  }

  #open(): void {
    const root = pagesIn(this.#extension);
    const panel = vscode.window.createWebviewPanel('barkeep.monthsPage', t('Months'), vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root] });
    panel.iconPath = vscode.Uri.joinPath(this.#extension, 'media', 'icon.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromMonths(message)) return;
      if (message.type === 'ready') void this.#post();
      else if (message.type === 'statistics') void vscode.commands.executeCommand('barkeep.openStatistics', this.#month(message.month));
      else void vscode.commands.executeCommand('barkeep.processMonths', message.month === undefined ? 'unfinished' : this.#month(message.month));
    });
    panel.onDidDispose(() => { this.#panel = undefined; });
    panel.webview.html = pageHtml(panel.webview, root, 'months');
    this.#panel = panel;
  }

  #month(name: string): MonthStanding | undefined {
    return this.#overview.months.find(({ month }) => month === name);
  }

  async #post(): Promise<void> {
    await this.#panel?.webview.postMessage(pageOf(this.#overview));
  }
}
