import type { Finding, Place } from '../base/finding';
import { CODES, checkOf, type Code } from './catalogue';

/** What is said about an occurrence when it is kept as an example. */
export interface Detail {
  readonly message: string;
  readonly place: Place;
  readonly text?: string;
  readonly related?: { readonly row: number; readonly line: number; readonly message: string };
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

/**
 * Counts every finding exactly and keeps the first examples of each code. Consecutive rows with the same code (and
 * column) are one example, which goes on growing after the limit is reached.
 */
export class Findings {
  readonly #examples: number;
  readonly #totals = new Map<Code, number>();
  readonly #kept = new Map<Code, Run[]>();
  /** The latest run of each code and column. */
  readonly #open = new Map<string, Run>();

  /** @param examples how many examples of each code to keep */
  constructor(examples: number) {
    this.#examples = examples;
  }

  /** @param detail asked only when this occurrence begins an example that is kept */
  add(code: Code, row: number, column: string, detail: () => Detail): void {
    this.#totals.set(code, (this.#totals.get(code) ?? 0) + 1);
    const key = `${code} ${column}`;
    const open = this.#open.get(key);
    if (open !== undefined && row <= open.lastRow + 1 && row >= open.lastRow) {
      open.lastRow = row;
      open.count++;
      return;
    }
    const kept = this.#kept.get(code) ?? [];
    if (kept.length >= this.#limitOf(code)) {
      this.#open.delete(key);
      return;
    }
    const run: Run = { code, column, row, detail: detail(), lastRow: row, count: 1 };
    kept.push(run);
    this.#kept.set(code, kept);
    this.#open.set(key, run);
  }

  totalOf(code: Code): number {
    return this.#totals.get(code) ?? 0;
  }

  /** Takes back all findings of a code. */
  forget(code: Code): void {
    this.#totals.delete(code);
    this.#kept.delete(code);
    for (const key of this.#open.keys()) if (key.startsWith(`${code} `)) this.#open.delete(key);
  }

  totals(): Record<string, number> {
    return Object.fromEntries(CODES.filter((code) => this.#totals.has(code)).map((code) => [code, this.totalOf(code)]));
  }

  /** The examples in order of row; those of one row in order of the catalogue. */
  examples(): Finding[] {
    const runs = CODES.flatMap((code) => this.#kept.get(code) ?? []);
    return runs.sort((a, b) => a.row - b.row || a.detail.place.line - b.detail.place.line).map(toFinding);
  }

  /** Only the first step back to another session is worth showing. */
  #limitOf(code: Code): number {
    return code === 'session-boundary' ? 1 : this.#examples;
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
