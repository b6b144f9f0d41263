import * as vscode from 'vscode';
import { t } from '../words';

const KEY = 'inventory.filter';

/** Which files the inventory shows; kept for the workspace. */
export class Filter implements vscode.Disposable {
  readonly #kept: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #text: string;

  constructor(kept: vscode.Memento) {
    this.#kept = kept;
    this.#text = kept.get(KEY, '');
    this.#mark();
  }

  /** Empty: every file. */
  get text(): string {
    return this.#text;
  }

  /** Filters while the user types; Escape puts back what was. */
  ask(): void {
    const before = this.#text;
    let agreed = false;
    const input = vscode.window.createInputBox();
    input.title = t('Filter the inventory');
    input.placeholder = t('Words of a name, ticker, timeframe or state, such as ES 1m, or error');
    input.value = before;
    input.onDidChangeValue((text) => { this.set(text); });
    input.onDidAccept(() => {
      agreed = true;
      input.hide();
    });
    input.onDidHide(() => {
      if (!agreed) this.set(before);
      input.dispose();
    });
    input.show();
  }

  set(text: string): void {
    if (text.trim() === this.#text) return;
    this.#text = text.trim();
    void this.#kept.update(KEY, this.#text);
    this.#mark();
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #mark(): void {
    void vscode.commands.executeCommand('setContext', 'barkeep.filtered', this.#text !== '');
  }
}
