import * as vscode from 'vscode';
import type { Finding } from '../../core/base/finding';
import type { Cell } from '../../protocol/cell';
import { CELL_HEAD, cellRequest, type CellParams } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { settings } from '../settings';
import { t } from '../words';
import type { Catalogue } from './catalogue';
import { cellLines, cellTitle } from './cells';
import type { Checks } from './checks';
import { rangeOf } from './diagnostics';
import { CSV_FILES } from './lens';
import { repairTitle } from './repairs';

/** Most findings explained at one place. */
const MOST = 4;
/** Longest line, and head of a file, that is looked at for one cell, characters. */
const LONGEST = 100_000;

/** What the cell under the mouse means, and of each problem there why it matters and what to do; its message the editor shows by itself. */
export function explainOnHover(checks: Checks, catalogue: Catalogue, server: Server): vscode.Disposable {
  return vscode.languages.registerHoverProvider(CSV_FILES, {
    async provideHover(document, position, token) {
      const { uri } = document;
      const verdict = checks.verdict(uri);
      if (verdict?.kind !== 'checked') return undefined;
      const here = verdict.report.findings.filter(({ place, row }) => row > 0 && rangeOf(place).contains(position)).slice(0, MOST);
      const [cell, ...explained] = await Promise.all([cellUnder(server, document, position, token), ...here.map((finding) => explanation(uri, finding, catalogue))]);
      if (cell === undefined) return explained.length === 0 ? undefined : new vscode.Hover(explained);
      const { line } = position;
      return new vscode.Hover([meaning(cell), ...explained], new vscode.Range(line, cell.from, line, cell.to));
    },
  });
}

async function cellUnder(server: Server, document: vscode.TextDocument, { line, character }: vscode.Position, token: vscode.CancellationToken): Promise<Cell | undefined> {
  const { text } = document.lineAt(line);
  if (text.length > LONGEST) return undefined;
  const zone = settings.csvTimeZone();
  const params: CellParams = {
    file: document.uri.fsPath, ...(zone === undefined ? {} : { tz: zone }),
    head: document.getText(new vscode.Range(0, 0, CELL_HEAD, 0)).slice(0, LONGEST), whole: document.lineCount <= CELL_HEAD,
    text, line: line + 1, character,
  };
  return (await server.request(cellRequest, params, token)) ?? undefined;
}

function meaning(cell: Cell): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['workbench.action.openSettings'] };
  const name = cell.name === '' ? '' : `**${escaped(cell.name)}** · `;
  const lines = cellLines(cell.value).map(escaped);
  const known = cell.value.kind === 'local' ? ` · ${link(t('Set the zone…'), 'workbench.action.openSettings', 'barkeep.csv.timeZone')}` : '';
  return text.appendMarkdown([name + escaped(cellTitle(cell)), ...lines].join('  \n') + known);
}

async function explanation(uri: vscode.Uri, finding: Finding, catalogue: Catalogue): Promise<vscode.MarkdownString> {
  const note = await catalogue.note(finding.code);
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['barkeep.explain', 'barkeep.repair'] };
  text.appendMarkdown(`**${escaped(note?.title ?? finding.code)}**`);
  if (finding.column !== undefined) text.appendMarkdown(` · \`${finding.column.replaceAll('`', "'")}\``);
  if (note !== undefined) text.appendMarkdown(`\n\n*${escaped(t('Why it matters'))}:* ${escaped(note.why)}\n\n*${escaped(t('What to do'))}:* ${escaped(note.remedy)}`);
  const links = [
    ...(note?.repair === undefined || !vscode.workspace.isTrusted ? [] : [link(`${repairTitle(note.repair)}…`, 'barkeep.repair', uri, note.repair)]),
    link(t('Details'), 'barkeep.explain', uri.toString(), finding.code),
  ];
  return text.appendMarkdown(`\n\n${links.join(' · ')}`);
}

const link = (title: string, command: string, ...args: readonly unknown[]): string => `[${escaped(title)}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
