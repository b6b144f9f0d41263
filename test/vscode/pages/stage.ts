import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { htmlOf } from '../../../src/extension/html';
import { readThemes, type Theme } from './themes';
import { PATIENCE } from '../../support/until';

/** Pages as the editor shows them: their own HTML and policy, its colours and default styles, and somebody who answers. */

const DIST = path.join(__dirname, '..', '..', '..', 'dist', 'webview');
const AXE = path.join(path.dirname(require.resolve('axe-core')), 'axe.min.js');

/** What the editor lays under every page. */
const DEFAULTS = `@layer vscode-default {
html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
body { overscroll-behavior-x: none; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
code { color: var(--vscode-textPreformat-foreground); }
}
html { background-color: var(--vscode-editor-background); }`;

export interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/** @param message from the page @returns messages to it */
export type Answer = (message: never) => Promise<readonly object[]> | readonly object[];

export class Stage {
  readonly #server: HttpServer;
  readonly #browser: Browser;
  readonly #files: ReadonlyMap<string, string>;
  readonly #themes = readThemes();

  private constructor(server: HttpServer, browser: Browser, files: ReadonlyMap<string, string>) {
    this.#server = server;
    this.#browser = browser;
    this.#files = files;
  }

  /** @param files that pages may fetch, by the name they have under `/file/` */
  static async open(browser: Browser, files: ReadonlyMap<string, string>): Promise<Stage> {
    const server = createServer();
    const stage = new Stage(server, browser, files);
    server.on('request', ({ url = '/' }, response) => {
      const [type, content] = stage.#serve(new URL(url, 'http://localhost'));
      response.writeHead(content === undefined ? 404 : 200, { 'Content-Type': type });
      response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stage;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => { resolve(); }));
  }

  async show(name: string, theme: Theme, answer: Answer, width = 1280, fetches = false): Promise<Shown> {
    const context = await this.#browser.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const shown = new Shown(context, page);
    await page.exposeFunction('barkeepTell', async (message: never) => { for (const reply of await answer(message)) await shown.send(reply); });
    await page.addInitScript({ content: STUB });
    await page.addInitScript({ path: AXE });
    await page.goto(`${this.origin}/page/${name}?theme=${theme}${fetches ? '&fetches' : ''}`);
    return shown;
  }

  /** Changes the theme, as the editor does under a page that is open. */
  async dress({ page }: Shown, theme: Theme): Promise<void> {
    await page.evaluate(`new Promise((resolve) => {
      const sheet = document.querySelector('link');
      sheet.onload = () => { document.body.className = '${this.#themes[theme].body}'; requestAnimationFrame(() => setTimeout(resolve, 50)); };
      sheet.href = '/theme/${theme}?' + performance.now();
    })`);
  }

  #serve({ pathname, searchParams }: URL): [type: string, content: string | Buffer | undefined] {
    const [, kind, name = ''] = pathname.split('/').map(decodeURIComponent);
    const theme = (searchParams.get('theme') ?? 'light') as Theme;
    if (kind === 'page') return ['text/html', this.#html(name, theme, searchParams.has('fetches'))];
    if (kind === 'theme') return ['text/css', `:root { ${Object.entries(this.#themes[name as Theme].variables).map(([key, value]) => `${key}: ${value};`).join(' ')} }\n${DEFAULTS}`];
    if (kind === 'dist') return [name.endsWith('.css') ? 'text/css' : 'text/javascript', readFileSync(path.join(DIST, path.basename(name)))];
    const file = kind === 'file' ? this.#files.get(name) : undefined;
    return ['application/json', file === undefined ? undefined : readFileSync(file)];
  }

  #html(name: string, theme: Theme, fetches: boolean): string {
    const html = htmlOf({ language: 'en', source: this.origin, nonce: 'once', style: `/dist/${name}.css`, script: `/dist/${name}.js`, fetches });
    return html.replace('<link ', `<link rel="stylesheet" href="/theme/${theme}"><link `).replace('<body>', `<body class="${this.#themes[theme].body}">`);
  }
}

/** A page that is shown. */
export class Shown {
  readonly page: Page;
  /** What its console said of errors and warnings. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', (line) => { if (line.type() === 'error' || line.type() === 'warning') this.complaints.push(line.text()); });
    page.on('pageerror', (error) => { this.complaints.push(error.message); });
  }

  async send(message: object): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  }

  /** Violations of the page's own policy so far. */
  policy(): Promise<string[]> {
    return this.page.evaluate('barkeepPolicy');
  }

  /** What axe-core finds. Pages are fragments of the editor, which has the landmarks around them. */
  async violations(): Promise<Violation[]> {
    return this.page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map(({ target, failureSummary }) => target.join(' ') + ' ' + failureSummary) })))`);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** In the page, before its own script: the editor's interface, with a state that survives a reload. */
const STUB = `
  window.barkeepPolicy = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => { barkeepPolicy.push(violatedDirective + ' ' + blockedURI); });
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { barkeepTell(message); },
    getState: () => JSON.parse(sessionStorage.getItem('state')) ?? undefined,
    setState: (state) => { sessionStorage.setItem('state', JSON.stringify(state)); },
  });
`;
