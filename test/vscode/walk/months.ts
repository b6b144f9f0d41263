import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monthName, writePlain } from '../../support/month';
import type { Chapter, Scene, Step } from './chapter';
import { until } from './support';

/** One trading day: small, and yet larger than what is taken for a failed download. */
const DAY = { days: [5], hours: [8, 15], rollDay: 20 } as const;

/** Months of one-second bars, one of them broken, from the view to the statistics. */
export const months: Chapter = {
  name: 'months',
  prepare: (folder) => {
    const source = path.join(folder, 'downloads');
    mkdirSync(source);
    for (const month of [8, 11]) writePlain(path.join(source, monthName(2024, month, '.dbn')), { year: 2024, month, ...DAY });
    writeFileSync(path.join(source, monthName(2024, 10, '.dbn')), 'DBN cut short '.repeat(100_000));
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'barkeep.months.source': 'downloads', 'barkeep.months.destination': 'finished' }));
  },
  steps: stepsOf,
};

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const finished = path.join(folder, 'finished');
  const made = (month: string): string[] => (existsSync(finished) ? readdirSync(finished, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes(`monthly_${month}_`)) : []);
  const statistics = (month: string): boolean => made(month).some((name) => name.endsWith('_statistics.json'));

  return [
    ['Process This Month: a Parquet file, its statistics, and a score in the row', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await workbench.view('Months');
      await workbench.action(workbench.row('2024-08'), 'barkeep.processMonth');
      await until('the statistics', () => statistics('2024-08'));
      await workbench.row(/2024-08.*0\.\d\d/).waitFor();
    }],
    ['Open Statistics: those of the month', async () => {
      await workbench.insist(
        () => workbench.action(workbench.row('2024-08'), 'barkeep.openStatistics'),
        page.locator('.view-line', { hasText: '"2024-08"' }).first(),
      );
    }],
    ['Process Months: the broken one is named with its reason, the others are made', async () => {
      await workbench.run('barkeep.processMonths');
      await workbench.pick('Process Months', 'All that are not finished');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /Process 2 months\?.*2024-10, 2024-11/);
      await workbench.answer('Begin');
      await workbench.toast(/1 .*failed|failed.*1/).waitFor();
      assert.ok(statistics('2024-11'));
      assert.ok(!statistics('2024-10'));
      assert.match((await workbench.row('2024-10').getAttribute('aria-label')) ?? '', /failed/);
    }],
    ['Show Months: a page with all three', async () => {
      await workbench.run('barkeep.showMonths');
      for (const month of ['2024-08', '2024-10', '2024-11']) await workbench.webview.locator('tr', { hasText: month }).first().waitFor();
    }],
    ['Refresh Months: a month that came is in the view', async () => {
      writePlain(path.join(folder, 'downloads', monthName(2024, 12, '.dbn')), { year: 2024, month: 12, ...DAY });
      await workbench.action(page.locator('.pane-header', { hasText: 'Months' }), 'barkeep.refreshMonths');
      await workbench.row('2024-12').waitFor();
    }],
    ['the page processes what is not finished, once that is agreed to', async () => {
      const button = workbench.webview.locator('button.primary', { hasText: 'Process 2 Months…' });
      await button.waitFor();
      await workbench.webview.locator('tr', { hasText: '2024-12' }).locator('button.process').click();
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /Process 1 month\?.*2024-12/);
      await workbench.answer('Begin');
      await until('the statistics', () => statistics('2024-12'));
    }],
  ];
}
