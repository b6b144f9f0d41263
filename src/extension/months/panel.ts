import * as vscode from 'vscode';
import type { MonthStanding } from '../../protocol/monthly';
import { isFromMonths, type MonthRow, type ShowMonths } from '../../protocol/monthspage';
import { pageHtml, pagesIn } from '../page';
import { count, t } from '../words';
import type { Overview } from './overview';
import { markOf, reasonsOf, slowestStage, stageText, stateText } from './standing';

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
      else void vscode.commands.executeCommand('barkeep.openStatistics', this.#overview.months.find(({ month }) => month === message.month));
    });
    panel.onDidDispose(() => { this.#panel = undefined; });
    panel.webview.html = pageHtml(panel.webview, root, 'months');
    this.#panel = panel;
  }

  async #post(): Promise<void> {
    await this.#panel?.webview.postMessage(pageOf(this.#overview));
  }
}

function pageOf({ months, failure }: Pick<Overview, 'months' | 'failure'>): ShowMonths {
  const finished = months.filter(({ state }) => state === 'finished').length;
  return {
    type: 'months',
    title: t('Months'),
    summary: t('{0}, {1} finished', count(months.length, '1 month', '{0} months'), finished),
    ...(failure === undefined ? {} : { failure }),
    columns: [t('Month'), t('Status'), t('Score'), t('Slowest stage'), t('Reasons')],
    rows: [...months].reverse().map(rowOf),
  };
}

function rowOf(month: MonthStanding): MonthRow {
  const done = month.state === 'finished' ? month.done : undefined;
  const slowest = done === undefined ? undefined : slowestStage(done);
  return {
    month: month.month,
    mark: markOf(month),
    state: stateText(month),
    slowest: slowest === undefined ? '' : stageText(slowest),
    reasons: reasonsOf(month),
    hasStatistics: done !== undefined,
    ...(done === undefined ? {} : { score: done.score }),
  };
}
