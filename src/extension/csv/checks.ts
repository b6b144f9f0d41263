import * as vscode from 'vscode';
import { Failure } from '../../core/base/failure';
import { isPacked } from '../../core/base/recognise';
import { followedSoFar, followRequest, verifyProgress, verifyRequest, type VerifyParams } from '../../protocol/rpc';
import type { Report } from '../../protocol/report';
import type { Server } from '../children/server';
import { settings } from '../settings';
import { Mirror } from './mirror';
import type { Verdict } from './verdict';

/** How often a running check is shown anew, ms. */
const REPAINT = 150;
/** How long a file must be left alone until it is taken to have ended growing, ms. */
const STILL = 5000;

interface Entry {
  readonly uri: vscode.Uri;
  verdict: Verdict;
  /** When the check began that the verdict is of, unix ms; absent when it was of unsaved text or of a file still growing. */
  since: number | undefined;
  /** Of the check that is running. */
  cancel: vscode.CancellationTokenSource | undefined;
  /** How long the latest check took that came to an end, ms. */
  took: number;
  /** The running check goes along with a file that grows, until `still` rings. */
  readonly follows: boolean;
  still?: NodeJS.Timeout;
}

/** A verdict that outlives the tab of its file. */
interface Remembered {
  readonly verdict: Verdict & { readonly kind: 'checked' };
  /** Unix ms. */
  readonly since: number;
  /** Its problems stand in the Problems panel, open or not. */
  readonly listed: boolean;
}

/** A file as it is on the disk: its size, and when it was last changed, unix ms. */
export interface OnDisk {
  readonly bytes: number;
  readonly updated: number;
}

/** The verdict on every CSV that is open. A new check of a file cancels the one before it. */
export class Checks implements vscode.Disposable {
  readonly #server: Server;
  readonly #mirror: Mirror;
  readonly #log: vscode.LogOutputChannel;
  readonly #entries = new Map<string, Entry>();
  readonly #remembered = new Map<string, Remembered>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** A verdict was reached, is being worked out, or was forgotten. */
  readonly onDidChange = this.#changed.event;
  #painted = 0;

  constructor(server: Server, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#mirror = new Mirror(server);
    this.#log = log;
    server.on(verifyProgress, ({ file, done, total }) => { this.#advance(file, total > 0 ? done / total : 0); });
    server.on(followedSoFar, ({ file, report }) => { this.#grown(file, report); });
  }

  verdict(uri: vscode.Uri): Verdict | undefined {
    return this.#entries.get(uri.toString())?.verdict;
  }

  /** The verdict on a file, also when it is no longer open, as long as the file is the one that was checked. @param file as it is now */
  verdictOn(uri: vscode.Uri, file: OnDisk): Verdict | undefined {
    const open = this.verdict(uri);
    if (open !== undefined) return open;
    const last = this.#remembered.get(uri.toString());
    return last !== undefined && isStill(file, last) ? last.verdict : undefined;
  }

  /** The verdict whose problems are listed: that on an open file, else one that was asked for with all others. */
  listed(uri: vscode.Uri): Verdict | undefined {
    const last = this.#remembered.get(uri.toString());
    return this.verdict(uri) ?? (last?.listed === true ? last.verdict : undefined);
  }

  /** Takes what a job has found in a file, open or not. @param since when the job began, unix ms */
  take(report: Report, since: number): void {
    const uri = vscode.Uri.file(report.file);
    this.#remembered.set(uri.toString(), { verdict: { kind: 'checked', report }, since, listed: true });
    if (this.verdict(uri) === undefined) this.#changed.fire(uri);
  }

  /** Takes the problems of files that were changed, or are gone, from the list. @param onDisk a file as it is now; undefined when it is not there */
  review(onDisk: (uri: vscode.Uri) => OnDisk | undefined): void {
    for (const [name, last] of this.#remembered) {
      const uri = vscode.Uri.parse(name);
      const file = onDisk(uri);
      if (!last.listed || (file !== undefined && isStill(file, last))) continue;
      this.#remembered.set(name, { ...last, listed: false });
      this.#changed.fire(uri);
    }
  }

  /** How long the latest check of it took, ms; 0 when there is none. */
  took(uri: vscode.Uri): number {
    return this.#entries.get(uri.toString())?.took ?? 0;
  }

  /** @param document with unsaved changes; undefined = the file as it is on disk. Resolves when this check is over, however it ended. */
  async check(uri: vscode.Uri, document?: vscode.TextDocument): Promise<void> {
    const cancel = new vscode.CancellationTokenSource();
    const params = paramsFor(uri);
    await this.#await(this.#begin(uri, cancel, false), cancel, document === undefined, () => (document === undefined ? this.#server.request(verifyRequest, params, cancel.token) : this.#mirror.verify(document, params, cancel.token)));
  }

  isFollowing(uri: vscode.Uri): boolean {
    const entry = this.#entries.get(uri.toString());
    return entry?.cancel !== undefined && entry.follows;
  }

  /** Goes along with a file that is being written, reading each byte once, until it is left alone for a while. Does nothing when that is under way, or with unsaved changes. */
  async follow(uri: vscode.Uri): Promise<void> {
    if (this.isFollowing(uri) || unsavedDocument(uri) !== undefined) return;
    const cancel = new vscode.CancellationTokenSource();
    const entry = this.#begin(uri, cancel, true);
    await this.#await(entry, cancel, false, () => this.#server.requestUntil(followRequest, paramsFor(uri), cancel.token));
  }

  /** The same with many more examples of each check, asked aside: the verdict stands as it is. @throws Failure */
  inDepth(uri: vscode.Uri, examples: number, token: vscode.CancellationToken): Promise<Report> {
    const document = unsavedDocument(uri);
    const params = { ...paramsFor(uri), examples };
    return document === undefined ? this.#server.request(verifyRequest, params, token) : this.#mirror.verify(document, params, token);
  }

  forget(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined) return;
    entry.cancel?.cancel();
    this.#remember(entry);
    this.#entries.delete(uri.toString());
    this.#changed.fire(uri);
  }

  dispose(): void {
    for (const { uri } of [...this.#entries.values()]) this.forget(uri);
    this.#changed.dispose();
    this.#mirror.dispose();
  }

  #remember({ uri, verdict, since }: Entry): void {
    const name = uri.toString();
    if (verdict.kind === 'checked' && since !== undefined) this.#remembered.set(name, { verdict, since, listed: this.#remembered.get(name)?.listed === true });
  }

  #begin(uri: vscode.Uri, cancel: vscode.CancellationTokenSource, follows: boolean): Entry {
    const before = this.#entries.get(uri.toString());
    before?.cancel?.cancel();
    const entry: Entry = { uri, verdict: before?.verdict ?? { kind: 'running', ratio: 0 }, since: before?.since, cancel, took: before?.took ?? 0, follows };
    this.#entries.set(uri.toString(), entry);
    // The verdict before stands on the page until this one is there, so that fast checks do not flicker.
    if (before === undefined) this.#changed.fire(uri);
    return entry;
  }

  /** @param whole it is the whole file as it is on the disk that is read */
  async #await(entry: Entry, cancel: vscode.CancellationTokenSource, whole: boolean, ask: () => Promise<Report>): Promise<void> {
    const started = Date.now();
    try {
      const report = await ask();
      if (!entry.follows) entry.took = Date.now() - started;
      this.#end(entry, cancel, { kind: 'checked', report }, whole ? started : undefined);
    } catch (error) {
      if (cancel.token.isCancellationRequested) return;
      const failure = error instanceof Failure ? error : new Failure('internal', { attempted: `verify ${entry.uri.fsPath}`, why: String(error), cause: error });
      this.#log.error(failure.message);
      this.#end(entry, cancel, { kind: 'failed', why: failure.facts.why });
    } finally {
      clearTimeout(entry.still);
      cancel.dispose();
    }
  }

  #end(entry: Entry, cancel: vscode.CancellationTokenSource, verdict: Verdict, since?: number): void {
    if (entry.cancel !== cancel) return;
    entry.cancel = undefined;
    entry.verdict = verdict;
    entry.since = since;
    this.#changed.fire(entry.uri);
  }

  #grown(file: string, report: Report): void {
    const entry = [...this.#entries.values()].find(({ uri }) => uri.fsPath === file && this.isFollowing(uri));
    if (entry === undefined) return;
    const { verdict } = entry;
    if (verdict.kind === 'checked' && verdict.growing === true && verdict.report.bytes === report.bytes) return;
    clearTimeout(entry.still);
    entry.still = setTimeout(() => entry.cancel?.cancel(), STILL);
    entry.verdict = { kind: 'checked', report, growing: true };
    entry.since = undefined;
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

/** A report on a packed file tells the bytes of what it holds. */
const isStill = ({ bytes, updated }: OnDisk, { verdict: { report }, since }: Remembered): boolean => (isPacked(report.file) || report.bytes === bytes) && since > updated;

/** The document of a file, when it has changes that are not saved. */
export const unsavedDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === uri.toString());

function paramsFor(uri: vscode.Uri): VerifyParams {
  const zone = settings.csvTimeZone();
  return { file: uri.fsPath, ...(zone === undefined ? {} : { tz: zone }), outliers: settings.outlierFactor() };
}
