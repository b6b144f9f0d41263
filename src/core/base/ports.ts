/** What the core needs from outside, passed in by the command line or a test: the core has no ambient clock or console. */

export interface Clock {
  /** Now, in unix milliseconds. */
  now(): number;
}

/** Progress of one step; `done` and `total` share a unit the receiver only needs for a ratio. */
export interface ProgressUpdate {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** What every long operation takes. All members are optional to honour, none to accept. */
export interface Operation {
  readonly signal: AbortSignal;
  progress(update: ProgressUpdate): void;
  /** One line for the log: what is being done now. */
  log(line: string): void;
}

/** An operation nobody watches or cancels. */
export const unattended: Operation = {
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
};
