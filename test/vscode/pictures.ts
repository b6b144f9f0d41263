import path from 'node:path';
import type { Outcome } from './outcome';
import { withInstalled } from './walk';
import type { Workbench } from './workbench';

/** The pictures of the README, taken in a real VS Code: `npm run pictures` when the looks have changed. */

const MEDIA = path.join(__dirname, '..', '..', 'media');

export async function takePictures(): Promise<Outcome[]> {
  const started = Date.now();
  await withInstalled(takeAll);
  return [{ title: 'the pictures are in media/', ok: true, ms: Date.now() - started }];
}

async function takeAll(workbench: Workbench, url: string): Promise<void> {
  const { page } = workbench;
  await page.setViewportSize({ width: 1400, height: 760 });
  await workbench.open(url);
  await workbench.icon.click();
  await workbench.welcome('barkeep.sample');
  await workbench.row('Raw exports').click();
  await workbench.row('ES history.txt').waitFor();
  await workbench.file('ES history.txt');
  await workbench.lens('Import…').click();
  await workbench.pick('Ticker', 'ES');
  await workbench.pick('Timeframe', '1m');
  await workbench.pick('Time zone', 'America/Los_Angeles');
  await workbench.question.waitFor();
  await workbench.answer('Import');
  await workbench.row('34,500 rows').first().waitFor();
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+W');
  await workbench.file('trades_tampered_20251103_143000.csv');
  await (await workbench.problem('checksum-mismatch')).waitFor();
  await workbench.lens(/1 error/).waitFor();
  await workbench.row('Derived Assets').click();
  for (const toast of await page.locator('.notification-toast .codicon-notifications-clear').all()) await toast.click();
  await page.mouse.move(700, 755);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: path.join(MEDIA, 'screenshot.png') });
}
