import type { WholeState } from './signal';

/** How often rows reach the disk, and how often an export says how far it is. */
export interface Cadence {
  /** Rows. */
  readonly flush: number;
  /** Rows between progress signals, and ms: whichever is first. */
  readonly rows: number;
  readonly most: number;
}

export const CADENCE: Cadence = { flush: 10_000, rows: 100_000, most: 5_000 };

/**
 * Writes progress signals one after the other, beside the work. Time is measured on a clock that only goes forward, so
 * that setting the system's clock changes nothing; a timer sees to it that a source that is slow is told of too.
 */
export class Progress {
  readonly #cadence: Cadence;
  readonly #write: (state: WholeState) => Promise<unknown>;
  readonly #state: () => WholeState | undefined;
  readonly #timer: NodeJS.Timeout;
  #told = { rows: 0, at: performance.now() };
  #writing: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  /** @param state how far it is now; undefined before there is anything to tell */
  constructor(cadence: Cadence, state: () => WholeState | undefined, write: (state: WholeState) => Promise<unknown>) {
    this.#cadence = cadence;
    this.#state = state;
    this.#write = write;
    this.#timer = setInterval(() => { this.#tellIfDue(); }, Math.min(1000, cadence.most)).unref();
  }

  /** To be called after each flush. @throws what writing an earlier signal threw */
  flushed(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
    this.#tellIfDue();
  }

  /** Ends the telling; signals under way are finished. @throws as `flushed` */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  #tellIfDue(): void {
    const state = this.#state();
    if (state === undefined || this.#failure !== undefined) return;
    const { rows, at } = this.#told;
    const now = performance.now();
    const isDue = Math.floor(state.bars / this.#cadence.rows) > Math.floor(rows / this.#cadence.rows) || now - at >= this.#cadence.most;
    if (!isDue) return;
    this.#told = { rows: state.bars, at: now };
    this.#writing = this.#writing.then(() => this.#write(state)).catch((error: unknown) => { this.#failure = error; });
  }
}
