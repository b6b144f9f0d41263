import * as vscode from 'vscode';
import { t } from '../words';
import type { Checks } from './checks';
import { isCheckedLive } from './follow';
import { summarize } from './summary';

/** The line above a CSV's first: verdict | Import… | Details. */
export function showLenses(checks: Checks): vscode.Disposable {
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: (listener) => checks.onDidChange(() => { listener(); }),
    provideCodeLenses: (document) => lensesFor(document, checks),
  };
  return vscode.languages.registerCodeLensProvider([{ language: 'csv' }, { pattern: '**/*.txt' }, { pattern: '**/*.txt.DONE' }], provider);
}

function lensesFor(document: vscode.TextDocument, checks: Checks): vscode.CodeLens[] {
  const { uri } = document;
  const verdict = checks.verdict(uri);
  if (verdict === undefined) return [];
  const { icon, text: found } = summarize(verdict);
  const text = document.isDirty && !isCheckedLive(document) ? t('{0} · as last saved', found) : found;
  const lens = (title: string, command: string, ...args: unknown[]): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: args });
  // A no-break space: the editor drops an ordinary one after an icon.
  const said = lens(`$(${icon})\u00A0${text}`, icon === 'pass' ? 'barkeep.details' : 'workbench.actions.view.problems', ...(icon === 'pass' ? [uri] : []));
  if (verdict.kind !== 'checked') return [said];
  const importable = verdict.report.shape !== 'table' && uri.scheme === 'file' && vscode.workspace.isTrusted;
  return [said, ...(importable ? [lens(t('Import…'), 'barkeep.import', uri)] : []), lens(t('Details'), 'barkeep.details', uri)];
}
