import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Outcome, print } from './outcome';
import { install, openBrowser, openPage, Server } from './server';
import { CHAPTERS } from './walk/chapters';
import type { Chapter, Step } from './walk/chapter';
import { driveBeside } from './walk/support';
import { Workbench } from './workbench';

/** A user's walk through the installed extension, in chapters of their own folder; within one, each step goes on from where the one before it ended. */

const root = path.join(__dirname, '..', '..');
const pictures = path.join(root, 'test-results');

/** @param wanted names of chapters; none: all */
export async function runWalk(wanted: readonly string[]): Promise<Outcome[]> {
  const chapters = CHAPTERS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chapters.length === 0) throw new Error(`no such chapter; there are ${CHAPTERS.map(({ name }) => name).join(', ')}`);
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  return withInstalled(async (workbench, url, workspace) => {
    const outcomes: Outcome[] = [];
    for (const chapter of chapters) outcomes.push(...(await walkTwice(chapter, workbench, url, path.join(workspace, chapter.name))));
    return outcomes;
  });
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

/** A window in a browser now and then loses what is done to it: a chapter that failed is walked once more from its start, in a new folder, and says so; what the product does wrong fails both times. */
async function walkTwice(chapter: Chapter, workbench: Workbench, base: string, folder: string): Promise<Outcome[]> {
  const outcomes = await walk(chapter, workbench, base, folder);
  if (outcomes.every(({ ok }) => ok !== false)) return outcomes;
  console.log(`     ${chapter.name} failed: once more from its start, and that counts`);
  return walk({ ...chapter, name: `${chapter.name}-again` }, workbench, base, `${folder}-again`);
}

export async function walk({ name, prepare, steps }: Chapter, workbench: Workbench, base: string, folder: string): Promise<Outcome[]> {
  mkdirSync(folder);
  const outcomes: Outcome[] = [];
  const url = new URL(base);
  url.searchParams.set('folder', folder);
  prepare?.(folder);
  for (const step of steps({ workbench, url: url.href, folder })) {
    const outcome = await take(step, outcomes);
    const picture = `${name}-${String(outcomes.length + 1).padStart(2, '0')}-${step[0].replace(/[^a-z]+/gi, '-').slice(0, 60)}.png`;
    // Notifications slide in; the picture is taken when they have arrived.
    if (outcome.ok !== null) await workbench.page.waitForTimeout(300);
    if (outcome.ok !== null) await workbench.page.screenshot({ path: path.join(pictures, picture) });
    outcomes.push(outcome);
    print(outcome);
  }
  return outcomes;
}

async function take([title, run]: Step, before: readonly Outcome[]): Promise<Outcome> {
  if (before.some(({ ok }) => ok === false)) return { title, ok: null, why: 'a step before it failed' };
  const started = Date.now();
  try {
    await run();
    return { title, ok: true, ms: Date.now() - started };
  } catch (error) {
    return { title, ok: false, ms: Date.now() - started, why: error instanceof Error ? error.message : String(error) };
  }
}
