import type { UpdatePlan, UpdateResult } from '../../protocol/results';
import { count, plural, span, table, type Paint } from '../terminal';
import { gapLine } from './continuity';
import { showRegeneration } from './jobs';
import { dryRunNote } from './store';

export function showUpdate(result: UpdateResult, paint: Paint): string[] {
  const { plan } = result;
  const isPlanned = result.outcome === 'planned';
  const isEmpty = plan.newRows + plan.identicalRows + plan.conflictingRows + plan.rejectedRows === 0;
  if (isEmpty) return [...showUpdatePlan(plan, paint, ASKED), `${paint('yellow', '▲')} The source has no finished bars for this span: there is nothing new${isPlanned ? '.' : '; nothing was changed.'}`, ...(isPlanned ? [dryRunNote(paint)] : [])];
  const lines = showUpdatePlan(plan, paint);
  if (isPlanned) return [...lines, ...(plan.newRows > 0 ? [] : [`${paint('green', '✔')} There is nothing new for ${plan.master}.`]), dryRunNote(paint)];
  const aside = result.quarantineFile === undefined ? [] : [`Doubtful bars are kept in ${result.quarantineFile}.`];
  if (result.outcome === 'unchanged') return [...lines, `${paint('green', '✔')} Nothing to do: ${plan.master} has all of them.`, ...aside];
  return [
    ...lines,
    `${paint('green', '✔')} ${plural(plan.newRows, 'new bar')} merged into ${plan.master}; read back and verified.`,
    ...(result.backup === undefined ? [] : [`Before the change it was backed up as backups/${result.backup}.`]),
    ...aside,
    ...(result.continuity === undefined ? [] : [gapLine(result.continuity)]),
    ...(result.derived === undefined ? [] : ['', ...showRegeneration(result.derived, paint)]),
  ];
}

/** What was asked for and what came: all there is to say of an answer without bars. */
const ASKED = ['source', 'master', 'fetched'];

/** The same words before a dry run's end and before the real thing. @param only names of the lines to show; all unless given */
function showUpdatePlan(plan: UpdatePlan, paint: Paint, only?: readonly string[]): string[] {
  const reasons = Object.entries(plan.rejected).map(([reason, rows]) => `${count(rows)} ${reason}`).join(', ');
  const rows = [
    ['source', `${plan.timeframe} bars of ${plan.source}`],
    ['master', plan.before === null ? `${plan.master} (new)` : `${plan.master}: ${count(plan.before.rows)} bars, ${span(plan.before.start, plan.before.end)}`],
    ['fetched', `${count(plan.fetchedRows)} (${count(plan.emptyRows)} empty, ${count(plan.unfinishedRows)} unfinished)`],
    ['doubtful', plan.rejectedRows === 0 ? '0' : paint('yellow', `${count(plan.rejectedRows)} (${reasons})`)],
    ['overlap', `${count(plan.overlap.matched)} of ${plural(plan.overlap.compared, 'bar')} close within 2 ticks of the master`],
    ['new', count(plan.newRows)],
    ['identical', count(plan.identicalRows)],
    ['conflicting', plan.conflictingRows === 0 ? '0' : paint('yellow', `${count(plan.conflictingRows)} (the existing bars win)`)],
    ...(plan.after === null ? [] : [['after', `${count(plan.after.rows)} bars, ${span(plan.after.start, plan.after.end)}`]]),
  ];
  return table(rows.filter(([name]) => only?.includes(name!) ?? true).map(([name, text]) => [paint('dim', name!), text!]));
}
