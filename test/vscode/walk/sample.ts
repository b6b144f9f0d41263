import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { quote, sql } from '../../support/sql';
import type { Chapter, Scene, Step } from './chapter';
import { until } from './support';

/** From an empty folder to a store that is verified, imported, regenerated, restored: on made-up bars. */
export const sample: Chapter = { name: 'sample', steps: stepsOf };

/** What lies between an empty window and a verified, imported, regenerated store at most. */
const MOST_CLICKS = 12;

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const sample = path.join(folder, 'barkeep-sample');
  const master = path.join(sample, 'ES_1m.parquet');
  const importing = async (file: string, zone: string): Promise<void> => {
    await workbench.file(file);
    await workbench.lens('Import…').click();
    await answerFor(zone);
  };
  const answerFor = async (zone: string): Promise<void> => {
    await workbench.pick('Ticker', 'ES');
    await workbench.pick('Timeframe', '1m');
    await workbench.pick('Time zone', zone);
  };
  const inventoryShows = (rows: string): Promise<void> => workbench.row(`${rows} rows`).first().waitFor();

  return [
    ['an empty folder is welcomed, and sample data made on one click', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await workbench.welcome('barkeep.sample');
      await workbench.row('ES history.txt').waitFor(); // Unfolded while there are no masters.
    }],
    ['a file is verified as it opens', async () => {
      await workbench.row('ES history.txt').click();
      await workbench.lens(/34,500 rows · in order · no duplicates/).waitFor();
    }],
    ['an import shows its plan first, and the inventory the bars', async () => {
      await workbench.lens('Import…').click();
      await answerFor('America/Los_Angeles');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /34,500 new bars/);
      assert.ok(!existsSync(master), 'the dry run wrote nothing');
      await workbench.answer('Import');
      await inventoryShows('34,500');
    }],
    [`everything derived is made, and all that took ${MOST_CLICKS} clicks at most`, async () => {
      await workbench.row(/Derived Assets.*16 files/).waitFor();
      const clicks = await workbench.clicks();
      assert.ok(clicks > 0 && clicks <= MOST_CLICKS, `${clicks} clicks`);
    }],
    ['a tampered file shows its row in Problems', async () => {
      await workbench.row('trades_tampered').first().click();
      const line = tamperedLine(path.join(sample, 'trades_tampered_20251103_143000.csv'));
      const problem = await workbench.problem('checksum-mismatch');
      await problem.waitFor();
      assert.match((await problem.textContent()) ?? '', new RegExp(`Ln ${line}, `));
    }],
    ['the line above the first says so, and Details explains it', async () => {
      await workbench.lens(/1 error ·/).waitFor();
      await workbench.lens('Details').click();
      await workbench.webview.locator('section.error', { hasText: 'Why it matters' }).waitFor();
    }],
    ['a click on an example goes to its row', async () => {
      const line = tamperedLine(path.join(sample, 'trades_tampered_20251103_143000.csv'));
      await workbench.webview.locator('section.error button').first().click();
      await page.locator('.statusbar-item', { hasText: `Ln ${line}, ` }).waitFor();
    }],
    ['a file in another zone is refused, and the zone named', async () => {
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+W');
      await importing('ES recent in Chicago time.txt', 'America/Los_Angeles');
      await workbench.toast(/America\/Chicago/).waitFor();
    }],
    ['one click imports it with the right zone', async () => {
      await workbench.toast(/America\/Chicago/).locator('.monaco-button', { hasText: 'Import as America/Chicago' }).click();
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /13,800 new bars.*6,900 identical/);
      await workbench.answer('Import');
      await inventoryShows('48,300');
    }],
    ['the same bars from the right zone are there already', async () => {
      await importing('ES recent.txt', 'America/Los_Angeles');
      await workbench.toast(/Nothing to import.*20,700 bars/).waitFor();
    }],
    ['a refusal shows what differs, bar by bar', async () => {
      await importing('ES recent in Chicago time.txt', 'America/Los_Angeles');
      await workbench.toast(/America\/Chicago/).locator('.monaco-button', { hasText: 'Show Differences' }).click();
      await page.locator('.part.panel .view-line', { hasText: /2025-11-03\s01:19\sUTC.*close:\smaster/ }).first().waitFor();
    }],
    ['a derived file that was lost is regenerated', async () => {
      const lost = path.join(sample, 'ES_5m.parquet');
      rmSync(lost);
      await workbench.row(/Derived Assets.*15 files/).waitFor();
      await workbench.run('barkeep.regenerate');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /ES_5m\.parquet: to be made/);
      await workbench.answer('Regenerate');
      await until('the file', () => existsSync(lost));
    }],
    ['a derived file opens as tables and charts, its text a click away', async () => {
      await workbench.row('Derived Assets').click();
      await workbench.row(/^ES\s*16 files/).click();
      await workbench.row('ES_profiler.json').click();
      const preview = workbench.webview;
      await preview.locator('h1', { hasText: 'ES_profiler.json' }).waitFor();
      await preview.locator('.origin', { hasText: 'Made from ES_1m.parquet; up to date.' }).waitFor();
      assert.ok((await preview.locator('svg rect').count()) >= 20);
      await preview.locator('td', { hasText: 'NY2' }).first().waitFor();
      await preview.locator('button.raw').click();
      await page.locator('.view-line', { hasText: '"session":"Asia"' }).first().waitFor();
      await workbench.row('Derived Assets').click();
    }],
    ['a master opens as candles and rows; a time leads to its row', async () => {
      await workbench.file('ES_1m.parquet');
      const preview = workbench.webview;
      await preview.locator('.summary', { hasText: '48,300 rows' }).waitFor();
      await preview.locator('.candles figcaption', { hasText: 'each candle' }).waitFor();
      await preview.locator('td', { hasText: /^\d{4}-\d\d-\d\d .* E[SD]T$/ }).first().waitFor();
      await preview.locator('.viewport').press('End');
      await preview.locator('td.at', { hasText: /^48,300$/ }).waitFor();
      const [first] = await barsOf(master);
      await preview.locator('input').fill(first!);
      await preview.locator('input').press('Enter');
      await preview.locator('tbody tr').first().locator('td.at', { hasText: /^1$/ }).waitFor();
    }],
    ['continuity is summed up, and listed in the log', async () => {
      await workbench.run('barkeep.continuity');
      await workbench.toast(/ES_1m\.parquet: .*(unexpected)/).locator('.monaco-button', { hasText: 'Show Log' }).click();
      await page.locator('.part.panel .view-line', { hasText: /barkeep.continuity.ES.1m/ }).first().waitFor();
    }],
    ['the dashboard leads from the years to a day of bars', async () => {
      await workbench.run('barkeep.openDashboard');
      const dashboard = workbench.webview;
      await dashboard.locator('.files .row', { hasText: 'ES_1m.parquet' }).click();
      await dashboard.locator('.years [aria-label^="2025-10 · complete"]').click();
      await dashboard.locator('.months [aria-label^="2025-10-07 · complete"]').click();
      await dashboard.locator('.day h3', { hasText: '2025-10-07' }).waitFor();
    }],
  ];
}

/** The first times of a master, as New York wrote them. */
async function barsOf(file: string): Promise<string[]> {
  const rows = await sql(`SELECT strftime(datetime::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%M') AS time FROM read_parquet(${quote(file)}) LIMIT 3`);
  return rows.map(({ time }) => String(time));
}

/** The first line whose seal does not fit its values: SHA-256 of the others, ordered by column name, joined by `|`. */
function tamperedLine(file: string): number {
  const rows = parse(readFileSync(file), { columns: true, info: true }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
  const tampered = rows.find(({ record }) => {
    const sealed = Object.keys(record).filter((name) => name !== 'checksum_sha256').sort().map((name) => record[name]!);
    return createHash('sha256').update(sealed.join('|')).digest('hex') !== record['checksum_sha256'];
  });
  assert.ok(tampered, 'the sample holds a tampered row');
  return tampered.info.lines;
}
