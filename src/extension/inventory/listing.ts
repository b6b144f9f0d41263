import * as vscode from 'vscode';
import { Failure } from '../../core/base/failure';
import type { Inventory } from '../../protocol/inventory';
import { inventoryRequest } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { settings } from '../settings';

/** Pause after the last change on disk before the folder is read again, ms. */
const PAUSE = 400;

export type ListingState = 'loading' | 'empty' | 'ready' | 'failed';

/** The inventory as last read, and what keeps it fresh. */
export class Listing implements vscode.Disposable {
  readonly #server: Server;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #inventory: Inventory | undefined;
  #state: ListingState = 'loading';
  #watcher: vscode.Disposable | undefined;
  #pause: NodeJS.Timeout | undefined;
  #reading: vscode.CancellationTokenSource | undefined;

  constructor(server: Server, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#log = log;
  }

  get inventory(): Inventory | undefined {
    return this.#inventory;
  }

  get state(): ListingState {
    return this.#state;
  }

  /** Reads the data folder now. A reading that is under way is given up for this one. */
  async refresh(): Promise<void> {
    clearTimeout(this.#pause);
    this.#reading?.cancel();
    const folder = settings.dataFolder();
    if (folder === undefined) {
      this.#show(undefined, 'empty');
      return;
    }
    const reading = (this.#reading = new vscode.CancellationTokenSource());
    const isFirst = this.#inventory?.folder !== folder;
    if (isFirst) this.#show(undefined, 'loading');
    try {
      // What the footers say is there at once; order and gaps follow.
      for (const depth of isFirst ? (['footers', 'rows'] as const) : (['rows'] as const)) {
        const inventory = await this.#server.request(inventoryRequest, { folder, zone: settings.displayTimeZone(), depth }, reading.token);
        if (reading !== this.#reading) return;
        this.#show(inventory, inventory.entries.length === 0 ? 'empty' : 'ready');
      }
    } catch (error) {
      if (reading !== this.#reading || (error instanceof Failure && error.kind === 'cancelled')) return;
      this.#log.error(error instanceof Error ? error.message : String(error));
      this.#show(undefined, 'failed');
    }
  }

  /** Reads the folder whenever something in it changes, from now on and after the folder is changed in the settings. */
  watch(): void {
    this.#watcher?.dispose();
    const folder = settings.dataFolder();
    if (folder === undefined) return;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '{*,backups/*,sessions/*,chunks/*/meta.json,.barkeep/calendar.json}');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const later = ({ path }: vscode.Uri): void => {
      if (/\.(lock|tmp)$|\/\.[^/]*$/.test(path)) return;
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => void this.refresh(), PAUSE);
    };
    this.#watcher = vscode.Disposable.from(watcher, watcher.onDidCreate(later), watcher.onDidChange(later), watcher.onDidDelete(later));
  }

  dispose(): void {
    clearTimeout(this.#pause);
    this.#reading?.cancel();
    this.#watcher?.dispose();
    this.#changed.dispose();
  }

  #show(inventory: Inventory | undefined, state: ListingState): void {
    this.#inventory = inventory;
    this.#state = state;
    void vscode.commands.executeCommand('setContext', 'barkeep.inventoryState', state);
    this.#changed.fire();
  }
}
