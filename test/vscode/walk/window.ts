import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Chapter, Scene, Step } from './chapter';
import { until } from './support';

/** A window without a folder: what is offered leads on. The last chapter, since the data folder is then a setting of the user. */
export const window: Chapter = { name: 'window', steps: stepsOf };

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const empty = new URL(url);
  empty.searchParams.delete('folder');
  empty.searchParams.set('ew', 'true');
  return [
    ['an empty window offers to open a folder, and to try on made-up bars', async () => {
      await workbench.open(empty.href);
      await workbench.icon.click();
      const offered = page.locator('.welcome-view-content .monaco-button');
      await offered.first().waitFor();
      assert.deepEqual((await offered.allTextContents()).map((text) => text.trim()).slice(0, 3), ['Open Folder', 'Choose Data Folder', 'Create Sample Data']);
    }],
    ['Create Sample Data asks where, and the inventory shows it, still without a folder', async () => {
      await workbench.welcome('barkeep.sample');
      await workbench.typeFolder(folder);
      await until('the sample', () => existsSync(path.join(folder, 'barkeep-sample', 'ES history.txt')));
      await workbench.row('Raw exports').waitFor();
    }],
  ];
}
