import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { htmlOf } from './html';

/** Where the built pages lie. */
export const pagesIn = (extension: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extension, 'dist', 'webview');

/** The HTML that loads the page `name` from `root`. @param fetches it reads files of its `localResourceRoots` itself */
export function pageHtml(webview: vscode.Webview, root: vscode.Uri, name: string, fetches = false): string {
  const resource = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  return htmlOf({ language: vscode.env.language, source: webview.cspSource, nonce: randomBytes(16).toString('base64url'), style: resource(`${name}.css`), script: resource(`${name}.js`), fetches });
}
