import type { RepairOptions } from '../../protocol/results';
import { t } from '../words';

/** The options of a refusal that repair an import; others say nothing to it. */
export function repairIn({ ticker, tz, stamp, dates, scale, align }: Readonly<Record<string, string>>): RepairOptions {
  return {
    ...(ticker === undefined ? {} : { ticker }),
    ...(tz === undefined ? {} : { tz }),
    ...(stamp === 'open' || stamp === 'close' ? { stamp } : {}),
    ...(dates === 'day-first' || dates === 'month-first' ? { dates } : {}),
    ...(scale === undefined ? {} : { scale }),
    ...(align === 'adjust' ? { align } : {}),
  };
}

/** What the button says that imports with these options; undefined when there are none. */
export function repairButton({ ticker, tz, stamp, dates, scale, align }: RepairOptions): string | undefined {
  if (ticker !== undefined) return t('Import into {0}', ticker);
  if (tz !== undefined) return t('Import as {0}', tz);
  if (stamp !== undefined) return stamp === 'open' ? t('Import as Opening Times') : t('Import as Closing Times');
  if (dates !== undefined) return dates === 'day-first' ? t('Import with the Day First') : t('Import with the Month First');
  if (scale !== undefined) return t('Import with Prices × {0}', scale);
  return align === undefined ? undefined : t('Import with Prices Adjusted');
}
