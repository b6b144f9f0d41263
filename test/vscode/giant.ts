import { statSync } from 'node:fs';
import path from 'node:path';
import { quote, sql } from '../support/sql';
import { type Outcome, print } from './outcome';
import { withInstalled } from './walk';
import type { Workbench } from './workbench';

/** How soon a Parquet file of 1 GB is seen: `node test/vscode/run.mjs giant`. Not part of every run: making the file takes a while. */

/** Random prices cannot be packed, so that these rows are more than 1 GB. */
const ROWS = 28_000_000;
/** Longest from the click to the first row, ms. */
const BOUND = 1000;
const TIMES = 5;

/** In every frame: when the mouse was last pressed, when the page began, and when its first row and its candles had been painted; unix ms. */
const WATCH = `
  window.seen = { began: Date.now() };
  addEventListener('mousedown', () => { window.seen.pressed = Date.now(); }, true);
  const look = () => {
    const marks = { row: document.querySelector('tbody tr td:nth-child(2)')?.textContent.startsWith('20'), candles: document.querySelector('.candles figcaption')?.textContent };
    // What is there before a frame is painted is on the screen by the next one.
    requestAnimationFrame(() => { for (const [name, there] of Object.entries(marks)) if (there) window.seen[name] ??= Date.now(); });
  };
  const looking = setInterval(() => { look(); if (window.seen.candles !== undefined) clearInterval(looking); }, 5);`;

interface Seen { readonly began: number; readonly pressed?: number; readonly row?: number; readonly candles?: number }

export const measureGiant = (): Promise<Outcome[]> => withInstalled(measure);

async function measure(workbench: Workbench, url: string, workspace: string): Promise<Outcome[]> {
  const file = path.join(workspace, 'NQ_1s.parquet');
  await sql(`COPY (SELECT TIMESTAMP '2015-01-01' + INTERVAL (i) SECOND AS datetime, 5000 + random() AS open, 5002 + random() AS high, 4998 + random() AS low, 5000 + random() AS close, (random() * 1000)::BIGINT AS volume
    FROM range(${ROWS}) AS rows(i)) TO ${quote(file)} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 122880)`);
  const size = `${(statSync(file).size / 1e9).toFixed(2)} GB`;
  await workbench.page.addInitScript({ content: WATCH });
  await workbench.open(url);
  await workbench.icon.click();
  await workbench.row(/^1s/).first().waitFor();
  const meanwhile = await openOnce(workbench);
  print({ title: `while the inventory reads its ${size} for the first time: ${meanwhile.text}`, ok: null, why: 'told, not judged' });
  await workbench.page.waitForTimeout(30_000);
  const times: Phases[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await openOnce(workbench));
  for (const { text } of times) console.log(`     ${text}`);
  const median = times.map(({ row }) => row).sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
  const outcome = { title: `a Parquet file of ${size} shows its first rows: ${times.map(({ row }) => row).join(', ')} ms, median ${median} of ${BOUND} allowed`, ok: median <= BOUND };
  print(outcome);
  return [outcome];
}

interface Phases {
  /** From the click to the first row on the screen, ms. */
  readonly row: number;
  readonly text: string;
}

async function openOnce(workbench: Workbench): Promise<Phases> {
  const { page } = workbench;
  await workbench.row(/^1s/).first().click();
  await workbench.webview.locator('.candles figcaption:not(:empty)').waitFor();
  await page.waitForTimeout(200);
  const frames = await Promise.all(page.frames().map((frame) => frame.evaluate<Seen>('window.seen').catch(() => undefined)));
  const shown = frames.find((seen) => seen?.row !== undefined);
  const pressed = frames[0]?.pressed;
  if (shown?.row === undefined || pressed === undefined) throw new Error(`it was not seen when the first row was there: ${JSON.stringify(frames)}`);
  const since = (instant = NaN): number => instant - pressed;
  await page.keyboard.press('Control+W');
  await page.locator('.tabs-container .tab').waitFor({ state: 'detached' });
  return { row: since(shown.row), text: `frame ${since(shown.began)}, rows ${since(shown.row)}, candles ${since(shown.candles)} ms` };
}
