import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the built pages lie. */
export const pagesIn = (extension: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extension, 'dist', 'webview');

/** The HTML that loads the page `name` from `root`: its own script and styles, and nothing from elsewhere. */
export function pageHtml(webview: vscode.Webview, root: vscode.Uri, name: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const resource = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${resource(`${name}.css`)}">
</head>
<body><main id="page"></main><script nonce="${nonce}" type="module" src="${resource(`${name}.js`)}"></script></body>
</html>`;
}
