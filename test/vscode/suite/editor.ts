import path from 'node:path';
import * as vscode from 'vscode';

/** What the tests do in the editor. */

export const fileIn = (name: string): vscode.Uri => vscode.Uri.file(path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, name));

/** Resolves with the first value that is not undefined; fails after `limit` ms, saying what was waited for. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, limit = 30_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const problems = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Barkeep');

export const someProblems = (uri: vscode.Uri): Promise<vscode.Diagnostic[]> =>
  eventually(`problems of ${path.basename(uri.fsPath)}`, () => {
    const found = problems(uri);
    return found.length > 0 ? found : undefined;
  });

/** Opens a file as a click on it does: a document that the API opens would outlive its tab by minutes. */
export async function open(name: string): Promise<vscode.Uri> {
  const uri = fileIn(name);
  await vscode.commands.executeCommand('vscode.open', uri);
  return uri;
}

/** Titles of the lenses on a file, once there is one that matches. */
export const lenses = (uri: vscode.Uri, wanted: RegExp): Promise<string[]> =>
  eventually(`a lens like ${String(wanted)}`, async () => {
    // A tab has its text only a moment after it has opened.
    if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) return undefined;
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
    const titles = found.flatMap(({ command }) => command?.title ?? []);
    return titles.some((title) => wanted.test(title)) ? titles : undefined;
  });

export const codeOf = ({ code }: vscode.Diagnostic): string | number | undefined => (typeof code === 'object' ? code.value : code);

/** Closes every tab, without saving. */
export async function closeAll(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors.filter((editor) => editor.document.isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
