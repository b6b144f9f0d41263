import * as vscode from 'vscode';
import { Failure } from '../../core/base/failure';
import { verifyProgress, verifyRequest, type VerifyParams } from '../../protocol/rpc';
import type { Report } from '../../protocol/report';
import type { Server } from '../children/server';
import { settings } from '../settings';
import { Mirror } from './mirror';
import type { Verdict } from './verdict';

/** How often a running check is shown anew, ms. */
const REPAINT = 150;

interface Entry {
  readonly uri: vscode.Uri;
  verdict: Verdict;
  /** Of the check that is running. */
  cancel: vscode.CancellationTokenSource | undefined;
  /** How long the latest check took that came to an end, ms. */
  took: number;
}

/** The verdict on every CSV that is open. A new check of a file cancels the one before it. */
export class Checks implements vscode.Disposable {
  readonly #server: Server;
  readonly #mirror: Mirror;
  readonly #log: vscode.LogOutputChannel;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** A verdict was reached, is being worked out, or was forgotten. */
  readonly onDidChange = this.#changed.event;
  #painted = 0;

  constructor(server: Server, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#mirror = new Mirror(server);
    this.#log = log;
    server.on(verifyProgress, ({ file, done, total }) => { this.#advance(file, total > 0 ? done / total : 0); });
  }

  verdict(uri: vscode.Uri): Verdict | undefined {
    return this.#entries.get(uri.toString())?.verdict;
  }

  /** How long the latest check of it took, ms; 0 when there is none. */
  took(uri: vscode.Uri): number {
    return this.#entries.get(uri.toString())?.took ?? 0;
  }

  /** @param document with unsaved changes; undefined = the file as it is on disk. Resolves when this check is over, however it ended. */
  async check(uri: vscode.Uri, document?: vscode.TextDocument): Promise<void> {
    const cancel = new vscode.CancellationTokenSource();
    const entry = this.#begin(uri, cancel);
    const started = Date.now();
    const params = paramsFor(uri);
    try {
      const report = document === undefined ? await this.#server.request(verifyRequest, params, cancel.token) : await this.#mirror.verify(document, params, cancel.token);
      entry.took = Date.now() - started;
      this.#end(entry, cancel, { kind: 'checked', report });
    } catch (error) {
      if (cancel.token.isCancellationRequested) return;
      const failure = error instanceof Failure ? error : new Failure('internal', { attempted: `verify ${uri.fsPath}`, why: String(error), cause: error });
      this.#log.error(failure.message);
      this.#end(entry, cancel, { kind: 'failed', why: failure.facts.why });
    } finally {
      cancel.dispose();
    }
  }

  /** The same with many more examples of each check, asked aside: the verdict stands as it is. @throws Failure */
  inDepth(uri: vscode.Uri, examples: number, token: vscode.CancellationToken): Promise<Report> {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString() && each.isDirty);
    const params = { ...paramsFor(uri), examples };
    return document === undefined ? this.#server.request(verifyRequest, params, token) : this.#mirror.verify(document, params, token);
  }

  forget(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined) return;
    entry.cancel?.cancel();
    this.#entries.delete(uri.toString());
    this.#changed.fire(uri);
  }

  dispose(): void {
    for (const { uri } of [...this.#entries.values()]) this.forget(uri);
    this.#changed.dispose();
    this.#mirror.dispose();
  }

  #begin(uri: vscode.Uri, cancel: vscode.CancellationTokenSource): Entry {
    const before = this.#entries.get(uri.toString());
    before?.cancel?.cancel();
    const entry: Entry = { uri, verdict: { kind: 'running', ratio: 0 }, cancel, took: before?.took ?? 0 };
    this.#entries.set(uri.toString(), entry);
    // The verdict before stands on the page until this one is there, so that fast checks do not flicker.
    if (before === undefined) this.#changed.fire(uri);
    return entry;
  }

  #end(entry: Entry, cancel: vscode.CancellationTokenSource, verdict: Verdict): void {
    if (entry.cancel !== cancel) return;
    entry.cancel = undefined;
    entry.verdict = verdict;
    this.#changed.fire(entry.uri);
  }

  #advance(file: string, ratio: number): void {
    const now = Date.now();
    if (now - this.#painted < REPAINT) return;
    const entry = [...this.#entries.values()].find(({ uri, cancel }) => cancel !== undefined && uri.fsPath === file);
    if (entry === undefined) return;
    this.#painted = now;
    entry.verdict = { kind: 'running', ratio };
    this.#changed.fire(entry.uri);
  }
}

function paramsFor(uri: vscode.Uri): VerifyParams {
  const zone = settings.csvTimeZone();
  return { file: uri.fsPath, ...(zone === undefined ? {} : { tz: zone }), outliers: settings.outlierFactor() };
}
