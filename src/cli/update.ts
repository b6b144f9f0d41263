import { parseTimeframe } from '../core/base/timeframe';
import { updateMaster } from '../core/jobs/update';
import type { Command } from './run';
import { showUpdate } from './show/update';

export interface UpdateOptions {
  readonly days?: number;
  readonly enable?: boolean;
  readonly dryRun?: boolean;
  readonly regenerate: boolean;
}

export const update = (ticker: string, timeframe: string | undefined, options: UpdateOptions): Command<'update'> => ({
  name: 'update',
  run: (context) =>
    updateMaster(context, {
      ticker,
      timeframe: parseTimeframe(timeframe ?? '1m'),
      enable: options.enable === true,
      dryRun: options.dryRun === true,
      regenerate: options.regenerate,
      ...(options.days === undefined ? {} : { days: options.days }),
    }),
  show: showUpdate,
  exit: () => 'ok',
});
