import type { Complaint, InventoryEntry } from '../../protocol/inventory';
import { isoInstant } from '../base/time';
import type { TimeSurvey } from '../table/survey';

/** What there is to complain about, and the command that mends it. No reading here: facts in, complaints out. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Steps longer than this are counted as gaps; a weekend of index futures is 49 h. */
export const GAP = 48 * HOUR;
/** Longer than any holiday weekend: worth a warning. */
const WORRYING_GAP = 96 * HOUR;
/** A master whose last bar is older than this has not been kept up to date. */
const STALE = 7 * DAY;

export function unreadable(file: string, reason: string, hasBackup: boolean): Complaint {
  const complaint = { code: 'unreadable', severity: 'error', message: reason } as const;
  return hasBackup ? { ...complaint, remedy: { title: 'Restore the newest backup', command: ['restore', file] } } : complaint;
}

/** Order, duplicates and gaps of a Parquet file's times. @param minutesToHours the file is a master of 1m … 4h, so gaps mean something */
export function timeComplaints(survey: TimeSurvey, minutesToHours: boolean, ticker: string | undefined, timeframe: string | undefined): Complaint[] {
  const where = survey.firstFault === undefined ? '' : ` (first in row ${survey.firstFault.row}, ${isoInstant(survey.firstFault.time)})`;
  const complaints: Complaint[] = [];
  if (survey.backward > 0) complaints.push({ code: 'unsorted', severity: 'error', message: `The rows are not in order of time: ${survey.backward} steps back${where}.` });
  if (survey.missing > 0) complaints.push({ code: 'unsorted', severity: 'error', message: `${survey.missing} rows have no time.` });
  if (survey.repeated > 0) complaints.push({ code: 'duplicate-times', severity: 'error', message: `${survey.repeated} bars have the time of the bar before${where}.` });
  if (minutesToHours && survey.largestGap > WORRYING_GAP && survey.largestGapFrom !== undefined) complaints.push(gapComplaint(survey, survey.largestGapFrom, ticker, timeframe));
  return complaints;
}

function gapComplaint({ largestGap }: TimeSurvey, from: number, ticker: string | undefined, timeframe: string | undefined): Complaint {
  const message = `There are no bars from ${isoInstant(from)} to ${isoInstant(from + largestGap)}, ${Math.round(largestGap / DAY)} days.`;
  const complaint = { code: 'gaps', severity: 'warning', message } as const;
  if (ticker === undefined || timeframe === undefined) return complaint;
  return { ...complaint, remedy: { title: 'List all gaps', command: ['continuity', ticker, timeframe] } };
}

/** @param end the last bar's open, unix ms UTC */
export function staleMaster(end: number | undefined, now: number): Complaint[] {
  if (end === undefined || now - end <= STALE) return [];
  return [{ code: 'stale-master', severity: 'info', message: `The last bar is ${Math.floor((now - end) / DAY)} days old.` }];
}

/** @param updated when the file was last modified @param lastBackup when its newest copy was made; unix ms UTC */
export function backupComplaints(file: string, updated: number, lastBackup: number | undefined): Complaint[] {
  const remedy = { title: 'Back up now', command: ['backup', file] };
  if (lastBackup === undefined) return [{ code: 'no-backup', severity: 'info', message: 'There is no backup of this file.', remedy }];
  // A backup's name counts whole seconds.
  if (lastBackup + 1000 > updated) return [];
  return [{ code: 'backup-older', severity: 'info', message: `The file changed since its newest backup, of ${isoInstant(lastBackup)}.`, remedy }];
}

export function staleDerived(ticker: string | undefined, why: string): Complaint {
  const complaint = { code: 'stale-derived', severity: 'warning', message: `Out of date: ${why}.` } as const;
  return ticker === undefined ? complaint : { ...complaint, remedy: { title: 'Regenerate', command: ['regenerate', ticker] } };
}

export const leftover: Complaint = {
  code: 'leftover-temporary',
  severity: 'warning',
  message: 'A write was interrupted and left this behind; the file it was for is as it was before. The next write to that file removes it.',
};

const WORST_FIRST = ['error', 'warning', 'info'] as const;

export const healthOf = (complaints: readonly Complaint[]): InventoryEntry['health'] => WORST_FIRST.find((severity) => complaints.some((complaint) => complaint.severity === severity)) ?? 'good';
