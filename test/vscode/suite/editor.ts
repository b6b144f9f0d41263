import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../support/until';

/** What the tests do in the editor. */

export const fileIn = (name: string): vscode.Uri => vscode.Uri.file(path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, name));

export const problems = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Barkeep');

export const someProblems = (uri: vscode.Uri): Promise<vscode.Diagnostic[]> =>
  until(`problems of ${path.basename(uri.fsPath)}`, () => {
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
  until(`a lens like ${String(wanted)}`, async () => {
    const titles = await titlesOn(uri);
    return titles.some((title) => wanted.test(title)) ? titles : undefined;
  }, () => titlesOn(uri));

/** A tab has its text only a moment after it has opened. */
async function titlesOn(uri: vscode.Uri): Promise<string[]> {
  if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) return [];
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
  return found.flatMap(({ command }) => command?.title ?? []);
}

export const codeOf = ({ code }: vscode.Diagnostic): string | number | undefined => (typeof code === 'object' ? code.value : code);

/** Closes every tab, without saving. */
export async function closeAll(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors.filter((editor) => editor.document.isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
