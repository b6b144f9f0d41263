import type { ConductStage, ExportTold } from '../../../protocol/exports';
import { isoInstant } from '../../base/time';
import { appendLines } from '../../disk/lines';
import type { JobContext } from '../context';
import { logFile, writeRun, type RunState } from './state';

/** A program started elsewhere. It outlives the run: closing it is not ours. */
export interface Launched {
  readonly pid: number;
  /** Its exit code, once it ends; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts a command in a shell, its output appended to a file. @throws Failure */
export type Launch = (command: string, how: { readonly cwd: string; readonly output: string }) => Promise<Launched>;

/** What every stage works with. */
export interface ConductContext extends JobContext {
  readonly launch: Launch;
  /** Told of every export that changes while it is waited for. */
  readonly tell: (told: ExportTold) => void;
  /** The longest time between two looks, ms. */
  readonly poll: number;
}

export interface Bench extends ConductContext {
  /** One line for the run's log, on the disk and to whoever watches. */
  say(stage: ConductStage | 'run', message: string): Promise<void>;
  /** Keeps how far the run is. */
  keep(state: RunState): Promise<RunState>;
  /** The program this process started for the run. */
  running: Launched | undefined;
}

export function benchFor(context: ConductContext, id: string): Bench {
  const { disk, folder, clock, operation } = context;
  return {
    ...context,
    running: undefined,
    async say(stage, message) {
      operation.log(`${stage === 'run' ? `run ${id}` : stage}: ${message}`);
      await appendLines(disk, logFile(folder, id), [{ time: isoInstant(clock.now()), run: id, stage, message }], 'the log');
    },
    async keep(state) {
      const now = { ...state, updated: clock.now() };
      await writeRun(disk, folder, now);
      return now;
    },
  };
}

