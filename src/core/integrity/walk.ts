import type { Operation } from '../base/ports';
import { isChecksum } from './seal';
import { BOM_BYTES } from '../table/csv/dialect';
import { cellNumber } from '../table/csv/number';
import { CsvScanner } from '../table/csv/scanner';
import { eachRecord, type Source, type Visitor } from '../table/csv/source';
import type { Findings } from './findings';
import { Instants } from './instants';
import type { Layout } from './layout';
import { holdTop } from './repeats';
import { Row } from './row';
import { isBlank } from './structure';

/** What a record is. `cut`: the last one, broken off in the middle; `long`: one that is too long to be read. */
export type RecordKind = 'header' | 'blank' | 'repeated-header' | RowKind;
export type RowKind = 'cut' | 'long' | 'data';

export const isRow = (kind: string): kind is RowKind => kind === 'data' || kind === 'cut' || kind === 'long';

/** One walk over all records of a file: tells data rows from the rest, numbers them and gives them their instants. */
export class Walk {
  readonly row: Row;
  readonly #layout: Layout;
  readonly #scanner: CsvScanner;
  readonly #instants: Instants;
  /** The header record's bytes; undefined until it was seen, and for good when the file has none. */
  #header: Buffer | undefined;

  /** @param longest bytes of a row, see CsvScanner */
  constructor(layout: Layout, findings: Findings, longest?: number) {
    this.#layout = layout;
    this.#scanner = new CsvScanner(layout.dialect.delimiter.charCodeAt(0), layout.dialect.bom ? BOM_BYTES : 0, longest);
    this.#instants = new Instants(layout);
    this.row = new Row(this.#scanner, findings, layout.columns, this.#instants.firstLane);
  }

  /** @param more each as in `Visitor` */
  async over(source: Source, chunk: number, visit: (kind: RecordKind) => void, operation: Operation, step: string, more: Pick<Visitor, 'bytes' | 'pause' | 'caughtUp'> = {}): Promise<void> {
    const visitor = {
      record: () => { visit(this.advance()); },
      seam: () => { this.hold(); },
      ...more,
    };
    await eachRecord(source, this.#scanner, chunk, visitor, operation, step);
  }

  /** The scanner is about to move its bytes: keeps what later rows may be compared with. */
  hold(): void {
    for (const lane of this.#instants.lanes.values()) holdTop(lane.top, this.#scanner);
  }

  /** The scanner stands on a record: fills the row. */
  advance(): RecordKind {
    const { row } = this;
    if (this.#scanner.tooLong) return this.#advanceLong(row);
    if (isBlank(this.#scanner)) return 'blank';
    if (this.#layout.header && this.#header === undefined) {
      this.#header = Buffer.from(this.#scanner.bytes.subarray(this.#scanner.start, this.#scanner.end));
      return 'header';
    }
    if (this.#isHeaderAgain()) return 'repeated-header';
    row.number++;
    row.rejection = '';
    this.#instants.read(row);
    return this.#scanner.ending === 'none' && isCut(row, this.#layout) ? 'cut' : 'data';
  }

  #advanceLong(row: Row): 'long' {
    row.number++;
    row.rejection = '';
    this.#instants.leaveOut(row);
    return 'long';
  }

  #isHeaderAgain(): boolean {
    const { bytes, start, end } = this.#scanner;
    const header = this.#header;
    if (header?.length !== end - start || bytes[start] !== header[0]) return false;
    return bytes.compare(header, 0, header.length, start, end) === 0;
  }
}

/** A last record without line break is cut off when cells are missing, a quote is open, or its last cell is no value of its column. */
function isCut({ scanner, timeFault, sequence }: Row, layout: Layout): boolean {
  if (scanner.cells < layout.width || scanner.unclosed >= 0) return true;
  const last = scanner.cells - 1;
  const start = scanner.starts[last]!;
  const end = scanner.ends[last]!;
  const { time, prices } = layout;
  if (time !== undefined && (last === time.date || last === time.clock)) return timeFault === 'timestamp-invalid';
  if (last === layout.sequence) return Number.isNaN(sequence);
  if (last === layout.checksum) return !isChecksum(scanner.bytes, start, end);
  const isPrice = prices !== undefined && [prices.open, prices.high, prices.low, prices.close, prices.volume, ...prices.others].includes(last);
  return isPrice && Number.isNaN(cellNumber(scanner, last));
}
