import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { documentChanges, documentClosed, documentPart, verifyDocumentRequest, type VerifyParams } from '../../protocol/rpc';
import type { Report } from '../../protocol/report';
import type { Server } from '../children/server';

/** Lines handed over at a time: some 100 KB, a few milliseconds of this process also when its code is not warm. */
const LINES = 1500;

/** Keeps the child's copy of unsaved documents in step, so that a keystroke sends the keystroke. */
export class Mirror implements vscode.Disposable {
  readonly #server: Server;
  /** The version that the child has, or will have once it has read what was sent. */
  readonly #versions = new Map<string, number>();
  readonly #follow: vscode.Disposable;

  constructor(server: Server) {
    this.#server = server;
    this.#follow = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => { this.#change(event); }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#close(uri.toString()); }),
    );
  }

  /** Verifies a document as it is now. @throws Failure; `cancelled` also when it was changed meanwhile */
  async verify(document: vscode.TextDocument, params: VerifyParams, token: vscode.CancellationToken): Promise<Report> {
    const name = document.uri.toString();
    for (;;) {
      if (this.#versions.get(name) !== document.version) await this.#handOver(document, token);
      const report = await this.#server.request(verifyDocumentRequest, { ...params, document: name, version: document.version }, token);
      if (report !== null) return report;
      // The child is another one by now, and has nothing yet.
      this.#versions.delete(name);
    }
  }

  dispose(): void {
    this.#follow.dispose();
  }

  #change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const name = document.uri.toString();
    const from = this.#versions.get(name);
    if (from === undefined || from === document.version) return;
    const changes = contentChanges.map(({ rangeOffset: offset, rangeLength: length, text }) => ({ offset, length, text }));
    this.#versions.set(name, document.version);
    void this.#server.tell(documentChanges, { document: name, from, version: document.version, changes });
  }

  #close(name: string): void {
    if (this.#versions.delete(name)) void this.#server.tell(documentClosed, { document: name });
  }

  /** Part by part, with a turn of the event loop between; begun again when the document changes meanwhile. */
  async #handOver(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<void> {
    const name = document.uri.toString();
    this.#versions.delete(name);
    for (let line = 0, version = document.version; ; ) {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      const last = line + LINES >= document.lineCount;
      const text = document.getText(new vscode.Range(line, 0, last ? document.lineCount : line + LINES, 0));
      const sent = this.#server.tell(documentPart, { document: name, text, first: line === 0, ...(last ? { version } : {}) });
      if (last) {
        this.#versions.set(name, version);
        return;
      }
      await sent;
      await setImmediate();
      line += LINES;
      if (document.version !== version) [line, version] = [0, document.version];
    }
  }
}
