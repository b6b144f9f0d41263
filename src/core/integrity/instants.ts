import type { Zone } from '../base/time';
import { cellText } from '../table/csv/cells';
import { parseDigits } from '../table/csv/number';
import { Lane } from './lane';
import type { Layout, TimeColumns } from './layout';
import type { Row } from './row';
import { TimeReader } from './timestamp';

/**
 * Gives each row its lane, its instant and its sequence number. Every pass over a file uses its own, so that a second
 * pass sees the very same values.
 *
 * Local times that a zone repeats are told apart by the order of rows: the earlier instant first, the later one after a
 * step back inside the repeated hour (for bars of an hour or more, after the same time again). In a file whose rows fall
 * it is the other way round: the later instant first, the earlier one after a step forward.
 */
export class Instants {
  readonly lanes = new Map<string, Lane>();
  readonly #layout: Layout;
  readonly #time: TimeColumns | undefined;
  readonly #reader: TimeReader | undefined;
  readonly #zone: Zone | undefined;
  /** The same wall clock again is the second pass, not a duplicate. */
  readonly #repeatsWhole: boolean;
  #lane: Lane;
  /** The instrument cell of the latest row, as bytes. */
  #instrument: Buffer = Buffer.alloc(0);

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#time = layout.time;
    this.#reader = layout.time?.format === undefined ? undefined : new TimeReader(layout.time.format);
    this.#zone = layout.zone.kind === 'local' ? layout.zone.zone : undefined;
    this.#repeatsWhole = layout.interval >= HOUR;
    this.#lane = new Lane('');
    if (layout.instrument < 0) this.lanes.set('', this.#lane);
  }

  get firstLane(): Lane {
    return this.#lane;
  }

  /** The row has no values. */
  leaveOut(row: Row): void {
    row.timeFault = '';
    row.ambiguous = false;
    row.time = NaN;
    row.sequence = NaN;
  }

  read(row: Row): void {
    this.leaveOut(row);
    row.lane = this.#laneOf(row);
    this.#readSequence(row);
    if (this.#time !== undefined) this.#readTime(row, this.#time);
  }

  #readSequence(row: Row): void {
    const cell = this.#layout.sequence;
    if (cell < 0 || cell >= row.scanner.cells) return;
    const value = parseDigits(row.scanner.bytes, row.scanner.starts[cell]!, row.scanner.ends[cell]!);
    if (value >= 1) row.sequence = value;
  }

  #readTime(row: Row, columns: TimeColumns): void {
    const { scanner } = row;
    if (columns.date >= scanner.cells || columns.clock >= scanner.cells) return;
    const time = this.#parse(row, columns);
    if (Number.isNaN(time)) row.timeFault = 'timestamp-invalid';
    else if (this.#zone === undefined) row.time = time;
    else this.#place(row, time, this.#zone);
  }

  #parse({ scanner }: Row, columns: TimeColumns): number {
    if (this.#reader === undefined) return NaN;
    const { bytes, starts, ends } = scanner;
    const start = starts[columns.date]!;
    const end = ends[columns.date]!;
    if (columns.clock < 0) return this.#reader.read(bytes, start, end);
    return this.#reader.readPair(bytes, start, end, starts[columns.clock]!, ends[columns.clock]!);
  }

  #place(row: Row, local: number, zone: Zone): void {
    const ms = Math.floor(local / 1000);
    const finer = local - ms * 1000;
    const { lane } = row;
    const utc = zone.utcOf(ms);
    if (utc !== undefined) {
      row.time = utc * 1000 + finer;
      lane.second = false;
    } else {
      const placed = zone.place(ms);
      if (placed.kind === 'nonexistent') {
        row.timeFault = 'timestamp-nonexistent';
        return;
      }
      if (placed.kind === 'ambiguous') {
        if (this.#isSecondPass(lane, local, zone)) lane.second = true;
        row.ambiguous = !lane.second;
        row.time = (lane.second === this.#layout.falling ? placed.earlier : placed.later) * 1000 + finer;
      }
    }
    lane.local = local;
  }

  #isSecondPass(lane: Lane, local: number, zone: Zone): boolean {
    const before = lane.local;
    if (Number.isNaN(before) || Math.abs(before - local) >= DAY / 2) {
      lane.second = false;
      return false;
    }
    if (zone.place(Math.floor(before / 1000)).kind !== 'ambiguous') return false;
    const isTurnedBack = this.#layout.falling ? local > before : local < before;
    return isTurnedBack || (this.#repeatsWhole && local === before);
  }

  #laneOf({ scanner }: Row): Lane {
    const cell = this.#layout.instrument;
    if (cell < 0 || cell >= scanner.cells) return this.#lane;
    const start = scanner.starts[cell]!;
    const end = scanner.ends[cell]!;
    if (sameBytes(this.#instrument, scanner.bytes, start, end) && this.lanes.size > 0) return this.#lane;
    this.#instrument = Buffer.from(scanner.bytes.subarray(start, end));
    const name = cellText(scanner, cell);
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = new Lane(name);
      this.lanes.set(name, lane);
    }
    this.#lane = lane;
    return lane;
  }
}

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

function sameBytes(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
