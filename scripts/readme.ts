// Fills what has a single source elsewhere: in README.md the catalogue of checks, the exit codes, the settings; in
// package.json the tools for agents. `npm run docs` writes them; test/shape/readme.test.ts fails when they are not up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkNotes } from '../src/cli/show/checks';
import { EXIT } from '../src/protocol/exit';
import { TOOLS } from '../src/protocol/tools';

const root = path.join(__dirname, '..');
const file = path.join(root, 'README.md');
const manifestFile = path.join(root, 'package.json');

interface Setting {
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
}
interface Manifest {
  readonly contributes: { readonly configuration?: Group | readonly Group[] };
}
interface Group {
  readonly properties: Readonly<Record<string, Setting>>;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

function settings(): string {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
  const said = (text: string): string => text.replace(/^%(.*)%$/, (_all, key: string) => words[key] ?? key);
  const configuration = manifest.contributes.configuration ?? [];
  const groups = Array.isArray(configuration) ? (configuration as readonly Group[]) : [configuration as Group];
  const rows = groups.flatMap(({ properties }) =>
    Object.entries(properties).map(([name, { default: value, description, markdownDescription }]) => [
      `\`${name}\``,
      value === '' || value === undefined ? '' : `\`${JSON.stringify(value)}\``,
      said(markdownDescription ?? description ?? ''),
    ]),
  );
  return table(['setting', 'default', 'meaning'], rows);
}

/** README.md as it should be. */
export function renderReadme(): string {
  const parts: Readonly<Record<string, string>> = {
    settings: settings(),
    exits: table(['code', 'meaning'], Object.values(EXIT).map(({ code, means }) => [String(code), means])),
    checks: table(['check', 'severity', 'says', 'what to do'], checkNotes().map((check) => [`\`${check.code}\``, check.severity, check.title, check.remedy])),
  };
  let text = readFileSync(file, 'utf8');
  for (const [name, content] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- ${name}:begin -->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
    if (!marked.test(text)) throw new Error(`README.md has no place for ${name}`);
    text = text.replace(marked, (_all, begin: string, end: string) => `${begin}${content}\n${end}`);
  }
  return text;
}

/** package.json as it should be: `contributes.languageModelTools` is the table of tools. */
export function renderManifest(): string {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { contributes: Record<string, unknown> };
  manifest.contributes['languageModelTools'] = TOOLS.map(({ name, description, input }) => ({
    name: `barkeep_${name}`,
    toolReferenceName: `barkeep-${name}`,
    displayName: `%tool.${name}%`,
    userDescription: `%tool.${name}%`,
    modelDescription: description,
    canBeReferencedInPrompt: true,
    icon: 'media/barkeep.svg',
    tags: ['barkeep', 'trading bars', 'csv', 'parquet'],
    inputSchema: input,
  }));
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

if (require.main === module) {
  writeFileSync(file, renderReadme());
  writeFileSync(manifestFile, renderManifest());
}
