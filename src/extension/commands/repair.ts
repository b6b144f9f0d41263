import type { RepairOptions } from '../../protocol/results';
import { t } from '../words';

/** The options of a refusal that repair an import; others say nothing to it. */
export function repairIn({ tz, stamp, scale, align }: Readonly<Record<string, string>>): RepairOptions {
  return {
    ...(tz === undefined ? {} : { tz }),
    ...(stamp === 'open' || stamp === 'close' ? { stamp } : {}),
    ...(scale === undefined ? {} : { scale }),
    ...(align === 'adjust' ? { align } : {}),
  };
}

/** What the button says that imports with these options; undefined when there are none. */
export function repairButton({ tz, stamp, scale, align }: RepairOptions): string | undefined {
  if (tz !== undefined) return t('Import as {0}', tz);
  if (stamp !== undefined) return stamp === 'open' ? t('Import as Opening Times') : t('Import as Closing Times');
  if (scale !== undefined) return t('Import with Prices × {0}', scale);
  return align === undefined ? undefined : t('Import with Prices Adjusted');
}
