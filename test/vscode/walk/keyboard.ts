import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Chapter, Scene, Step } from './chapter';
import { barkeep } from './support';

/** The same without a mouse, by what a screen reader is told. */
export const keyboard: Chapter = {
  name: 'keyboard',
  prepare: (folder) => {
    barkeep(folder, 'sample', folder);
    barkeep(folder, 'import', 'ES history.txt', 'ES', '1m', '--tz', 'America/Los_Angeles');
  },
  steps: stepsOf,
};

function stepsOf({ workbench, url }: Scene): Step[] {
  const { page } = workbench;
  /** What is said of the row that has the focus. */
  const spoken = async (): Promise<string> => (await page.locator('.sidebar .monaco-list-row.focused').first().getAttribute('aria-label')) ?? '';
  const goTo = async (wanted: RegExp): Promise<string> => {
    await page.keyboard.press('Home');
    for (let row = 0; row < 40; row++) {
      const said = await spoken();
      if (wanted.test(said)) return said;
      await page.keyboard.press('ArrowDown');
    }
    throw new Error(`no row says ${String(wanted)}`);
  };
  const view = async (): Promise<void> => {
    // A palette that was opened while the window was being filled does not list what came after it.
    const focus = workbench.choice('Focus on Data Inventory View');
    await workbench.insist(async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await workbench.type('>Focus on Data Inventory View');
    }, focus);
    await page.keyboard.press('Enter');
  };
  const inventory = (): Promise<void> => workbench.insist(view, page.locator('.sidebar .monaco-list:focus').first());
  const rawExports = (): Promise<void> =>
    workbench.insist(async () => {
      await goTo(/^Raw exports/);
      await page.keyboard.press('ArrowRight');
    }, workbench.row('ES history.txt'));

  return [
    ['the inventory is reached, and every row says what it is and how it is', async () => {
      await workbench.open(url);
      await view();
      await workbench.row('34,500 rows').first().waitFor();
      await inventory();
      await rawExports();
      const labels = await namesOf(page.locator('.sidebar .monaco-list-row[role=treeitem]'));
      assert.ok(labels.length >= 8, labels.join('\n'));
      // Of a folder of files that nobody looked into there is nothing to say.
      for (const label of labels) assert.match(label, /, (good|info|warning|error|not verified), |^(Raw exports|Other), \d+ files?$/);
      assert.ok(!labels.join('').includes('$('), 'no icon is read out by its name');
    }],
    ['what is typed filters the inventory, which says so until it is cleared', async () => {
      await workbench.run('barkeep.filter');
      await workbench.type('recent');
      await page.locator('.sidebar .message', { hasText: '"recent": 2 of' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.row('ES history.txt').waitFor({ state: 'detached' });
      await workbench.row('ES recent.txt').waitFor();
      await page.reload();
      await page.locator('.sidebar .message', { hasText: '"recent": 2 of' }).waitFor();
      await workbench.run('barkeep.clearFilter');
      await workbench.row('34,500 rows').first().waitFor();
      await inventory();
      await rawExports();
    }],
    ['a file is opened, and its row says from then on what was found in it', async () => {
      await goTo(/^trades_tampered/);
      await page.keyboard.press('Enter');
      await page.locator('.sidebar .monaco-list-row[aria-label^="trades_tampered"][aria-label*="1 error"]').waitFor();
    }],
    ['F8 goes to the problem and tells it', async () => {
      await page.keyboard.press('Control+1');
      await page.keyboard.press('F8');
      await page.locator('.zone-widget .marker-widget', { hasText: 'checksum-mismatch' }).waitFor();
      await page.keyboard.press('Escape');
    }],
    ['what can be done with a file is in its menu', async () => {
      await inventory();
      await goTo(/^ES recent\.txt/);
      await page.keyboard.press('Shift+F10');
      const menu = page.locator('.monaco-menu [role=menuitem]');
      await menu.first().waitFor();
      const offered = await menu.allTextContents();
      for (const wanted of ['Verify CSV', 'Verify Alignment…', 'Import…']) assert.ok(offered.some((text) => text.includes(wanted)), `${wanted} in ${offered.join(', ')}`);
      await page.keyboard.press('Escape');
    }],
    ['a page has an order of focus, and a name for everything that takes it', async () => {
      await goTo(/^1m,/);
      await page.keyboard.press('Enter');
      const preview = workbench.webview;
      await preview.locator('tbody tr').first().waitFor();
      const names = await namesOf(preview.locator('button, input, select, a[href], [tabindex="0"]'));
      assert.ok(names.length >= 2);
      assert.deepEqual(names.filter((name) => name.trim() === ''), []);
      assert.equal(await preview.locator('h1').count(), 1);
    }],
  ];
}

/** What each of the elements is called. */
const namesOf = async (elements: Locator): Promise<string[]> => Promise.all((await elements.all()).map(async (each) => (await each.getAttribute('aria-label')) ?? (await each.textContent()) ?? ''));
