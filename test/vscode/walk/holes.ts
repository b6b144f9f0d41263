import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Chapter, Scene, Step } from './chapter';
import { barkeep } from './support';

/** A master that lacks two hours of a day, and all of the next: from the dashboard to the bars on either side. */
export const holes: Chapter = {
  name: 'holes',
  prepare: (folder) => {
    barkeep(folder, 'sample', folder);
    const file = path.join(folder, 'ES history.txt');
    const isLost = (line: string): boolean => (line >= '20251015 070100' && line < '20251015 090100') || line.startsWith('20251016');
    writeFileSync(file, readFileSync(file, 'utf8').split('\r\n').filter((line) => !isLost(line)).join('\r\n'));
    barkeep(folder, 'import', 'ES history.txt', 'ES', '1m', '--tz', 'America/Los_Angeles', '--no-regenerate');
  },
  steps: stepsOf,
};

function stepsOf({ workbench, url }: Scene): Step[] {
  const { page } = workbench;
  const dashboard = workbench.webview;
  return [
    ['the dashboard shows at a glance which days lack bars', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await workbench.row('Market Data').waitFor();
      await workbench.run('barkeep.openDashboard');
      await dashboard.locator('.months [aria-label^="2025-10-15 · incomplete"]').waitFor();
    }],
    ['the day leads to the very bars that are missing', async () => {
      await dashboard.locator('.months [aria-label^="2025-10-15 · incomplete"]').click();
      const row = dashboard.locator('.day tbody tr', { hasText: '14:00 – 16:00' });
      await row.waitFor();
      assert.match((await row.textContent()) ?? '', /120/);
    }],
    ['and to the bars before and after them', async () => {
      await dashboard.locator('.day button', { hasText: 'Open the Bars' }).click();
      await page.locator('.tabs-container .tab.active[data-resource-name="ES_1m.parquet"]').waitFor();
      await workbench.webview.locator('tbody tr td', { hasText: '2025-10-15' }).first().waitFor();
    }],
  ];
}
