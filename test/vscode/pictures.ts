import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from './outcome';
import { withInstalled } from './walk';
import { bars } from './files';
import type { Workbench } from './workbench';

/** The pictures of the README's tour, taken in a real VS Code: `npm run pictures` when the looks have changed. */

const MEDIA = path.join(__dirname, '..', '..', 'media', 'tour');

export async function takePictures(): Promise<Outcome[]> {
  const started = Date.now();
  mkdirSync(MEDIA, { recursive: true });
  await withInstalled(takeAll);
  return [{ title: 'the pictures are in media/tour', ok: true, ms: Date.now() - started }];
}

export async function takeAll(workbench: Workbench, url: string, folder: string): Promise<void> {
  const { page } = workbench;
  const take = async (name: string): Promise<void> => {
    await page.mouse.move(640, 735);
    await page.waitForTimeout(1200);
    await page.screenshot({ path: path.join(MEDIA, `${name}.jpg`), quality: 82 });
  };
  const closeToasts = async (): Promise<void> => {
    for (const toast of await page.locator('.notification-toast .codicon-notifications-clear').all()) await toast.click();
  };
  const importing = async (): Promise<void> => {
    await workbench.lens('Import…').click();
    await workbench.pick('Ticker', 'ES');
    await workbench.pick('Timeframe', '1m');
    await workbench.pick('Time zone', 'America/Los_Angeles');
  };
  await page.setViewportSize({ width: 1280, height: 740 });
  await workbench.open(url);
  await workbench.icon.click();
  await workbench.welcome('barkeep.sample');
  await workbench.row('ES history.txt').click();
  await importing();
  await workbench.question.waitFor();
  await take('import');
  await workbench.answer('Import');
  await workbench.row('34,500 rows').first().waitFor();

  await workbench.row('ES recent in Chicago time.txt').click();
  await page.locator('.tab.active', { hasText: 'Chicago' }).waitFor();
  await importing();
  await workbench.toast(/America\/Chicago/).waitFor();
  await take('zone');
  await closeToasts();

  await workbench.row('trades_tampered').first().click();
  const problem = await workbench.problem('checksum-mismatch');
  await workbench.lens(/1 error/).waitFor();
  await problem.click();
  await take('verify');
  await page.keyboard.press('Control+J');

  const lines = bars(60, {}).split('\n');
  writeFileSync(path.join(folder, 'barkeep-sample', 'ES copied.csv'), [...lines.slice(0, 9), lines[8], ...lines.slice(9)].join('\n'));
  await workbench.row('ES copied.csv').click();
  await workbench.lens('Repair…').click();
  await page.locator('.quick-input-titlebar:visible', { hasText: 'Repair ES copied.csv' }).waitFor();
  await page.keyboard.press('Enter');
  await workbench.toast('Repair ES copied.csv?').waitFor();
  await take('repair');
  await workbench.toast('Repair ES copied.csv?').locator('.monaco-button', { hasText: 'Leave It' }).click();

  await workbench.row('34,500 rows').first().click();
  await workbench.webview.locator('.candles figcaption', { hasText: 'each candle' }).waitFor();
  await take('preview');
}
