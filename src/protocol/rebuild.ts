import type { MasterExtent } from './results';

/** What `barkeep rebuild` answers: a damaged master set aside and made anew from its exports. */

export interface RebuildPlan {
  /** Relative to the data folder. */
  readonly master: string;
  /** What is wrong with it, as a clause. */
  readonly why: string;
  /** Exports it is made of, in order. */
  readonly sources: readonly RebuildSource[];
  /** What was imported into it once and is not to be had again here. */
  readonly missing: readonly RebuildMissing[];
  /** As the damaged file's footer tells; null when it tells nothing. */
  readonly before: MasterExtent | null;
  /** Null when it is only set aside. */
  readonly after: MasterExtent | null;
  /** Bars of a source that differ from those of one before it. */
  readonly conflictingRows: number;
}

export interface RebuildSource {
  readonly file: string;
  readonly rows: number;
  readonly zone: string;
  readonly stamp: 'open' | 'close';
  /** Whether the master or the journal tells that it was imported; else it was only named. */
  readonly recorded: boolean;
}

export interface RebuildMissing {
  /** The file's name, or what was asked of a source of updates. */
  readonly name: string;
  /** As a clause. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
}

export interface RebuildResult {
  readonly plan: RebuildPlan;
  /** `sound`: there is nothing to mend, and nothing was done. */
  readonly outcome: 'planned' | 'rebuilt' | 'set-aside' | 'sound';
  /** Where the damaged file is, relative to the data folder. */
  readonly kept?: string;
}
