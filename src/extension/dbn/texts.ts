import type { DbnPreview } from '../../protocol/dbn';
import { count, grouped, t } from '../words';

/** What a preview says in words. */

/** The most symbols that are named. */
const NAMED = 20;

export function previewFacts({ dataset, schema, start, end, symbols, mapped, version, skipped }: DbnPreview): [label: string, value: string][] {
  const more = symbols.length > NAMED ? [t('and {0} more', grouped(symbols.length - NAMED))] : [];
  return [
    [t('Dataset'), dataset],
    [t('Schema'), schema ?? t('several; the 1-second bars are shown')],
    [t('Asked for'), end === null ? t('from {0} on', start) : `${start} → ${end}`],
    [t('Symbols'), symbols.length === 0 ? t('none named') : [...symbols.slice(0, NAMED), ...more].join(', ')],
    [t('Instruments'), grouped(mapped)],
    [t('Version'), `DBN ${version}`],
    ...(skipped === 0 ? [] : [[t('Left out'), count(skipped, '1 record that is no such bar', '{0} records that are no such bars')] as [string, string]]),
  ];
}

/** How much is shown, of how much. */
export function shareText({ rows, total }: Pick<DbnPreview, 'rows' | 'total'>): string {
  if (total === undefined) return t('The first {0}; counting the rest…', count(rows.length, '1 row', '{0} rows'));
  if (total === rows.length) return total === 0 ? t('There are no rows.') : t('All {0}.', count(total, '1 row', '{0} rows'));
  return t('The first {0} of {1}.', grouped(rows.length), count(total, '1 row', '{0} rows'));
}

export const headingsOf = ({ zone }: Pick<DbnPreview, 'zone'>): string[] => [t('Start ({0})', zone), t('Symbol'), t('Open'), t('High'), t('Low'), t('Close'), t('Volume')];
