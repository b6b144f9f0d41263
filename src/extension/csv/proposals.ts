import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

/** What files would become, each in a folder of its own under one of ours; shown read-only, and never checked as if it were a file of the user's. */
const SCHEME = 'barkeep-proposal';

/** @param folder where proposals are written */
export function showProposals(folder: vscode.Uri): vscode.Disposable {
  const unknown = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const refuse = (uri: vscode.Uri): never => { throw vscode.FileSystemError.NoPermissions(uri); };
  const fileOf = ({ query, path: name }: vscode.Uri): string => path.join(folder.fsPath, path.posix.basename(query), path.posix.basename(name));
  const gone = (uri: vscode.Uri) => (): never => { throw vscode.FileSystemError.FileNotFound(uri); };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: unknown.event,
    watch: () => new vscode.Disposable(() => undefined),
    async stat(uri) {
      const { size, mtimeMs, ctimeMs } = await stat(fileOf(uri)).catch(gone(uri));
      return { type: vscode.FileType.File, size, mtime: mtimeMs, ctime: ctimeMs };
    },
    readFile: (uri) => readFile(fileOf(uri)).catch(gone(uri)),
    readDirectory: refuse, createDirectory: refuse, writeFile: refuse, delete: refuse, rename: refuse,
  };
  return vscode.Disposable.from(unknown, vscode.workspace.registerFileSystemProvider(SCHEME, provider, { isReadonly: true, isCaseSensitive: true }));
}

/** The read-only view of a proposal. Its folder, which is ours alone, is no part of the path that the editor shows. */
export const viewOf = (proposal: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${path.basename(proposal.fsPath)}`, query: path.basename(path.dirname(proposal.fsPath)) });
