import type { Bars } from '../base/bar';
import type { Operation } from '../base/ports';
import type { Disk } from '../disk/disk';
import type { MadeFrom } from '../store/provenance';
import type { Part } from './change';
import type { TradingDays } from './days';
import type { Judgement } from './judgement';
import type { Series } from './resample';

/** What steps are made of: each says what it makes, and is given the bars to make it from. */

/** The steps in order, as `--only` names them. */
export const STEPS = ['resample', 'daily-hod-lod', 'profiler', 'level-touches', 'hod-lod', 'range-dist', 'opening-range', 'sessions', 'chunks'] as const;
export type StepName = (typeof STEPS)[number];

/** One derived file, or a folder of files that belong together. */
export interface Recipe {
  readonly step: StepName;
  /** File name in the data folder, `/` between parts. */
  readonly output: string;
  /** What is made, its version and every option; a file made by another one is out of date. */
  readonly name: string;
  judge(folder: string, from: MadeFrom): Promise<Judgement>;
  /** Makes it and puts it in its place. @param judgement of what is there now */
  make(work: Work, judgement: Judgement): Promise<Put>;
}

/** The bars to make an output from. */
export interface Work {
  readonly disk: Disk;
  readonly folder: string;
  readonly from: MadeFrom;
  readonly operation: Operation;
  /** The whole master; read once for all recipes. */
  whole(): Promise<TradingDays>;
  /** The whole master's bars of a timeframe; made once for all recipes. */
  series(timeframe: Series): Promise<Bars>;
  /** Set when the output there was made by this recipe from the master as it was before a known change, and nobody touched it. */
  readonly part?: () => Promise<Part>;
}

/** What was put in its place. */
export interface Put {
  /** Bars, days or records. */
  readonly rows: number;
  /** What its provenance notes as its digest. */
  readonly sha256: string;
}

/** What is provably ours and unchanged can be made again at any time and needs no backup. */
export const isOurs = ({ kind }: Judgement): boolean => kind === 'absent' || kind === 'current' || kind === 'outdated';
