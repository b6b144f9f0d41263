import type { Counters } from '../../protocol/report';
import type { ExportNote } from '../../protocol/results';
import type { Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Written } from '../disk/digest';
import type { Target } from './csvfile';
import { Notes } from './notes';
import { Sequence, type SequenceHow } from './sequence';
import { RowText } from './text';

/** Takes what a source holds, in its order. */
export interface RowSink {
  /** @param rows of the source, 1-based, where they are not simply counted on */
  bars(bars: Bars, rows?: ArrayLike<number>): Promise<void>;
  /** A row that is no bar. @param code of the integrity catalogue */
  refused(row: number, code: string, text: string): void;
}

/** Gives a sink everything a source holds. */
export type Feed = (sink: RowSink) => Promise<void>;

/** How rows are to look, and which. */
export interface RowsHow extends SequenceHow {
  /** Prices have at least so many decimals. */
  readonly decimals: number;
  readonly sealed: boolean;
  /** Bars with times in [from, to), unix ms. */
  readonly range: { readonly from?: number; readonly to?: number };
  /** About how many rows there are, for the progress; undefined when the feed tells its own. */
  readonly expected: number | undefined;
}

/** How far the rows are. */
export interface RowsState {
  readonly rows: number;
  readonly bytes: number;
  readonly last: number | undefined;
  readonly counters: Counters;
}

export interface RowsDone extends RowsState, Written {
  /** First and last time by time, unix ms; undefined without rows. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Rows whose volume is not known; they have 0. */
  readonly unknownVolumes: number;
  readonly notes: readonly ExportNote[];
}

export interface RowsWatch {
  readonly operation: Operation;
  /** Rows between two flushes. */
  readonly flush: number;
  /** After each flush. */
  flushed(): Promise<void>;
  /** Given every note. */
  readonly note?: (note: ExportNote) => void;
}

/** An export larger than this, bytes, is warned of. */
const LARGE = 500 * 2 ** 20;

/** Rows on their way from a source to a target. */
export class Rows implements RowSink {
  readonly #how: RowsHow;
  readonly #target: Target;
  readonly #watch: RowsWatch;
  readonly #notes: Notes;
  readonly #sequence: Sequence;
  readonly #text: RowText;
  /** Rows of the source so far. */
  #row = 0;
  #unknownVolumes = 0;
  #isLarge = false;
  /** As of the last flush: what others can see. */
  #state: RowsState;

  constructor(how: RowsHow, target: Target, watch: RowsWatch) {
    this.#how = how;
    this.#target = target;
    this.#watch = watch;
    this.#notes = new Notes(watch.note);
    this.#sequence = new Sequence(how, this.#notes);
    this.#text = new RowText({ instrument: how.instrument, decimals: how.decimals, milliseconds: how.interval === 0, sealed: how.sealed }, watch.flush);
    this.#text.header();
    this.#state = { rows: 0, bytes: 0, last: undefined, counters: this.#sequence.counters };
  }

  get state(): RowsState {
    return this.#state;
  }

  async bars(bars: Bars, rows?: ArrayLike<number>): Promise<void> {
    for (let at = 0; at < bars.time.length; ) {
      at = this.#put(bars, rows, at);
      if (this.#text.pending >= this.#watch.flush || this.#text.full) await this.#flush();
    }
  }

  refused(row: number, code: string, text: string): void {
    this.#sequence.refused(row, code, text);
  }

  /** Everything was given: what is left is flushed, and the target finished. */
  async finish(): Promise<RowsDone> {
    await this.#flush();
    const { earliest, latest } = this.#sequence;
    const [from, to] = [earliest, latest].map((time) => (Number.isNaN(time) ? undefined : time));
    return { ...this.#state, ...(await this.#target.finish()), from, to, unknownVolumes: this.#unknownVolumes, notes: this.#notes.first };
  }

  /** Puts bars until there is enough for a flush. @returns the next bar */
  #put(bars: Bars, rows: ArrayLike<number> | undefined, from: number): number {
    const [text, sequence] = [this.#text, this.#sequence];
    const { from: first = -Infinity, to: end = Infinity } = this.#how.range;
    const { flush } = this.#watch;
    const { time, volume } = bars;
    let at = from;
    for (; at < time.length && text.pending < flush && !text.full; at++) {
      const row = rows === undefined ? ++this.#row : rows[at]!;
      if (time[at]! < first || time[at]! >= end || !sequence.admits(row, bars, at)) continue;
      if (!(volume[at]! >= 0)) this.#unknownVolumes++;
      text.put(bars, at);
    }
    return at;
  }

  async #flush(): Promise<void> {
    const { operation } = this.#watch;
    const { instrument, expected } = this.#how;
    if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `export ${instrument}`, why: 'it was stopped.' });
    await this.#target.write(this.#text.take());
    const { last, counters } = this.#sequence;
    this.#state = { rows: this.#text.rows, bytes: this.#target.bytes, last: Number.isNaN(last) ? undefined : last, counters };
    if (this.#state.bytes > LARGE && !this.#isLarge) {
      this.#isLarge = true;
      operation.log('The export has grown beyond 500 MB.');
    }
    await this.#watch.flushed();
    if (expected !== undefined) operation.progress({ step: `export ${instrument}`, done: Math.min(this.#text.rows, expected), total: expected });
  }
}
