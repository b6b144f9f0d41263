import path from 'node:path';
import type { Clock, Operation } from '../base/ports';
import type { Disk } from '../disk/disk';

/** What every job is given: the disk it may change, the time, the data folder, and who is watching. */
export interface JobContext {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Absolute path of the data folder. */
  readonly folder: string;
  readonly operation: Operation;
  /** Wait for locks that others hold, instead of failing. Default false. */
  readonly wait?: boolean;
}

/** The same with its data folder found from the working folder, once and for all, when it was given relative to that. */
export const settled = (context: JobContext): JobContext => (path.isAbsolute(context.folder) ? context : { ...context, folder: path.resolve(context.folder) });
