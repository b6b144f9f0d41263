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
  const ask = (whole: boolean): Promise<DbnPreview> => server.request(dbnRequest, { file: uri.fsPath, zone: settings.displayTimeZone(), rows: ROWS, whole }, closed.token);
  // The first rows are read while the page is still being made.
  let ahead: Promise<DbnPreview> | undefined = ask(false);
  ahead.catch(() => undefined);
  panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
  panel.onDidDispose(() => { closed.cancel(); });
  panel.webview.onDidReceiveMessage(() => {
    void load(uri, panel.webview, ahead ?? ask(false), () => ask(true));
    ahead = undefined;
  });
  panel.webview.html = pageHtml(panel.webview, root, 'dbn');
}

/** The first rows are shown at once; how many there are is known when the rest has been read. */
async function load(uri: vscode.Uri, webview: vscode.Webview, first: Promise<DbnPreview>, askWhole: () => Promise<DbnPreview>): Promise<void> {
  const title = path.basename(uri.fsPath);
  let shown: DbnPreview | undefined;
  try {
    shown = await first;
    await webview.postMessage(pageOf(title, shown));
    if (shown.total !== undefined) return;
    shown = await askWhole();
    await webview.postMessage(pageOf(title, shown));
  } catch (error) {
    if (error instanceof Failure && error.kind === 'cancelled') return;
    await webview.postMessage({ ...pageOf(title, shown), failure: messageInEditor(failureFrom(error, `preview ${title}`, uri.fsPath).facts) } satisfies ShowDbn);
  }
}

const pageOf = (title: string, preview: DbnPreview | undefined): ShowDbn =>
  preview === undefined
    ? { type: 'dbn', title, facts: [], share: '', columns: [], rows: [] }
    : { type: 'dbn', title, facts: previewFacts(preview), share: shareText(preview), columns: headingsOf(preview), rows: preview.rows };
