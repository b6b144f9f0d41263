import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { settings } from '../settings';
import type { Checks } from './checks';
import { isCsvName, isNinjaTraderFile, isNinjaTraderLine, LARGEST_DOCUMENT } from './recognise';

/** Pause in typing after which unsaved text is checked, ms. */
const PAUSE = 250;
/** Longest unsaved text (characters) sent to be checked: copying more would hold the editor up. */
const LONGEST_LIVE = 4_000_000;

/** Decides when which CSV is checked: documents that open, change, are saved and close; and tabs too large to be documents. */
export function followFiles(checks: Checks): vscode.Disposable {
  const pauses = new Map<string, NodeJS.Timeout>();
  const later = (uri: vscode.Uri, then: () => void): void => {
    clearTimeout(pauses.get(uri.toString()));
    pauses.set(uri.toString(), setTimeout(then, PAUSE));
  };
  const large = new LargeFiles(checks);
  for (const document of vscode.workspace.textDocuments) opened(document, checks);
  large.look();
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => { opened(document, checks); }),
    vscode.workspace.onDidSaveTextDocument((document) => { opened(document, checks); }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      clearTimeout(pauses.get(uri.toString()));
      checks.forget(uri);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isBars(document)) later(document.uri, () => { changed(document, checks); });
    }),
    vscode.window.tabGroups.onDidChangeTabs(() => { large.look(); }),
    { dispose: () => { pauses.forEach(clearTimeout); } },
  );
}

/** Whether this document is one Barkeep checks unasked. */
const isBars = (document: vscode.TextDocument): boolean =>
  (document.uri.scheme === 'file' || document.uri.scheme === 'untitled') &&
  (document.languageId === 'csv' || (/\.txt(\.done)?$/i.test(document.uri.path) && isNinjaTraderLine(document.lineAt(0).text)));

function opened(document: vscode.TextDocument, checks: Checks): void {
  if (!isBars(document) || !settings.verifyOnOpen()) return;
  if (document.uri.scheme === 'file' && !document.isDirty) void checks.check(document.uri);
  else changed(document, checks);
}

function changed(document: vscode.TextDocument, checks: Checks): void {
  if (document.isClosed) return;
  if (!document.isDirty && document.uri.scheme === 'file') {
    if (settings.verifyOnOpen() || checks.verdict(document.uri) !== undefined) void checks.check(document.uri);
    return;
  }
  if (!settings.verifyWhileTyping() || document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > LONGEST_LIVE) return;
  void checks.check(document.uri, document.getText());
}

/** Files over the limit never become documents: their tabs are followed instead, and they are read from disk. */
class LargeFiles {
  readonly #checks: Checks;
  /** uri → `size:mtime` of what was checked. */
  readonly #seen = new Map<string, string>();

  constructor(checks: Checks) {
    this.#checks = checks;
  }

  look(): void {
    const shown = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])));
    const names = new Set(shown.map(String));
    for (const seen of this.#seen.keys()) if (!names.has(seen)) this.#leave(seen);
    for (const uri of shown) if (uri.scheme === 'file') void this.#meet(uri);
  }

  #leave(seen: string): void {
    this.#seen.delete(seen);
    this.#checks.forget(vscode.Uri.parse(seen));
  }

  async #meet(uri: vscode.Uri): Promise<void> {
    if (!settings.verifyOnOpen() || !(isCsvName(uri.path) || (await isNinjaTraderFile(uri.fsPath)))) return;
    // A file that has gone meanwhile is the editor's to report.
    const found = await stat(uri.fsPath).catch(() => undefined);
    if (found === undefined || found.size <= LARGEST_DOCUMENT) return;
    const version = `${found.size}:${found.mtimeMs}`;
    if (this.#seen.get(uri.toString()) === version) return;
    this.#seen.set(uri.toString(), version);
    await this.#checks.check(uri);
  }
}
