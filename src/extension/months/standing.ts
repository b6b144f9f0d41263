import type { MonthDone, MonthStanding, Stage } from '../../protocol/monthly';
import { count, size, t } from '../words';

/** A month as a person reads it. */

export type Mark = 'good' | 'warning' | 'error' | 'working' | 'waiting';

export function markOf(month: MonthStanding): Mark {
  switch (month.state) {
    case 'finished':
      return month.done?.requiresReprocessing === true || (month.done?.warnings.length ?? 0) > 0 ? 'warning' : 'good';
    case 'failed':
      return 'error';
    case 'interrupted':
      return 'warning';
    case 'working':
    case 'waiting':
      return month.state;
  }
}

/** Not finished, and nobody is at work on it. */
export const isToDo = ({ state }: MonthStanding): boolean => state !== 'finished' && state !== 'working';

/** One word or two: `finished`, `to process again`. */
export function stateText(month: MonthStanding): string {
  switch (month.state) {
    case 'finished':
      return month.done?.requiresReprocessing === true ? t('to process again') : t('finished');
    case 'failed':
      return t('failed');
    case 'interrupted':
      return t('interrupted');
    case 'working':
      return t('being processed');
    case 'waiting':
      return t('not processed yet');
  }
}

export interface StageTime {
  readonly stage: Stage;
  readonly seconds: number;
}

/** The stage that took longest; undefined when none was timed. */
export function slowestStage({ stageSeconds }: Pick<MonthDone, 'stageSeconds'>): StageTime | undefined {
  return (Object.entries(stageSeconds) as [Stage, number][])
    .map(([stage, seconds]) => ({ stage, seconds }))
    .reduce<StageTime | undefined>((slowest, each) => (slowest === undefined || each.seconds > slowest.seconds ? each : slowest), undefined);
}

export const stageText = ({ stage, seconds }: StageTime): string => t('{0} {1} s', t(stage), seconds.toFixed(1));

/** `score 0.93 · features 4.1 s`; of a month that is not finished, where it stands. */
export function descriptionOf(month: MonthStanding): string {
  switch (month.state) {
    case 'finished':
      return month.done === undefined ? stateText(month) : [t('score {0}', month.done.score.toFixed(2)), ...slowestIn(month.done)].join(' · ');
    case 'working':
      return [t('at the stage {0}', t(month.stage)), ...(month.worker === undefined ? [] : [month.worker])].join(' · ');
    case 'interrupted':
      return t('{0} at the stage {1}', stateText(month), t(month.stage));
    case 'failed':
      return month.failure.stage === undefined ? stateText(month) : t('{0} at the stage {1}', stateText(month), t(month.failure.stage));
    case 'waiting':
      return stateText(month);
  }
}

const slowestIn = (done: MonthDone): string[] => [slowestStage(done)].flatMap((slowest) => (slowest === undefined ? [] : [stageText(slowest)]));

/** Why the month stands as it does: what went wrong, else what was found wanting. */
export function reasonsOf(month: MonthStanding): readonly string[] {
  switch (month.state) {
    case 'failed':
      return [month.failure.message];
    case 'interrupted':
      return [t('Its process was stopped; the next run takes it up where it was.')];
    case 'finished':
      return month.done === undefined ? [t('It has no statistics of Barkeep.')] : [...month.done.reasons, ...month.done.alerts, ...month.done.warnings];
    case 'waiting':
      return month.why === undefined ? [] : [month.why];
    case 'working':
      return [];
  }
}

/** Everything else that is known, as label and value. */
export function factsOf(month: MonthStanding): [label: string, value: string][] {
  if (month.state !== 'finished') return [[t('Source'), month.state === 'failed' ? month.failure.source : month.source]];
  const { done, output } = month;
  if (done === undefined) return [[t('File'), output]];
  return [
    [t('Score'), done.score.toFixed(3)],
    [t('Rows'), t('{0} of {1} read', count(done.rows, '1 row', '{0} rows'), done.rawRows.toLocaleString('en-US'))],
    ...(Object.entries(done.stageSeconds) as [Stage, number][]).map(([stage, seconds]): [string, string] => [t(stage), t('{0} s', seconds.toFixed(1))]),
    [t('Time taken'), t('{0} s', done.seconds.toFixed(1))],
    [t('Peak memory'), size(done.peakMemoryBytes)],
    [t('Size'), size(done.bytes)],
    [t('File'), output],
    [t('Source'), done.source],
  ];
}

/** `2 months processed, 1 failed, 1 to process again.` */
export function runSummary({ done, failed }: { readonly done: readonly MonthDone[]; readonly failed: readonly unknown[] }): string {
  if (done.length + failed.length === 0) return t('Every month is finished already.');
  const again = done.filter(({ requiresReprocessing }) => requiresReprocessing).length;
  const parts = [
    count(done.length, '1 month processed', '{0} months processed'),
    ...(failed.length === 0 ? [] : [t('{0} failed', failed.length)]),
    ...(again === 0 ? [] : [t('{0} to process again', again)]),
  ];
  return `${parts.join(', ')}.`;
}
