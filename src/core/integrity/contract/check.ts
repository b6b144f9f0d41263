import type { Detail, Findings } from '../findings';
import { CHECKSUM_NAME, SEQUENCE_NAME } from '../header';
import type { Place } from '../../base/finding';
import { placeOfCells, placeOfRecord } from '../../table/csv/place';
import type { CsvScanner } from '../../table/csv/scanner';
import type { Layout } from '../layout';
import type { Row, RowCheck } from '../row';
import type { Contract, Field } from './contract';
import { UniqueValues } from './unique';

/** A field and the column it is about. */
interface Bound {
  readonly field: Field;
  readonly cell: number;
}

interface Fault {
  readonly cell: number;
  readonly expected: string;
  readonly related?: Detail['related'];
}

/**
 * schema-violation: once per row, at its first cell that breaks the contract; the message names the others. Cells that
 * are not there are missing-cell. Columns that are missing or too many are findings about the file.
 */
export class ContractCheck implements RowCheck {
  readonly #contract: Contract;
  readonly #columns: readonly string[];
  readonly #bound: readonly Bound[];
  readonly #rules: readonly { readonly cells: readonly number[]; readonly at: number; readonly fields: readonly Field[]; fault(texts: readonly string[]): string | undefined }[];
  readonly #unique: readonly UniqueValues[];
  readonly #header: readonly ColumnFault[];
  /** Column → where a fault of it is shown. */
  readonly #places = new Map<string, Place>();

  constructor(contract: Contract, layout: Layout) {
    const { header } = layout;
    const columns = layout.columns.map((name) => name.trim());
    this.#contract = contract;
    this.#columns = columns;
    const cellOf = (name: string): number => (header ? columns.indexOf(name) : contract.fields.findIndex((field) => field.name === name));
    const fieldOf = new Map(contract.fields.map((field) => [field.name, field]));
    const bind = (name: string): Bound | undefined => {
      const field = fieldOf.get(name);
      const cell = cellOf(name);
      return field === undefined || cell < 0 || cell >= columns.length ? undefined : { field, cell };
    };
    const bindAll = (names: readonly string[]): Bound[] => names.map(bind).filter((bound) => bound !== undefined);
    this.#bound = bindAll(contract.fields.map(({ name }) => name));
    this.#rules = contract.rules.flatMap((rule) => {
      const bound = bindAll(rule.columns);
      if (bound.length < rule.columns.length) return [];
      return [{ cells: bound.map(({ cell }) => cell), at: cellOf(rule.at), fields: bound.map(({ field }) => field), fault: (texts) => rule.fault(texts) }];
    });
    this.#unique = contract.unique.map(bindAll).filter((bound, at) => bound.length === contract.unique[at]!.length).map((bound) => new UniqueValues(bound));
    this.#header = header ? headerFaults(contract, columns) : widthFaults(contract, columns.length);
  }

  /** The scanner stands on the header, or on the first row of a file without one. */
  seeColumns(scanner: CsvScanner, findings: Findings): void {
    for (const { column } of this.#header) {
      const cell = this.#columns.indexOf(column);
      this.#places.set(column, cell < 0 ? placeOfRecord(scanner) : placeOfCells(scanner, cell));
    }
    this.#reportColumns(findings);
  }

  #reportColumns(findings: Findings): void {
    for (const { column, message } of this.#header) findings.add('schema-violation', 0, column, () => ({ message: `${message} (${this.#contract.name}).`, place: this.#places.get(column)! }));
  }

  row(row: Row): void {
    for (const unique of this.#unique) unique.learn(row);
    this.#report(row, this.#faultsOf(row));
  }

  /** One more pass when a value that must be unique may occur twice: it judges all rows anew. */
  *furtherPasses(findings: Findings): Generator<RowCheck> {
    const repeated = this.#unique.map((unique) => unique.finish()).some((repeats) => repeats);
    if (!repeated) return;
    findings.forget('schema-violation');
    this.#reportColumns(findings);
    yield { row: (row) => { this.#report(row, [...this.#faultsOf(row), ...this.#unique.flatMap((unique) => unique.meet(row))]); } };
  }

  #faultsOf(row: Row): Fault[] {
    const faults: Fault[] = [];
    const { cells } = row.scanner;
    for (const { field, cell } of this.#bound) {
      if (cell >= cells) continue;
      const text = row.text(cell);
      if (field.missing.has(text)) {
        if (field.required) faults.push({ cell, expected: 'a value' });
        continue;
      }
      const expected = field.fault(text);
      if (expected !== undefined) faults.push({ cell, expected });
    }
    for (const rule of this.#rules) {
      const texts = rule.cells.map((cell) => row.text(cell));
      if (texts.some((text, at) => rule.fields[at]!.missing.has(text))) continue;
      const expected = rule.fault(texts);
      if (expected !== undefined) faults.push({ cell: rule.at, expected });
    }
    return faults;
  }

  #report(row: Row, faults: readonly Fault[]): void {
    const [first] = faults;
    if (first === undefined) return;
    row.cell('schema-violation', first.cell, () => this.#describe(row, faults), first.related);
  }

  #describe(row: Row, faults: readonly Fault[]): string {
    const [{ cell, expected }, ...others] = faults as readonly [Fault, ...Fault[]];
    const text = row.text(cell);
    const found = text === '' ? 'an empty cell' : `"${text.slice(0, 80)}"`;
    const names = [...new Set(others.map((other) => this.#columns[other.cell]))].filter((name) => name !== this.#columns[cell]);
    const rest = names.length === 0 ? '' : ` So do ${names.join(', ')}.`;
    return `${this.#columns[cell]} breaks ${this.#contract.name}: expected ${expected}, found ${found}.${rest}`;
  }
}

/** The columns of a seal are always welcome. */
const isSeal = (name: string): boolean => [SEQUENCE_NAME, CHECKSUM_NAME].includes(name);

/** `column` is empty when it is about none in particular. */
interface ColumnFault {
  readonly column: string;
  readonly message: string;
}

function headerFaults({ fields, match }: Contract, columns: readonly string[]): ColumnFault[] {
  const named = fields.map(({ name }) => name);
  const missing = named.filter((name) => !columns.includes(name));
  const extra = [...new Set(columns)].filter((name) => !named.includes(name) && !isSeal(name));
  if (match === 'partial') return missing.length < named.length ? [] : [{ column: '', message: 'No column of the schema is in the file' }];
  const faults = [
    ...(match === 'superset' ? [] : missing.map((column) => ({ column, message: `The column "${column}" is missing` }))),
    ...(match === 'subset' ? [] : extra.map((column) => ({ column, message: `The column "${column}" is not in the schema` }))),
  ];
  const ordered = columns.filter((name) => named.includes(name));
  const isMixed = match === 'exact' && faults.length === 0 && ordered.some((name, at) => name !== named[at]);
  return isMixed ? [{ column: '', message: `The columns are in another order than ${named.join(', ')}` }] : faults;
}

/** Without a header the fields are those of the columns, one by one. */
function widthFaults({ fields, match }: Contract, width: number): ColumnFault[] {
  const fits = fields.length === width || match === 'partial' || (match === 'subset' && fields.length < width) || (match === 'superset' && fields.length > width);
  return fits || width === 0 ? [] : [{ column: '', message: `The file has no header, and ${width} columns where the schema has ${fields.length}` }];
}
