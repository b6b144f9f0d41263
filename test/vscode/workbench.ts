import type { FrameLocator, Locator, Page } from 'playwright-core';

/** What a user does and sees in the workbench, by what is on the screen. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
  }

  /** Opens the page and waits until the extension's icon is there: the palette lists no command before that. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.icon.waitFor({ timeout: 60_000 });
  }

  get icon(): Locator {
    return this.page.locator('.activitybar .action-item a[aria-label^="Barkeep"]').first();
  }

  /** Runs a command from the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.type(`>Barkeep: ${title}`);
    await this.choice(`Barkeep: ${title}`).click();
  }

  /** Opens a file by its name. */
  async file(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.type(name);
    await this.choice(name).click();
    await this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).waitFor();
  }

  async type(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]');
    await input.waitFor();
    await input.fill(text);
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
    return this.page.locator('.codelens-decoration a', { hasText: text });
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
