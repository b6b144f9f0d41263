import path from 'node:path';
import * as vscode from 'vscode';
import { Failure, failureFrom, messageInEditor } from '../../core/base/failure';
import { type FromDashboard, isFromDashboard, type ToDashboard } from '../../protocol/dashboard';
import type { InventoryEntry } from '../../protocol/inventory';
import { derivedKindOf } from '../../protocol/preview';
import { coverageRequest, dayRequest, statusRequest } from '../../protocol/rpc';
import type { Browsing } from '../browse/editor';
import type { Server } from '../children/server';
import type { Checks } from '../csv/checks';
import type { Following } from '../exports/following';
import type { Listing } from '../inventory/listing';
import type { FileNode } from '../inventory/tree-model';
import type { Jobs } from '../jobs';
import type { Overview } from '../months/overview';
import { pageHtml, pagesIn } from '../page';
import { PREVIEW } from '../preview/editor';
import { onSettings, settings } from '../settings';
import { t } from '../words';
import { checkedMessage, inventoryMessage, monthsMessage, runningMessage, wordsMessage } from './messages';

const VIEW = 'barkeep.dashboard';
/** Pause between two messages of the same kind, ms: what a job says may come in hundreds a second. */
const PACE = 200;

/** What the dashboard shows, and works with. */
export interface Sources {
  readonly extension: vscode.Uri;
  readonly browsing: Browsing;
  readonly checks: Checks;
  readonly following: Following;
  readonly jobs: Jobs;
  readonly listing: Listing;
  readonly overview: Overview;
  readonly server: Server;
}

/** The dashboard. There is one; it follows everything it shows, and comes back as it was when the window is reloaded. */
export class Dashboard implements vscode.Disposable {
  readonly #sources: Sources;
  readonly #subscriptions: vscode.Disposable;
  readonly #due = new Map<string, NodeJS.Timeout>();
  #panel: vscode.WebviewPanel | undefined;
  #reading = new vscode.CancellationTokenSource();

  constructor(sources: Sources) {
    this.#sources = sources;
    const { checks, following, jobs, listing, overview } = sources;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW, { deserializeWebviewPanel: (panel) => { this.#present(panel); return Promise.resolve(); } }),
      listing.onDidChange(() => { this.#showInventory(); }),
      checks.onDidChange(() => { this.#soon('checked', () => { this.#showChecked(); }); }),
      jobs.onDidChange(() => { this.#showRunning(); }),
      jobs.onDidSay(() => { this.#soon('running', () => { this.#showRunning(); }); }),
      following.onDidChange(() => { this.#soon('running', () => { this.#showRunning(); }); }),
      overview.onDidChange(() => { this.#showMonths(); }),
      onSettings(['dataFolder', 'displayTimeZone', 'months.source', 'months.destination'], () => { if (this.#panel !== undefined) this.#begin(); }),
    );
  }

  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    // One that was behind another tab when the window was opened is not filled until it is looked at.
    const before = tabsOf(VIEW);
    this.#present(vscode.window.createWebviewPanel(VIEW, t('Dashboard'), vscode.ViewColumn.Active, {}));
    void vscode.window.tabGroups.close(before, true);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#panel?.dispose();
  }

  #present(panel: vscode.WebviewPanel): void {
    const root = pagesIn(this.#sources.extension);
    panel.iconPath = vscode.Uri.joinPath(this.#sources.extension, 'media', 'icon.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.webview.onDidReceiveMessage((message: unknown) => { if (isFromDashboard(message)) void this.#act(message); });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
      this.#reading.cancel();
    });
    this.#panel = panel;
    panel.webview.html = pageHtml(panel.webview, root, 'dashboard');
  }

  async #act(asked: FromDashboard): Promise<void> {
    const { jobs, overview } = this.#sources;
    switch (asked.type) {
      case 'ready':
        this.#showAll();
        return;
      case 'coverage':
      case 'day':
        await this.#read(asked);
        return;
      case 'cancel':
        jobs.cancel(asked.id);
        return;
      case 'month':
        await vscode.commands.executeCommand('barkeep.openStatistics', overview.months.find(({ month }) => month === asked.month));
        return;
      case 'run':
        await vscode.commands.executeCommand(asked.command);
        return;
      case 'open':
      case 'mend':
      case 'fill': {
        const entry = this.#entry(asked.file);
        if (entry !== undefined) await this.#actOn(entry, asked);
      }
    }
  }

  async #actOn(entry: InventoryEntry, asked: Extract<FromDashboard, { type: 'open' | 'mend' | 'fill' }>): Promise<void> {
    const node: FileNode = { kind: 'file', category: entry.category, entry };
    if (asked.type === 'fill') {
      await vscode.commands.executeCommand(`barkeep.${asked.by}`, node);
      return;
    }
    if (asked.type === 'mend') {
      const complaints = entry.complaints.slice(asked.at, asked.at + 1);
      await vscode.commands.executeCommand('barkeep.mend', { ...node, entry: { ...entry, complaints } });
      return;
    }
    const uri = vscode.Uri.file(path.join(this.#folder, entry.file));
    if (asked.at !== undefined) await this.#sources.browsing.showAt(uri, asked.at);
    else if (derivedKindOf(entry.file) !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, PREVIEW);
    else await vscode.commands.executeCommand('vscode.open', uri);
  }

  /** Which bars a file has. What was asked for before is not waited for any more. */
  async #read(asked: Extract<FromDashboard, { type: 'coverage' | 'day' }>): Promise<void> {
    const { file } = asked;
    if (this.#entry(file) === undefined) return;
    this.#reading.cancel();
    const reading = (this.#reading = new vscode.CancellationTokenSource());
    const { server } = this.#sources;
    const folder = this.#folder;
    try {
      const message: ToDashboard = asked.type === 'coverage'
        ? { type: 'coverage', coverage: await server.request(coverageRequest, { folder, file }, reading.token) }
        : { type: 'day', day: await server.request(dayRequest, { folder, file, day: asked.day }, reading.token) };
      this.#post(message);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'cancelled') return;
      this.#post({ type: 'failure', file, text: messageInEditor(failureFrom(error, `see which bars ${file} has`).facts) });
    }
  }

  get #folder(): string {
    return this.#sources.listing.inventory?.folder ?? settings.dataFolder() ?? '';
  }

  #entry(file: string): InventoryEntry | undefined {
    return this.#sources.listing.inventory?.entries.find((entry) => entry.file === file);
  }

  #showAll(): void {
    const { listing } = this.#sources;
    this.#post(wordsMessage(settings.displayTimeZone(), vscode.env.language));
    this.#showInventory();
    this.#showRunning();
    this.#showMonths();
    if (listing.inventory === undefined) this.#begin();
  }

  /** Reads everything anew, from the folders that are set now. */
  #begin(): void {
    const { listing, overview } = this.#sources;
    listing.watch();
    overview.watch();
    void listing.refresh();
    void overview.refresh();
  }

  #showInventory(): void {
    const { listing } = this.#sources;
    this.#post(inventoryMessage(listing.inventory, listing.state, this.#folder));
    this.#showChecked();
    this.#soon('status', () => void this.#showStatus());
  }

  #showChecked(): void {
    const { checks, listing } = this.#sources;
    this.#post(checkedMessage(listing.inventory?.entries ?? [], (entry) => checks.verdictOn(vscode.Uri.file(path.join(this.#folder, entry.file)), entry)));
  }

  async #showStatus(): Promise<void> {
    const folder = this.#folder;
    if (this.#panel === undefined || folder === '') return;
    try {
      this.#post({ type: 'status', status: await this.#sources.server.request(statusRequest, { folder }) });
    } catch (error) {
      // That the folder cannot be read stands on the page already.
      if (!(error instanceof Failure)) throw error;
    }
  }

  #showRunning(): void {
    const { jobs, following } = this.#sources;
    this.#post(runningMessage(jobs.runs, following.running));
  }

  #showMonths(): void {
    const { months, failure } = this.#sources.overview;
    const isSet = settings.monthsSource() !== undefined || settings.monthsDestination() !== undefined;
    this.#post(monthsMessage(isSet ? months : undefined, failure));
  }

  #post(message: ToDashboard): void {
    void this.#panel?.webview.postMessage(message);
  }

  /** Does it once, a little later, however often it was asked for. */
  #soon(what: string, act: () => void): void {
    if (this.#panel === undefined || this.#due.has(what)) return;
    this.#due.set(what, setTimeout(() => {
      this.#due.delete(what);
      act();
    }, PACE));
  }
}

/** The editor puts a prefix before the type of a view. */
const tabsOf = (view: string): vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(`-${view}`));
