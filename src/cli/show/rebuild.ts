import type { MasterExtent } from '../../protocol/results';
import type { RebuildPlan, RebuildResult } from '../../protocol/rebuild';
import { count, plural, span, table, type Paint } from '../terminal';
import { dryRunNote } from './store';

export function showRebuild({ plan, outcome, kept }: RebuildResult, paint: Paint): string[] {
  const { master, why, after } = plan;
  if (outcome === 'sound') return [`${paint('green', '✔')} ${master} is sound: it can be read, and its times rise. Nothing was changed.`];
  const end = outcome === 'planned' ? [dryRunNote(paint)] : [];
  const place = kept ?? 'quarantine/';
  if (after === null) return [`${master}: ${why}`, outcome === 'planned' ? `Would set it aside in ${place}.` : `${paint('green', '✔')} It is set aside as ${place}; import an export to begin a new one.`, ...end];
  const done = outcome === 'planned' ? `Would rebuild ${master} from ${plural(plan.sources.length, 'export')}; the damaged file goes to ${place}.` : `${paint('green', '✔')} ${master} rebuilt from ${plural(plan.sources.length, 'export')} and read back; the damaged file is kept as ${place}.`;
  return [`${master}: ${why}`, done, ...partLines(plan, paint), ...(outcome === 'planned' ? [] : ['Derived files may now be stale: run barkeep regenerate.']), ...end];
}

function partLines({ sources, missing, before, after, conflictingRows }: RebuildPlan, paint: Paint): string[] {
  return [
    ...table(sources.map(({ file, rows, zone, stamp, recorded }) => [`  ${file}`, plural(rows, 'bar'), `${zone}, ${stamp} stamps`, recorded ? '' : 'not on record']), [1]),
    ...missing.map(({ name, why, remedy }) => `${paint('yellow', '▲')} ${name} is missing: ${why} ${remedy}`),
    ...(conflictingRows === 0 ? [] : [`${paint('yellow', '▲')} ${plural(conflictingRows, 'bar')} of one export differ from another's; those stay that won when they were imported.`]),
    ...table([['  before', before === null ? 'nobody can tell' : extentText(before)], ['  after', after === null ? '–' : extentText(after)]]),
  ];
}

const extentText = ({ rows, start, end }: MasterExtent): string => `${count(rows)} bars, ${span(start, end)}`;
