import type { MonthDone, MonthStanding, MonthlyQueue, MonthlyReport, MonthlyRun, MonthlyStatus, MonthlyValidation, MonthlyWorker, QueueStatus } from '../../protocol/monthly';
import { count, plural, size, table, type Paint } from '../terminal';

export function showMonthlyRun(run: MonthlyRun, paint: Paint): string[] {
  const { done, failed, finished } = run;
  const before = finished.length === 0 ? [] : [paint('dim', `${plural(finished.length, 'month')} finished before.`)];
  if (run.queued !== undefined && run.queued.length > 0) return [`${paint('green', '✔')} ${plural(run.queued.length, 'month')} in the queue; barkeep monthly status --queue … tells how far they are.`, ...before];
  if (done.length + failed.length === 0) return [`${paint('green', '✔')} Nothing to do.`, ...before];
  return [
    ...table(done.map((month) => doneRow(month, paint)), [2, 3, 4]),
    ...failed.map(({ month, message }) => `${paint('red', '✘')} ${month}: ${message}`),
    ...before,
    paint('dim', `${plural(done.length + failed.length, 'month')} in ${run.seconds.toFixed(1)} s, ${run.workers} at a time; the report is ${run.report.markdown}`),
  ];
}

function doneRow(month: MonthDone, paint: Paint): string[] {
  const mark = month.requiresReprocessing ? paint('yellow', '▲') : paint('green', '✔');
  return [mark, month.month, `${count(month.rows)} rows`, `score ${month.score.toFixed(2)}`, `${month.seconds.toFixed(1)} s`, month.reasons.join(' ')];
}

export function showMonthlyReport(report: MonthlyReport, paint: Paint): string[] {
  return [
    ...table(report.done.map((month) => doneRow(month, paint)), [2, 3, 4]),
    ...report.failed.map(({ month, message }) => `${paint('red', '✘')} ${month}: ${message}`),
    ...(report.slowestStages.length === 0 ? [] : [paint('dim', `Slowest: ${report.slowestStages.slice(0, 3).map(({ stage, seconds }) => `${stage} ${seconds.toFixed(1)} s`).join(', ')}`)]),
    report.markdown,
  ];
}

export function showMonthlyStatus({ months, dest, queue }: MonthlyStatus, paint: Paint): string[] {
  const rows = months.length === 0 ? [`No months in ${dest ?? 'the queue'}.`] : table(months.map((month) => [mark(month, paint), month.month, month.state, standing(month)]));
  return queue === undefined ? rows : [...rows, ...queueLines(queue, paint)];
}

function queueLines({ address, paused, waiting, working, later, finished, failed, workers }: QueueStatus, paint: Paint): string[] {
  const held = paused ? `${paint('yellow', 'paused')}, ` : '';
  const who = workers.length === 0 ? [paint('yellow', 'No worker is connected; start one with barkeep monthly worker --queue …')] : workers.map(({ worker, version }) => `${worker} (Barkeep ${version})`);
  return [`Queue ${address}: ${held}${waiting} waiting, ${working} being processed, ${later} later, ${finished} finished, ${failed} failed.`, ...who];
}

export function showMonthlyQueue({ removed, stopping, queue }: MonthlyQueue, paint: Paint): string[] {
  return [
    ...(removed.length === 0 ? [] : [`Taken out: ${removed.join(', ')}.`]),
    ...(stopping.length === 0 ? [] : [`Told to stop: ${stopping.join(', ')}.`]),
    ...queueLines(queue, paint),
  ];
}

export const showMonthlyWorker = ({ worker, done, failed, givenBack }: MonthlyWorker): string[] =>
  [`${worker}: ${plural(done, 'month')} processed, ${failed} failed, ${givenBack} given back.`];

function mark({ state }: MonthStanding, paint: Paint): string {
  if (state === 'finished') return paint('green', '✔');
  if (state === 'failed') return paint('red', '✘');
  return state === 'interrupted' ? paint('yellow', '▲') : paint('dim', '·');
}

function standing(month: MonthStanding): string {
  switch (month.state) {
    case 'finished':
      return month.done === undefined ? month.output : `score ${month.done.score.toFixed(2)}, ${count(month.done.rows)} rows, ${size(month.done.bytes)}`;
    case 'failed':
      return month.failure.message;
    case 'working':
      return month.worker === undefined ? `at the stage ${month.stage}` : `at the stage ${month.stage}, on ${month.worker}`;
    case 'interrupted':
      return `at the stage ${month.stage}`;
    case 'waiting':
      return month.why ?? month.source;
  }
}

/** The validation report of one file. */
export function showValidation({ file, contracts, document }: MonthlyValidation, paint: Paint): string[] {
  const { rows, modes, features, rollover_kinds: kinds } = document;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const names = [...new Set(contracts.map(({ symbol }) => (symbol === '' ? 'unnamed' : symbol)))];
  return [
    paint('bold', file),
    ...table([
      ['rows', `${count(rows.raw)} raw → ${count(rows.cleaned)} clean → ${count(rows.rth)} in regular hours → ${count(rows.final)} on the grid`],
      ['left out', Object.entries(document.issues_fixed).filter(([, found]) => found > 0).map(([rule, found]) => `${rule.replaceAll('_', ' ')} ${count(found)}`).join(', ') || 'none'],
      ['contracts', `${names.join(', ')} on ${plural(contracts.length, 'date')}`],
      ['rollovers', `${kinds.contract} contract changes, ${kinds.gap} price gaps, ${count(document.bars_excluded)} bars excluded`],
      ['features', `${features.generated} of 43, quality ${features.quality.toFixed(3)}, NaN ${percent(features.mean_nan_share)}`],
    ].map(([name, text]) => [paint('dim', name!), text!])),
    '',
    ...table(
      [
        ['mode', 'winners', 'win rate', 'mean weight', 'flags'].map((title) => paint('dim', title)),
        ...Object.entries(modes).map(([name, mode]) => [name, count(mode.winners), percent(mode.win_rate), mode.avg_weight?.toFixed(3) ?? '–', mode.flags.join(', ')]),
      ],
      [1, 2, 3],
    ),
    '',
    ...document.warnings.map((warning) => `${paint('yellow', '▲')} ${warning}`),
    ...document.alerts.map((alert) => `${paint('yellow', '▲')} ${alert}`),
    ...document.reasons.map((reason) => `${paint('red', '✘')} ${reason}`),
    `${paint(document.requires_reprocessing ? 'red' : 'green', document.requires_reprocessing ? '✘' : '✔')} score ${document.quality_score.toFixed(3)}`,
  ];
}
