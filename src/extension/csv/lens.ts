import * as vscode from 'vscode';
import type { Report } from '../../protocol/report';
import { count, t } from '../words';
import type { Catalogue } from './catalogue';
import type { Checks } from './checks';
import { clustersOf, type Cluster } from './clusters';
import { isCheckedLive } from './follow';
import { summarize } from './summary';

/** The documents that lenses, hovers and quick fixes are for. */
export const CSV_FILES: vscode.DocumentSelector = [{ language: 'csv' }, { pattern: '**/*.txt' }, { pattern: '**/*.txt.DONE' }];

/** The line above a CSV's first: verdict | Import… | Repair… | Details; and one above each cluster of problems. */
export function showLenses(checks: Checks, catalogue: Catalogue): vscode.Disposable {
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: (listener) => checks.onDidChange(() => { listener(); }),
    provideCodeLenses: (document) => lensesFor(document, checks, catalogue),
  };
  return vscode.languages.registerCodeLensProvider(CSV_FILES, provider);
}

async function lensesFor(document: vscode.TextDocument, checks: Checks, catalogue: Catalogue): Promise<vscode.CodeLens[]> {
  const { uri } = document;
  const verdict = checks.verdict(uri);
  if (verdict === undefined) return [];
  const { icon, text: found } = summarize(verdict);
  const text = document.isDirty && !isCheckedLive(document) ? t('{0} · as last saved', found) : found;
  // A no-break space: the editor drops an ordinary one after an icon.
  const title = `$(${icon})\u00A0${text}`;
  const said = icon === 'pass' || icon === 'sync~spin' ? lens(0, title, 'barkeep.details', uri) : lens(0, title, 'workbench.actions.view.problems');
  if (verdict.kind !== 'checked') return [said];
  const { report } = verdict;
  const writable = uri.scheme === 'file' && vscode.workspace.isTrusted;
  const repairable = writable && (await isRepairable(report, catalogue));
  return [
    said,
    ...(writable && report.shape !== 'table' ? [lens(0, t('Import…'), 'barkeep.import', uri)] : []),
    ...(repairable ? [lens(0, t('Repair…'), 'barkeep.repair', uri)] : []),
    lens(0, t('Details'), 'barkeep.details', uri),
    ...clustersOf(report).filter(({ line }) => line <= document.lineCount).map((cluster) => clusterLens(uri, cluster)),
  ];
}

async function isRepairable({ totals }: Report, catalogue: Catalogue): Promise<boolean> {
  const notes = await catalogue.notes();
  return notes.some(({ code, repair }) => repair !== undefined && repair !== 'checksums' && (totals[code] ?? 0) > 0);
}

function clusterLens(uri: vscode.Uri, { line, errors, warnings, infos, first }: Cluster): vscode.CodeLens {
  const counts = [
    ...(errors > 0 ? [count(errors, '1 error', '{0} errors')] : []),
    ...(warnings > 0 ? [count(warnings, '1 warning', '{0} warnings')] : []),
    ...(infos > 0 ? [count(infos, '1 remark', '{0} remarks')] : []),
  ].join(', ');
  const codes = first.slice(0, 3).map(({ code }) => code).join(', ') + (first.length > 3 ? ' …' : '');
  const icon = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'info';
  return lens(line - 1, `$(${icon})\u00A0${t('{0} from here: {1}', counts, codes)}`, 'barkeep.explain', uri.toString(), first[0]?.code);
}

const lens = (line: number, title: string, command: string, ...args: unknown[]): vscode.CodeLens =>
  new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: args });
