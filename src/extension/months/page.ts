import type { MonthStanding } from '../../protocol/monthly';
import type { MonthRow, ShowMonths } from '../../protocol/monthspage';
import { count, t } from '../words';
import { isToDo, markOf, reasonsOf, slowestStage, stageText, stateText } from './standing';

/** The whole page, the newest month first. */
export function pageOf({ months, failure }: { readonly months: readonly MonthStanding[]; readonly failure: string | undefined }): ShowMonths {
  const toDo = months.filter(isToDo).length;
  const finished = months.filter(({ state }) => state === 'finished').length;
  return {
    type: 'months',
    title: t('Months'),
    summary: months.length > 0 ? t('{0}, {1} finished', count(months.length, '1 month', '{0} months'), finished) : failure === undefined ? t('There are no months in the folders of the settings.') : '',
    ...(failure === undefined ? {} : { failure }),
    columns: [t('Month'), t('Status'), t('Score'), t('Slowest stage'), t('Reasons')],
    ...(toDo === 0 ? {} : { processAll: count(toDo, 'Process 1 Month…', 'Process {0} Months…') }),
    processOne: t('Process…'),
    rows: [...months].reverse().map(rowOf),
  };
}

export function rowOf(month: MonthStanding): MonthRow {
  const done = month.state === 'finished' ? month.done : undefined;
  const slowest = done === undefined ? undefined : slowestStage(done);
  return {
    month: month.month,
    mark: markOf(month),
    state: stateText(month),
    slowest: slowest === undefined ? '' : stageText(slowest),
    reasons: reasonsOf(month),
    hasStatistics: done !== undefined,
    canProcess: isToDo(month) || done?.requiresReprocessing === true,
    ...(done === undefined ? {} : { score: done.score }),
  };
}
