import * as vscode from 'vscode';
import type { Finding } from '../../core/base/finding';
import { t } from '../words';
import type { Catalogue } from './catalogue';
import type { Checks } from './checks';
import { rangeOf } from './diagnostics';
import { CSV_FILES } from './lens';
import { repairTitle } from './repairs';

/** Most findings explained at one place. */
const MOST = 4;

/** What a problem under the mouse means: why it matters, what to do, the values that were compared. */
export function explainOnHover(checks: Checks, catalogue: Catalogue): vscode.Disposable {
  return vscode.languages.registerHoverProvider(CSV_FILES, {
    async provideHover({ uri }, position) {
      const verdict = checks.verdict(uri);
      if (verdict?.kind !== 'checked') return undefined;
      const here = verdict.report.findings.filter(({ place, row }) => row > 0 && rangeOf(place).contains(position)).slice(0, MOST);
      if (here.length === 0) return undefined;
      return new vscode.Hover(await Promise.all(here.map((finding) => explanation(uri, finding, catalogue))));
    },
  });
}

async function explanation(uri: vscode.Uri, finding: Finding, catalogue: Catalogue): Promise<vscode.MarkdownString> {
  const note = await catalogue.note(finding.code);
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['barkeep.explain', 'barkeep.repair'] };
  text.appendMarkdown(`**${escaped(note?.title ?? finding.code)}**`);
  if (finding.column !== undefined) text.appendMarkdown(` · \`${finding.column.replaceAll('`', "'")}\``);
  text.appendMarkdown('\n\n').appendText(finding.message);
  if (finding.related !== undefined) text.appendMarkdown('\n\n').appendText(`${finding.related.message} (${t('line {0}', finding.related.line)})`);
  if (note !== undefined) text.appendMarkdown(`\n\n*${escaped(t('Why it matters'))}:* ${escaped(note.why)}\n\n*${escaped(t('What to do'))}:* ${escaped(note.remedy)}`);
  const links = [
    ...(note?.repair === undefined || !vscode.workspace.isTrusted ? [] : [link(`${repairTitle(note.repair)}…`, 'barkeep.repair', uri, note.repair)]),
    link(t('Details'), 'barkeep.explain', uri.toString(), finding.code),
  ];
  return text.appendMarkdown(`\n\n${links.join(' · ')}`);
}

const link = (title: string, command: string, ...args: readonly unknown[]): string => `[${escaped(title)}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
