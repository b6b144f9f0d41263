import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { isCsvName, isNinjaTraderFile, isNinjaTraderLine } from '../../core/base/recognise';
import { onSettings, settings } from '../settings';
import { type Checks, unsavedDocument } from './checks';

/** Pause in typing after which unsaved text is checked, ms; of a long text as long as its check takes, up to a second. */
const PAUSE = { least: 30, most: 1000 };
/** How long a file must be left alone on disk before it is verified again, ms: an export in progress changes all the time. */
const SETTLED = 1500;
/** A file that has grown twice within this time is being written, ms. */
const WRITING = 3000;
/** Longest unsaved text (characters) that is checked as one types: of more, the check itself lags behind. */
const LONGEST_LIVE = 10_000_000;

/**
 * Decides when which CSV is checked. Tabs are followed as well as documents: a tab tells of a file before its text has
 * come over from the editor, and files over 50 MB never become documents at all.
 */
export function followFiles(checks: Checks): vscode.Disposable {
  const followed = new Followed(checks);
  followed.again();
  // For files that never become documents; a document tells of its own changes.
  const disk = vscode.workspace.createFileSystemWatcher('**/*.{csv,txt,DONE,tmp}', true, false, true);
  const schemas = vscode.workspace.createFileSystemWatcher('**/{*.schema.json,datapackage.json}');
  const again = (): void => { followed.again(); };
  return vscode.Disposable.from(
    followed,
    disk,
    schemas,
    schemas.onDidCreate(again),
    schemas.onDidChange(again),
    schemas.onDidDelete(again),
    disk.onDidChange((uri) => {
      if (allTabs().flatMap(uriOf).some((shown) => shown.toString() === uri.toString())) followed.changedOnDisk(uri);
    }),
    vscode.workspace.onDidOpenTextDocument((document) => { followed.opened(document); }),
    vscode.workspace.onDidSaveTextDocument((document) => { followed.opened(document); }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => { followed.leave(uri); }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) followed.changed(document);
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ opened, changed, closed }) => {
      followed.lookAt([...opened, ...changed]);
      const shown = new Set(allTabs().flatMap(uriOf).map(String));
      for (const uri of closed.flatMap(uriOf)) if (!shown.has(uri.toString())) followed.leave(uri);
    }),
    onSettings(['csv.timeZone', 'csv.outlierFactor', 'csv.maxProblems', 'csv.verifyOnOpen', 'csv.verifyWhileTyping'], () => {
      followed.again();
    }),
  );
}

const allTabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
const uriOf = ({ input }: vscode.Tab): vscode.Uri[] => (input instanceof vscode.TabInputText ? [input.uri] : []);

/** Whether this document is one Barkeep checks unasked. */
const isBars = (document: vscode.TextDocument): boolean =>
  ['file', 'untitled'].includes(document.uri.scheme) &&
  (document.languageId === 'csv' || (isTextName(document.uri.path) && isNinjaTraderLine(document.lineAt(0).text)));

/** Whether unsaved changes to this document are checked before they are saved. */
export const isCheckedLive = (document: vscode.TextDocument): boolean => settings.verifyWhileTyping() && lengthOf(document) <= LONGEST_LIVE;

const isTextName = (path: string): boolean => /\.txt(\.done)?$/i.test(path);

class Followed implements vscode.Disposable {
  readonly #checks: Checks;
  /** uri → `size:mtime` of the file as it was last checked; absent when unsaved text was. */
  readonly #versions = new Map<string, string>();
  readonly #pauses = new Map<string, NodeJS.Timeout>();
  /** uri → the size that was last seen, and when (unix ms) it came to be that. */
  readonly #sizes = new Map<string, { readonly size: number; readonly at: number }>();

  constructor(checks: Checks) {
    this.#checks = checks;
  }

  lookAt(tabs: readonly vscode.Tab[]): void {
    for (const uri of tabs.flatMap(uriOf)) if (uri.scheme === 'file' && this.#isWanted(uri)) void this.#lookAtFile(uri);
  }

  opened(document: vscode.TextDocument): void {
    if (!isBars(document)) return;
    if (document.isDirty || document.uri.scheme !== 'file') this.#checkText(document);
    else if (this.#isWanted(document.uri)) void this.#checkFile(document.uri);
  }

  changed(document: vscode.TextDocument): void {
    if (!isBars(document)) return;
    if (!document.isDirty && document.uri.scheme === 'file') void this.#goAlong(document.uri);
    this.#later(document.uri, Math.min(PAUSE.most, Math.max(PAUSE.least, this.#checks.took(document.uri))), () => {
      if (!document.isClosed) this.opened(document);
    });
  }

  changedOnDisk(uri: vscode.Uri): void {
    if (!this.#isWanted(uri)) return;
    void this.#goAlong(uri);
    this.#later(uri, SETTLED, () => void this.#lookAtFile(uri));
  }

  /** Checks everything that is open, whether or not it has changed. */
  again(): void {
    this.#versions.clear();
    for (const document of vscode.workspace.textDocuments) this.opened(document);
    this.lookAt(allTabs());
  }

  leave(uri: vscode.Uri): void {
    const name = uri.toString();
    clearTimeout(this.#pauses.get(name));
    this.#pauses.delete(name);
    this.#versions.delete(name);
    this.#sizes.delete(name);
    this.#checks.forget(uri);
  }

  dispose(): void {
    this.#pauses.forEach(clearTimeout);
  }

  /** A file verified once on request is kept up to date like those that are verified unasked. */
  #isWanted(uri: vscode.Uri): boolean {
    return settings.verifyOnOpen() || this.#checks.verdict(uri) !== undefined;
  }

  #later(uri: vscode.Uri, pause: number, run: () => void): void {
    const name = uri.toString();
    clearTimeout(this.#pauses.get(name));
    this.#pauses.set(name, setTimeout(() => {
      this.#pauses.delete(name);
      run();
    }, pause));
  }

  /** Reads a file that is being written along with its growth, instead of all of it again and again. */
  async #goAlong(uri: vscode.Uri): Promise<void> {
    const found = await stat(uri.fsPath).catch(() => undefined);
    const before = this.#sizes.get(uri.toString());
    if (found === undefined || found.size === before?.size) return;
    const now = Date.now();
    this.#sizes.set(uri.toString(), { size: found.size, at: now });
    const isWritten = before !== undefined && found.size > before.size && now - before.at < WRITING;
    if (isWritten) await this.#checks.follow(uri);
  }

  async #lookAtFile(uri: vscode.Uri): Promise<void> {
    if (unsavedDocument(uri) !== undefined || !(isCsvName(uri.path) || (isTextName(uri.path) && (await isNinjaTraderFile(uri.fsPath))))) return;
    await this.#checkFile(uri);
  }

  async #checkFile(uri: vscode.Uri): Promise<void> {
    // A file that has gone meanwhile is the editor's to report.
    const found = await stat(uri.fsPath).catch(() => undefined);
    if (found === undefined) return;
    if (this.#checks.isFollowing(uri)) return;
    const version = `${found.size}:${found.mtimeMs}`;
    if (this.#versions.get(uri.toString()) === version) return;
    this.#versions.set(uri.toString(), version);
    await this.#checks.check(uri);
  }

  #checkText(document: vscode.TextDocument): void {
    if (!isCheckedLive(document)) return;
    this.#versions.delete(document.uri.toString());
    void this.#checks.check(document.uri, document);
  }
}

const lengthOf = (document: vscode.TextDocument): number => document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
