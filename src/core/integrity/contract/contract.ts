/** What the columns of a file must be: a Table Schema made ready for checking cells. */
export interface Contract {
  /** For messages: the schema's path, or `the built-in contract trade_results`. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly match: FieldsMatch;
  /** Names of fields whose values, taken together, may not occur twice. */
  readonly unique: readonly (readonly string[])[];
  readonly rules: readonly RowRule[];
  /** What the schema asks for and nobody checks, a sentence each. */
  readonly unsupported: readonly string[];
}

/**
 * How the fields belong to the columns (Data Package 2, `fieldsMatch`). `equal`: the same names, in any order; this is
 * what holds when the schema says nothing. `exact`: also in the same order. `subset`: the file may have more columns,
 * `superset`: it may have fewer, `partial`: at least one is shared.
 */
export const FIELDS_MATCHES = ['equal', 'exact', 'subset', 'superset', 'partial'] as const;
export type FieldsMatch = (typeof FIELDS_MATCHES)[number];

export interface Field {
  readonly name: string;
  /** An absent value is a fault. */
  readonly required: boolean;
  /** Cells with one of these texts have no value. */
  readonly missing: ReadonlySet<string>;
  /** What was expected instead of this text; undefined when it is as it should be. */
  fault(text: string): string | undefined;
  /** Texts of the same value give the same: what counts as unique. */
  canonical(text: string): string;
}

/** Something about several cells of a row that a Table Schema cannot say. */
export interface RowRule {
  readonly columns: readonly string[];
  /** The column in which a fault is shown. */
  readonly at: string;
  /** @param texts of `columns`, none of them without a value @returns what was expected; undefined when all is well */
  fault(texts: readonly string[]): string | undefined;
}
