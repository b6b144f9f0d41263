import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Server } from '../../../src/extension/children/server';
import type { FromDashboard } from '../../../src/protocol/dashboard';
import { CLI } from '../../support/barkeep';
import { until } from '../../support/until';
import { type Outcome, print } from '../outcome';
import { openBrowser } from '../server';
import { type Desk, HOLE, openDesk, PART } from './desk';
import { interactions } from './pace';
import { browse, dashboard, dbn, derived, details, months } from './scenes';
import { type Answer, type Shown, Stage } from './stage';
import { readThemes, THEMES, type Theme, variablesUsed } from './themes';

/** Every page in a browser, in every theme: accessible, within its policy, quiet; and the dashboard at work. */

const pictures = path.join(__dirname, '..', '..', '..', 'test-results', 'pages');
const themes = Object.keys(THEMES) as Theme[];

interface PageUnderTest {
  readonly name: string;
  /** Which one it shows, where several are shown. */
  readonly file?: string;
  /** What is there when all of it is. */
  readonly ready: string;
  readonly answer: (desk: Desk, server: Server, stage: Stage) => Promise<Answer> | Answer;
  readonly fetches?: boolean;
}

const DERIVED = ['ES_daily_hod_lod.json', 'ES_profiler.json', 'ES_level_touches.json', 'ES_hod_lod.json', 'ES_range_dist.json', 'ES_opening_range.json', 'sessions/ES_sessions.json', 'chunks/ES_1m/meta.json'];
const CSV = 'ES history.txt';
const fileName = (file: string): string => file.replaceAll('/', '+');

const PAGES: readonly PageUnderTest[] = [
  { name: 'dashboard', ready: '.coverage .months td.degraded', answer: ({ folder }, server) => dashboard(server, folder) },
  { name: 'browse', ready: '.candles figcaption:not(:empty)', answer: ({ folder }, server) => browse(server, path.join(folder, 'ES_1m.parquet')) },
  { name: 'browse', file: CSV, ready: '.candles figcaption:not(:empty)', answer: ({ folder }, server) => browse(server, path.join(folder, CSV)) },
  { name: 'months', ready: 'meter', answer: () => months },
  { name: 'details', ready: 'section.error', answer: ({ tampered }, server) => details(server, tampered) },
  { name: 'dbn', ready: 'tbody tr', answer: (desk, server) => dbn(server, desk.dbn) },
  ...DERIVED.map((file): PageUnderTest => ({ name: 'preview', file, ready: 'section', fetches: true, answer: ({ folder }, _, stage) => derived(path.join(folder, file), `${stage.origin}/file/${fileName(file)}`) })),
];

export async function runPages(): Promise<Outcome[]> {
  mkdirSync(pictures, { recursive: true });
  const [desk, browser] = await Promise.all([openDesk(1000), openBrowser()]);
  const server = new Server({ node: process.execPath, script: CLI }, (why) => { console.error(why); });
  const stage = await Stage.open(browser, new Map(DERIVED.map((file) => [fileName(file), path.join(desk.folder, file)])));
  const outcomes: Outcome[] = [];
  const take = async (title: string, run: () => unknown): Promise<void> => {
    const started = Date.now();
    let outcome: Outcome;
    try {
      const said = await run();
      outcome = { title: typeof said === 'string' ? `${title}: ${said}` : title, ok: true, ms: Date.now() - started };
    } catch (error) {
      outcome = { title, ok: false, ms: Date.now() - started, why: error instanceof Error ? error.message : String(error) };
    }
    outcomes.push(outcome);
    print(outcome);
  };
  try {
    await take('every colour our style sheets name is one of the editor\'s', coloursAreKnown);
    for (const page of PAGES) {
      const answer = await page.answer(desk, server, stage);
      const file = page.file === undefined ? '' : ` ${page.file}`;
      await take(`${page.name}${file}: no violations of accessibility or policy, a quiet console, in every theme`, () => everyTheme(stage, page, answer, `${page.name}${file.replace(/\W+/g, '-')}`));
    }
    await take('dashboard: from a year to a day to the bars that are missing, and a remedy; by the keyboard', () => drillDown(stage, desk, server));
    await take('browse: a CSV says how its times were read, and its rows are those of the file', () => csvRows(stage, desk, server));
    await take('browse: candles stand apart where bars are missing, and it is said between which', () => chartBreaks(stage, desk, server));
    await take('dashboard: all is as it was after a reload', () => reload(stage, desk, server));
    await take('dashboard with 1,000 files and 15 years', () => interactions(stage, desk, server));
  } finally {
    await stage.close();
    await browser.close();
    server.dispose();
    desk.remove();
  }
  return outcomes;
}

function coloursAreKnown(): void {
  const looks = Object.values(readThemes());
  assert.deepEqual(variablesUsed().filter((name) => !looks.some(({ variables }) => name in variables)), []);
}

async function everyTheme(stage: Stage, { name, ready, fetches }: PageUnderTest, answer: Answer, picture: string): Promise<void> {
  const shown = await stage.show(name, 'light', answer, 1280, fetches);
  try {
    await shown.page.locator(ready).first().waitFor();
    for (const theme of themes) {
      await stage.dress(shown, theme);
      await isSound(shown, theme);
      await shown.page.screenshot({ path: path.join(pictures, `${picture}-${theme}-1280.png`) });
    }
    const heights = await shown.page.evaluate<number[]>("[...new Set([...document.querySelectorAll('.rows tbody tr')].map((row) => row.getBoundingClientRect().height))]");
    assert.ok(heights.length <= 1, `rows of ${heights.join(' and ')} pixels`);
    await shown.page.setViewportSize({ width: 800, height: 900 });
    const beyond = await shown.page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.ok(beyond <= 0, `at 800 pixels the page is ${beyond} too wide`);
    for (const theme of themes) {
      await stage.dress(shown, theme);
      await shown.page.screenshot({ path: path.join(pictures, `${picture}-${theme}-800.png`) });
    }
  } finally {
    await shown.close();
  }
}

async function isSound(shown: Shown, theme: Theme): Promise<void> {
  assert.deepEqual(await shown.policy(), [], theme);
  assert.deepEqual(shown.complaints, [], theme);
  assert.deepEqual(await shown.violations(), [], theme);
}

async function drillDown(stage: Stage, desk: Desk, server: Server): Promise<void> {
  const heard: FromDashboard[] = [];
  /** Until these are the last things the page has said: a click is over before its message has come. */
  const saying = (...wanted: FromDashboard[]): Promise<unknown> =>
    until(`the page to say ${JSON.stringify(wanted)}`, () => isDeepStrictEqual(heard.slice(-wanted.length), wanted), () => heard.slice(-wanted.length));
  const shown = await stage.show('dashboard', 'dark', await dashboard(server, desk.folder, heard));
  const { page } = shown;
  try {
    await page.locator('.months td.missing').first().waitFor();
    const missing = new Date(HOLE.from).toISOString().slice(0, 10);
    const part = new Date(PART.from).toISOString().slice(0, 10);
    await page.locator(`.months [aria-label^="${missing} · missing"]`).waitFor();
    const told = page.locator('.coverage [role=status]');
    assert.match((await told.textContent()) ?? '', /^Coverage of ES_1m\.parquet, [\d,]+ bars, [\d,]+ bars missing$/);
    await page.locator('.years [tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    await page.locator(`.months [aria-label^="${part} · incomplete"]`).focus();
    await page.keyboard.press('Enter');
    const row = page.locator('.day tbody tr', { hasText: '14:00 – 16:00' });
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /120/);
    assert.match((await told.textContent()) ?? '', new RegExp(`^${part}, [\\d,]+ bars, 120 bars missing$`));
    await isSound(shown, 'dark');
    await page.screenshot({ path: path.join(pictures, 'dashboard-day-dark.png'), fullPage: true });
    await page.locator('.day button', { hasText: 'Open the Bars' }).click();
    await page.locator('.day button', { hasText: 'Update from Yahoo…' }).click();
    await saying({ type: 'open', file: 'ES_1m.parquet', at: PART.from - 3_600_000 }, { type: 'fill', file: 'ES_1m.parquet', by: 'update' });
    await page.locator('.cares .row', { hasText: 'CL_1m.parquet' }).waitFor();
    await page.locator('.cares .row', { hasText: 'ES_1m.parquet' }).locator('button').click();
    await until('the page to ask for mending', () => heard.at(-1)?.type === 'mend', () => heard.at(-1));
    await page.locator('.running button', { hasText: 'Cancel' }).click();
    await saying({ type: 'cancel', id: 1 });
  } finally {
    await shown.close();
  }
}

async function csvRows(stage: Stage, { folder }: Desk, server: Server): Promise<void> {
  const shown = await stage.show('browse', 'light', browse(server, path.join(folder, CSV)));
  try {
    const lines = readFileSync(path.join(folder, CSV), 'utf8').trim().split(/\r?\n/);
    await shown.page.locator('.summary', { hasText: `${lines.length.toLocaleString('en-US')} rows · ` }).first().waitFor();
    await shown.page.locator('.summary', { hasText: 'times read in America/Los_Angeles, which the file\'s pauses tell · each time is when its bar closes, as in the file' }).first().waitFor();
    await shown.page.locator('input').fill(String(lines.length));
    await shown.page.keyboard.press('Enter');
    const last = shown.page.locator('.rows tbody tr').last();
    await shown.page.locator('.rows tbody tr', { hasText: lines.length.toLocaleString('en-US') }).locator('td', { hasText: ':' }).first().waitFor();
    const cells = await last.locator('td').allTextContents();
    assert.deepEqual(cells.slice(2).map(Number), lines.at(-1)!.split(';').slice(1).map(Number));
  } finally {
    await shown.close();
  }
}

async function chartBreaks(stage: Stage, { folder }: Desk, server: Server): Promise<void> {
  const shown = await stage.show('browse', 'light', browse(server, path.join(folder, 'ES_1m.parquet')));
  const { page } = shown;
  try {
    const caption = page.locator('.candles figcaption');
    await caption.filter({ hasText: 'each candle' }).waitFor();
    await page.locator('.tools button', { hasText: 'All' }).click();
    // Candles of a day: from the one before the hole to the one after it.
    await caption.filter({ hasText: '1 stretch without bars: 3 d' }).waitFor();
    const canvas = (await page.locator('.candles canvas').boundingBox())!;
    const said = new Set<string>();
    for (let x = 4; x < canvas.width; x += 4) {
      await page.mouse.move(canvas.x + x, canvas.y + 100);
      said.add((await caption.textContent()) ?? '');
    }
    assert.deepEqual([...said].filter((text) => text.startsWith('no bars between')), ['no bars between 2025-10-04 20:00 and 2025-10-07 20:00 America/New_York · 3 d']);
    for (const theme of themes) {
      await stage.dress(shown, theme);
      await page.screenshot({ path: path.join(pictures, `browse-breaks-${theme}.png`) });
    }
    await page.locator('.tools button', { hasText: 'Zoom in' }).click();
    await page.locator('.tools button', { hasText: 'Zoom in' }).click();
    await caption.filter({ hasText: 'each candle 1 h' }).or(caption.filter({ hasText: 'each candle 4 h' })).waitFor();
    await page.screenshot({ path: path.join(pictures, 'browse-breaks-hours.png') });
  } finally {
    await shown.close();
  }
}

async function reload(stage: Stage, desk: Desk, server: Server): Promise<void> {
  const shown = await stage.show('dashboard', 'light', await dashboard(server, desk.folder));
  const { page } = shown;
  try {
    await page.locator('input[type=search]').fill('NQ_');
    await page.locator('.files .row', { hasText: 'NQ_1h.parquet' }).click();
    await page.locator('.years [aria-label^="2017-05 · missing"]').click();
    await page.locator('.months th', { hasText: '2017-05' }).waitFor();
    await page.locator('.months [aria-label^="2017-05-10"]').click();
    await page.locator('.day h3', { hasText: '2017-05-10' }).waitFor();
    await page.reload();
    await page.locator('.day h3', { hasText: '2017-05-10' }).waitFor();
    assert.equal(await page.locator('input[type=search]').inputValue(), 'NQ_');
    assert.equal(await page.locator('.files .row').count(), 1);
  } finally {
    await shown.close();
  }
}
