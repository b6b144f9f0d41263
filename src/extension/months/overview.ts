import * as vscode from 'vscode';
import { failureFrom } from '../../core/base/failure';
import type { MonthStanding } from '../../protocol/monthly';
import { monthsRequest, type MonthsParams } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { isRemote, settings } from '../settings';

/** Pause after the last change on disk before the months are read again, ms. */
const PAUSE = 400;
/** Pause between two readings of what tells of no changes, a queue or an object store, ms. */
const ROUND = 5000;

/** The months as last read, and what keeps them fresh: also while a run, ours or any other, is at work. */
export class Overview implements vscode.Disposable {
  readonly #server: Server;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #months: readonly MonthStanding[] = [];
  #failure: string | undefined;
  #watcher: vscode.Disposable | undefined;
  #pause: NodeJS.Timeout | undefined;
  #readings = 0;

  constructor(server: Server, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#log = log;
  }

  get months(): readonly MonthStanding[] {
    return this.#months;
  }

  /** Why the months could not be read. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Reads the months now; of two readings, the one begun last counts. */
  async refresh(): Promise<void> {
    clearTimeout(this.#pause);
    const reading = ++this.#readings;
    const folders = monthsFolders();
    if (folders === undefined) {
      this.#show([], undefined);
      return;
    }
    try {
      const { months } = await this.#server.request(monthsRequest, folders);
      if (reading === this.#readings) this.#show(months, undefined);
    } catch (error) {
      if (reading !== this.#readings) return;
      const { message } = failureFrom(error, 'read the months');
      this.#log.error(message);
      this.#show([], message);
    }
  }

  /** Reads again whenever a month changes on disk, from now on; called again when a folder is changed in the settings. */
  watch(): void {
    this.#watcher?.dispose();
    const { source, dest } = { source: settings.monthsSource(), dest: settings.monthsDestination() };
    const far = [source, dest].some((address) => address !== undefined && isRemote(address)) || settings.hasQueue();
    this.#watcher = vscode.Disposable.from(
      ...(source === undefined ? [] : this.#follow(source, '**/*.dbn{,.zst}')),
      ...(dest === undefined ? [] : this.#follow(dest, '**/*.{json,parquet}')),
      ...(far ? [this.#round()] : []),
    );
  }

  dispose(): void {
    clearTimeout(this.#pause);
    this.#watcher?.dispose();
    this.#changed.dispose();
  }

  /** Reads again and again, one reading at a time. */
  #round(): vscode.Disposable {
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const next = (): void => {
      if (!ended) timer = setTimeout(() => void this.refresh().finally(next), ROUND);
    };
    next();
    return new vscode.Disposable(() => {
      ended = true;
      clearTimeout(timer);
    });
  }

  #follow(folder: string, pattern: string): vscode.Disposable[] {
    if (isRemote(folder)) return [];
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), pattern));
    const later = (): void => {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => void this.refresh(), PAUSE);
    };
    return [watcher, watcher.onDidCreate(later), watcher.onDidChange(later), watcher.onDidDelete(later)];
  }

  #show(months: readonly MonthStanding[], failure: string | undefined): void {
    this.#months = months;
    this.#failure = failure;
    this.#changed.fire();
  }
}

/** Where to look: without a destination the source's months are all still to come, wherever they will go. */
function monthsFolders(): MonthsParams | undefined {
  const [source, dest, queue] = [settings.monthsSource(), settings.monthsDestination(), settings.monthsQueue()];
  const how = { ...settings.store(), ...(queue === undefined ? {} : { queue }) };
  if (dest !== undefined) return { ...how, dest, ...(source === undefined ? {} : { source }) };
  if (source !== undefined) return { ...how, dest: source, source };
  return settings.hasQueue() ? how : undefined;
}
