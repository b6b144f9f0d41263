import type { Dialect } from '../../protocol/report';
import { placeBetween, placeOfCells, placeOfRecord, rawText } from '../table/csv/place';
import type { Place } from '../base/finding';
import { thousands, type Findings } from './findings';
import type { Follower } from './follower';
import type { GapJudge } from './gap';
import { ContractCheck } from './contract/check';
import type { Contract } from './contract/contract';
import type { BarSink } from './verify';
import type { Stretch } from './kernel/stretch';
import type { Lane } from './lane';
import type { Layout } from './layout';
import { OutlierCheck } from './outlier';
import { PriceCheck } from './price';
import { RepeatCheck } from './repeats';
import type { Row, RowCheck } from './row';
import { SealCheck } from './seal';
import { SequenceCheck } from './sequence';
import { checkBytes, checkQuotes, StructureCheck } from './structure';
import { TimelineCheck } from './timeline';
import { isRow, type RecordKind, type RowKind } from './walk';
import { CHECKSUM_NAME, SEQUENCE_NAME } from './header';

export interface PassOptions {
  readonly sink: BarSink | undefined;
  readonly gaps: GapJudge;
  /** 0: no outliers are looked for. */
  readonly outlierFactor: number;
  readonly contract: Contract | undefined;
  /** Reads the rows that are passed by; there is one when there is a sink. */
  readonly follower?: Follower;
}

/** The first pass: every check on every record, and the bars handed on. */
export class Pass {
  readonly sequence: SequenceCheck | undefined;
  readonly timeline: TimelineCheck | undefined;
  lineEnding: Dialect['lineEnding'] = 'none';
  /** Rows that were rejected, copies left aside. */
  invalidRows = 0;
  readonly #layout: Layout;
  readonly #row: Row;
  readonly #sink: BarSink | undefined;
  readonly #follower: Follower | undefined;
  /** The latest row that was handed on. */
  #handed = 0;
  readonly #prices: PriceCheck | undefined;
  readonly #repeats: RepeatCheck;
  readonly #contract: ContractCheck | undefined;
  readonly #checks: readonly RowCheck[];
  readonly #outlierFactor: number;
  /** Empty lines of which it is not known yet whether a row follows. */
  #blanks: Place | undefined;
  #blankCount = 0;

  constructor(layout: Layout, row: Row, { sink, gaps, outlierFactor, contract, follower }: PassOptions) {
    this.#layout = layout;
    this.#row = row;
    this.#outlierFactor = outlierFactor;
    this.#sink = layout.prices === undefined ? undefined : sink;
    this.#follower = follower;
    this.sequence = layout.sequence < 0 ? undefined : new SequenceCheck(layout.sequence);
    this.timeline = layout.time === undefined ? undefined : new TimelineCheck(layout, layout.time, gaps);
    this.#prices = layout.prices === undefined ? undefined : new PriceCheck(layout.prices, layout.priceScale);
    this.#repeats = new RepeatCheck(layout);
    this.#contract = contract === undefined ? undefined : new ContractCheck(contract, layout);
    const seal = layout.checksum < 0 ? undefined : new SealCheck(layout.columns, layout.checksum);
    const outliers = layout.prices === undefined || this.#prices === undefined || outlierFactor === 0 ? undefined : new OutlierCheck(this.#prices, layout.prices, outlierFactor);
    const checks = [new StructureCheck(layout.width), this.sequence, seal, this.timeline, this.#prices, this.#contract, this.#repeats, outliers];
    this.#checks = checks.filter((check) => check !== undefined);
  }

  record(kind: RecordKind): void {
    this.#checkEnding();
    if (kind === 'blank') {
      this.#blanks ??= placeOfRecord(this.#row.scanner);
      this.#blankCount++;
      return;
    }
    if (this.#blankCount > 0) this.#reportBlanks(isRow(kind) ? this.#row.number - 1 : this.#row.number);
    if (kind === 'header') this.#checkHeader();
    else if (kind === 'repeated-header') this.#row.whole('repeated-header', () => 'The header again; it is not a row of data.');
    else this.#checkRow(kind);
  }

  /** True when no row before this one bears on those that follow but through what `resume` is given. */
  get isSettled(): boolean {
    const { lane, time, sequence } = this.#row;
    return lane.top.key === (this.timeline === undefined ? sequence : time) && lane.recent.suspect === undefined;
  }

  /** Goes on after rows of the lane that were not looked at, the last of which is the one before the stretch's last. */
  resume(lane: Lane, number: number, line: number, stretch: Stretch): void {
    const { time, sequence, high, low, close, moves } = stretch;
    const passed = number - this.#handed;
    this.#follower?.wentBy(stretch, stretch.rows - 1 - passed, this.#handed + 1, line - passed + 1, lane.instrument);
    this.#row.number = number;
    lane.moveTo(time, number, line);
    this.sequence?.resume(sequence, number, line);
    if (this.#prices !== undefined && this.#outlierFactor > 0) lane.recent.resume(high, low, close, moves, this.#outlierFactor);
  }

  /** Looks at nothing but the step from the row before, which had that number, line and time (µs). */
  step(lane: Lane, number: number, line: number, time: number): void {
    lane.moveTo(time, number, line);
    this.timeline?.row(this.#row);
  }

  end(): void {
    for (const check of this.#checks) check.end?.(this.#row);
  }

  /** The passes still needed to settle everything; each is to be made over all data rows before the next is asked for. */
  *furtherPasses(findings: Findings): Generator<RowCheck> {
    yield* this.#repeats.furtherPasses(findings);
    if (this.#contract !== undefined) yield* this.#contract.furtherPasses(findings);
  }

  #checkRow(kind: RowKind): void {
    const row = this.#row;
    if (row.number === 1 && !this.#layout.header) this.#contract?.seeColumns(row.scanner, row.findings);
    if (kind === 'cut') {
      row.whole('truncated-tail', () => `The file ends in the middle of row ${row.number}.`);
      if (row.scanner.unclosed >= 0) checkQuotes(row.scanner, row.findings, row.number);
    } else if (kind === 'long') {
      row.whole('row-too-long', () => `${thousands(row.scanner.length)} bytes up to a line break; a row of more than ${thousands(row.scanner.longest)} is passed over.`);
      if (row.scanner.unclosed >= 0) checkQuotes(row.scanner, row.findings, row.number);
    } else {
      for (const check of this.#checks) check.row(row);
    }
    if (row.rejection !== '' && !row.rejection.startsWith('duplicate')) this.invalidRows++;
    if (this.#sink !== undefined) this.#hand(row, this.#sink);
    this.#handed = row.number;
  }

  #hand(row: Row, sink: BarSink): void {
    if (row.rejection === '' && this.#prices !== undefined) {
      const { open, high, low, close, volume } = this.#prices;
      sink.bar(row.number, Math.floor(row.time / 1000), open, high, low, close, volume, row.line, row.lane.instrument);
    } else {
      const { bytes, start, end } = row.scanner;
      sink.rejected(row.number, row.line, row.rejection, bytes.toString('utf8', start, end));
    }
  }

  #reportBlanks(row: number): void {
    const place = this.#blanks!;
    for (let i = 0; i < this.#blankCount; i++) {
      this.#row.findings.add('blank-row', row, '', () => ({ message: 'An empty line between rows.', place, text: '' }));
    }
    this.#blanks = undefined;
    this.#blankCount = 0;
  }

  #checkEnding(): void {
    const { ending } = this.#row.scanner;
    if (ending === this.lineEnding || ending === 'none' || this.lineEnding === 'mixed') return;
    if (this.lineEnding === 'none') {
      this.lineEnding = ending;
      return;
    }
    const message = `This line ends with ${ending.toUpperCase()}, those before it with ${this.lineEnding.toUpperCase()}.`;
    this.lineEnding = 'mixed';
    this.#row.findings.add('mixed-line-endings', this.#row.number, '', () => ({ message, place: placeOfRecord(this.#row.scanner) }));
  }

  #checkHeader(): void {
    const { scanner, findings } = this.#row;
    const names = this.#layout.columns.map((name) => name.trim());
    names.forEach((name, cell) => {
      const report = (code: 'blank-header' | 'duplicate-header', message: string): void => {
        findings.add(code, 0, name, () => ({ message, place: placeOfCells(scanner, cell), text: name }));
      };
      if (name === '') report('blank-header', `Column ${cell + 1} has no name.`);
      else if (names.indexOf(name) < cell) report('duplicate-header', `Columns ${names.indexOf(name) + 1} and ${cell + 1} are both named "${name}".`);
    });
    if (scanner.stray >= 0 || scanner.unclosed >= 0) checkQuotes(scanner, findings, 0);
    if (scanner.suspect) checkBytes(scanner, findings, 0);
    this.#checkSeal();
    this.#contract?.seeColumns(scanner, findings);
  }

  #checkSeal(): void {
    const { sequence, checksum } = this.#layout;
    if (sequence < 0 === checksum < 0) return;
    const [present, absent] = sequence < 0 ? [CHECKSUM_NAME, SEQUENCE_NAME] : [SEQUENCE_NAME, CHECKSUM_NAME];
    const { scanner, findings } = this.#row;
    findings.add('metadata-missing', 0, '', () => ({
      message: `The file has ${present} but no ${absent}.`,
      place: placeBetween(scanner, scanner.start, scanner.end),
      text: rawText(scanner, scanner.start, scanner.end),
    }));
  }
}
