import type { Complaint, InventoryEntry, Remedy } from '../../protocol/inventory';
import { minuteUtc, momentUtc } from '../base/time';
import type { Timeframe } from '../base/timeframe';
import type { TimeSurvey } from '../table/survey';
import type { NamedFile } from './layout';

/** What there is to complain about, and the command that mends it. No reading here: facts in, complaints out. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A master whose last bar is older than this has not been kept up to date. */
const STALE = 7 * DAY;
/** What `regenerate` makes from minutes. */
const RESAMPLED: readonly Timeframe[] = ['5m', '15m', '1h', '4h'];
/** What `update` can fetch. */
const DOWNLOADED: readonly Timeframe[] = ['1m', '5m', '1D', '1W'];

const restoring = (file: string): Remedy => ({ title: 'Restore a backup', command: ['restore', file] });
const rebuilding = (ticker: string, timeframe: Timeframe): Remedy => ({ title: 'Rebuild from its exports', command: ['rebuild', ticker, timeframe] });
const regenerating = (ticker: string): Remedy => ({ title: 'Regenerate', command: ['regenerate', ticker] });
const importing = (ticker: string, timeframe: Timeframe): Remedy => ({ title: 'Import a newer export', command: ['import', 'EXPORT.csv', ticker, timeframe] });

export const unreadable = (reason: string, remedy?: Remedy): Complaint => ({ code: 'unreadable', severity: 'error', message: reason, ...(remedy === undefined ? {} : { remedy }) });

/** What brings a damaged file back: a backup of it, its master when it is made from one, or the exports of a master. */
export function remedyForDamaged({ category, ticker, timeframe }: NamedFile, file: string, has: { readonly backup: boolean; readonly minutes: boolean }): Remedy | undefined {
  if (has.backup) return restoring(file);
  const isMade = category === 'derived' || (timeframe !== undefined && RESAMPLED.includes(timeframe));
  if (isMade && has.minutes && ticker !== undefined) return regenerating(ticker);
  return madeAnew({ category, ...(ticker === undefined ? {} : { ticker }), ...(timeframe === undefined ? {} : { timeframe }) }, file);
}

/** Only masters in the data folder itself are imported into. */
const madeAnew = ({ category, ticker, timeframe }: NamedFile, file: string): Remedy | undefined =>
  category === 'market' && ticker !== undefined && timeframe !== undefined && !file.includes('/') ? rebuilding(ticker, timeframe) : undefined;

/** What brings a damaged file back that has no backup; empty for what we know nothing of. */
export function freshStart({ category, ticker, timeframe }: NamedFile): string {
  if (category === 'market' && ticker !== undefined && timeframe !== undefined) return ` Move it aside, then import an export of ${ticker} ${timeframe} into a fresh master.`;
  if (category === 'market') return ' Make it again with the tool that made it.';
  return category === 'derived' && ticker !== undefined ? ` Remove it; regenerating ${ticker} makes it again once there is a master ${ticker}_1m.parquet.` : '';
}

/** Order and duplicates of a Parquet file's times. */
export function timeComplaints(survey: TimeSurvey): Complaint[] {
  const where = survey.firstFault === undefined ? '' : ` (first in row ${survey.firstFault.row}, ${momentUtc(survey.firstFault.time)})`;
  const complaints: Complaint[] = [];
  if (survey.backward > 0) complaints.push({ code: 'unsorted', severity: 'error', message: `The rows are not in order of time: ${survey.backward} steps back${where}.` });
  if (survey.missing > 0) complaints.push({ code: 'unsorted', severity: 'error', message: `${survey.missing} rows have no time.` });
  if (survey.repeated > 0) complaints.push({ code: 'duplicate-times', severity: 'error', message: `${survey.repeated} bars have the time of the bar before${where}.` });
  return complaints;
}

/** Bars that are there in time alone; an import keeps what is there unless it is told to replace it. */
export function unpricedMaster({ ticker, timeframe }: NamedFile, { unpriced }: TimeSurvey): Complaint[] {
  if (unpriced === undefined) return [];
  const bars = unpriced.bars === 1 ? '1 bar lacks' : `${unpriced.bars} bars lack`;
  const complaint = { code: 'unpriced', severity: 'warning', message: `${bars} a price (empty, or no number), the first at ${momentUtc(unpriced.first)}: what is derived from them is incomplete.` } as const;
  if (ticker === undefined || timeframe === undefined) return [complaint];
  return [{ ...complaint, remedy: { title: 'Import these bars again', command: ['import', 'EXPORT.csv', ticker, timeframe, '--on-conflict', 'replace'] } }];
}

/** A master that can be read and has nothing in it. */
export function emptyMaster(named: NamedFile, file: string, hasBackup: boolean): Complaint {
  const remedy = remedyForEmpty(named, file, hasBackup);
  return { code: 'empty', severity: 'warning', message: 'It holds no bars.', ...(remedy === undefined ? {} : { remedy }) };
}

export function remedyForEmpty({ ticker, timeframe }: NamedFile, file: string, hasBackup: boolean): Remedy | undefined {
  if (hasBackup) return restoring(file);
  return ticker === undefined || timeframe === undefined || file.includes('/') ? undefined : { title: 'Import an export', command: ['import', 'EXPORT.csv', ticker, timeframe] };
}

/** @param end the last bar's open, unix ms UTC */
export function staleMaster({ ticker, timeframe }: NamedFile, end: number | undefined, now: number): Complaint[] {
  if (end === undefined || now - end <= STALE) return [];
  const complaint = { code: 'stale-master', severity: 'info', message: `The last bar is ${Math.floor((now - end) / DAY)} days old.` } as const;
  if (ticker === undefined || timeframe === undefined) return [complaint];
  return [{ ...complaint, remedy: DOWNLOADED.includes(timeframe) ? { title: 'Update from Yahoo', command: ['update', ticker, timeframe] } : importing(ticker, timeframe) }];
}

/** A master that is out of order or holds times twice is not mended by guessing: its newest backup is offered, or how to begin anew. */
export const withRestore = (complaints: readonly Complaint[], named: NamedFile, file: string, hasBackup: boolean): Complaint[] =>
  complaints.map((complaint) => {
    if (complaint.code !== 'unsorted' && complaint.code !== 'duplicate-times') return complaint;
    const remedy = hasBackup ? restoring(file) : madeAnew(named, file);
    return remedy === undefined ? { ...complaint, message: `${complaint.message}${freshStart(named)}` } : { ...complaint, remedy };
  });

/** @param updated when the file was last modified @param lastBackup when its newest copy was made; unix ms UTC */
export function backupComplaints(file: string, updated: number, lastBackup: number | undefined): Complaint[] {
  const remedy: Remedy = { title: 'Back up now', command: ['backup', file] };
  if (lastBackup === undefined) return [{ code: 'no-backup', severity: 'info', message: 'There is no backup of this file.', remedy }];
  // A backup's name counts whole seconds.
  if (lastBackup + 1000 > updated) return [];
  return [{ code: 'backup-older', severity: 'info', message: `The file changed since its newest backup, of ${minuteUtc(lastBackup)}.`, remedy }];
}

/** A master from which nothing can be regenerated, or nothing would come of it: it comes first. */
export interface Unfit {
  readonly why: 'is damaged' | 'holds no bars';
  readonly remedy: Remedy | undefined;
}

export function staleDerived(ticker: string | undefined, why: string, unfit?: Unfit): Complaint {
  const complaint = { code: 'stale-derived', severity: 'warning', message: `Out of date: ${why}.` } as const;
  const remedy = unfit === undefined ? (ticker === undefined ? undefined : regenerating(ticker)) : unfit.remedy;
  const message = unfit === undefined ? complaint.message : `${complaint.message} The master ${unfit.why}; it comes first.`;
  return { ...complaint, message, ...(remedy === undefined ? {} : { remedy }) };
}

/** A derived file whose master is no longer there. @param master its name, as far as it tells a ticker and a timeframe */
export function orphaned(master: string, named: NamedFile, hasBackup: boolean): Complaint {
  const { ticker, timeframe } = named;
  const remedy = hasBackup ? restoring(master) : ticker === undefined || timeframe === undefined ? undefined : importing(ticker, timeframe);
  return { code: 'stale-derived', severity: 'warning', message: `Out of date: its master ${master} is gone.`, ...(remedy === undefined ? {} : { remedy }) };
}

/** Of a 1-minute master. @param derived everything that is made from it @param isThere whether a file is */
export function missingDerived(ticker: string, derived: readonly string[], isThere: (file: string) => boolean): Complaint[] {
  const missing = derived.filter((file) => !isThere(file));
  if (missing.length === 0) return [];
  const complaint = { code: 'missing-derived', remedy: { title: 'Regenerate', command: ['regenerate', ticker] } } as const;
  if (missing.length === derived.length) return [{ ...complaint, severity: 'info', message: 'Nothing has been derived from it yet.' }];
  return [{ ...complaint, severity: 'warning', message: `Not everything derived from it is there; missing: ${missing.join(', ')}.` }];
}

export const leftover: Complaint = {
  code: 'leftover-temporary',
  severity: 'warning',
  message: 'A write was interrupted and left this behind; the file it was for is as it was before. The next write to that file removes it.',
  remedy: { title: 'Remove what interrupted writes left', command: ['clean'] },
};

const WORST_FIRST = ['error', 'warning', 'info'] as const;

export const healthOf = (complaints: readonly Complaint[]): InventoryEntry['health'] => WORST_FIRST.find((severity) => complaints.some((complaint) => complaint.severity === severity)) ?? 'good';
