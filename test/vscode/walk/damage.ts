import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { quote, sql } from '../../support/sql';
import type { Chapter, Scene, Step } from './chapter';
import { until } from '../../support/until';
import { barkeep, digest } from './support';

/** A master that is damaged and has no backup: made anew from its exports, by each way that leads there. */
export const damage: Chapter = {
  name: 'damage',
  prepare: (folder) => {
    barkeep(folder, 'sample', folder);
    barkeep(folder, 'import', 'ES history.txt', 'ES', '1m', '--tz', 'America/Los_Angeles', '--no-regenerate');
    renameSync(path.join(folder, 'ES_1m.parquet'), path.join(folder, 'ES_1m.kept'));
    tear(folder);
  },
  steps: stepsOf,
};

const masterIn = (folder: string): string => path.join(folder, 'ES_1m.parquet');
const goodIn = (folder: string): string => path.join(folder, 'ES_1m.kept');

/** Cut off before its end. */
function tear(folder: string): void {
  writeFileSync(masterIn(folder), readFileSync(goodIn(folder)).subarray(0, -64));
}

/** Every row twice, by another program; each also where its bytes were. */
async function double(folder: string): Promise<void> {
  const other = `${goodIn(folder)}.twice`;
  await sql(`COPY (SELECT * FROM read_parquet(${quote(goodIn(folder))}) UNION ALL SELECT * FROM read_parquet(${quote(goodIn(folder))}) ORDER BY datetime) TO ${quote(other)} (FORMAT parquet)`);
  renameSync(other, masterIn(folder));
}

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const dashboard = workbench.webview;
  const asked = async (text: RegExp): Promise<void> => {
    await workbench.question.waitFor();
    assert.match((await workbench.question.textContent()) ?? '', text);
  };
  const isWhole = async (damaged: string, kept: string): Promise<void> => {
    await until('the master whole', () => existsSync(masterIn(folder)) && digest(masterIn(folder)) === digest(goodIn(folder)));
    await page.locator('.statusbar-item', { hasText: `the damaged file is kept as ${kept}` }).waitFor();
    assert.equal(digest(path.join(folder, kept)), damaged);
  };

  return [
    ['Mend, on the row of a torn master: what it is made of, then made anew; the torn file is in the quarantine', async () => {
      const damaged = digest(masterIn(folder));
      await workbench.open(url);
      await workbench.icon.click();
      const row = workbench.row(/^1m.*KB/);
      await workbench.unfold(/^ES\s*1 file/, /^1m.*KB/);
      await workbench.action(row.first(), 'barkeep.mend');
      await asked(/Rebuild ES_1m\.parquet from its exports\?.*ES history\.txt: 34,500 bars.*Bars after: 34,500/s);
      await workbench.answer('Rebuild');
      await isWhole(damaged, 'quarantine/ES_1m.parquet');
      await workbench.row('34,500 rows').first().waitFor();
    }],
    ['the dashboard: a master that holds every bar twice stands first, and one click mends it', async () => {
      await double(folder);
      const damaged = digest(masterIn(folder));
      await workbench.run('barkeep.openDashboard');
      const first = dashboard.locator('.cares [role=row][aria-rowindex="2"]');
      await first.filter({ hasText: /34500 bars have the time of the bar before/ }).waitFor();
      await first.locator('button', { hasText: 'Rebuild from its exports' }).click();
      await asked(/Bars before: 69,000; after: 34,500/);
      await workbench.answer('Rebuild');
      await isWhole(damaged, 'quarantine/ES_1m.parquet.2');
      await dashboard.locator('.cares .space [role=row]', { hasText: 'have the time of the bar before' }).waitFor({ state: 'detached' });
    }],
    ['Rebuild, from the palette, of an export that lies elsewhere: refused, then chosen', async () => {
      const elsewhere = path.join(path.dirname(folder), `${path.basename(folder)} elsewhere`);
      mkdirSync(elsewhere);
      renameSync(path.join(folder, 'ES history.txt'), path.join(elsewhere, 'ES history.txt'));
      tear(folder);
      const damaged = digest(masterIn(folder));
      await workbench.run('barkeep.refresh');
      await workbench.row(/^1m.*KB/).and(page.locator('[aria-label*="error"]')).waitFor();
      await workbench.run('barkeep.rebuild');
      await workbench.pick('Rebuild', 'ES_1m.parquet');
      await asked(/It cannot be rebuilt as it is\..*none of what it was made of is there/s);
      await workbench.answer('Choose Exports');
      await workbench.typeFile(path.join(elsewhere, 'ES history.txt'));
      await asked(/ES history\.txt: 34,500 bars/);
      await workbench.answer('Rebuild');
      await isWhole(damaged, 'quarantine/ES_1m.parquet');
    }],
    ['and of a sound one: there is nothing to mend', async () => {
      await workbench.run('barkeep.rebuild');
      await workbench.pick('Rebuild', 'ES_1m.parquet');
      await workbench.toast('ES_1m.parquet is sound: there is nothing to mend.').waitFor();
    }],
  ];
}
