import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { LOGS } from './names';

/** Rings when something changes in a raw folder or its `logs/`, where the file system tells; else the poll time must do. */
export class Bell {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #watchers = new Map<string, FSWatcher>();
  #rung = false;
  #wake: (() => void) | undefined;
  /** In words, why changes are not told. */
  trouble: string | undefined;

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
    this.#listen();
    this.#rung = false; // Who makes a bell has not looked yet.
  }

  /** Waits until something has changed since the last call, but at least for `pause` and at most for `poll`, ms. @returns false when aborted */
  async wait(pause: number, poll: number): Promise<boolean> {
    this.#listen();
    await this.#sleep(pause, () => false);
    await this.#sleep(Math.max(0, poll - pause), () => this.#rung);
    this.#rung = false;
    return !this.#signal.aborted;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #sleep(milliseconds: number, enough: () => boolean): Promise<void> {
    if (enough() || this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', end);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#signal.addEventListener('abort', end);
      this.#wake = () => { if (enough()) end(); };
    });
  }

  #ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Both folders, as soon as they are there; again after one was replaced. What happened in one before it was heard may have been missed: that rings. */
  #listen(): void {
    for (const folder of [this.#folder, path.join(this.#folder, LOGS)]) if (!this.#watchers.has(folder)) this.#hear(folder);
  }

  #hear(folder: string): void {
    const drop = (): void => {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
    };
    try {
      const watcher = watch(folder, (event, name) => {
        if (event === 'rename' && name === path.basename(folder)) drop();
        this.#ring();
      });
      watcher.on('error', drop);
      this.#watchers.set(folder, watcher);
      this.#rung = true;
      if (folder === this.#folder) this.trouble = undefined;
    } catch (error) {
      if (folder === this.#folder) this.trouble = `The system does not tell of changes in ${folder} (${String(error)}); it is looked at every few seconds instead.`;
    }
  }
}
