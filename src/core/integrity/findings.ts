import type { Finding, Place } from '../base/finding';
import { CODES, checkOf, type Code } from './catalogue';

/** What is said about an occurrence when it is kept as an example. */
export interface Detail {
  readonly message: string;
  readonly place: Place;
  readonly text?: string;
  readonly related?: { readonly row: number; readonly line: number; readonly message: string };
}

/** Sees every occurrence, those that become no example too. */
export interface FindingWatch {
  /** @param row data row, 0 = about the file as a whole; an empty line has the row before it */
  add(code: Code, row: number): void;
  /** All occurrences of a code so far are taken back: they are told anew, in order of row. */
  forget(code: Code): void;
}

/** An example that may still grow to a run of rows. */
interface Run {
  readonly code: Code;
  readonly column: string;
  readonly row: number;
  readonly detail: Detail;
  lastRow: number;
  count: number;
}

/** All that is known of one code. */
class Tally {
  total = 0;
  readonly kept: Run[] = [];
  /** The latest run of each column, while it may still grow. */
  readonly open = new Map<string, Run>();
}

/** What nobody has to do anything about: the first, and how many there are, is all that is worth showing. */
const ONE_OF: ReadonlySet<Code> = new Set(['session-boundary', 'thin-gap', 'zone-unknown']);

/**
 * Counts every finding exactly and keeps the first examples of each code. Consecutive rows with the same code (and
 * column) are one example, which goes on growing after the limit is reached.
 */
export class Findings {
  readonly #examples: number;
  readonly #watch: FindingWatch | undefined;
  readonly #tallies = new Map<Code, Tally>();

  /** @param examples how many examples of each code to keep */
  constructor(examples: number, watch?: FindingWatch) {
    this.#examples = examples;
    this.#watch = watch;
  }

  /** @param detail asked only when this occurrence begins an example that is kept */
  add(code: Code, row: number, column: string, detail: () => Detail): void {
    const tally = this.#tallyOf(code);
    tally.total++;
    this.#watch?.add(code, row);
    const open = tally.open.get(column);
    if (open !== undefined && row <= open.lastRow + 1 && row >= open.lastRow) {
      open.lastRow = row;
      open.count++;
      return;
    }
    if (tally.kept.length >= this.#limitOf(code)) {
      if (open !== undefined) tally.open.delete(column);
      return;
    }
    const run: Run = { code, column, row, detail: detail(), lastRow: row, count: 1 };
    tally.kept.push(run);
    tally.open.set(column, run);
  }

  totalOf(code: Code): number {
    return this.#tallies.get(code)?.total ?? 0;
  }

  /** Takes back all findings of a code. */
  forget(code: Code): void {
    this.#tallies.delete(code);
    this.#watch?.forget(code);
  }

  totals(): Record<string, number> {
    return Object.fromEntries(CODES.filter((code) => this.#tallies.has(code)).map((code) => [code, this.totalOf(code)]));
  }

  /** The examples in order of row; those of one row in order of the catalogue. */
  examples(): Finding[] {
    const runs = CODES.flatMap((code) => this.#tallies.get(code)?.kept ?? []);
    return runs.sort((a, b) => a.row - b.row || a.detail.place.line - b.detail.place.line).map(toFinding);
  }

  #tallyOf(code: Code): Tally {
    let tally = this.#tallies.get(code);
    if (tally === undefined) this.#tallies.set(code, (tally = new Tally()));
    return tally;
  }

  #limitOf(code: Code): number {
    return ONE_OF.has(code) ? 1 : this.#examples;
  }
}

function toFinding(run: Run): Finding {
  const { code, row, lastRow, count, detail, column } = run;
  const { message, ...rest } = detail;
  return {
    code,
    severity: checkOf(code).severity,
    message: count === 1 ? message : `${message} ${runNote(run)}`,
    row,
    lastRow,
    count,
    ...rest,
    ...(column === '' ? {} : { column }),
  };
}

const runNote = ({ row, lastRow, count }: Run): string =>
  lastRow === row ? `(${thousands(count)} times)` : `(rows ${thousands(row)}–${thousands(lastRow)})`;

/** `5400` → `5,400` */
export const thousands = (value: number): string => value.toLocaleString('en-US');
