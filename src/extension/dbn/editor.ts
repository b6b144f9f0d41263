import path from 'node:path';
import * as vscode from 'vscode';
import { Failure, failureFrom, messageInEditor } from '../../core/base/failure';
import type { DbnPreview, ShowDbn } from '../../protocol/dbn';
import { dbnRequest } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { pageHtml, pagesIn } from '../page';
import { settings } from '../settings';
import { headingsOf, previewFacts, shareText } from './texts';

/** The most rows a page shows. */
const ROWS = 500;

/** `*.dbn` and `*.dbn.zst`: what the header says and the first bars, read-only. */
export function previewDbnFiles(extension: vscode.Uri, server: Server): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => { open(uri, panel, extension, server); },
  };
  return vscode.window.registerCustomEditorProvider('barkeep.dbn', provider, { supportsMultipleEditorsPerDocument: true });
}

function open(uri: vscode.Uri, panel: vscode.WebviewPanel, extension: vscode.Uri, server: Server): void {
  const root = pagesIn(extension);
  const closed = new vscode.CancellationTokenSource();
  panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
  panel.onDidDispose(() => { closed.cancel(); });
  panel.webview.onDidReceiveMessage(() => void load(uri, panel.webview, server, closed.token));
  panel.webview.html = pageHtml(panel.webview, root, 'dbn');
}

/** The first rows are shown at once; how many there are is known when the rest has been read. */
async function load(uri: vscode.Uri, webview: vscode.Webview, server: Server, closed: vscode.CancellationToken): Promise<void> {
  const title = path.basename(uri.fsPath);
  const zone = settings.displayTimeZone();
  let shown: DbnPreview | undefined;
  try {
    for (const whole of [false, true]) {
      shown = await server.request(dbnRequest, { file: uri.fsPath, zone, rows: ROWS, whole }, closed);
      await webview.postMessage(pageOf(title, shown));
      if (shown.total !== undefined) return;
    }
  } catch (error) {
    if (error instanceof Failure && error.kind === 'cancelled') return;
    await webview.postMessage({ ...pageOf(title, shown), failure: messageInEditor(failureFrom(error, `preview ${title}`, uri.fsPath).facts) } satisfies ShowDbn);
  }
}

const pageOf = (title: string, preview: DbnPreview | undefined): ShowDbn =>
  preview === undefined
    ? { type: 'dbn', title, facts: [], share: '', columns: [], rows: [] }
    : { type: 'dbn', title, facts: previewFacts(preview), share: shareText(preview), columns: headingsOf(preview), rows: preview.rows };
