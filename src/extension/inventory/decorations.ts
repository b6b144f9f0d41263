import path from 'node:path';
import * as vscode from 'vscode';
import type { InventoryEntry } from '../../protocol/inventory';
import { count, t } from '../words';
import type { Listing } from './listing';

/** In the explorer, a mark on every file of the data folder that is not well, once the inventory has been read. */
export function decorateFiles(listing: Listing): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let unwell = new Map<string, InventoryEntry>();
  const provider: vscode.FileDecorationProvider = {
    onDidChangeFileDecorations: changed.event,
    provideFileDecoration: ({ scheme, fsPath }) => {
      const entry = scheme === 'file' ? unwell.get(fsPath) : undefined;
      return entry === undefined ? undefined : decorationOf(entry);
    },
  };
  return vscode.Disposable.from(
    changed,
    vscode.window.registerFileDecorationProvider(provider),
    listing.onDidChange(() => {
      const { folder = '', entries = [] } = listing.inventory ?? {};
      unwell = new Map(entries.filter(({ health }) => health === 'error' || health === 'warning').map((entry) => [path.join(folder, entry.file), entry]));
      changed.fire(undefined);
    }),
  );
}

function decorationOf({ health, complaints }: InventoryEntry): vscode.FileDecoration {
  const [first, ...others] = complaints.filter(({ severity }) => severity === health);
  const text = [first?.message ?? t(health), ...(others.length === 0 ? [] : [count(others.length, 'and 1 more complaint', 'and {0} more complaints')])].join(' ');
  const { badge, colour } = health === 'error' ? { badge: '✗', colour: 'list.errorForeground' } : { badge: '!', colour: 'list.warningForeground' };
  return new vscode.FileDecoration(badge, `Barkeep: ${text}`, new vscode.ThemeColor(colour));
}
