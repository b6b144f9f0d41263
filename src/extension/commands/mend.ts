import * as vscode from 'vscode';
import { filesIn } from '../inventory/tree-model';
import { t } from '../words';
import type { Bench } from './bench';
import { type Curable, curableIn, itemFor, targetOfRemedy } from './curable';
import { continuity } from './examine';
import { importFile } from './import';
import { backup, cleanUp, regenerate, restore } from './keep';
import { rebuild } from './rebuild';
import { isNode, Named } from './target';
import { update } from './update';

/** The commands that remedies name, each begun as from its menu: what changes a file shows first what it will do. */
const STARTS: Readonly<Record<string, (bench: Bench, called: unknown) => Promise<void>>> = { backup, clean: cleanUp, continuity, import: importFile, rebuild, regenerate, restore, update };

/** Mend…: the one remedy of what it was called on, or the one chosen of several; of the whole folder when called on nothing. */
export async function mend(bench: Bench, called: unknown): Promise<void> {
  const found = curableIn(isNode(called) ? filesIn(called) : (bench.listing.inventory?.entries ?? []));
  const chosen = isNode(called) && found.length === 1 ? found[0] : await choose(found);
  if (chosen === undefined) return;
  const { command } = chosen.complaint.remedy;
  await STARTS[command[0] ?? '']?.(bench, new Named(targetOfRemedy(command)));
}

async function choose(found: readonly Curable[]): Promise<Curable | undefined> {
  if (found.length === 0) {
    void vscode.window.showInformationMessage(t('There is nothing to mend here.'));
    return undefined;
  }
  const items = found.map((curable) => ({ curable, ...itemFor(curable) }));
  return (await vscode.window.showQuickPick(items, { title: t('Mend'), placeHolder: t('What is to be done?'), matchOnDescription: true, matchOnDetail: true }))?.curable;
}
