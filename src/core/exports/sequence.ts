import type { Counters } from '../../protocol/report';
import type { Bars } from '../base/bar';
import { isoInstant, UTC } from '../base/time';
import type { Exceptions } from '../calendar/exceptions';
import { GapJudge } from '../integrity/gap';
import { Reach } from '../integrity/reach';
import { duration } from '../integrity/timeline';
import { ExportedTimes } from './exported';
import type { Notes } from './notes';

export interface SequenceHow {
  readonly instrument: string;
  /** ms from bar to bar; 0 for trades, whose times repeat and have no gaps. */
  readonly interval: number;
  readonly exceptions: Exceptions | undefined;
}

/** A longer step back, ms, is another session, not a fault. */
const SESSION = 4 * 3_600_000;

/** The checks of rows on their way into an export: who may be written, and what is to be told of the others. */
export class Sequence {
  readonly #how: SequenceHow;
  readonly #notes: Notes;
  readonly #times = new ExportedTimes();
  readonly #gaps: GapJudge;
  readonly #reach = new Reach();
  readonly #longest: number;
  /** Times of the latest row written, and of the first and last by time, unix ms; NaN without any. */
  last = NaN;
  earliest = NaN;
  latest = NaN;
  #duplicates = 0;
  #backward = 0;
  #sessions = 0;
  #gapCount = 0;
  #invalid = 0;

  constructor(how: SequenceHow, notes: Notes) {
    this.#how = how;
    this.#notes = notes;
    this.#longest = how.interval === 0 ? Infinity : how.interval * 1.5;
    this.#gaps = new GapJudge({ interval: how.interval * 1000, zone: { kind: 'local', zone: UTC } }, '', how.exceptions);
  }

  get counters(): Counters {
    return {
      duplicateTimestamps: this.#duplicates,
      nonMonotonicTimestamps: this.#backward,
      // A step back of at most 4 h is a negative duration too; a longer one is a session boundary only.
      negativeDurations: this.#backward,
      sessionBoundaryViolations: this.#sessions,
      gapsDetected: this.#gapCount,
      invalidDataSkipped: this.#invalid,
    };
  }

  /**
   * Whether a bar is to be written. A repeated time is skipped, a step back is flagged and written; what is
   * missing is what no row before has reached.
   * @param row of the source, 1-based @param at which of the bars
   */
  admits(row: number, bars: Bars, at: number): boolean {
    const [time, open, high, low, close, volume] = [bars.time[at]!, bars.open[at]!, bars.high[at]!, bars.low[at]!, bars.close[at]!, bars.volume[at]!];
    const isBar = high >= low && high >= open && high >= close && low <= open && low <= close && high < Infinity && low > -Infinity;
    if (!isBar || volume < 0 || volume === Infinity || !this.#isTime(time)) {
      this.#skip(row, time, open, high, low, close, volume);
      return false;
    }
    const { interval } = this.#how;
    if (interval > 0 && !this.#times.add(time)) {
      this.#duplicates++;
      this.#notes.add('duplicate-timestamp', () => ({ row, time: isoInstant(time), message: 'A row of this time was exported before; this one was skipped.' }));
      return false;
    }
    const step = time - this.last;
    if (step < 0) this.#stepBack(row, time, -step);
    else this.#judgeGap(row, time);
    this.#reach.add(time, row, row);
    this.last = time;
    if (!(time >= this.earliest)) this.earliest = time;
    if (!(time <= this.latest)) this.latest = time;
    return true;
  }

  /** A row that the reader of the source refused. @param code of the integrity catalogue */
  refused(row: number, code: string, text: string): void {
    const isRepeat = code === 'duplicate-timestamp' || code === 'duplicate-row';
    if (isRepeat) this.#duplicates++;
    else this.#invalid++;
    this.#notes.add(isRepeat ? 'duplicate-timestamp' : code, () => ({ row, message: `Skipped (${code}): ${text.slice(0, 200)}` }));
  }

  #isTime(time: number): boolean {
    return time >= FIRST && time <= LAST && (this.#how.interval === 0 || time % 1000 === 0);
  }

  #skip(row: number, time: number, open: number, high: number, low: number, close: number, volume: number): void {
    this.#invalid++;
    const isTimed = time >= FIRST && time <= LAST;
    const numbers = [open, high, low, close, ...(Number.isNaN(volume) ? [] : [volume])];
    const code = !this.#isTime(time) ? 'timestamp-invalid' : !numbers.every(Number.isFinite) ? 'number-invalid' : volume < 0 ? 'volume-negative' : 'ohlc-inconsistent';
    this.#notes.add(code, () => ({ row, ...(isTimed ? { time: isoInstant(time) } : {}), message: `Skipped: open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}.` }));
  }

  #stepBack(row: number, time: number, back: number): void {
    const code = back > SESSION ? 'session-boundary' : 'non-monotonic-timestamp';
    if (back > SESSION) this.#sessions++;
    else this.#backward++;
    this.#notes.add(code, () => ({ row, time: isoInstant(time), message: `${duration(back * 1000)} before the row before it; written as it is.` }));
  }

  #judgeGap(row: number, time: number): void {
    const hole = this.#reach.holeBefore(time);
    if (hole === undefined || !(hole.until - hole.after > this.#longest)) return;
    const { bars, remark } = this.#gaps.judge(hole.after * 1000, hole.until * 1000, this.#how.instrument);
    if (bars === 0) return;
    this.#gapCount++;
    this.#notes.add('gap', () => ({ row, time: isoInstant(time), message: `${duration((hole.until - hole.after) * 1000)} after ${isoInstant(hole.after)}: ${bars} ${bars === 1 ? 'bar is' : 'bars are'} missing${remark}.` }));
  }
}

/** The years a date of four digits can name, unix ms. */
const FIRST = Date.UTC(1000, 0, 1);
const LAST = Date.UTC(10_000, 0, 1) - 1;
