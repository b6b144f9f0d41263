import os from 'node:os';
import path from 'node:path';
import { Failure } from '../core/base/failure';
import { parseTimeframe } from '../core/base/timeframe';
import type { Retention } from '../core/disk/retention';
import { clean } from '../core/jobs/clean';
import { copyTo } from '../core/jobs/copies';
import { findDestinations } from '../core/jobs/destinations';
import { pruneBackups } from '../core/jobs/prune';
import { rebuildMaster } from '../core/jobs/rebuild';
import { checkBackups } from '../core/jobs/reread';
import { takeStatus } from '../core/jobs/status';
import type { Destination } from '../protocol/keeping';
import { readingOf, type AlignOptions } from './commands';
import type { Command } from './run';
import { showRebuild } from './show/rebuild';
import { showCheck, showClean, showCopy, showDestinations, showPrune, showStatus } from './show/keeping';

/** The commands that keep what is there: copies, checks of copies, what interrupted writes left. */

export const prune = (policy: Partial<Retention>, options: { dryRun?: boolean }): Command<'prune'> => ({
  name: 'prune',
  run: (context) => pruneBackups(context, { policy, dryRun: options.dryRun === true }),
  show: showPrune,
  exit: ({ unsound }) => (unsound.length > 0 ? 'findings' : 'ok'),
});

const destinationsHere = (): Promise<Destination[]> => findDestinations({ platform: process.platform, home: os.homedir(), env: process.env });

/** @param to a folder; true for the first cloud drive found */
export const copy = (to: string | true, options: { name?: string; dryRun?: boolean }): Command<'copy'> => ({
  name: 'copy',
  run: async (context) =>
    copyTo(context, { to: to === true ? await firstDestination() : path.resolve(to), dryRun: options.dryRun === true, ...(options.name === undefined ? {} : { name: options.name }) }),
  show: showCopy,
  exit: ({ torn, leftOut }) => (torn.length + leftOut.length > 0 ? 'findings' : 'ok'),
});

async function firstDestination(): Promise<string> {
  const [first] = await destinationsHere();
  if (first !== undefined) return first.folder;
  throw new Failure('usage', { attempted: 'copy to a cloud drive', why: 'no cloud drive was found on this machine.', remedy: 'Name a folder: barkeep backup --to FOLDER.' });
}

export const destinations = (): Command<'destinations'> => ({
  name: 'destinations',
  run: async () => ({ destinations: await destinationsHere() }),
  show: ({ destinations: found }) => showDestinations(found),
  exit: () => 'ok',
});

/** @param folder true for the data folder's own backups */
export const checkCopies = (folder: string | true, share: number): Command<'checkBackups'> => ({
  name: 'checkBackups',
  run: (context) => checkBackups(context, { share, ...(folder === true ? {} : { folder: path.resolve(folder) }) }),
  show: showCheck,
  exit: ({ checked }) => (checked.some(({ verdict }) => verdict !== 'sound') ? 'findings' : 'ok'),
});

export interface RebuildOptions extends AlignOptions {
  readonly aside?: boolean;
  readonly dryRun?: boolean;
}

export const rebuild = (ticker: string, timeframe: string, exports: readonly string[], options: RebuildOptions): Command<'rebuild'> => ({
  name: 'rebuild',
  run: (context) => rebuildMaster(context, { ticker, timeframe: parseTimeframe(timeframe), exports, ...readingOf(options), aside: options.aside === true, dryRun: options.dryRun === true }),
  show: showRebuild,
  exit: ({ plan }) => (plan.missing.length > 0 ? 'findings' : 'ok'),
});

export const status = (options: { metrics?: boolean; limit: number }): Command<'status'> => ({
  name: 'status',
  run: (context) => takeStatus(context, { limit: options.limit * 1000 }),
  show: (result, paint) => showStatus(result, paint, options.metrics === true),
  exit: ({ alerts }) => (alerts.length > 0 ? 'findings' : 'ok'),
});

export const cleanUp = (options: { dryRun?: boolean }): Command<'clean'> => ({
  name: 'clean',
  run: (context) => clean(context, { dryRun: options.dryRun === true }),
  show: showClean,
  exit: ({ kept }) => (kept.some(({ failed }) => failed === true) ? 'io' : 'ok'),
});
