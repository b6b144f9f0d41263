import type { SealFacts } from '../../../protocol/repair';
import type { Operation } from '../../base/ports';
import { parseDigits } from '../../table/csv/number';
import type { CsvScanner } from '../../table/csv/scanner';
import type { Source } from '../../table/csv/source';
import { CHECKSUM_NAME, SEQUENCE_NAME } from '../header';
import type { Layout } from '../layout';
import { fileDigest } from '../manifest';
import { isChecksum, RowDigest } from '../seal';
import type { RecordKind } from '../walk';
import { eachRecordOf, Reread, type Span } from './records';

/**
 * What happens to the two columns of a seal; every other byte stays as it is.
 * - `number`: rows are numbered from 1 on; `add`: the column is put at the end of each row
 * - `follow`: a checksum that holds is made to hold for the new number, one that does not is left; `all`: every one is recomputed
 */
export interface Edits {
  readonly sequence: 'keep' | 'number' | 'add';
  readonly checksum: 'keep' | 'follow' | 'all' | 'add';
}

export interface Rewritten {
  readonly facts: SealFacts;
  readonly renumbered: number;
  /** Rows with another checksum than before; none where the column was added. */
  readonly resealed: number;
  /** Of those, rows whose stored checksum did not hold. */
  readonly hidden: number;
}

/** The layout of the file with the columns that `edits` add. */
export function layoutWith(layout: Layout, { sequence, checksum }: Edits): Layout {
  const columns = [...layout.columns, ...(sequence === 'add' ? [SEQUENCE_NAME] : []), ...(checksum === 'add' ? [CHECKSUM_NAME] : [])];
  return {
    ...layout,
    columns,
    width: columns.length,
    sequence: sequence === 'add' ? columns.indexOf(SEQUENCE_NAME) : layout.sequence,
    checksum: checksum === 'add' ? columns.indexOf(CHECKSUM_NAME) : layout.checksum,
  };
}

/**
 * Reads a source and hands on the bytes of the file it becomes, a megabyte at a time.
 * @param records gives the source, each time from its beginning
 * @param put is awaited; the bytes hold until it resolves
 * @throws Failure `cancelled`; what `put` throws
 */
export async function rewrite(records: () => Source, layout: Layout, edits: Edits, put: (bytes: Buffer) => Promise<void>, operation: Operation, step: string): Promise<Rewritten> {
  const rewriter = new Rewriter(layout, edits);
  const digest = fileDigest();
  let bytes = 0;
  const hand = async (chunk: Buffer): Promise<void> => {
    digest.update(chunk);
    bytes += chunk.length;
    await put(chunk);
  };
  let again: Reread | undefined;
  const flush = async (): Promise<void> => {
    for (const part of rewriter.take()) {
      if ('next' in part) await (again ??= new Reread(records())).between(part.start, part.next, hand);
      else await hand(part);
    }
  };
  // The walk reads a megabyte at a time, and what it becomes is put before the next is read.
  const source = records();
  const paced: Source = { ...source, read: async (into, position) => (await flush(), source.read(into, position)) };
  rewriter.begin(layout.dialect.bom);
  await eachRecordOf(paced, layout, (kind, row, span) => { rewriter.record(kind, row.scanner, span); }, operation, step);
  await flush();
  const { renumbered, resealed, hidden } = rewriter;
  return { facts: { ...rewriter.bounds(), bytes, sha256: digest.digest() }, renumbered, resealed, hidden };
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

class Rewriter {
  renumbered = 0;
  resealed = 0;
  hidden = 0;
  #rows = 0;
  #number = 0;
  #first = NaN;
  #last = NaN;
  readonly #layout: Layout;
  readonly #edits: Edits;
  readonly #after: Layout;
  readonly #digest: RowDigest | undefined;
  /** Of the row as it is, to see whether its checksum holds. */
  readonly #before: RowDigest | undefined;
  readonly #delimiter: string;
  #out = Buffer.allocUnsafe(2 * 1024 * 1024);
  #length = 0;
  /** What goes before that: bytes, and records that are too long to be held. */
  #passed: (Buffer | Span)[] = [];

  constructor(layout: Layout, edits: Edits) {
    this.#layout = layout;
    this.#edits = edits;
    this.#after = layoutWith(layout, edits);
    const sealing = edits.checksum !== 'keep' && this.#after.checksum >= 0;
    this.#digest = sealing ? new RowDigest(this.#after.columns, this.#after.checksum) : undefined;
    this.#before = sealing && layout.checksum >= 0 ? new RowDigest(layout.columns, layout.checksum) : undefined;
    this.#delimiter = layout.dialect.delimiter;
  }

  begin(bom: boolean): void {
    if (bom) this.#put(BOM, 0, BOM.length);
  }

  /** What has been written since, in order; a record that is to stand as it is in the source may be among it. */
  take(): (Buffer | Span)[] {
    const parts = [...this.#passed, Buffer.from(this.#out.subarray(0, this.#length))];
    this.#passed = [];
    this.#length = 0;
    return parts;
  }

  bounds(): Pick<SealFacts, 'rows' | 'firstSeq' | 'lastSeq'> {
    const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
    return { rows: this.#rows, firstSeq: orNull(this.#first), lastSeq: orNull(this.#last) };
  }

  record(kind: RecordKind, scanner: CsvScanner, span: Span): void {
    if (kind === 'header' || kind === 'repeated-header') this.#header(scanner, span);
    else if (kind === 'blank') this.#same(scanner, span);
    else if (kind === 'long') this.#long(span);
    else this.#row(kind === 'data', scanner, span);
  }

  #same(scanner: CsvScanner, span: Span): void {
    this.#put(scanner.bytes, scanner.start, scanner.end);
    this.#ending(scanner, span);
  }

  #long(span: Span): void {
    this.#rows++;
    this.#passed = [...this.take(), span];
  }

  #header(scanner: CsvScanner, span: Span): void {
    const added = [...(this.#edits.sequence === 'add' ? [SEQUENCE_NAME] : []), ...(this.#edits.checksum === 'add' ? [CHECKSUM_NAME] : [])];
    this.#put(scanner.bytes, scanner.start, scanner.end);
    for (const name of added) this.#text(this.#delimiter + name);
    this.#ending(scanner, span);
  }

  #row(whole: boolean, scanner: CsvScanner, span: Span): void {
    this.#rows++;
    if (!whole || scanner.cells !== this.#layout.width) {
      this.#same(scanner, span);
      return;
    }
    const number = this.#numberOf(scanner);
    const checksum = this.#checksumOf(scanner, number);
    const { sequence, checksum: sum } = this.#layout;
    const cells = [
      ...(number === undefined || sequence < 0 ? [] : [{ cell: sequence, text: number }]),
      ...(checksum === undefined || sum < 0 ? [] : [{ cell: sum, text: checksum }]),
    ].sort((a, b) => a.cell - b.cell);
    let from = scanner.start;
    for (const { cell, text } of cells) {
      this.#put(scanner.bytes, from, scanner.starts[cell]!);
      this.#text(text);
      from = scanner.ends[cell]!;
    }
    this.#put(scanner.bytes, from, scanner.end);
    if (this.#edits.sequence === 'add') this.#text(this.#delimiter + (number ?? ''));
    if (this.#edits.checksum === 'add') this.#text(this.#delimiter + (checksum ?? ''));
    this.#ending(scanner, span);
  }

  /** The new file_seq; undefined when it stays. */
  #numberOf(scanner: CsvScanner): string | undefined {
    const cell = this.#layout.sequence;
    const old = cell < 0 ? NaN : parseDigits(scanner.bytes, scanner.starts[cell]!, scanner.ends[cell]!);
    if (this.#edits.sequence === 'keep') {
      this.#bound(old);
      return undefined;
    }
    const number = ++this.#number;
    this.#bound(number);
    // The same number in other words, such as 007, is written anew too: what is kept is text.
    const text = String(number);
    if (cell >= 0 && scanner.bytes.toString('latin1', scanner.starts[cell], scanner.ends[cell]) === text) return undefined;
    if (cell >= 0) this.renumbered++;
    return text;
  }

  #bound(number: number): void {
    if (!(number >= 1)) return;
    if (Number.isNaN(this.#first)) this.#first = number;
    this.#last = number;
  }

  /** The new checksum; undefined when it stays. */
  #checksumOf(scanner: CsvScanner, number: string | undefined): string | undefined {
    if (this.#digest === undefined) return undefined;
    const cell = this.#layout.checksum;
    const set = number === undefined ? undefined : { cell: this.#after.sequence, text: number };
    if (cell < 0) return this.#digest.of(scanner, set);
    if (number === undefined && this.#edits.checksum === 'follow') return undefined;
    const held = this.#holds(scanner, cell);
    if (!held && this.#edits.checksum === 'follow') return undefined;
    const text = this.#digest.of(scanner, set);
    if (scanner.bytes.toString('latin1', scanner.starts[cell], scanner.ends[cell]) === text) return undefined;
    this.resealed++;
    if (!held) this.hidden++;
    return text;
  }

  #holds(scanner: CsvScanner, cell: number): boolean {
    const [start, end] = [scanner.starts[cell]!, scanner.ends[cell]!];
    return isChecksum(scanner.bytes, start, end) && this.#before!.of(scanner) === scanner.bytes.toString('latin1', start, end);
  }

  #ending(scanner: CsvScanner, span: Span): void {
    this.#put(scanner.bytes, scanner.end, scanner.end + span.next - span.end);
  }

  #text(text: string): void {
    this.#room(text.length);
    this.#length += this.#out.write(text, this.#length, 'latin1');
  }

  #put(bytes: Buffer, start: number, end: number): void {
    this.#room(end - start);
    this.#length += bytes.copy(this.#out, this.#length, start, end);
  }

  #room(needed: number): void {
    if (this.#length + needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + needed, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }
}
