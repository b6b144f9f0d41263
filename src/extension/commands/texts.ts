import type { BackupEntry, Holding, RestoreResult } from '../../protocol/keeping';
import type { Alignment, Continuity, Gap, ImportPlan, MasterExtent, Regeneration } from '../../protocol/results';
import { repairButton } from './repair';
import { count, grouped, moment, size, t } from '../words';

/** What a job found, as lines for a person. Times of bars are UTC, as the files keep them. */

const extent = (of: MasterExtent | null): string =>
  of === null ? t('no bars yet') : t('{0}, {1} → {2} UTC', count(of.rows, '1 bar', '{0} bars'), minute(of.start), minute(of.end));

/** `2025-07-27 22:00` of an ISO instant. */
const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** What an import would do: shown before it is done. */
export function planLines(plan: ImportPlan): string[] {
  const stamp = plan.stamp === 'close' ? t('stamped at the close') : t('stamped at the open');
  return [
    t('Times in {0}, {1}.', plan.zone, stamp),
    [
      count(plan.newRows, '1 new bar', '{0} new bars'),
      t('{0} identical', grouped(plan.identicalRows)),
      t('{0} conflicting', grouped(plan.conflictingRows)),
      ...(plan.rejectedRows > 0 ? [t('{0} rejected', grouped(plan.rejectedRows))] : []),
    ].join(' · '),
    ...(plan.prices === undefined ? [] : [t('Prices: × {0}, then {1} points added.', plan.prices.factor, plan.prices.points)]),
    t('Now: {0}', extent(plan.before)),
    t('Then: {0}', extent(plan.after)),
    plan.alignment.summary,
    ...ambiguousLines(plan.alignment),
  ];
}

function ambiguousLines({ ambiguous }: Alignment): string[] {
  if (ambiguous === undefined) return [];
  const { rows, line, text, assumed } = ambiguous;
  const message = assumed === 'earlier'
    ? t('Rows whose time was twice, when clocks were turned back: {0} (first line {1}: {2}). Their order does not tell which it is; the earlier is assumed.', grouped(rows), line, text)
    : t('Rows whose time was twice, when clocks were turned back: {0} (first line {1}: {2}). Their order does not tell which it is; the later is assumed.', grouped(rows), line, text);
  return [`▲ ${message}`];
}

export function alignmentLines(alignment: Alignment): string[] {
  return [
    alignment.short === undefined ? (alignment.matter ?? alignment.summary) : alignment.summary,
    ...ambiguousLines(alignment),
    t('{0} bars match, {1} differ (closes more than {2} points apart); {3} only in the file, {4} only in the master.',
      grouped(alignment.matched), grouped(alignment.differing), alignment.tolerance, grouped(alignment.onlyInFile), grouped(alignment.onlyInMaster)),
    ...alignment.examples.map(({ time, field, master, file }) => t('  {0}  {1}: master {2}, file {3}', `${minute(time)} UTC`, field, master, file)),
    ...(alignment.remedy === undefined ? [] : [t('Try: {0}', repairButton(alignment.options ?? {}) ?? alignment.remedy)]),
  ];
}

export function continuityLines(continuity: Continuity): string[] {
  return [
    continuitySummary(continuity),
    ...continuity.gaps.map(({ after, before, hours, missingBars }) =>
      t('  {0} → {1}  {2} h, {3}', minute(after), minute(before), Math.round(hours * 10) / 10, count(missingBars, '1 bar missing', '{0} bars missing'))),
    ...Object.entries(continuity.months).map(([month, bars]) => `  ${month}  ${grouped(bars).padStart(9)}`),
  ];
}

export function continuitySummary({ master, gaps, thresholdHours, largest, calendar }: Continuity): string {
  if (calendar !== undefined) return unexpectedSummary(master, calendar.name, gaps.length, largest);
  if (largest === undefined || gaps.length === 0) return t('{0}: no gap over {1} h.', master, thresholdHours);
  const found = count(gaps.length, '1 gap', '{0} gaps');
  return t('{0}: {1} over {2} h, the largest {3} h from {4}.', master, found, thresholdHours, Math.round(largest.hours * 10) / 10, minute(largest.after));
}

function unexpectedSummary(master: string, calendar: string, gaps: number, largest: Gap | undefined): string {
  if (largest === undefined) return t('{0}: nothing unexpected is missing in the hours of {1}.', master, calendar);
  return t('{0}: {1}, the largest {2} from {3}.', master, count(gaps, '1 unexpected gap', '{0} unexpected gaps'), count(largest.missingBars, '1 bar', '{0} bars'), minute(largest.after));
}

export function regenerationLines({ steps }: Regeneration): string[] {
  const outcomes = { made: t('made'), 'would-make': t('to be made'), 'up-to-date': t('up to date'), skipped: t('skipped') };
  return steps.map(({ output, outcome, rows, why }) =>
    `${output}: ${outcomes[outcome]}${rows === undefined ? '' : `, ${count(rows, '1 row', '{0} rows')}`}${why === undefined ? '' : ` (${why})`}`);
}

/** One backup in a list to choose from. */
export function backupItem(backup: BackupEntry, zone: string): { label: string; description: string; detail: string } {
  return { label: moment(backup.made, zone), description: [size(backup.bytes), holdingText(backup.holds), backup.why ?? ''].filter((part) => part !== '').join(' · '), detail: backup.backup };
}

/** What a restore would change: the bars there are, and those there will be. */
export function restoreLines({ now, from }: RestoreResult): string[] {
  if (from.holds === undefined) return [];
  return [t('Now: {0}', now === undefined ? t('no bars that can be read') : holdingText(now)), t('Then: {0}', holdingText(from.holds))];
}

function holdingText(holds: Holding | undefined): string {
  if (holds === undefined) return '';
  const bars = count(holds.rows, '1 bar', '{0} bars');
  if (holds.start === undefined || holds.end === undefined) return bars;
  return t('{0}, {1} → {2} UTC', bars, minute(new Date(holds.start).toISOString()), minute(new Date(holds.end).toISOString()));
}
