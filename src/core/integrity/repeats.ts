import { contentOf, hashOf } from '../table/csv/cells';
import type { CsvScanner } from '../table/csv/scanner';
import { Contents, Firsts } from './contents';
import type { Findings } from './findings';
import type { Lane, Seen, TopRun } from './lane';
import type { Layout } from './layout';
import { NumberList, RepeatedNumbers } from './numbers';
import type { Row, RowCheck } from './row';

/**
 * duplicate-timestamp and duplicate-row, without a set of every timestamp.
 *
 * A row's key is its time, or in a table its file_seq. While the keys of an instrument rise strictly, a row can equal no
 * earlier one, and nothing is stored; a row with the highest key so far is compared, cell by cell, with the rows that
 * have it. Only the keys of rows that step back are kept (8 bytes each). If there are any, a second pass counts how
 * often those keys occur, and only if one occurs more than once two more passes compare the rows that have it.
 * Rows are compared by two hashes of their content, together 106 bits: at a billion rows the odds of taking different
 * rows for equal are below one in a hundred trillion. Rows without a key (tables without file_seq, invalid times) leave
 * one of the hashes (8 bytes each) in the first pass, and only if hashes repeat, one more pass compares them.
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
    if (Number.isNaN(key)) this.#hashes.push(hashOf(row.scanner, 0, saltOf(key)));
    else if (key < row.lane.top.key) this.#keepLate(row.lane, key);
    else compareWithTop(row, key, this.#layout);
  }

  /** The passes still needed to settle everything; each is to be made over all data rows before the next is asked for. */
  *furtherPasses(findings: Findings): Generator<RowCheck> {
    const late = new Map([...this.#late].map(([instrument, keys]) => [instrument, new RepeatedNumbers(keys)]));
    if (late.size > 0) yield this.#counter(late);
    const keysRepeat = [...late.values()].some((keys) => keys.any());
    if (keysRepeat) yield this.#collector(late);
    const contents = new RepeatedNumbers(this.#hashes);
    if (keysRepeat || contents.any()) yield this.#comparer(late, contents, findings);
  }

  /** Counts the rows, late or not, that have the key of a late row. */
  #counter(late: LateKeys): RowCheck {
    for (const keys of late.values()) keys.startCount();
    return { row: (row) => { late.get(row.lane.instrument)?.count(keyOf(row, this.#layout)); } };
  }

  /** Collects the contents of the rows whose key repeats. */
  #collector(late: LateKeys): RowCheck {
    return {
      row: (row) => {
        const key = keyOf(row, this.#layout);
        const slot = late.get(row.lane.instrument)?.slotOf(key) ?? -1;
        if (slot >= 0) this.#hashes.push(hashOf(row.scanner, 0, saltOf(key)));
      },
    };
  }

  /** Finds all duplicates anew, in row order. */
  #comparer(late: LateKeys, repeatedContents: RepeatedNumbers, findings: Findings): RowCheck {
    findings.forget('duplicate-row');
    findings.forget('duplicate-timestamp');
    const firsts = new Map([...late].map(([instrument, keys]) => [instrument, new Firsts(keys)]));
    const contents = new Contents(repeatedContents);
    return {
      row: (row) => {
        const key = keyOf(row, this.#layout);
        const ofKey = firsts.get(row.lane.instrument);
        const slot = ofKey?.keys.slotOf(key) ?? -1;
        if (slot >= 0 || Number.isNaN(key)) report(row, ofKey?.meet(slot, row), contents.meet(row, (variant) => hashOf(row.scanner, variant, saltOf(key))), this.#layout);
        else if (key >= row.lane.top.key) compareWithTop(row, key, this.#layout);
      },
    };
  }

  #keepLate(lane: Lane, key: number): void {
    let keys = this.#late.get(lane.instrument);
    if (keys === undefined) this.#late.set(lane.instrument, (keys = new NumberList()));
    keys.push(key);
  }
}

/** Instrument → keys of its late rows. */
type LateKeys = ReadonlyMap<string, RepeatedNumbers>;

/** The rows of a lane that have the highest key must survive the scanner moving its bytes. */
export function holdTop(top: TopRun, scanner: CsvScanner): void {
  if (top.start < 0) return;
  top.rows.set(scanner.bytes.toString('latin1', top.start, top.end), { row: top.row, line: top.line });
  top.start = -1;
}

/** Time for bars and trades, file_seq for tables; NaN when the row has neither. */
const keyOf = (row: Row, layout: Layout): number => (layout.time === undefined ? row.sequence : row.time);

/** Makes equal cells at different instants (an hour that clocks repeat) different contents. */
const saltOf = (key: number): number => (Number.isNaN(key) ? 0 : (key / 1000) | 0);

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

/** Compares a row with the earlier rows of its key by content, and joins it to them. */
function compareAmong(row: Row, rows: Map<string, Seen>, layout: Layout): void {
  const content = contentOf(row.scanner);
  const first = rows.values().next().value;
  const same = rows.get(content);
  if (same === undefined) rows.set(content, seenAt(row));
  report(row, first, same, layout);
}

/** @param first the first row of the same key; `same`: the first one with the same content */
function report(row: Row, first: Seen | undefined, same: Seen | undefined, layout: Layout): void {
  if (same !== undefined) row.whole('duplicate-row', () => `All cells equal row ${same.row}.`, related(same));
  const { time } = layout;
  if (first === undefined || time === undefined || layout.tick) return;
  const earlier = same ?? first;
  const column = Math.max(time.date, time.clock);
  row.cell('duplicate-timestamp', time.date, () => `The time of row ${earlier.row} again, with ${same === undefined ? 'other' : 'the same'} values.`, related(earlier), column);
}

const related = (earlier: Seen): Seen & { message: string } => ({ row: earlier.row, line: earlier.line, message: 'The earlier row is here.' });
