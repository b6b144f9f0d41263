import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bars } from '../files';
import type { Chapter, Scene, Step } from './chapter';
import { barkeep, digest, driveBeside, hold, holdLock, leftovers, until } from './support';

/** What goes wrong, and leaves nothing broken: a bad import, one that is cancelled, a file too large for an editor, a restart. */
export const safety: Chapter = {
  name: 'safety',
  prepare: (folder) => {
    barkeep(folder, 'sample', folder);
    barkeep(folder, 'import', 'ES history.txt', 'ES', '1m', '--tz', 'America/Los_Angeles');
    writeFileSync(path.join(folder, 'ES wrong.txt'), wrong(readFileSync(path.join(folder, 'ES history.txt'), 'utf8')));
    writeFileSync(path.join(folder, 'ES long ago.txt'), longAgo(200_000));
    writeFileSync(path.join(folder, 'large.csv'), bars(1_000_000, { 999_000: ([time, open, high, low, close, volume]) => [time, open, low - 1, high, close, volume] }));
  },
  steps: stepsOf,
};

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  const master = path.join(folder, 'ES_1m.parquet');
  const backups = (): string[] => readdirSync(path.join(folder, 'backups')).filter((name) => name.startsWith('ES_1m.parquet.') && name.endsWith('.bak')).sort();
  const inventoryShows = (rows: string): Promise<void> => workbench.row(`${rows} rows`).first().waitFor();
  const importing = async (zone: string): Promise<void> => {
    await workbench.run('barkeep.import');
    await workbench.pick('Ticker', 'ES');
    await workbench.pick('Timeframe', '1m');
    await workbench.pick('Time zone', zone);
  };
  let good = '';

  return [
    ['who holds a lock is told, and Wait waits for it', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await inventoryShows('34,500');
      good = digest(master);
      const free = await holdLock(folder);
      await workbench.run('barkeep.backup');
      const told = workbench.toast(new RegExp(`${process.pid}.*growing ES`));
      await told.locator('.monaco-button', { hasText: 'Wait' }).click();
      const waiting = workbench.toast('Back up everything').locator('.monaco-button', { hasText: 'Cancel' });
      await waiting.waitFor();
      assert.deepEqual(backups(), []);
      await free();
      await until('the backup', () => backups().length === 1);
      await waiting.waitFor({ state: 'detached' });
    }],
    ['the backup is the master, and not made twice', async () => {
      assert.equal(digest(path.join(folder, 'backups', backups()[0]!)), good);
      await workbench.run('barkeep.backup');
      await page.locator('.statusbar-item', { hasText: 'has a backup of its content already' }).waitFor();
      assert.equal(backups().length, 1);
    }],
    ['a bad import, agreed to by mistake, replaces bars', async () => {
      await workbench.row('Raw exports').click();
      await workbench.row('ES wrong.txt').click();
      await workbench.lens(/34,500 rows/).waitFor();
      await importing('America/Los_Angeles');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /40 conflicting/);
      await workbench.answer('Import, Replace 40 Bars');
      await workbench.toast('40 bars of ES_1m.parquet replaced').waitFor();
      assert.notEqual(digest(master), good);
    }],
    ['a restore brings back what was there, to the byte', async () => {
      await workbench.run('barkeep.restore');
      await workbench.pick('Restore', 'ES_1m.parquet');
      const [before] = backups().filter((name) => digest(path.join(folder, 'backups', name)) === good);
      await workbench.choice(before!).filter({ hasText: '34,500 bars' }).waitFor();
      await workbench.pick('Restore ES_1m.parquet', before!);
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /Now: 34,500 bars.*Then: 34,500 bars/s);
      await workbench.answer('Restore');
      await page.locator('.statusbar-item', { hasText: 'restored as of' }).waitFor();
      assert.equal(digest(master), good);
    }],
    ['the inventory tells of the last backup', async () => {
      const told = page.locator('.monaco-hover:visible', { hasText: 'Last backup' });
      // A refresh of the tree takes the hover away.
      await until('the hover', async () => {
        await page.mouse.move(800, 500);
        await workbench.row('34,500 rows').first().hover();
        await page.waitForTimeout(1500);
        return told.isVisible();
      });
      await page.keyboard.press('Escape');
    }],
    ['a cloud drive is found, and the copy in it is what its manifest says', async () => {
      await workbench.run('barkeep.copy');
      await workbench.pick('Back Up to Cloud Folder', 'OneDrive');
      await workbench.toast(/files copied and verified/).waitFor();
      const copies = path.join(driveBeside(path.dirname(folder)), 'TradingBackups');
      const [copy, ...others] = readdirSync(copies);
      assert.deepEqual(others, []);
      const manifest = JSON.parse(readFileSync(path.join(copies, copy!, 'manifest.json'), 'utf8')) as { files: { file: string; sha256: string }[] };
      assert.equal(manifest.files.find(({ file }) => file === 'ES_1m.parquet')?.sha256, digest(master));
      for (const { file, sha256 } of manifest.files) assert.equal(digest(path.join(copies, copy!, file)), sha256, file);
    }],
    ['what the restored master left out of date is mended by one click', async () => {
      await workbench.row('Derived Assets').click();
      await workbench.unfold(/^ES\s*16 files/, /ES_profiler\.json/);
      const stale = workbench.row(/ES_profiler\.json.*out of date/);
      await workbench.action(stale, 'barkeep.mend');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /ES_profiler\.json: to be made/);
      await workbench.answer('Regenerate');
      await workbench.row(/ES_profiler\.json.*from ES_1m\.parquet/).waitFor();
      await workbench.row('Derived Assets').click();
    }],
    ['an import cancelled half-way leaves the master as it was, and nothing beside it', async () => {
      await workbench.row('ES long ago.txt').click();
      await page.locator('.statusbar-item', { hasText: '200,000 rows' }).waitFor();
      await importing('UTC');
      await workbench.question.waitFor();
      const held = hold(/cli\.js import .*ES long ago\.txt(?!.*--dry-run)/);
      await workbench.answer('Import');
      const goOn = await held;
      const running = workbench.toast('Import into ES 1m');
      await running.locator('.monaco-button', { hasText: 'Cancel' }).click();
      goOn();
      await running.waitFor({ state: 'detached' });
      await page.locator('.statusbar-item', { hasText: 'Import into ES 1m: cancelled' }).waitFor();
      assert.equal(digest(master), good);
      assert.deepEqual(leftovers(folder), []);
    }],
    ['a file of more than 50 MB is verified, and its row found', async () => {
      await workbench.row('large.csv').click();
      await page.locator('.statusbar-item', { hasText: /1 error · 1,000,000 rows/ }).waitFor();
      await (await workbench.problem(/Ln 999001, /)).waitFor();
    }],
    ['all is there again after a restart', async () => {
      await workbench.open(url);
      await workbench.icon.waitFor();
      if (!(await workbench.row('Market Data').isVisible())) await workbench.icon.click();
      await inventoryShows('34,500');
      assert.ok(existsSync(master));
    }],
  ];
}

/** The same export, but for 40 bars in the middle, 10 points too high. */
const wrong = (text: string): string =>
  text.split('\n').map((line, at) => {
    if (at < 20_000 || at >= 20_040) return line;
    const [time, open, high, low, close, volume] = line.split(';');
    return [time, ...[open, high, low, close].map((price) => Number(price) + 10), volume].join(';');
  }).join('\n');

/** NinjaTrader minutes from 2010 on, far from the sample's, long enough to be caught at work. */
function longAgo(count: number): string {
  const start = Date.UTC(2010, 0, 4, 0, 1);
  const lines = Array.from({ length: count }, (_, at) => {
    const stamp = new Date(start + at * 60_000).toISOString();
    const [open, close] = [at, at + 1].map((step) => 1000 + ((step * 7) % 11) / 4);
    return `${stamp.slice(0, 10).replaceAll('-', '')} ${stamp.slice(11, 19).replaceAll(':', '')};${open!};${Math.max(open!, close!) + 0.25};${Math.min(open!, close!) - 0.25};${close!};${(at % 50) + 1}`;
  });
  return `${lines.join('\n')}\n`;
}
