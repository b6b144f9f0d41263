import { isoInstant } from '../base/time';
import { placeOfCells } from '../table/csv/place';
import { thousands, type Detail } from './findings';
import type { GapJudge } from './gap';
import type { Lane } from './lane';
import type { Layout, TimeColumns } from './layout';
import type { Row, RowCheck } from './row';
import { describeFormat } from './timestamp';

/**
 * The order of times: timestamp-*, non-monotonic-timestamp, session-boundary, gap, thin-gap, zone-unknown and off-grid-timestamp. A step is
 * taken from the previous row of the same instrument; what is missing, from what its rows have reached (reach.ts), so that a row out of
 * order neither makes a gap nor hides one. (duplicate-timestamp: repeats.ts.)
 */
export class TimelineCheck implements RowCheck {
  readonly #columns: TimeColumns;
  readonly #tick: boolean;
  readonly #interval: number;
  readonly #zoned: boolean;
  readonly #falling: boolean;
  readonly #gaps: GapJudge;
  /** Earliest and latest time of the file, µs; infinite when it has none. */
  earliest = Infinity;
  latest = -Infinity;
  /** Rows in a repeated hour of which no second pass was seen yet. */
  readonly #undecided = new Map<Lane, Undecided[]>();

  constructor(layout: Layout, columns: TimeColumns, gaps: GapJudge) {
    this.#gaps = gaps;
    this.#columns = columns;
    this.#tick = layout.tick;
    this.#interval = layout.interval;
    this.#falling = layout.falling;
    this.#zoned = layout.zone.kind === 'instant' || layout.zone.zone !== undefined;
  }

  row(row: Row): void {
    if (row.timeFault !== '') {
      this.#report(row, row.timeFault, () => this.#describeFault(row));
      return;
    }
    const { time, lane } = row;
    if (Number.isNaN(time)) return;
    if (this.#undecided.size > 0 || row.ambiguous) this.#weigh(row);
    const step = time - lane.time;
    if (step < 0) this.#reportStepBack(row, step);
    else if (!this.#tick && this.#interval > 0) {
      this.#checkGrid(row, step);
      this.#checkGap(row, lane);
    }
    if (time < this.earliest) this.earliest = time;
    if (time > this.latest) this.latest = time;
    lane.moveTo(time, row.number, row.line);
  }

  end(row: Row): void {
    for (const lane of this.#undecided.keys()) this.#giveUp(row, lane);
  }

  #describeFault(row: Row): string {
    const text = this.#textOf(row);
    const { format } = this.#columns;
    if (row.timeFault === 'timestamp-nonexistent') return `"${text}" never was: clocks were turned forward over it.`;
    return `"${text}" is not a time${format === undefined ? ' in a known format' : ` of the form ${describeFormat(format)}`}.`;
  }

  #textOf(row: Row): string {
    const { date, clock } = this.#columns;
    return (clock < 0 ? row.text(date) : `${row.text(date)} ${row.text(clock)}`).slice(0, 80);
  }

  #reportStepBack(row: Row, step: number): void {
    const code = -step > SESSION ? 'session-boundary' : 'non-monotonic-timestamp';
    this.#report(row, code, () => `${this.#show(row.time)} is ${duration(-step)} before the row before it.`, this.#previous(row.lane));
  }

  /** The first row of a lane has a step of NaN: only its place on the grid is judged. */
  #checkGrid(row: Row, step: number): void {
    const interval = this.#interval;
    const between = (step > 0 && step < interval * 0.5) || (interval % MINUTE === 0 && row.time % MINUTE !== 0);
    if (between) this.#report(row, 'off-grid-timestamp', () => `${this.#show(row.time)} is not on the grid of ${duration(interval)} bars.`);
  }

  #checkGap(row: Row, { reach, instrument }: Lane): void {
    const hole = reach.holeBefore(row.time);
    if (hole === undefined || !(hole.until - hole.after > this.#interval * 1.5)) return;
    const { code, bars, remark } = this.#gaps.judge(hole.after, hole.until, instrument);
    if (bars === 0) return;
    const before = this.#show(hole.after);
    this.#report(row, code, () => `${duration(hole.until - hole.after)} after ${before}: ${thousands(bars)} ${bars === 1 ? 'bar is' : 'bars are'} missing${remark}.`, { row: hole.row, line: hole.line, message: `The row before is at ${before}.` });
  }

  /** Keeps rows of a repeated hour until the order of rows has placed them, or the hour is over. */
  #weigh(row: Row): void {
    const waiting = this.#undecided.get(row.lane);
    if (row.ambiguous) {
      const detail = (waiting?.length ?? 0) < KEPT ? this.#ambiguity(row) : undefined;
      if (waiting === undefined) this.#undecided.set(row.lane, [{ row: row.number, detail }]);
      else waiting.push({ row: row.number, detail });
    } else if (waiting !== undefined) {
      if (row.lane.second) this.#undecided.delete(row.lane);
      else this.#giveUp(row, row.lane);
    }
  }

  #ambiguity(row: Row): Detail {
    const { date, clock } = this.#columns;
    return {
      message: `"${this.#textOf(row)}" was twice, and the order of rows does not tell which it is; the ${this.#falling ? 'later' : 'earlier'} is assumed.`,
      place: placeOfCells(row.scanner, date, Math.max(date, clock)),
      text: this.#textOf(row),
    };
  }

  #giveUp({ findings, columns }: Row, lane: Lane): void {
    const waiting = this.#undecided.get(lane) ?? [];
    this.#undecided.delete(lane);
    for (const { row, detail } of waiting) findings.add('timestamp-ambiguous', row, columns[this.#columns.date] ?? '', () => detail ?? waiting[0]!.detail!);
  }

  #report(row: Row, code: Parameters<Row['cell']>[0], message: () => string, related?: Detail['related']): void {
    const { date, clock } = this.#columns;
    row.cell(code, date, message, related, clock > date ? clock : date);
  }

  #previous(lane: Lane): NonNullable<Detail['related']> {
    return { row: lane.row, line: lane.line, message: `The row before is at ${this.#show(lane.time)}.` };
  }

  #show(time: number): string {
    return showTime(time, this.#zoned);
  }
}

interface Undecided {
  readonly row: number;
  readonly detail: Detail | undefined;
}

/** Details kept of the rows of one repeated hour: more would never be shown. */
const KEPT = 100;

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A longer step back is another session, not a fault. */
const SESSION = 4 * HOUR;

/** ISO text of a time in µs: milliseconds only where there are some, `Z` only when it is an instant. */
export function showTime(time: number, zoned: boolean): string {
  const text = isoInstant(Math.floor(time / 1000)).replace('.000Z', 'Z');
  return zoned ? text : text.slice(0, -1);
}

/** `90 s`, `5 min`, `3 h`, `2 d 4 h`. */
export function duration(time: number): string {
  const parts: string[] = [];
  let rest = time;
  for (const [unit, name] of [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'min']] as const) {
    if (rest >= unit) parts.push(`${thousands(Math.floor(rest / unit))} ${name}`);
    rest %= unit;
  }
  if (rest > 0) parts.push(`${rest / SECOND} s`);
  return parts.slice(0, 2).join(' ');
}
