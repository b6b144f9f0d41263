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
