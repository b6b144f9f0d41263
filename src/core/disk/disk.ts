import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { pid } from 'node:process';
import type { Clock } from '../base/ports';
import { nodeFiles, type Files } from './files';
import { ownBirth } from './life';
import type { WriteRecord } from './operations';

/** Who we are, as locks and the journal tell others. */
export interface Self {
  readonly pid: number;
  readonly host: string;
  /** Start of this process, unix ms. */
  readonly started: number;
  /** What was asked of us, such as `import ES.csv`. */
  readonly command: string;
  /** Tells this process from a later one with the same PID (life.ts); undefined where the system gives no such mark. */
  readonly birth: string | undefined;
}

/** What every function that changes the disk takes. */
export interface Disk {
  readonly files: Files;
  readonly clock: Clock;
  readonly self: Self;
  /** A lock older than this is taken over whoever holds it. Absent: none is, as the holder may still be at work. */
  readonly lockTimeoutHours?: number;
  /** Told of every atomic write, done or failed: for the operations log. */
  record(write: WriteRecord): void;
}

/** @param options.command what this process was asked to do, for the lock and the journal */
export function openDisk(options: { clock: Clock; command: string; files?: Files; record?: (write: WriteRecord) => void }): Disk {
  const self: Self = { pid, host: hostname(), started: Math.round(performance.timeOrigin), command: options.command, birth: ownBirth() };
  return { files: options.files ?? nodeFiles, clock: options.clock, self, record: options.record ?? (() => undefined) };
}
