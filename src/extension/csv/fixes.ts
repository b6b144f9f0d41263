import * as vscode from 'vscode';
import type { Repair } from '../../protocol/repair';
import { t } from '../words';
import type { Catalogue } from './catalogue';
import { CSV_FILES } from './lens';
import { repairTitle } from './repairs';

/** Quick fixes: for each problem that a repair mends, that repair; each shows first what it would change. */
export function offerFixes(catalogue: Catalogue): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions({ uri }, _range, { diagnostics }) {
      const ours = diagnostics.filter(({ source }) => source === 'Barkeep');
      if (ours.length === 0 || !vscode.workspace.isTrusted) return [];
      const notes = await catalogue.notes();
      const byRepair = new Map<Repair, vscode.Diagnostic[]>();
      for (const diagnostic of ours) {
        const repair = notes.find(({ code }) => code === codeOf(diagnostic))?.repair;
        if (repair !== undefined) byRepair.set(repair, [...(byRepair.get(repair) ?? []), diagnostic]);
      }
      return [...byRepair].map(([repair, mended]) => fix(uri, repair, mended));
    },
  };
  return vscode.languages.registerCodeActionsProvider(CSV_FILES, provider, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] });
}

function fix(uri: vscode.Uri, repair: Repair, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(t('{0}…', repairTitle(repair)), vscode.CodeActionKind.QuickFix);
  action.command = { title: action.title, command: 'barkeep.repair', arguments: [uri, repair] };
  action.diagnostics = diagnostics;
  return action;
}

const codeOf = ({ code }: vscode.Diagnostic): string | number | undefined => (typeof code === 'object' ? code.value : code);
