import type { CsvScanner } from '../table/csv/scanner';
import { cellText, rawEnd, rawStart } from '../table/csv/cells';
import { placeOfCells, placeOfRecord, rawText } from '../table/csv/place';
import { checkOf, type Code } from './catalogue';
import type { Detail, Findings } from './findings';
import type { Lane } from './lane';

/** The data row under examination: one object for the whole pass, filled anew for each row. */
export class Row {
  readonly scanner: CsvScanner;
  readonly findings: Findings;
  readonly columns: readonly string[];
  /** 1 = first data row. */
  number = 0;
  /** The rows of the same instrument. */
  lane: Lane;
  /** Instant of the row (or its local time, when the zone is unknown), µs since 1970; NaN when it has none. */
  time = NaN;
  /** Why `time` is NaN although there is a time column. */
  timeFault: '' | 'timestamp-invalid' | 'timestamp-nonexistent' = '';
  /** The local time was twice, and nothing yet says that this is the second pass. */
  ambiguous = false;
  /** Value of file_seq; NaN when it has none or it is invalid. */
  sequence = NaN;
  /** The first fault that makes the row no usable bar. */
  rejection: Code | '' = '';

  constructor(scanner: CsvScanner, findings: Findings, columns: readonly string[], lane: Lane) {
    this.scanner = scanner;
    this.findings = findings;
    this.columns = columns;
    this.lane = lane;
  }

  get line(): number {
    return this.scanner.line;
  }

  /** Something about one cell, or about neighbouring cells up to `last`. */
  cell(code: Code, cell: number, message: () => string, related?: Detail['related'], last = cell): void {
    this.reject(code);
    this.findings.add(code, this.number, this.columns[cell] ?? '', () => ({
      message: message(),
      place: placeOfCells(this.scanner, cell, last),
      text: cell < this.scanner.cells ? rawText(this.scanner, rawStart(this.scanner, cell), rawEnd(this.scanner, Math.min(last, this.scanner.cells - 1))) : '',
      ...(related === undefined ? {} : { related }),
    }));
  }

  /** Something about the row as a whole. */
  whole(code: Code, message: () => string, related?: Detail['related']): void {
    this.reject(code);
    this.findings.add(code, this.number, '', () => ({
      message: message(),
      place: placeOfRecord(this.scanner),
      text: rawText(this.scanner, this.scanner.start, this.scanner.end),
      ...(related === undefined ? {} : { related }),
    }));
  }

  reject(code: Code): void {
    if (this.rejection === '' && checkOf(code).rejects === true) this.rejection = code;
  }

  text(cell: number): string {
    return cellText(this.scanner, cell);
  }
}

/** One concern of the pass: looks at every data row in file order. */
export interface RowCheck {
  row(row: Row): void;
  /** After the last row. */
  end?(row: Row): void;
}
