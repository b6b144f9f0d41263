import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

const WORDS = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;

/** Counts what a hand does to answer or to go on: presses of the mouse, and of Enter. A page that is opened again is given it again. */
const COUNTER = `if (window.clicks === undefined) { window.clicks = 0; for (const kind of ['mousedown', 'keydown']) addEventListener(kind, ({ key }) => { if (key === undefined || key === 'Enter') window.clicks++; }, true); }`;

/** What a window that is still being filled may lose is tried again after so many ms, and so often in all. */
const PATIENCE = 5000;
const ATTEMPTS = 4;
/** No step waits longer than this for anything, ms. */
const LONGEST = 40_000;

const succeeds = (act: Promise<void>): Promise<boolean> => act.then(() => true, () => false);

/** What a user does and sees in the workbench, by what is on the screen. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(LONGEST);
  }

  /** Opens the page and waits until the extension's icon is there: the palette lists no command before that. */
  async open(url: string): Promise<void> {
    await this.page.addInitScript({ content: COUNTER });
    await this.page.goto(url);
    await this.icon.waitFor({ timeout: 60_000 });
  }

  get icon(): Locator {
    return this.page.locator('.activitybar .action-item a[aria-label^="Barkeep"]').first();
  }

  /** Clicks since the window was opened. */
  clicks(): Promise<number> {
    return this.page.evaluate<number>('window.clicks');
  }

  /** Runs one of our commands from the palette. */
  async run(command: `barkeep.${string}`): Promise<void> {
    const title = `Barkeep: ${titleOf(command)}`;
    // A window that is still being filled takes the focus, which closes the palette.
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) if (await succeeds(this.#fromPalette(title, PATIENCE))) return;
    await this.#fromPalette(title);
  }

  async #fromPalette(title: string, timeout = LONGEST): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.type(`>${title}`, timeout);
    await this.choice(title).click({ timeout });
  }

  /** Does it again until it shows: a view that is still being filled may lose a click. */
  async insist(act: () => Promise<void>, shown: Locator): Promise<void> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      await act();
      if (await succeeds(shown.waitFor({ timeout: PATIENCE }))) return;
    }
    await act();
    await shown.waitFor();
  }

  /** Opens one of the views in the sidebar if it is folded; whether it is stands in its header, not in whether its rows have come. */
  async view(name: string): Promise<void> {
    const header = this.page.locator('.pane-header', { hasText: name });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await this.insist(() => header.click(), header.and(this.page.locator('[aria-expanded=true]')));
  }

  /** Clicks a command's link in a view that has nothing to show yet. */
  async welcome(command: `barkeep.${string}`): Promise<void> {
    await this.page.locator('.welcome-view-content a, .welcome-view-content .monaco-button', { hasText: titleOf(command) }).click();
  }

  /** Clicks a command's button on a row of a tree. */
  async action(row: Locator, command: `barkeep.${string}`): Promise<void> {
    await row.hover();
    await row.locator(`a.action-label[aria-label^="${titleOf(command)}"]`).click();
  }

  /** Opens a row of the tree unless what it holds is on the screen. */
  async unfold(row: RegExp, held: RegExp): Promise<void> {
    await this.row(row).waitFor();
    // The tree may still be filling, and fold what was clicked meanwhile.
    for (let attempt = 0; attempt < 5 && !(await this.row(held).first().isVisible()); attempt++) {
      await this.row(row).click();
      await this.page.waitForTimeout(800);
    }
  }

  /** Opens a file by its name. */
  async file(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.type(name);
    await this.choice(name).click();
    await this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).waitFor();
  }

  async type(text: string, timeout = LONGEST): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]');
    await input.waitFor({ timeout });
    await input.fill(text, { timeout });
  }

  /** A row of the list that asks something. */
  choice(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Answers a list of choices that bears this title, by the keyboard: a hover may lie over a row. */
  async pick(title: string, text: string): Promise<void> {
    await this.page.locator('.quick-input-titlebar:visible', { hasText: title }).waitFor();
    await this.type(text);
    await this.choice(text).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Answers the dialog that asks for a folder with one inside that which it begins with. */
  async chooseFolder(name: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget:visible');
    await this.choice(name).waitFor();
    // The list is filled twice; a row moves while the pointer is on its way.
    await this.page.waitForTimeout(1000);
    await this.choice(name).click();
    await this.page.waitForFunction(`document.querySelector('.quick-input-widget input[type=text]').value.endsWith('${name}/')`);
    await this.page.waitForTimeout(300);
    await dialog.locator('.quick-input-action .monaco-button:not(:empty)').first().click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Answers the dialog that asks for a folder with a path typed, which the filling of its list may overwrite: until it is gone. */
  typeFolder(folder: string): Promise<void> {
    return this.#typePath(`${folder}/`);
  }

  /** The same for a dialog that asks for a file. */
  typeFile(file: string): Promise<void> {
    return this.#typePath(file);
  }

  async #typePath(whole: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget:visible');
    for (let attempt = 1; ; attempt++) {
      await this.choice('..').waitFor();
      await this.type(whole);
      await this.page.waitForTimeout(1000);
      if ((await dialog.locator('input[type=text]').inputValue()) === whole) await dialog.locator('.quick-input-action .monaco-button:not(:empty)').first().click();
      if (await succeeds(dialog.waitFor({ state: 'detached', timeout: PATIENCE }))) return;
      if (attempt === ATTEMPTS) throw new Error(`the dialog does not take ${whole}`);
    }
  }

  /** Follows the link of a problem's code, which runs a command. */
  async link(problem: Locator, command: `barkeep.${string}`): Promise<void> {
    await problem.first().locator(`a.monaco-link, a[href^="command:${command}"]`).first().click({ modifiers: ['ControlOrMeta'] });
  }

  /** The question that must be answered before anything else. */
  get question(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async answer(button: string): Promise<void> {
    await this.question.locator('.monaco-button', { hasText: button }).first().click();
    await this.question.waitFor({ state: 'detached' });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  row(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row[role=treeitem]', { hasText: text });
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text }).first();
  }

  /** An entry of the Problems panel, which is opened for it. */
  async problem(text: string | RegExp): Promise<Locator> {
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.page.keyboard.press('Control+Shift+M');
    return this.page.locator('.markers-panel .monaco-list-row', { hasText: text });
  }

  /** The page in the webview that is shown. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }
}

/** A command's name in the palette. */
export const titleOf = (command: string): string => WORDS[`command.${command.replace(/^barkeep\./, '')}`] ?? command;
