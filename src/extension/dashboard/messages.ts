import { type Care, type Checked, DASHBOARD_WORDS, type DashboardWord, type RunningJob, type ToDashboard } from '../../protocol/dashboard';
import type { ExportStanding } from '../../protocol/exports';
import type { Inventory, InventoryEntry } from '../../protocol/inventory';
import type { MonthStanding } from '../../protocol/monthly';
import { commandOf } from '../commands/curable';
import { summarize, type Summary } from '../csv/summary';
import type { Verdict } from '../csv/verdict';
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

export function inventoryMessage(inventory: Inventory | undefined, state: ListingState, folder: string): ToDashboard {
  const entries = inventory?.entries ?? [];
  return { type: 'inventory', state, folder: inventory?.folder ?? folder, entries, cares: caresIn(entries) };
}

/** The worst first; what one click mends in several files stands there once. */
export function caresIn(entries: readonly InventoryEntry[]): Care[] {
  const cares = new Map<string, Care>();
  for (const { file, complaints } of entries) {
    for (const [at, { severity, message, remedy }] of complaints.entries()) {
      const care: Care = { file, severity, message, at, files: 1, ...(remedy === undefined ? {} : { remedy: { title: t(remedy.title), command: commandOf(remedy) } }) };
      const key = JSON.stringify([severity, message, care.remedy?.command ?? file]);
      const same = cares.get(key);
      cares.set(key, same === undefined ? care : { ...same, files: same.files + 1 });
    }
  }
  return [...cares.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** @param verdictOn what is known of a file; undefined when it was not checked as it is now */
export function checkedMessage(entries: readonly InventoryEntry[], verdictOn: (entry: InventoryEntry) => Verdict | undefined): ToDashboard {
  const unread = entries.filter(({ category }) => category === 'raw' || category === 'other');
  return { type: 'checked', files: Object.fromEntries(unread.flatMap((entry): [string, Checked][] => {
    const verdict = verdictOn(entry);
    return verdict?.kind === 'checked' ? [[entry.file, signOf(summarize(verdict))]] : [];
  })) };
}

const signOf = ({ icon, text }: Summary): Checked => ({ sign: icon === 'error' || icon === 'warning' ? icon : 'good', text });

/** Our own jobs, and exports of other programs. */
export function runningMessage(runs: readonly Run[], exports: readonly ExportStanding[]): ToDashboard {
  const own = runs.map(({ id, job, said }): RunningJob => ({ id, title: job.title, said }));
  return { type: 'running', jobs: [...own, ...exports.map((each) => ({ title: runningText([each]), said: '' }))] };
}

/** @param months undefined when no folders of months are set; in order of time */
export function monthsMessage(months: readonly MonthStanding[] | undefined, failure: string | undefined): ToDashboard {
  return { type: 'months', ...(months === undefined ? {} : { months: months.map(rowOf) }), ...(failure === undefined ? {} : { failure }) };
}
