import path from 'node:path';
import * as vscode from 'vscode';
import { Failure, failureFrom, messageInEditor } from '../../core/base/failure';
import type { FromBrowser, ToBrowser } from '../../protocol/browse';
import { browseClosed } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { pageHtml, pagesIn } from '../page';
import { settings } from '../settings';
import { type Looking, replyAt, replyTo } from './reply';

const PARQUET = 'barkeep.browse';
const CSV = 'barkeep.browseCsv';

/** Parquet files of any size, and CSVs of bars on request, read-only: every row, their statistics and a candle chart; the page asks for what it shows. */
export class Browsing implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #server: Server;
  readonly #registered: vscode.Disposable;
  /** Pages that are open, by their file, each with what brings an instant into view. */
  readonly #open = new Map<string, (instant: number) => void>();
  /** Instants for pages that are still to open. */
  readonly #wanted = new Map<string, number>();

  constructor(extension: vscode.Uri, server: Server) {
    this.#extension = extension;
    this.#server = server;
    const register = (view: string, closed: (uri: vscode.Uri) => void): vscode.Disposable => {
      const provider: vscode.CustomReadonlyEditorProvider = {
        openCustomDocument: (uri) => ({ uri, dispose: () => { closed(uri); } }),
        resolveCustomEditor: ({ uri }, panel) => { this.#present(uri, panel); },
      };
      return vscode.window.registerCustomEditorProvider(view, provider, { supportsMultipleEditorsPerDocument: true });
    };
    this.#registered = vscode.Disposable.from(register(PARQUET, () => undefined), register(CSV, ({ fsPath: file }) => void server.tell(browseClosed, { file })));
  }

  /** Shows the bars of a CSV. */
  async showCsv(uri: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', uri, CSV);
  }

  /** Opens a Parquet file at an instant, unix ms UTC. */
  async showAt(uri: vscode.Uri, instant: number): Promise<void> {
    const goTo = this.#open.get(uri.fsPath);
    if (goTo === undefined) this.#wanted.set(uri.fsPath, instant);
    await vscode.commands.executeCommand('vscode.openWith', uri, PARQUET);
    goTo?.(instant);
  }

  dispose(): void {
    this.#registered.dispose();
  }

  #present(uri: vscode.Uri, panel: vscode.WebviewPanel): void {
    const root = pagesIn(this.#extension);
    const { webview } = panel;
    const closed = new vscode.CancellationTokenSource();
    const looking = (): Looking => {
      const tz = settings.csvTimeZone();
      const stamp = settings.importStamp();
      return { server: this.#server, file: uri.fsPath, zone: settings.displayTimeZone(), ...(tz === undefined ? {} : { tz }), ...(stamp === 'auto' ? {} : { stamp }), token: closed.token };
    };
    const send = async (reply: Promise<readonly ToBrowser[]>): Promise<void> => {
      try {
        for (const message of await reply) void webview.postMessage(message);
      } catch (error) {
        if (error instanceof Failure && error.kind === 'cancelled') return;
        void webview.postMessage({ type: 'failure', text: messageInEditor(failureFrom(error, `show ${path.basename(uri.fsPath)}`, uri.fsPath).facts) } satisfies ToBrowser);
      }
    };
    const goTo = (instant: number): void => void send(replyAt(instant, looking()));
    // What the page will ask for first is read while the page is still being made.
    let ahead: Promise<ToBrowser> | undefined = replyTo({ type: 'ready' }, looking());
    ahead.catch(() => undefined);
    const answer = async (asked: FromBrowser): Promise<void> => {
      const reply = (asked.type === 'ready' ? ahead : undefined) ?? replyTo(asked, looking());
      if (asked.type === 'ready') ahead = undefined;
      await send(reply.then((message) => [message]));
      const wanted = this.#wanted.get(uri.fsPath);
      if (asked.type !== 'ready' || wanted === undefined) return;
      this.#wanted.delete(uri.fsPath);
      goTo(wanted);
    };
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), path.posix.basename(uri.path)));
    const again = (): void => void answer({ type: 'ready' });
    const following = vscode.Disposable.from(watcher, watcher.onDidChange(again), watcher.onDidCreate(again), webview.onDidReceiveMessage((asked: FromBrowser) => void answer(asked)));
    this.#open.set(uri.fsPath, goTo);
    panel.onDidDispose(() => {
      closed.cancel();
      following.dispose();
      if (this.#open.get(uri.fsPath) === goTo) this.#open.delete(uri.fsPath);
    });
    webview.html = pageHtml(webview, root, 'browse');
  }
}
