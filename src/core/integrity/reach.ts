/** A stretch that a step forward passes over and in which no row has been so far. Times are of the reader's unit (µs or ms). */
export interface Hole {
  readonly after: number;
  readonly until: number;
  /** The row and line that `after` is of. */
  readonly row: number;
  readonly line: number;
}

/**
 * Which times a sequence of rows has reached. Rows that go back in time – one that strayed, or an older part appended
 * behind a newer – neither make a hole where rows were before, nor hide one where none were. Times between the
 * earliest and the latest of what came before the step back count as reached.
 */
export class Reach {
  /** The latest time so far and its row. */
  latest = NaN;
  #latestRow = 0;
  #latestLine = 0;
  /** The time before, and its row. */
  #last = NaN;
  #row = 0;
  #line = 0;
  /** Where the rows since the latest step back begin, and the earliest time before them. */
  #start = NaN;
  #earliest = Infinity;

  /** What lies between the time before (or the latest one, beyond that) and this one; undefined where rows have been. */
  holeBefore(time: number): Hole | undefined {
    if (time > this.latest) return { after: this.latest, until: time, row: this.#latestRow, line: this.#latestLine };
    const until = Math.min(time, this.#earliest);
    return until > this.#last ? { after: this.#last, until, row: this.#row, line: this.#line } : undefined;
  }

  add(time: number, row: number, line: number): void {
    if (time < this.#last) this.#earliest = Math.min(this.#earliest, this.#start);
    if (!(time >= this.#last)) this.#start = time;
    [this.#last, this.#row, this.#line] = [time, row, line];
    if (time < this.latest) return;
    [this.latest, this.#latestRow, this.#latestLine] = [time, row, line];
  }
}
