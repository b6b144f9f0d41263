import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { quote, sql } from '../../support/sql';
import { bars } from '../files';
import type { Chapter, Scene, Step } from './chapter';
import { barkeep, until } from './support';

/** The commands on bars that the other chapters have no use for, each to its end. */
export const commands: Chapter = {
  name: 'commands',
  prepare: (folder) => {
    const data = path.join(folder, 'data');
    barkeep(folder, 'sample', data);
    barkeep(data, 'import', path.join(data, 'ES history.txt'), 'ES', '1m', '--tz', 'America/Los_Angeles');
    writeFileSync(path.join(data, 'plain_1m.csv'), bars(30, {}));
    const lines = bars(30, {}).split('\n');
    writeFileSync(path.join(data, 'copied_1m.csv'), [...lines.slice(0, 9), lines[8], ...lines.slice(9)].join('\n'));
    writeFileSync(path.join(data, 'ES_5m.parquet.tmp'), 'cut short');
    mkdirSync(path.join(folder, 'cloud'));
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'barkeep.csv.verifyOnOpen': false, 'barkeep.backup.folder': path.join(folder, 'cloud') }));
  },
  steps: stepsOf,
};

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const data = path.join(folder, 'data');
  const said = (text: string | RegExp): Promise<void> => page.locator('.statusbar-item', { hasText: text }).first().waitFor();
  const open = async (name: string): Promise<void> => {
    await workbench.row(name).first().click();
    await page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  };

  return [
    ['Choose Data Folder: the inventory shows what is in it', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await workbench.row('Raw exports').waitFor();
      await workbench.run('barkeep.chooseFolder');
      await workbench.chooseFolder('data');
      await workbench.row('34,500 rows').first().waitFor();
      await workbench.unfold(/Raw exports/, /plain_1m\.csv/);
    }],
    ['Refresh: a file that came unnoticed is there', async () => {
      writeFileSync(path.join(data, 'late_1m.csv'), bars(5, {}));
      await workbench.run('barkeep.refresh');
      await workbench.row('late_1m.csv').waitFor();
    }],
    ['Verify CSV: nothing is said of a file until it is asked for', async () => {
      await open('trades_tampered_20251103_143000.csv');
      assert.equal(await page.locator('.statusbar-item', { hasText: '240 rows' }).count(), 0);
      await workbench.run('barkeep.verify');
      await said('1 error · 240 rows');
    }],
    ['Explain: the code of a problem leads to its explanation', async () => {
      await workbench.link(await workbench.problem('checksum-mismatch'), 'barkeep.explain');
      await workbench.webview.locator('section.error', { hasText: 'checksum-mismatch' }).first().waitFor();
      await page.keyboard.press('Control+J');
    }],
    ['Show Details: the page of the file in front', async () => {
      await open('trades_tampered_20251103_143000.csv');
      await workbench.run('barkeep.details');
      await workbench.webview.locator('section.error', { hasText: 'Why it matters' }).waitFor();
    }],
    ['Verify All Exports: what is found in files that nobody opened is in Problems', async () => {
      await workbench.run('barkeep.verifyAll');
      await workbench.toast(/\d+ exports verified, \d with errors/).locator('.monaco-button', { hasText: 'Show Problems' }).click();
      await page.locator('.markers-panel').waitFor();
      await (await workbench.problem('copied_1m.csv')).first().waitFor();
      await page.keyboard.press('Control+J');
    }],
    ['Seal CSV: two columns and a manifest', async () => {
      await open('plain_1m.csv');
      await workbench.run('barkeep.seal');
      await workbench.answer('Seal');
      await said('is sealed');
      const [row] = parse<Record<string, string>>(readFileSync(path.join(data, 'plain_1m.csv')), { columns: true });
      assert.match(row!['checksum_sha256'] ?? '', /^[0-9a-f]{64}$/);
      assert.ok(existsSync(path.join(data, 'plain_1m.csv.seal.json')));
    }],
    ['Repair CSV: the difference first, then the copy is taken out', async () => {
      await open('copied_1m.csv');
      const file = path.join(data, 'copied_1m.csv');
      await workbench.run('barkeep.repair');
      await page.locator('.quick-input-titlebar:visible', { hasText: 'Repair copied_1m.csv' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.toast('Repair copied_1m.csv?').locator('.monaco-button', { hasText: 'Repair' }).first().click();
      await workbench.toast('What was taken out is in copied_1m.csv.rejected.csv').waitFor();
      assert.equal(readFileSync(file, 'utf8'), bars(30, {}));
    }],
    ['Verify Alignment: the zone a file is in', async () => {
      await open('ES recent in Chicago time.txt');
      await workbench.run('barkeep.align');
      await workbench.pick('Ticker', 'ES');
      await workbench.pick('Timeframe', '1m');
      await workbench.pick('Time zone', 'America/Los_Angeles');
      await workbench.toast(/America\/Chicago/).waitFor();
    }],
    ['Mend: what the inventory complains of, each with its command line', async () => {
      rmSync(path.join(data, 'ES_15m.parquet'));
      await workbench.row(/Derived Assets.*15 files/).waitFor();
      await workbench.run('barkeep.mend');
      await workbench.choice('ES').waitFor();
      await page.keyboard.press('Escape');
    }],
    ['Clean Up: what an interrupted write left is named, and removed', async () => {
      await workbench.run('barkeep.clean');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /ES_5m\.parquet\.tmp/);
      await workbench.answer('Remove');
      await until('the file gone', () => !existsSync(path.join(data, 'ES_5m.parquet.tmp')));
    }],
    ['Back Up to Cloud Folder: the master is there, to the byte', async () => {
      await workbench.run('barkeep.copy');
      await workbench.pick('Back Up to Cloud Folder', 'As in the settings');
      await workbench.toast('copied and verified').waitFor();
      const copies = readdirSync(path.join(folder, 'cloud'), { recursive: true, encoding: 'utf8' });
      const copy = copies.find((name) => name.endsWith('ES_1m.parquet'));
      assert.ok(copy !== undefined, copies.join(', '));
      assert.deepEqual(readFileSync(path.join(folder, 'cloud', copy)), readFileSync(path.join(data, 'ES_1m.parquet')));
    }],
    ['Export: every bar of the master in a finished CSV', async () => {
      await workbench.run('barkeep.export');
      await page.locator('.quick-input-titlebar:visible', { hasText: 'Instrument' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.pick('Which bars?', 'All bars');
      await page.locator('.quick-input-titlebar:visible', { hasText: 'How?' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.toast(/34,500/).waitFor();
      const file = path.join(data, exported(data));
      assert.equal(parse(readFileSync(file)).length - 1, 34_500);
    }],
    ['Watch Exports: the finished export is in the view', async () => {
      await workbench.run('barkeep.watchExports');
      await page.locator('.pane-header', { hasText: 'Exports' }).and(page.locator('[aria-expanded=true]')).waitFor();
      await workbench.row(/^ES.*(finished|complete|ready)/i).first().waitFor();
    }],
    ['Run Pipeline: the plan first, then the export is taken in and archived', async () => {
      await workbench.run('barkeep.runPipeline');
      await workbench.pick('Run Pipeline', 'Take in what is finished');
      await workbench.answer('Run Pipeline');
      await until('the archive', () => readdirSync(data, { recursive: true, encoding: 'utf8' }).some((name) => /archived.*MinuteDataExport_ES_.*DONE$/.test(name)));
      const [held] = await sql(`SELECT count(*)::INTEGER AS rows FROM read_parquet(${quote(path.join(data, 'ES_1m.parquet'))})`);
      assert.equal(held?.['rows'], 34_500);
    }],
    ['Update from Yahoo: nothing leaves the machine before it is allowed', async () => {
      await workbench.run('barkeep.update');
      await workbench.pick('Which bars of ES?', '1m');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /Update This Once.*Updates are suspended\./);
      await page.keyboard.press('Escape');
      await workbench.question.waitFor({ state: 'detached' });
    }],
    ['Preview Bars: the chart and the rows of a CSV, which opens as text otherwise', async () => {
      await open('copied_1m.csv');
      await page.locator('.editor-container .monaco-editor').first().waitFor();
      await workbench.run('barkeep.previewBars');
      await workbench.webview.locator('.summary', { hasText: /^30 rows · .* · times / }).waitFor();
      await workbench.webview.locator('.candles figcaption:not(:empty)').waitFor();
      await workbench.webview.locator('.rows tbody tr', { hasText: ':' }).first().waitFor();
    }],
    ['Show Log: the command line of what was done', async () => {
      await workbench.run('barkeep.showLog');
      await page.locator('.part.panel .view-line', { hasText: /barkeep.update.ES/ }).first().waitFor();
    }],
  ];
}

const exported = (data: string): string =>
  readdirSync(data, { recursive: true, encoding: 'utf8' }).find((name) => /MinuteDataExport_ES_.*\.csv\.DONE$/.test(name)) ?? 'no export';
