import path from 'node:path';
import * as vscode from 'vscode';
import type { InventoryEntry } from '../../protocol/inventory';
import type { Node } from '../inventory/tree-model';
import { settings } from '../settings';
import { fileOfExport } from './exports';

/** What a command was called on: a node of the inventory, a file, or nothing in particular. */
export interface Target {
  /** A CSV (or other file to be read). */
  readonly source?: vscode.Uri;
  readonly ticker?: string;
  readonly timeframe?: string;
  /** A file of the data folder, by its name there. */
  readonly kept?: string;
}

/** A target by its names, where no node of the tree stands for it. */
export class Named {
  readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }
}

export function targetOf(called: unknown): Target {
  if (called instanceof Named) return called.target;
  if (called instanceof vscode.Uri) return { source: called };
  const exported = fileOfExport(called);
  if (exported !== undefined) return { source: vscode.Uri.file(exported) };
  if (!isNode(called)) return {};
  switch (called.kind) {
    case 'category':
      return {};
    case 'ticker':
      return { ticker: called.ticker };
    case 'file':
      return entryTarget(called.entry);
  }
}

function entryTarget({ category, file, ticker, timeframe }: InventoryEntry): Target {
  const named = { ...(ticker === undefined ? {} : { ticker }), ...(timeframe === undefined ? {} : { timeframe }) };
  if (category === 'market' || category === 'derived') return { ...named, kept: file };
  return { ...named, source: vscode.Uri.file(path.join(settings.dataFolder() ?? '', file)) };
}

/** The tree hands its own nodes back; nothing else with a `kind` is ever passed to a command of ours. */
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'category' || value.kind === 'ticker' || value.kind === 'file');
