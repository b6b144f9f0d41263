import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { makeFiles } from './files';
import { startFleet } from './fleet';
import { type Outcome, print } from './outcome';
import { openBrowser, openPage, Server } from './server';

/** Runs the suite inside the extension host. */

const root = path.join(__dirname, '..', '..');
/** Longest a whole run may take, ms. */
const LIMIT = 300_000;

export interface Prepared {
  readonly extension: string;
  readonly tests: string;
  readonly workspace: string;
  /** What the suite writes its outcomes to, named to it by the variable BARKEEP_OUTCOMES. */
  readonly outcomes: string;
}

/** Builds the extension as it is released, and the suite; makes a workspace to open. */
export async function prepare(): Promise<Prepared> {
  const { stageExtension } = await import('../../scripts/package.mjs');
  const cache = path.join(root, '.cache', 'vscode');
  const extension = path.join(cache, 'extension');
  await stageExtension(extension);
  const tests = path.join(cache, 'suite');
  rmSync(tests, { recursive: true, force: true });
  const suite = path.join(__dirname, 'suite');
  await build({
    entryPoints: readdirSync(suite).filter((file) => /^(index|.*\.test)\.ts$/.test(file)).map((file) => path.join(suite, file)),
    outdir: tests, bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode', 'mocha'], logLevel: 'warning', sourcemap: 'inline',
  });
  const workspace = mkdtempSync(path.join(tmpdir(), 'barkeep-workspace-'));
  makeFiles(workspace);
  mkdirSync(cache, { recursive: true });
  const outcomes = path.join(cache, `outcomes-${process.pid}.json`);
  rmSync(outcomes, { force: true });
  return { extension, tests: path.join(tests, 'index.js'), workspace, outcomes };
}

/** What the suite is told. */
export const environmentFor = ({ outcomes }: Prepared): Record<string, string> => ({
  BARKEEP_OUTCOMES: outcomes,
  BARKEEP_GREP: process.env['BARKEEP_GREP'] ?? '',
  BARKEEP_EXPORTER: path.join(root, 'test', 'support', 'exporter.mjs'),
  BARKEEP_DATA: path.join(root, '..', 'shared', 'data'),
});

/** Reads and prints what the suite wrote; `code` is what its host ended with. */
export function collect({ outcomes }: Prepared, code: number): Outcome[] {
  const ran = existsSync(outcomes) ? (JSON.parse(readFileSync(outcomes, 'utf8')) as Outcome[]) : [];
  const whole = code !== 0 && ran.every(({ ok }) => ok !== false) ? [{ title: `the suite ran (it ended with code ${code})`, ok: false }] : [];
  const all = [...ran, ...whole];
  all.forEach(print);
  return all;
}

export async function runSuite(): Promise<Outcome[]> {
  const prepared = await prepare();
  const fleet = await startFleet(prepared);
  const server = await Server.start({ development: true, env: { ...environmentFor(prepared), ...fleet.env } });
  const browser = await openBrowser();
  const said: string[] = [];
  try {
    const page = await openPage(browser);
    const ended = new Promise<number>((resolve, reject) => {
      void page.exposeFunction('codeAutomationLog', (kind: string, words: unknown[]) => said.push(`${kind}: ${words.join(' ')}`));
      void page.exposeFunction('codeAutomationExit', resolve);
      page.on('crash', () => { reject(new Error('the page crashed')); });
      setTimeout(() => { reject(new Error(`the suite took longer than ${LIMIT / 1000} s`)); }, LIMIT).unref();
    });
    const payload = [['extensionDevelopmentPath', server.remote(prepared.extension)], ['extensionTestsPath', server.remote(prepared.tests)]] as const;
    await page.goto(server.url(prepared.workspace, payload));
    return collect(prepared, await ended);
  } catch (error) {
    console.error(said.slice(-40).join('\n'));
    print({ title: 'the suite ran', ok: false, why: error instanceof Error ? error.message : String(error) });
    return [...collect(prepared, 0), { title: 'the suite ran', ok: false }];
  } finally {
    await browser.close();
    await server.stop();
    await fleet.stop();
    rmSync(prepared.outcomes, { force: true });
    rmSync(prepared.workspace, { recursive: true, force: true });
  }
}
