import { formatInstant } from '../../core/base/time';
import type { BackupCheck, CleanResult, CopyResult, Destination, LockNote, PruneResult, Status, WriteMetrics } from '../../protocol/keeping';
import { count, plural, size, table, type Paint } from '../terminal';
import { dryRunNote, quoted, troubleLines } from './store';

const total = (entries: readonly { readonly bytes: number }[]): string => size(entries.reduce((sum, { bytes }) => sum + bytes, 0));

export function showPrune(result: PruneResult, paint: Paint): string[] {
  const planned = result.outcome === 'planned';
  const done = `${planned ? 'Would remove' : 'Removed'} ${plural(result.removed.length, 'backup')} (${total(result.removed)}); ${count(result.kept)} kept.`;
  return [
    result.removed.length === 0 ? `Nothing to remove; ${plural(result.kept, 'backup')} kept.` : done,
    ...result.removed.map(({ backup }) => `  backups/${backup}`),
    ...result.unsound.map(({ backup, file }) => `${paint('yellow', '▲')} backups/${backup} is not what the journal says, or not in it: all backups of ${file} are kept.`),
    ...(planned ? [dryRunNote(paint)] : []),
  ];
}

export function showCopy(result: CopyResult, paint: Paint): string[] {
  const planned = result.outcome === 'planned';
  const says = `${plural(result.files.length, 'file')} (${size(result.bytes)}) to ${result.folder}`;
  return [
    planned ? `Would copy ${says}` : `${paint('green', '✔')} Copied and verified ${says}`,
    ...table(result.files.map(({ file, bytes }) => [`  ${file}`, size(bytes)]), [1]),
    ...troubleLines(result, paint),
    ...(planned ? [dryRunNote(paint)] : [`Check it later: barkeep backup --verify ${quoted(result.folder)}`]),
  ];
}

export const showDestinations = (found: readonly Destination[]): string[] =>
  found.length === 0 ? ['No cloud drive was found on this machine.'] : table(found.map(({ title, folder }) => [title, folder]));

export function showCheck(result: BackupCheck, paint: Paint): string[] {
  if (result.listed === 0) return [`There are no backups in ${result.folder}.`];
  const bad = result.checked.filter(({ verdict }) => verdict !== 'sound');
  const sound = result.checked.length - bad.length;
  const share = result.checked.length < result.listed ? ` of ${count(result.listed)}` : '';
  return [
    `${bad.length === 0 ? paint('green', '✔') : paint('yellow', '▲')} ${plural(result.checked.length, 'copy', 'copies')}${share} read again: ${count(sound)} sound, ${count(bad.length)} not.`,
    ...table(bad.map(({ name, verdict }) => [`  ${paint(verdict === 'unknown' ? 'yellow' : 'red', verdict)}`, name])),
  ];
}

export function showStatus(status: Status, paint: Paint, withMetrics: boolean): string[] {
  const { backups, temporary, locks, alerts } = status;
  const newest = backups.newest === undefined ? 'none' : `${plural(backups.count, 'backup')} (${size(backups.bytes)}), newest ${formatInstant(backups.newest.made, 'UTC', "yyyy-MM-dd HH:mm:ss 'UTC'")}`;
  return [
    paint('bold', status.folder),
    ...table([
      ['  locks', locks.length === 0 ? 'none' : locks.map(lockLine).join('; ')],
      ['  temporary files', temporary.length === 0 ? 'none' : temporary.map(({ file }) => file).join(', ')],
      ['  backups', newest],
      ...(withMetrics ? metricRows(status.metrics) : []),
    ]),
    ...(alerts.length === 0 ? [paint('green', '✔ nothing needs care')] : []),
    ...alerts.map(({ message, remedy }) => `${paint('yellow', '▲')} ${message}${remedy === undefined ? '' : paint('dim', `  → barkeep ${remedy.map(quoted).join(' ')}`)}`),
  ];
}

function lockLine({ file, state, pid, host, doing }: LockNote): string {
  const who = pid === undefined ? '' : ` by PID ${pid}${host === undefined ? '' : ` on ${host}`}`;
  return `${file} ${state}${who}${doing === undefined ? '' : `, ${doing}`}`;
}

function metricRows(metrics: WriteMetrics): string[][] {
  const ms = (value: number | null): string => (value === null ? '–' : `${count(value)} ms`);
  const share = metrics.verifiedShare === null ? '–' : `${(metrics.verifiedShare * 100).toFixed(2)} %`;
  return [
    ['  writes', `${count(metrics.writes)} done (${size(metrics.bytes)}), ${count(metrics.failed)} failed`],
    ['  write latency', `p50 ${ms(metrics.p50)} · p95 ${ms(metrics.p95)} · p99 ${ms(metrics.p99)}`],
    ['  read back and right', share],
    ['  sequence gaps', count(metrics.sequenceGaps)],
  ];
}

export function showClean(result: CleanResult, paint: Paint): string[] {
  const planned = result.outcome === 'planned';
  const failed = result.kept.some((each) => each.failed === true);
  return [
    result.removed.length === 0 ? (failed ? 'Nothing was removed.' : `${paint('green', '✔')} Nothing to clean up.`) : `${planned ? 'Would remove' : 'Removed'} ${plural(result.removed.length, 'leftover')}:`,
    ...result.removed.map((file) => `  ${file}`),
    ...result.kept.map(({ file, why, failed: refused }) => `  ${paint(refused === true ? 'red' : 'dim', `kept: ${file}: ${why}`)}`),
    ...(planned ? [dryRunNote(paint)] : []),
  ];
}
