import { Failure } from '../../base/failure';
import type { Operation } from '../../base/ports';
import type { Source } from '../../table/csv/source';
import type { CsvScanner } from '../../table/csv/scanner';
import type { GapJudge } from '../gap';
import type { Lane } from '../lane';
import type { Pass } from '../pass';
import type { Walk } from '../walk';
import type { Gap, Stretch } from './stretch';

/** Somebody who looks at a file ahead of the pass. */
export interface Voucher {
  /** What is vouched for up to a place of the file, further on each time; undefined when nothing more will be. */
  next(): Promise<{ readonly to: number; readonly stretches: readonly Stretch[] } | undefined>;
  close(): Promise<void>;
}

/** Bytes read after rows were passed by: the next stretch is near. Twice as many each time while it is not. */
const FEW = 16 * 1024;
/** Rows that are looked at sooner than passed by. */
const SHORT = 4;
/** With more steps than one in so many rows to judge, the rows are looked at one by one. */
const STEPS = 16;

/**
 * Takes a pass over a file, past the rows that are vouched for: of each stretch only the first rows, those after an
 * unexplained step, and the last are looked at. A stretch counts only when a record starts where it does, so that
 * nothing depends on what the voucher took for a row.
 */
export class Ride {
  readonly #walk: Walk;
  readonly #pass: Pass;
  readonly #gaps: GapJudge;
  readonly #source: Source;
  readonly #voucher: Voucher;
  readonly #chunk: number;
  readonly #operation: Operation;
  readonly #step: string;
  /** Stretches to come are known up to here. */
  #known = 0;
  readonly #stretches: Stretch[] = [];
  /** The stretch that is being looked at, and how many of its rows were. */
  #inside: Stretch | undefined;
  #seen = 0;
  #size: number;
  #isAtEnd = false;

  constructor(walk: Walk, pass: Pass, gaps: GapJudge, source: Source, voucher: Voucher, chunk: number, operation: Operation, step: string) {
    this.#walk = walk;
    this.#pass = pass;
    this.#gaps = gaps;
    this.#source = source;
    this.#voucher = voucher;
    this.#chunk = chunk;
    this.#operation = operation;
    this.#step = step;
    this.#size = Math.min(FEW, chunk);
  }

  async over(): Promise<void> {
    for (;;) {
      if (this.#scanner.place >= this.#known) await this.#learn();
      const until = this.#enter();
      const isOut = this.#inside === undefined ? this.#lookUntil(until) : await this.#lookInside(this.#inside);
      if (isOut && !(await this.#read())) return;
    }
  }

  get #scanner(): CsvScanner {
    return this.#walk.row.scanner;
  }

  async #learn(): Promise<void> {
    const learned = await this.#voucher.next();
    this.#known = learned?.to ?? Infinity;
    if (learned !== undefined) this.#stretches.push(...learned.stretches);
  }

  /** Takes the stretch that starts here, if one does; the place up to which none can start. */
  #enter(): number {
    const { place } = this.#scanner;
    while (this.#stretches.length > 0 && this.#stretches[0]!.start < place) this.#stretches.shift();
    if (this.#inside === undefined && this.#stretches[0]?.start === place) {
      this.#inside = this.#stretches.shift();
      this.#seen = 0;
    }
    return Math.min(this.#known, this.#stretches[0]?.start ?? Infinity);
  }

  /** Looks at every record before that place; true when bytes are wanted. */
  #lookUntil(place: number): boolean {
    while (this.#scanner.place < place) {
      if (!this.#scanner.next()) return true;
      this.#pass.record(this.#walk.advance());
    }
    return false;
  }

  /** Looks at the next row of a stretch, or passes by as many as can be; true when bytes are wanted. */
  async #lookInside(stretch: Stretch): Promise<boolean> {
    if (this.#seen >= stretch.warm && this.#pass.isSettled) {
      this.#inside = undefined;
      if (stretch.rows - this.#seen > SHORT && stretch.gaps.length * STEPS < stretch.rows) await this.#passBy(stretch);
      return false;
    }
    if (!this.#scanner.next()) return true;
    this.#pass.record(this.#walk.advance());
    this.#seen++;
    if (this.#seen === stretch.rows) this.#inside = undefined;
    return false;
  }

  /** Goes from the row that was just looked at to the last row of its stretch. */
  async #passBy(stretch: Stretch): Promise<void> {
    const { row } = this.#walk;
    const { lane } = row;
    const [numbers, lines] = [row.number - this.#seen, row.line - this.#seen];
    for (const gap of stretch.gaps) {
      if (gap.row <= this.#seen || gap.row === stretch.rows || this.#gaps.judge(gap.before, gap.after, lane.instrument).bars === 0) continue;
      await this.#lookAtStep(gap, lane, numbers + gap.row, lines + gap.row);
    }
    const before = stretch.rows - 1;
    this.#pass.resume(lane, numbers + before, lines + before, stretch);
    this.#moveTo(stretch.last, lines + stretch.rows);
  }

  async #lookAtStep({ place, before }: Gap, lane: Lane, number: number, line: number): Promise<void> {
    this.#moveTo(place, line);
    while (!this.#scanner.next()) if (!(await this.#read())) return;
    this.#walk.row.number = number - 1;
    this.#walk.advance();
    this.#pass.step(lane, number - 1, line - 1, before);
  }

  #moveTo(place: number, line: number): void {
    this.#walk.hold();
    this.#scanner.moveTo(place, line);
    this.#size = Math.min(FEW, this.#chunk);
  }

  /** Gives the scanner more bytes; false when there are none. */
  async #read(): Promise<boolean> {
    if (this.#operation.signal.aborted) throw new Failure('cancelled', { attempted: this.#step, why: 'it was cancelled.' });
    if (this.#isAtEnd) return false;
    const { bytes } = this.#source;
    const from = this.#scanner.wanted;
    this.#walk.hold();
    const room = this.#scanner.room(Math.min(this.#size, bytes - from));
    const count = room.length === 0 ? 0 : await this.#source.read(room, from);
    this.#scanner.grown(count);
    this.#isAtEnd = count === 0 || from + count >= bytes;
    if (this.#isAtEnd) this.#scanner.finish();
    this.#size = Math.min(this.#size * 2, this.#chunk);
    this.#operation.progress({ step: this.#step, done: from + count, total: bytes });
    return true;
  }
}
