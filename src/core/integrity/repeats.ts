import { contentOf, hashOf } from '../table/csv/cells';
import type { CsvScanner } from '../table/csv/scanner';
import type { Findings } from './findings';
import type { Lane, Seen, TopRun } from './lane';
import type { Layout } from './layout';
import { NumberList, RepeatedNumbers } from './numbers';
import type { Row, RowCheck } from './row';

/**
 * duplicate-timestamp and duplicate-row, exactly and without a set of every timestamp.
 *
 * A row's key is its time, or in a table its file_seq. While the keys of an instrument rise strictly, a row can equal no
 * earlier one, and nothing is stored; a row with the highest key so far is compared with the rows that have it. Only the
 * keys of rows that step back are kept (8 bytes each). If there are any, two more passes over the file settle
 * everything: one counts how often those keys occur, the next compares the rows whose key occurs more than once.
 * Rows without a key (tables without file_seq, invalid times) leave a 53-bit hash of their content (8 bytes each); only
 * if hashes repeat, the last pass compares those rows, cell by cell. Rows compared are held as text until the pass ends.
 *
 * Consequence for `BarSink`: the first pass rejects copies that follow the original before a higher time came; other
 * copies are found, and counted, after all rows were passed on.
 */
export class RepeatCheck implements RowCheck {
  readonly #layout: Layout;
  readonly #late = new Map<string, NumberList>();
  readonly #hashes = new NumberList();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  row(row: Row): void {
    const key = keyOf(row, this.#layout);
    if (Number.isNaN(key)) this.#hashes.push(hashOf(row.scanner));
    else if (key < row.lane.top.key) this.#keepLate(row.lane, key);
    else compareWithTop(row, key, this.#layout);
  }

  /** What only further passes can settle; undefined when the first pass has settled everything. */
  unsettled(): Unsettled | undefined {
    const hashes = new RepeatedNumbers(this.#hashes);
    const late = new Map([...this.#late].map(([instrument, keys]) => [instrument, new RepeatedNumbers(keys)]));
    return late.size === 0 && !hashes.any() ? undefined : new Unsettled(this.#layout, late, hashes);
  }

  #keepLate(lane: Lane, key: number): void {
    let keys = this.#late.get(lane.instrument);
    if (keys === undefined) this.#late.set(lane.instrument, (keys = new NumberList()));
    keys.push(key);
  }
}

/** The further passes of a file that has late rows or repeated hashes. */
export class Unsettled {
  readonly #layout: Layout;
  /** Instrument → keys of its late rows. */
  readonly #late: ReadonlyMap<string, RepeatedNumbers>;
  readonly #hashes: RepeatedNumbers;

  constructor(layout: Layout, late: ReadonlyMap<string, RepeatedNumbers>, hashes: RepeatedNumbers) {
    this.#layout = layout;
    this.#late = late;
    this.#hashes = hashes;
  }

  /** Whether `count` must see all rows before `compare` can. */
  get needsCount(): boolean {
    return this.#late.size > 0;
  }

  /** For every row of the second pass: counts the rows, late or not, that have the key of a late row. */
  counter(): RowCheck {
    for (const keys of this.#late.values()) keys.startCount();
    return { row: (row) => { this.#late.get(row.lane.instrument)?.count(keyOf(row, this.#layout)); } };
  }

  /** For every row of the last pass: finds all duplicates anew, in row order. */
  comparer(findings: Findings): RowCheck {
    findings.forget('duplicate-row');
    findings.forget('duplicate-timestamp');
    const byKey = new Map<string, Map<number, Map<string, Seen>>>();
    const byHash = new Map<number, Map<string, Seen>>();
    return {
      row: (row) => {
        const key = keyOf(row, this.#layout);
        if (Number.isNaN(key)) this.#compareContent(row, byHash);
        else if (this.#late.get(row.lane.instrument)?.repeats(key) === true) compareAmong(row, groupOf(groupOf(byKey, row.lane.instrument), key), this.#layout);
        else if (key >= row.lane.top.key) compareWithTop(row, key, this.#layout);
      },
    };
  }

  #compareContent(row: Row, byHash: Map<number, Map<string, Seen>>): void {
    const hash = hashOf(row.scanner);
    if (!this.#hashes.repeats(hash)) return;
    const rows = groupOf(byHash, hash);
    const content = contentOf(row.scanner);
    const same = rows.get(content);
    if (same === undefined) rows.set(content, seenAt(row));
    else reportCopy(row, same);
  }
}

/** The rows of a lane that have the highest key must survive the scanner moving its bytes. */
export function holdTop(top: TopRun, scanner: CsvScanner): void {
  if (top.start < 0) return;
  top.rows.set(scanner.bytes.toString('latin1', top.start, top.end), { row: top.row, line: top.line });
  top.start = -1;
}

/** Time for bars and trades, file_seq for tables; NaN when the row has neither. */
const keyOf = (row: Row, layout: Layout): number => (layout.time === undefined ? row.sequence : row.time);

const seenAt = (row: Row): Seen => ({ row: row.number, line: row.line });

function compareWithTop(row: Row, key: number, layout: Layout): void {
  const { top } = row.lane;
  const { scanner } = row;
  if (key > top.key) {
    top.key = key;
    top.row = row.number;
    top.line = row.line;
    if (top.rows.size > 0) top.rows = new Map();
    top.start = scanner.start;
    top.end = scanner.end;
    if (scanner.quoted) {
      top.rows.set(contentOf(scanner), seenAt(row));
      top.start = -1;
    }
    return;
  }
  holdTop(top, scanner);
  compareAmong(row, top.rows, layout);
}

/** Compares a row with the earlier rows of its key, and joins it to them. */
function compareAmong(row: Row, rows: Map<string, Seen>, layout: Layout): void {
  const content = contentOf(row.scanner);
  const first = rows.values().next().value;
  const same = rows.get(content);
  if (same === undefined) rows.set(content, seenAt(row));
  else reportCopy(row, same);
  const { time } = layout;
  if (first === undefined || time === undefined || layout.tick) return;
  const earlier = same ?? first;
  const column = Math.max(time.date, time.clock);
  row.cell('duplicate-timestamp', time.date, () => `The time of row ${earlier.row} again, with ${same === undefined ? 'other' : 'the same'} values.`, related(earlier), column);
}

function reportCopy(row: Row, earlier: Seen): void {
  row.whole('duplicate-row', () => `All cells equal row ${earlier.row}.`, related(earlier));
}

const related = (earlier: Seen): Seen & { message: string } => ({ ...earlier, message: 'The earlier row is here.' });

function groupOf<Key, Inner, Value>(groups: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = new Map<Inner, Value>()));
  return group;
}
