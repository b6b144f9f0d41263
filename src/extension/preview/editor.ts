import path from 'node:path';
import * as vscode from 'vscode';
import { derivedKindOf, isFromPreview, PREVIEW_WORDS, type PreviewWords, type ShowPreview } from '../../protocol/preview';
import type { Listing } from '../inventory/listing';
import { pageHtml, pagesIn } from '../page';
import { t } from '../words';

/** The read-only editor that shows a derived JSON file as tables and charts; the page fetches the file itself. */
export const PREVIEW = 'barkeep.preview';

export function offerPreview(extension: vscode.Uri, listing: Listing): vscode.Disposable {
  const root = pagesIn(extension);
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => { present(uri, panel, root, listing); },
  };
  return vscode.window.registerCustomEditorProvider(PREVIEW, provider, { supportsMultipleEditorsPerDocument: true });
}

function present(uri: vscode.Uri, panel: vscode.WebviewPanel, root: vscode.Uri, listing: Listing): void {
  const { webview } = panel;
  const folder = vscode.Uri.joinPath(uri, '..');
  webview.options = { enableScripts: true, localResourceRoots: [root, folder] };
  let version = 0;
  const show = (): void => {
    const message = messageFor(uri, webview.asWebviewUri(uri).with({ query: `version=${++version}` }), listing);
    if (message !== undefined) void webview.postMessage(message);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, path.posix.basename(uri.path)));
  const following = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(show),
    watcher.onDidCreate(show),
    listing.onDidChange(show),
    webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromPreview(message)) return;
      if (message.type === 'ready') show();
      else void vscode.commands.executeCommand('vscode.openWith', uri, 'default');
    }),
  );
  panel.onDidDispose(() => { following.dispose(); });
  webview.html = pageHtml(webview, root, 'preview', true);
}

function messageFor(uri: vscode.Uri, address: vscode.Uri, listing: Listing): ShowPreview | undefined {
  const kind = derivedKindOf(uri.path);
  if (kind === undefined) return undefined;
  const words = Object.fromEntries(PREVIEW_WORDS.map((word) => [word, t(word)])) as PreviewWords;
  const named = kind === 'chunks' ? uri.path.split('/').slice(-3).join('/') : path.posix.basename(uri.path);
  return { type: 'show', kind, title: named, origin: originOf(uri, listing), address: address.toString(), words };
}

function originOf(uri: vscode.Uri, { inventory }: Listing): string {
  const entry = inventory?.entries.find(({ file }) => path.join(inventory.folder, file) === uri.fsPath);
  if (entry?.madeFrom === undefined) return '';
  return entry.madeFrom.current ? t('Made from {0}; up to date.', entry.madeFrom.master) : t('Made from {0}, which has changed since.', entry.madeFrom.master);
}
