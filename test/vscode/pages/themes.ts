import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../outcome';
import { withInstalled } from '../walk';

/** Colours of the editor's own themes, as it gives them to pages: `npm run themes` writes them anew from the real editor. */

export const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern', contrast: 'Default High Contrast', 'contrast-light': 'Default High Contrast Light' } as const;
export type Theme = keyof typeof THEMES;

export interface Look {
  /** Class of the body. */
  readonly body: string;
  readonly variables: Readonly<Record<string, string>>;
}

const FILE = path.join(__dirname, 'themes.json');
const PAGES = path.join(__dirname, '..', '..', '..', 'webview');

export const readThemes = (): Readonly<Record<Theme, Look>> => JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<Theme, Look>>;

/** The editor's variables that our style sheets name. */
export function variablesUsed(): string[] {
  const sheets = readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
  const named = sheets.flatMap((sheet) => [...readFileSync(path.join(PAGES, sheet), 'utf8').matchAll(/--vscode-[\w-]+/g)].map(([name]) => name));
  return [...new Set(named)].sort();
}

export async function takeThemes(): Promise<Outcome[]> {
  const looks: Partial<Record<Theme, Look>> = {};
  await withInstalled(async (workbench, url, workspace) => {
    mkdirSync(path.join(workspace, '.vscode'));
    writeFileSync(path.join(workspace, 'a.csv'), 'a,b\n1,2\n');
    for (const [theme, name] of Object.entries(THEMES) as [Theme, string][]) {
      writeFileSync(path.join(workspace, '.vscode', 'settings.json'), JSON.stringify({ 'workbench.colorTheme': name }));
      await workbench.open(url);
      await workbench.page.waitForTimeout(1500);
      await workbench.file('a.csv');
      await workbench.lens('Details').click();
      await workbench.webview.locator('h1').waitFor();
      await workbench.page.waitForTimeout(1500);
      const [style, body] = await Promise.all([workbench.webview.locator('html').getAttribute('style'), workbench.webview.locator('body').getAttribute('class')]);
      looks[theme] = { body: body ?? '', variables: named(style ?? '') };
    }
  });
  writeFileSync(FILE, `${JSON.stringify(looks, null, 1)}\n`);
  return [{ title: 'the colours of the editor\'s themes are in test/vscode/pages/themes.json', ok: true }];
}

function named(style: string): Record<string, string> {
  const all = new Map(style.split(';').map((part) => [part.slice(0, part.indexOf(':')).trim(), part.slice(part.indexOf(':') + 1).trim()] as const));
  return Object.fromEntries(variablesUsed().flatMap((name) => (all.has(name) ? [[name, all.get(name)!]] : [])));
}
