import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { openDisk } from '../../src/core/disk/disk';
import { withLock } from '../../src/core/disk/lock';
import { lockPath } from '../../src/core/store/layout';
import { quote, sql } from '../support/sql';
import { type Outcome, print } from './outcome';
import { install, openBrowser, openPage, Server } from './server';
import { Workbench } from './workbench';

/** A user's walk through the installed extension: each step goes on from where the one before it ended. */

const root = path.join(__dirname, '..', '..');
const pictures = path.join(root, 'test-results');

export async function runWalk(): Promise<Outcome[]> {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  return withInstalled((workbench, url, workspace) => walk(workbench, url, path.join(workspace, 'barkeep-sample')));
}

/** Packs the extension, installs it as a user would, and opens a workbench on an empty folder for it. */
export async function withInstalled<T>(use: (workbench: Workbench, url: string, workspace: string) => Promise<T>): Promise<T> {
  const { hostTarget, packageFor } = await import('../../scripts/package.mjs');
  const place = mkdtempSync(path.join(tmpdir(), 'barkeep-walk-'));
  const extensions = path.join(place, 'extensions');
  const workspace = path.join(place, 'desk');
  mkdirSync(workspace);
  install(await packageFor(hostTarget(), path.join(root, '.cache', 'package')), extensions);
  const drive = driveBeside(workspace);
  mkdirSync(drive);
  const server = await Server.start({ extensions, env: { OneDrive: drive } });
  const browser = await openBrowser();
  try {
    return await use(new Workbench(await openPage(browser)), server.url(workspace), workspace);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

/** The cloud drive that the machine is made to look as if it had. */
const driveBeside = (workspace: string): string => path.join(path.dirname(workspace), 'OneDrive');

type Step = readonly [title: string, run: () => Promise<void>];

async function walk(workbench: Workbench, url: string, sample: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [title, run] of stepsOf(workbench, url, sample)) {
    const outcome = outcomes.some(({ ok }) => ok === false) ? { title, ok: null, why: 'a step before it failed' } : await take(title, run);
    const picture = `${String(outcomes.length + 1).padStart(2, '0')}-${title.replace(/[^a-z]+/gi, '-').slice(0, 60)}.png`;
    // Notifications slide in; the picture is taken when they have arrived.
    if (outcome.ok !== null) await workbench.page.waitForTimeout(300);
    if (outcome.ok !== null) await workbench.page.screenshot({ path: path.join(pictures, picture) });
    outcomes.push(outcome);
    print(outcome);
  }
  return outcomes;
}

async function take(title: string, run: () => Promise<void>): Promise<Outcome> {
  const started = Date.now();
  try {
    await run();
    return { title, ok: true, ms: Date.now() - started };
  } catch (error) {
    return { title, ok: false, ms: Date.now() - started, why: error instanceof Error ? error.message : String(error) };
  }
}

function stepsOf(workbench: Workbench, url: string, sample: string): Step[] {
  const { page } = workbench;
  const master = path.join(sample, 'ES_1m.parquet');
  const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
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
  const backups = (): string[] => readdirSync(path.join(sample, 'backups')).filter((name) => name.startsWith('ES_1m.parquet.') && name.endsWith('.bak')).sort();
  /** Bars the master has at the end. */
  let held = 34_500;
  const inventoryShows = (rows: string): Promise<void> => workbench.row(`${rows} rows`).first().waitFor();

  return [
    ['an empty folder is welcomed, and sample data made on one click', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await page.locator('.welcome-view-content a, .welcome-view-content .monaco-button', { hasText: 'Create Sample Data' }).click();
      await workbench.row('Raw exports').click();
      await workbench.row('ES history.txt').waitFor();
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
    ['an import shows its plan first, and the inventory the bars', async () => {
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+W');
      await importing('ES history.txt', 'America/Los_Angeles');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /34,500 new bars/);
      assert.ok(!existsSync(master), 'the dry run wrote nothing');
      await page.screenshot({ path: path.join(pictures, '05-the-plan.png') });
      await workbench.answer('Import');
      await inventoryShows('34,500');
    }],
    ['a file in another zone is refused, and the zone named', async () => {
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
    ['a derived file that was lost is regenerated', async () => {
      const lost = path.join(sample, 'ES_5m.parquet');
      rmSync(lost);
      await workbench.row(/Derived Assets.*15 files/).waitFor();
      await workbench.command('Regenerate Derived…');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /ES_5m\.parquet: to be made/);
      await workbench.answer('Regenerate');
      await until(() => existsSync(lost));
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
      await workbench.command('Check Continuity…');
      await workbench.toast(/ES_1m\.parquet: .*(unexpected)/).locator('.monaco-button', { hasText: 'Show Log' }).click();
      await page.locator('.part.panel .view-line', { hasText: /barkeep.continuity.ES.1m/ }).first().waitFor();
    }],
    ['who holds a lock is told, and Wait waits for it', async () => {
      const free = await holdLock(sample);
      await workbench.command('Backup Now');
      const told = workbench.toast(new RegExp(`${process.pid}.*growing ES`));
      await told.locator('.monaco-button', { hasText: 'Wait' }).click();
      const waiting = workbench.toast('Back up everything').locator('.monaco-button', { hasText: 'Cancel' });
      await waiting.waitFor();
      assert.equal(backups().length, 1);
      await free();
      await until(() => backups().length === 2);
      await waiting.waitFor({ state: 'detached' });
    }],
    ['each backup says what it holds, restoring what would change; an older one is restored', async () => {
      const [older, newer] = backups();
      await workbench.command('Restore…');
      await workbench.pick('Restore', 'ES_1m.parquet');
      await workbench.choice(newer!).filter({ hasText: '48,300 bars' }).waitFor();
      await workbench.choice(older!).filter({ hasText: '34,500 bars' }).waitFor();
      await workbench.pick('Restore ES_1m.parquet', older!);
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /Now: 48,300 bars.*Then: 34,500 bars/s);
      await workbench.answer('Restore');
      await inventoryShows('34,500');
      assert.equal(digest(master), digest(path.join(sample, 'backups', older!)));
    }],
    ['the inventory tells of the last backup', async () => {
      await workbench.row(/^ES_1m\.parquet|34,500 rows/).first().hover();
      await page.locator('.monaco-hover:visible', { hasText: 'Last backup' }).waitFor();
      await page.keyboard.press('Escape');
    }],
    ['a cloud drive is found, and the copy in it is what its manifest says', async () => {
      await workbench.command('Back Up to Cloud Folder…');
      await workbench.pick('Back Up to Cloud Folder', 'OneDrive');
      await workbench.toast(/files copied and verified/).waitFor();
      const copies = path.join(driveBeside(path.dirname(sample)), 'TradingBackups');
      const [copy, ...others] = readdirSync(copies);
      assert.deepEqual(others, []);
      const manifest = JSON.parse(readFileSync(path.join(copies, copy!, 'manifest.json'), 'utf8')) as { files: { file: string; sha256: string }[] };
      assert.equal(manifest.files.find(({ file }) => file === 'ES_1m.parquet')?.sha256, digest(master));
      for (const { file, sha256 } of manifest.files) assert.equal(digest(path.join(copies, copy!, file)), sha256, file);
    }],
    ['what the restored master left out of date is mended by one click', async () => {
      await workbench.row('Derived Assets').click();
      const stale = workbench.row(/ES_profiler\.json.*out of date/);
      // The ticker below may have been folded up with its category.
      await workbench.row(/^ES\s*16 files/).waitFor();
      await page.waitForTimeout(300);
      if (!(await stale.isVisible())) await workbench.row(/^ES\s*16 files/).click();
      await stale.hover();
      await stale.locator('a.action-label[aria-label^="Mend"]').click();
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /ES_profiler\.json: to be made/);
      await workbench.answer('Regenerate');
      await workbench.row(/ES_profiler\.json.*from ES_1m\.parquet/).waitFor();
      await workbench.row('Derived Assets').click();
    }],
    ['an import cancelled under way leaves the master whole: as it was, or with every new bar', async () => {
      const before = digest(master);
      writeFileSync(path.join(sample, 'ES long ago.txt'), longAgo(3_000_000));
      await workbench.row('ES long ago.txt').click();
      await page.locator('.statusbar-item', { hasText: '3,000,000 rows' }).waitFor();
      await workbench.command('Import…');
      await answerFor('UTC');
      await workbench.answer('Import');
      const running = workbench.toast('Import into ES 1m');
      await running.waitFor();
      await running.locator('.monaco-button', { hasText: 'Cancel' }).click();
      await running.waitFor({ state: 'detached' });
      await page.locator('.statusbar-item', { hasText: 'Import into ES 1m' }).waitFor({ state: 'detached' });
      // A fast machine may have replaced the master before the click: what is left to cancel then is regeneration.
      if (digest(master) !== before) held = await rowsOf(master);
      assert.ok(held === 34_500 || held === 3_034_500, `${held} rows`);
      assert.deepEqual(leftovers(sample), []);
    }],
    ['all is there again after a restart', async () => {
      await workbench.open(url);
      await workbench.icon.waitFor();
      if (!(await workbench.row('Market Data').isVisible())) await workbench.icon.click();
      await inventoryShows(held.toLocaleString('en-US'));
    }],
  ];
}

/** The first times of a master, as New York wrote them. */
async function barsOf(file: string): Promise<string[]> {
  const rows = await sql(`SELECT strftime(datetime::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%M') AS time FROM read_parquet(${quote(file)}) LIMIT 3`);
  return rows.map(({ time }) => String(time));
}

async function rowsOf(file: string): Promise<number> {
  const [row] = await sql(`SELECT count(*)::INTEGER AS rows FROM read_parquet(${quote(file)})`);
  return Number(row?.['rows']);
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

/** Holds the lock of ES as another command would. @returns what lets it go */
async function holdLock(folder: string): Promise<() => Promise<void>> {
  const disk = openDisk({ clock: Date, command: 'another program' });
  let free!: () => void;
  const until = new Promise<void>((resolve) => (free = resolve));
  let held!: Promise<void>;
  await new Promise<void>((taken, failed) => {
    held = withLock(disk, lockPath(folder, 'ES'), { doing: 'growing ES' }, () => (taken(), until));
    held.catch(failed);
  });
  return () => (free(), held);
}

const leftovers = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tmp|lock)$/.test(name));

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 100))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${String(holds)}`);
  }
}
