import { type Care, DASHBOARD_WORDS, type DashboardWord, type RunningJob, type ToDashboard } from '../../protocol/dashboard';
import type { ExportStanding } from '../../protocol/exports';
import type { Inventory } from '../../protocol/inventory';
import type { MonthStanding } from '../../protocol/monthly';
import { commandLine } from '../children/program';
import { runningText } from '../exports/texts';
import type { ListingState } from '../inventory/listing';
import type { Run } from '../jobs';
import { rowOf } from '../months/page';
import { t } from '../words';

/** What the dashboard is told. */

export function wordsMessage(zone: string, language: string): ToDashboard {
  return { type: 'words', words: Object.fromEntries(DASHBOARD_WORDS.map((word) => [word, t(word)])) as Record<DashboardWord, string>, zone, language };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** The worst first. */
export function inventoryMessage(inventory: Inventory | undefined, state: ListingState, folder: string): ToDashboard {
  const entries = inventory?.entries ?? [];
  const cares = entries.flatMap(({ file, complaints }) => complaints.map(({ severity, message, remedy }, at): Care =>
    ({ file, severity, message, at, ...(remedy === undefined ? {} : { remedy: { title: t(remedy.title), command: commandLine(remedy.command) } }) })));
  return { type: 'inventory', state, folder: inventory?.folder ?? folder, entries, cares: cares.sort((a, b) => RANK[a.severity] - RANK[b.severity]) };
}

/** Our own jobs, and exports of other programs. */
export function runningMessage(runs: readonly Run[], exports: readonly ExportStanding[]): ToDashboard {
  const own = runs.map(({ id, job, said }): RunningJob => ({ id, title: job.title, said }));
  return { type: 'running', jobs: [...own, ...exports.map((each) => ({ title: runningText([each]), said: '' }))] };
}

/** @param months undefined when no folders of months are set; in order of time */
export function monthsMessage(months: readonly MonthStanding[] | undefined, failure: string | undefined): ToDashboard {
  return { type: 'months', ...(months === undefined ? {} : { months: months.map(rowOf) }), ...(failure === undefined ? {} : { failure }) };
}
