import { regenerate } from '../../derive/regenerate';
import { isDead } from '../../disk/life';
import type { Bench } from './bench';
import { hasBegun } from './wait';
import { outputFile, type RunState } from './state';

/** The first stage and the fourth. Each can be run again after it was cut. */

/** Starts the exporter, unless it runs already or an export of this run has begun. */
export async function launchExporter(bench: Bench, state: RunState): Promise<RunState> {
  const { launch: command, raw } = state.order;
  if (command === undefined) return state;
  if (state.launched !== undefined && !(await isDead({ pid: state.launched.pid }, state.launched.at))) return state;
  if (await hasBegun(bench, state)) return state;
  const output = outputFile(bench.folder, state.id);
  bench.running = await bench.launch(command, { cwd: raw, output });
  await bench.say('launch', `${command} runs as PID ${bench.running.pid}; its output is in ${output}`);
  return { ...state, launched: { pid: bench.running.pid, at: bench.clock.now() } };
}

/** Brings everything derived up to date, ticker by ticker. */
export async function analyse(bench: Bench, state: RunState): Promise<RunState> {
  const tickers = [...new Set(state.exports.map(({ ticker }) => ticker))];
  for (const ticker of tickers) {
    const { steps } = await regenerate(bench.disk, bench.folder, ticker, { wait: bench.wait === true }, bench.operation);
    const made = steps.filter(({ outcome }) => outcome === 'made').length;
    await bench.say('analyse', `${ticker}: ${made} made, ${steps.filter(({ outcome }) => outcome === 'up-to-date').length} up to date`);
  }
  return state;
}
