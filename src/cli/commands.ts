import path from 'node:path';
import { zoneNamed } from '../core/base/time';
import { parseTimeframe } from '../core/base/timeframe';
import { regenerate } from '../core/derive/regenerate';
import type { StepName } from '../core/derive/work';
import { alignFile } from '../core/jobs/align';
import { backUpFiles, restoreBackup, backupsOf } from '../core/jobs/backup';
import { checkContinuity } from '../core/jobs/continuity';
import { coverage, dayCoverage, type Covered } from '../core/jobs/coverage';
import { importFile } from '../core/jobs/import';
import { makeSample } from '../core/jobs/sample';
import { takeInventory } from '../core/store/inventory';
import { masterPath } from '../core/store/layout';
import type { VendorOptions } from '../core/intake/vendor';
import type { ImportPlan, Results } from '../protocol/results';
import { showContinuity } from './show/continuity';
import { showCoverage, showDay } from './show/coverage';
import { showAlignment, showImport, showRegeneration, showSample } from './show/jobs';
import { showBackup, showBackups, showInventory, showRestore } from './show/store';
import type { Command } from './run';

/** Each command as a value: what it runs, how its result reads, and which exit it deserves. */

export const inventory = (options: { zone: string }): Command<'inventory'> => ({
  name: 'inventory',
  run: ({ folder, operation, clock }) => takeInventory(folder, zoneNamed(options.zone).name, operation, clock),
  show: showInventory,
  exit: ({ entries }) => (entries.some((entry) => entry.health === 'error') ? 'findings' : 'ok'),
});

export interface AlignOptions {
  readonly tz?: string;
  readonly stamp?: 'close' | 'open';
  readonly dates?: 'month-first' | 'day-first';
  readonly scale?: number;
  readonly aggregate?: string;
}

export const readingOf = ({ tz, stamp, dates, scale, aggregate }: AlignOptions): Omit<VendorOptions, 'timeframe'> => ({
  ...(tz === undefined ? {} : { zone: tz }),
  ...(stamp === undefined ? {} : { stamp }),
  ...(dates === undefined ? {} : { dates }),
  ...(scale === undefined ? {} : { scale }),
  ...(aggregate === undefined ? {} : { aggregate: parseTimeframe(aggregate) }),
});

export const align = (file: string, ticker: string, timeframe: string | undefined, options: AlignOptions): Command<'align'> => ({
  name: 'align',
  run: (context) =>
    alignFile(context, {
      file,
      ticker,
      timeframe: parseTimeframe(timeframe ?? '1m'),
      ...readingOf(options),
    }),
  show: showAlignment,
  exit: ({ verdict }) => ALIGNMENT_EXITS[verdict],
});

/** A verdict, an exit: bars that were compared and match, repairable ones, other bars, nothing to compare, a wrong question. */
const ALIGNMENT_EXITS = {
  aligned: 'ok',
  'aligned-after-shift': 'findings',
  'aligned-after-offset': 'findings',
  'aligned-after-scale': 'findings',
  mismatch: 'refused',
  'no-overlap': 'suspended',
  'no-common-times': 'usage',
  'no-master': 'usage',
} as const;

export interface ImportOptions extends AlignOptions {
  readonly align: 'check' | 'adjust' | 'off';
  readonly onConflict: ImportPlan['onConflict'];
  readonly dryRun?: boolean;
  readonly regenerate: boolean;
}

export const importVendorFile = (file: string, ticker: string, timeframe: string, options: ImportOptions): Command<'import'> => ({
  name: 'import',
  run: (context) =>
    importFile(context, {
      file,
      ticker,
      timeframe: parseTimeframe(timeframe),
      ...readingOf(options),
      align: options.align,
      onConflict: options.onConflict,
      dryRun: options.dryRun === true,
      regenerate: options.regenerate,
    }),
  show: showImport,
  exit: () => 'ok',
});

export const continuity = (ticker: string, timeframe: string | undefined, options: { year?: number; gap?: number }): Command<'continuity'> => ({
  name: 'continuity',
  run: (context) =>
    checkContinuity(context, {
      ticker,
      timeframe: parseTimeframe(timeframe ?? '1m'),
      ...(options.gap === undefined ? {} : { gapHours: options.gap }),
      ...(options.year === undefined ? {} : { year: options.year }),
    }),
  show: showContinuity,
  exit: ({ gaps }) => (gaps.length > 0 ? 'findings' : 'ok'),
});

/** Days of a master; with `day` one of them. */
export const coverageOf = (ticker: string, timeframe: string | undefined): Command<'coverage'> => ({
  name: 'coverage',
  run: ({ folder }) => coverage(masterIn(folder, ticker, timeframe)),
  show: showCoverage,
  exit: ({ missing }) => (missing.some((bars) => bars > 0) ? 'findings' : 'ok'),
});

export const dayOf = (ticker: string, timeframe: string | undefined, day: string): Command<'dayCoverage'> => ({
  name: 'dayCoverage',
  run: ({ folder }) => dayCoverage({ ...masterIn(folder, ticker, timeframe), day }),
  show: showDay,
  exit: ({ missing }) => (missing.some(({ cause }) => cause === 'unexpected') ? 'findings' : 'ok'),
});

const masterIn = (folder: string, ticker: string, timeframe = '1m'): Covered => ({ folder, file: path.basename(masterPath(folder, ticker, parseTimeframe(timeframe))) });

export interface RegenerateOptions {
  readonly force?: boolean;
  readonly anchor?: 'utc' | 'session';
  readonly only?: readonly StepName[];
  readonly dryRun?: boolean;
}

export const regenerateDerived = (ticker: string, options: RegenerateOptions): Command<'regenerate'> => ({
  name: 'regenerate',
  run: ({ disk, folder, operation, wait }) =>
    regenerate(
      disk,
      folder,
      ticker,
      { force: options.force === true, dryRun: options.dryRun === true, wait: wait === true, ...(options.anchor === undefined ? {} : { anchor: options.anchor }), ...(options.only === undefined ? {} : { only: options.only }) },
      operation,
    ),
  show: showRegeneration,
  exit: ({ master }) => (master === null ? 'usage' : 'ok'),
});

export const backup = (what: readonly string[], options: { dryRun?: boolean }): Command<'backup'> => ({
  name: 'backup',
  run: (context) => backUpFiles(context, { what, dryRun: options.dryRun === true }),
  show: showBackup,
  exit: ({ torn, leftOut }) => (torn.length + leftOut.length > 0 ? 'findings' : 'ok'),
});

export const backups = (file: string | undefined): Command<'backups'> => ({
  name: 'backups',
  run: async (context): Promise<Results['backups']> => ({ backups: await backupsOf(context, file) }),
  show: ({ backups: found }) => showBackups(found),
  exit: () => 'ok',
});

export interface RestoreOptions {
  readonly from?: string;
  readonly dryRun?: boolean;
}

export const restore = (file: string, options: RestoreOptions): Command<'restore'> => ({
  name: 'restore',
  run: (context) =>
    restoreBackup(context, { file, dryRun: options.dryRun === true, ...(options.from === undefined ? {} : { from: options.from }) }),
  show: showRestore,
  exit: () => 'ok',
});

export const sample = (folder: string): Command<'sample'> => ({
  name: 'sample',
  folder: path.resolve(folder),
  run: (context) => makeSample(context, context.folder),
  show: showSample,
  exit: () => 'ok',
});
