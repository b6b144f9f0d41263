import { factsOf } from '../../core/exports/words';
import type { ConductResult, ExportStanding, ExportStateName, ExportsWatch, ExportTold, TakenIn } from '../../protocol/exports';
import { count, plural, type Paint } from '../terminal';
import { dryRunNote } from './store';

const MARKS: Readonly<Record<ExportStateName, readonly [mark: string, colour: 'green' | 'yellow' | 'red' | 'cyan' | 'dim']>> = {
  starting: ['…', 'cyan'],
  running: ['▶', 'cyan'],
  stalled: ['▲', 'yellow'],
  crashed: ['✖', 'red'],
  failed: ['✖', 'red'],
  complete: ['✔', 'green'],
  violations: ['▲', 'yellow'],
  empty: ['○', 'yellow'],
  idle: ['·', 'dim'],
};

/** One line: `▶ running   MinuteDataExport_ES_….csv  412,000 bars, 21 MB, 3,100 bars/s, about 2 min left`. */
export function exportLine(standing: ExportStanding, paint: Paint): string {
  const [mark, colour] = MARKS[standing.state];
  return `${paint(colour, `${mark} ${standing.state.padEnd(10)}`)} ${standing.key}  ${[factsOf(standing), ...standing.complaints].filter((part) => part !== '').join('. ')}`.trimEnd();
}

export const exportTold = (told: ExportTold, paint: Paint): string =>
  told.gone === true ? `${paint('dim', `- gone       `)} ${told.export.key}` : exportLine(told.export, paint);

/** @param once nothing was told before: every export has its line */
export function showWatch({ folder, exports }: ExportsWatch, paint: Paint, once: boolean): string[] {
  if (exports.length === 0) return [`There are no exports in ${folder}.`];
  return once ? [paint('bold', folder), ...exports.map((standing) => exportLine(standing, paint))] : [];
}

function takenIn({ newRows, rejectedRows, ambiguousRows = 0 }: TakenIn, ticker: string): string {
  const rejected = rejectedRows === 0 ? '' : `, ${count(rejectedRows)} rejected`;
  const guessed = ambiguousRows === 0 ? '' : `, ${count(ambiguousRows)} at a time that was twice (see the log)`;
  return `${plural(newRows, 'new bar')} into ${ticker}_1m.parquet${rejected}${guessed}`;
}

export function showConduct({ raw, runs }: ConductResult, paint: Paint): string[] {
  if (runs.length === 0) return ['No run was cut: there is nothing to go on with.'];
  return runs.flatMap((run) => [
    run.planned === true ? paint('bold', `What a run over ${raw} would do`) : run.stage === 'given-up' ? `${paint('yellow', '▲')} Run ${run.id}, given up` : `${paint('green', '✔')} Run ${run.id}`,
    ...run.exports.map(({ csv, ticker, imported, archived }) => {
      const bars = imported === undefined ? '' : takenIn(imported, ticker);
      return `  ${csv}: ${bars}${archived === undefined ? '' : `; now ${archived}`}`;
    }),
    ...run.left.map(({ key, why }) => `  ${paint('yellow', '▲')} ${key} ${why}`),
    run.planned === true ? dryRunNote(paint) : `  log: ${run.logFile}`,
  ]);
}
