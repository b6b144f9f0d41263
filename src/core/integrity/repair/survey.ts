import type { Repair } from '../../../protocol/repair';
import type { Report } from '../../../protocol/report';
import { Failure } from '../../base/failure';
import type { Operation } from '../../base/ports';
import { Parts } from '../../table/csv/parts';
import { quoteCell } from '../../table/csv/cells';
import type { CsvScanner } from '../../table/csv/scanner';
import type { Source } from '../../table/csv/source';
import type { Code } from '../catalogue';
import type { Layout } from '../layout';
import { NumberList } from '../numbers';
import type { Row } from '../row';
import { layoutFor, verifyFile, type VerifyOptions } from '../verify';
import { Marks } from './marks';
import { ContentSum, eachRecordOf, Reread, type Span } from './records';
import { isRow, type RecordKind } from '../walk';

/** What a file would be once rows are taken out and sorted: its own stretches in another order. */
export interface Survey {
  readonly report: Report;
  readonly layout: Layout;
  readonly marks: Marks;
  /** What stays, in the order in which it stands then. */
  readonly parts: Parts;
  readonly removed: Readonly<Record<string, number>>;
  readonly removedRecords: number;
  readonly keptRows: number;
  readonly moved: number;
  /** Of the rows that stay. */
  readonly kept: ContentSum;
  /** SHA-256 of the file as it was read. */
  readonly sha256: string;
}

/** @throws Failure `usage` when it is to be sorted and has no times; those of `verifyFile` */
export async function surveyFile(file: string, source: Source, repairs: ReadonlySet<Repair>, options: VerifyOptions, operation: Operation): Promise<Survey> {
  const marks = new Marks(repairs);
  const report = await verifyFile(file, { ...options, watch: marks }, operation);
  const layout = await layoutFor(source, file, options);
  if (repairs.has('sort') && layout.time === undefined) throw notTimed(file);
  const removed: Record<string, number> = {};
  const kept = new ContentSum();
  const order = repairs.has('sort') ? new TimeOrder() : undefined;
  const parts = new Parts();
  parts.add(0, layout.dialect.bom ? 3 : 0);
  let keptRows = 0;
  const keep = (kind: Kind, row: Row, span: Span): void => {
    if (isRow(kind)) {
      keptRows++;
      kept.add(row.scanner, layout);
    }
    if (order === undefined) parts.add(span.start, span.next);
    else order.add(kind, row, span);
  };
  const drop = (reason: Code, times: number): void => {
    removed[reason] = (removed[reason] ?? 0) + times;
  };
  const sha256 = await eachSorted(source, layout, marks, repairs, { keep, drop }, operation, `plan the repair of ${file}`);
  const moved = order?.into(parts) ?? 0;
  const removedRecords = Object.values(removed).reduce((sum, count) => sum + count, 0);
  return { report, layout, marks, parts, removed, removedRecords, keptRows, moved, kept, sha256 };
}

/** What a record is; empty lines are `inside` the data when something follows them. */
type Kind = Exclude<RecordKind, 'blank'> | 'blank-inside' | 'blank-after';

interface Sorting {
  /** A record, or a run of empty lines, stays. */
  keep?(kind: Kind, row: Row, span: Span): void;
  /** It goes. A run of empty lines comes as one, `times` long. */
  drop?(reason: Code, times: number, at: Removed): void;
}

/** Where the (first) record taken out was, and what it was. */
interface Removed {
  readonly row: number;
  readonly line: number;
  readonly text: CsvScanner | '';
  readonly span: Span;
}

/** Tells what stays from what goes, in order of the file. @returns SHA-256 of the whole file */
async function eachSorted(source: Source, layout: Layout, marks: Marks, repairs: ReadonlySet<Repair>, into: Sorting, operation: Operation, step: string): Promise<string> {
  let blanks: { span: Span; row: number; line: number; times: number } | undefined;
  const settle = (kind: 'blank-inside' | 'blank-after', row: Row): void => {
    if (blanks === undefined) return;
    const { span, times } = blanks;
    const at: Removed = { row: blanks.row, line: blanks.line, text: '', span };
    blanks = undefined;
    if (kind === 'blank-inside' && repairs.has('invalid')) into.drop?.('blank-row', times, at);
    else into.keep?.(kind, row, span);
  };
  let last: Row | undefined;
  const visit = (kind: RecordKind, row: Row, span: Span): void => {
    last = row;
    if (kind === 'blank') {
      blanks = blanks === undefined ? { span, row: row.number, line: row.line, times: 1 } : { ...blanks, span: { ...span, start: blanks.span.start }, times: blanks.times + 1 };
      return;
    }
    settle('blank-inside', row);
    const reason = isRow(kind) ? marks.of(row.number) : kind === 'repeated-header' && repairs.has('invalid') ? kind : undefined;
    if (reason === undefined) into.keep?.(kind, row, span);
    else into.drop?.(reason, 1, { row: row.number, line: row.line, text: row.scanner, span });
  };
  const sha256 = await eachRecordOf(source, layout, visit, operation, step);
  if (last !== undefined) settle('blank-after', last);
  return sha256;
}

/**
 * The lines of `{file}.rejected.csv`: row, line, code and the text as it stood of everything taken out.
 * @param put is awaited; a megabyte or so at a time
 */
export async function rejectedLines(source: Source, { layout, marks }: Survey, repairs: ReadonlySet<Repair>, put: (bytes: Buffer) => Promise<void>, operation: Operation, step: string): Promise<void> {
  // One character a byte: a row goes as it is, valid UTF-8 or not.
  let text = 'row,line,code,text\n';
  /** What comes before `text`: text, then the rest of a row that is too long to be held. */
  let before: { text: string; rest: Span }[] = [];
  const again = new Reread(source);
  const flush = async (): Promise<void> => {
    for (const { text: first, rest } of before) {
      await put(Buffer.from(first, 'latin1'));
      await again.between(rest.start, rest.end, (bytes) => put(Buffer.from(bytes.toString('latin1').replaceAll('"', '""'), 'latin1')));
    }
    const chunk = Buffer.from(text, 'latin1');
    before = [];
    text = '';
    await put(chunk);
  };
  const drop = (reason: Code, times: number, at: Removed): void => {
    if (at.text !== '' && at.text.tooLong) {
      before.push({ text: `${text}${at.row},${at.line},${reason},"`, rest: at.span });
      text = '"\n';
      return;
    }
    const raw = at.text === '' ? '' : quoteCell(at.text.bytes.toString('latin1', at.text.start, at.text.end));
    for (let i = 0; i < times; i++) text += `${at.row},${at.line + i},${reason},${raw}\n`;
  };
  const paced: Source = { ...source, read: async (into, position) => (await flush(), source.read(into, position)) };
  await eachSorted(paced, layout, marks, repairs, { drop }, operation, step);
  await flush();
}

const notTimed = (file: string): Failure =>
  new Failure('usage', { attempted: `sort ${file} by time`, file, why: 'it has no time column next to open, high, low and close that could be read.', remedy: 'Leave the sorting out.' });

/** The order by time of all that stays. What has no time goes with the row before it; equal times keep their order. */
class TimeOrder {
  readonly #starts = new NumberList();
  readonly #nexts = new NumberList();
  readonly #keys = new NumberList();
  #key = -Infinity;
  #lineBreak: Buffer = Buffer.from('\n');
  #open = -1;

  add(kind: Kind, row: Row, span: Span): void {
    if (isRow(kind) && !Number.isNaN(row.time)) this.#key = row.time;
    if (span.open) this.#open = this.#starts.length;
    else if (this.#starts.length === 0) this.#lineBreak = LINE_BREAKS[row.scanner.ending];
    this.#starts.push(span.start);
    this.#nexts.push(span.next);
    this.#keys.push(kind === 'blank-after' ? Infinity : this.#key);
  }

  /** @returns how many stand elsewhere than before */
  into(parts: Parts): number {
    const count = this.#starts.length;
    const order = Uint32Array.from({ length: count }, (_, at) => at);
    if (!this.#isSorted()) order.sort((a, b) => this.#keys.at(a) - this.#keys.at(b) || a - b);
    let moved = 0;
    order.forEach((from, at) => {
      if (from !== at) moved++;
      parts.add(this.#starts.at(from), this.#nexts.at(from));
      if (from === this.#open && at < count - 1) parts.addText(this.#lineBreak);
    });
    return moved;
  }

  #isSorted(): boolean {
    for (let at = 1; at < this.#keys.length; at++) if (this.#keys.at(at) < this.#keys.at(at - 1)) return false;
    return true;
  }
}

const LINE_BREAKS = { lf: Buffer.from('\n'), cr: Buffer.from('\r'), crlf: Buffer.from('\r\n'), none: Buffer.from('\n') } as const;
