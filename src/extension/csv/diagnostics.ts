import * as vscode from 'vscode';
import type { Finding, Place, Severity } from '../../core/base/finding';
import { settings } from '../settings';
import type { Checks } from './checks';
import { problemsOf } from './problems';

const SEVERITY: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** Keeps the Problems panel in step with the verdicts. */
export function publishProblems(checks: Checks): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('barkeep');
  const follow = checks.onDidChange((uri) => {
    const verdict = checks.listed(uri);
    if (verdict === undefined || verdict.kind === 'failed') collection.delete(uri);
    if (verdict?.kind !== 'checked') return;
    const { listed, rest } = problemsOf(verdict.report, settings.maxProblems());
    const entries = listed.map((finding) => diagnose(uri, finding));
    collection.set(uri, rest === undefined ? entries : [...entries, remainder(uri, rest, listed.at(-1))]);
  });
  return vscode.Disposable.from(follow, collection);
}

/** Lines count from 1 in a finding and from 0 in an editor. */
export const rangeOf = (place: Place): vscode.Range =>
  new vscode.Range(Math.max(0, place.line - 1), place.column, Math.max(0, place.endLine - 1), place.endColumn);

function diagnose(uri: vscode.Uri, finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(finding.place), finding.message, SEVERITY[finding.severity]);
  diagnostic.source = 'Barkeep';
  diagnostic.code = { value: finding.code, target: explanation(uri, finding.code) };
  if (finding.related !== undefined) {
    const line = Math.max(0, finding.related.line - 1);
    const location = new vscode.Location(uri, new vscode.Position(line, 0));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(location, finding.related.message)];
  }
  return diagnostic;
}

function remainder(uri: vscode.Uri, message: string, last: Finding | undefined): vscode.Diagnostic {
  const line = Math.max(0, (last?.place.endLine ?? 1) - 1);
  const diagnostic = new vscode.Diagnostic(new vscode.Range(line, 0, line, 0), message, vscode.DiagnosticSeverity.Information);
  diagnostic.source = 'Barkeep';
  diagnostic.code = { value: 'totals', target: explanation(uri) };
  return diagnostic;
}

/** The link on a diagnostic's code: the details page, at that check. */
const explanation = (uri: vscode.Uri, code?: string): vscode.Uri =>
  vscode.Uri.parse(`command:barkeep.explain?${encodeURIComponent(JSON.stringify([uri.toString(), code ?? null]))}`);
