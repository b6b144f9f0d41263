import path from 'node:path';
import * as vscode from 'vscode';
import { Failure, failureFrom } from '../../core/base/failure';
import { BROWSE_WORDS, type Browsed, type BrowseWord, type FromBrowser, type ToBrowser } from '../../protocol/browse';
import { browseRequest, candlesRequest, findRowRequest, monthRowsRequest, rowsRequest } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { pageHtml, pagesIn } from '../page';
import { settings } from '../settings';
import { count, day, size, t } from '../words';

/** Parquet files of any size, read-only: every row, their statistics and a candle chart; the page asks for what it shows. */
export function browseParquet(extension: vscode.Uri, server: Server): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => { open(uri, panel, extension, server); },
  };
  return vscode.window.registerCustomEditorProvider('barkeep.browse', provider, { supportsMultipleEditorsPerDocument: true });
}

function open(uri: vscode.Uri, panel: vscode.WebviewPanel, extension: vscode.Uri, server: Server): void {
  const root = pagesIn(extension);
  const { webview } = panel;
  const closed = new vscode.CancellationTokenSource();
  const send = (message: ToBrowser): void => { void webview.postMessage(message); };
  const answer = async (asked: FromBrowser): Promise<void> => {
    try {
      send(await replyTo(asked, uri.fsPath, server, closed.token));
    } catch (error) {
      if (error instanceof Failure && error.kind === 'cancelled') return;
      send({ type: 'failure', text: failureFrom(error, `show ${path.basename(uri.fsPath)}`, uri.fsPath).message });
    }
  };
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), path.posix.basename(uri.path)));
  const again = (): void => void answer({ type: 'ready' });
  const following = vscode.Disposable.from(watcher, watcher.onDidChange(again), watcher.onDidCreate(again), webview.onDidReceiveMessage((asked: FromBrowser) => void answer(asked)));
  panel.onDidDispose(() => {
    closed.cancel();
    following.dispose();
  });
  webview.html = pageHtml(webview, root, 'browse');
}

async function replyTo(asked: FromBrowser, file: string, server: Server, token: vscode.CancellationToken): Promise<ToBrowser> {
  const zone = settings.displayTimeZone();
  switch (asked.type) {
    case 'ready':
      return shown(file, zone, await server.request(browseRequest, { file }, token));
    case 'rows':
      return { type: 'rows', from: asked.from, rows: await server.request(rowsRequest, { file, from: asked.from, count: asked.count, zone }, token) };
    case 'candles':
      return { type: 'candles', drawn: await server.request(candlesRequest, { file, from: asked.from, to: asked.to, most: asked.most }, token) };
    case 'months':
      return { type: 'months', months: await server.request(monthRowsRequest, { file }, token) };
    case 'find': {
      const row = await server.request(findRowRequest, { file, text: asked.text, zone }, token);
      return row === null ? { type: 'failure', text: t('There is no row at or after "{0}". Give a row\'s number, or a time such as 2025-11-03 09:30.', asked.text) } : { type: 'row', row };
    }
  }
}

function shown(file: string, zone: string, found: Browsed): ToBrowser {
  const span = found.start === undefined || found.end === undefined ? [] : [`${day(found.start, zone)} → ${day(found.end, zone)}`];
  const words = Object.fromEntries(BROWSE_WORDS.map((word) => [word, t(word)])) as Record<BrowseWord, string>;
  const summary = [count(found.rows, '1 row', '{0} rows'), ...span, size(found.bytes), count(found.rowGroups, '1 row group', '{0} row groups')].join(' · ');
  return { type: 'file', title: path.basename(file), summary, zone, file: found, words };
}
