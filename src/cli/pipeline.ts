import { InvalidArgumentError, type Command as Commander } from 'commander';
import { watchRaw } from '../core/jobs/watch';
import type { ExportStateName } from '../protocol/exports';
import type { JobName } from '../protocol/results';
import type { Command, SharedOptions } from './run';
import { exportTold, showWatch } from './show/exports';

/** `barkeep watch` and `barkeep conduct`: the other side of an export. */

const UNWELL: readonly ExportStateName[] = ['stalled', 'crashed', 'failed', 'violations', 'empty'];

interface WatchFlags {
  readonly once?: boolean;
  readonly poll?: number;
}

const watch = (raw: string | undefined, flags: WatchFlags): Command<'watch'> => ({
  name: 'watch',
  run: (context, tell) =>
    watchRaw(context, { once: flags.once === true, ...(raw === undefined ? {} : { raw }), ...(flags.poll === undefined ? {} : { poll: flags.poll * 1000 }) }, tell),
  told: exportTold,
  show: (result, paint) => showWatch(result, paint, flags.once === true),
  exit: ({ exports }) => (exports.some(({ state }) => UNWELL.includes(state)) ? 'findings' : 'ok'),
});

type Run = <Name extends JobName>(command: Command<Name>, options: SharedOptions) => Promise<void>;
type Add = (grammar: string, description: string, example: string) => Commander;

export function addPipeline(add: Add, run: Run): void {
  add('watch [folder]', 'follow the exports into a folder: running, stalled, crashed, complete, empty; until it is stopped', 'barkeep watch raw')
    .option('--once', 'look once and end; exit 1 when an export is unwell')
    .option('--poll <seconds>', 'look at least this often; changes are seen at once (default: 10)', seconds)
    .action((raw: string | undefined, options: SharedOptions & WatchFlags) => run(watch(raw, options), options));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return value;
}
