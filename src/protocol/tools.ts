/**
 * What agents may ask for: one table for the editor's language-model tools and for `barkeep mcp`. A tool is a command of
 * the command line with fewer options; its work runs in a child process, as everything does.
 */

import { REPAIRS } from './repair';
import type { JobName } from './results';

/** A value an agent gives: a text, a whole number or a number, one of a few words, or whether it wants something. */
export type Field = { readonly description: string } & (
  | { readonly type: 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'boolean' }
  | { readonly type: 'integer' | 'number'; readonly minimum?: number; readonly maximum?: number }
);

/** The part of JSON Schema (draft 2020-12) that tools use; no other property than those named is taken. */
export interface Input {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Field>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** Values of a call, by field. */
export type Given = Readonly<Record<string, unknown>>;

export interface Tool {
  /** The command it is, whose result has the same name. */
  readonly name: JobName;
  readonly title: string;
  /** What it answers and when to use it, for the agent. */
  readonly description: string;
  /** It changes files: it runs only after a person has seen the result of its dry run and agreed. */
  readonly writes: boolean;
  readonly input: Input;
  /** Options of the command line, by the field that fills each. */
  readonly options: Readonly<Record<string, string>>;
  /** Fields given in order, after the options. */
  readonly positions: readonly string[];
}

const text = (description: string): Field => ({ type: 'string', description });
const oneOf = (description: string, ...values: string[]): Field => ({ type: 'string', description, enum: values });
const wish = (description: string): Field => ({ type: 'boolean', description });
const input = (required: Input['properties'], optional: Input['properties'] = {}): Input => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});

const FILE = text('Path of the file: absolute, or relative to the data folder.');
const TICKER = text('Instrument as the masters are named, such as ES.');
const TIMEFRAME = text('Timeframe of the bars: 1s, 1m, 5m, 15m, 1h, 4h, 1D or 1W. Default 1m.');
const READING = {
  zone: text('IANA zone of the local times in the file, such as America/Chicago. Default America/Los_Angeles.'),
  stamp: oneOf('Whether a time in the file is when its bar opens or closes. Default: close for NinjaTrader exports, else open.', 'close', 'open'),
  dates: oneOf('Which number comes first in dates such as 06/07/2025. Default: the month, refused when in doubt.', 'month-first', 'day-first'),
};
const READING_OPTIONS = { zone: '--tz', stamp: '--stamp', dates: '--dates' };

export const TOOLS = [
  {
    name: 'inventory',
    title: 'Inventory of trading bars',
    description: 'Lists every file of bars in the data folder: instrument, timeframe, first and last bar, number of bars, size, health and what is wrong with it. Start here.',
    writes: false,
    input: input({}, { zone: text('IANA zone in which times are shown. Default America/New_York.') }),
    options: { zone: '--zone' },
    positions: [],
  },
  {
    name: 'verify',
    title: 'Verify a CSV of bars',
    description: 'Checks one CSV file whole: structure, row checksums, sequence, order of times, duplicates, gaps, open/high/low/close. Returns exact totals per check and the first examples with their lines. Changes nothing.',
    writes: false,
    input: input({ file: FILE }, { zone: text('IANA zone of the local times in the file, so that faults of daylight saving are found.'), interval: TIMEFRAME }),
    options: { zone: '--tz', interval: '--interval' },
    positions: ['file'],
  },
  {
    name: 'continuity',
    title: 'Find missing bars',
    description: 'Compares a master with the calendar of its exchange and returns every stretch of bars that is missing without a reason, with its length. Changes nothing.',
    writes: false,
    input: input({ ticker: TICKER }, { timeframe: TIMEFRAME, year: { type: 'integer', minimum: 1900, maximum: 2099, description: 'Only this year, UTC.' } }),
    options: { year: '--year' },
    positions: ['ticker', 'timeframe'],
  },
  {
    name: 'align',
    title: 'Compare a vendor file with a master',
    description: 'Compares every bar that a vendor file and its master share, and says whether they agree; if not, why (zone, daylight saving, open or close stamps, price offset, scale, another instrument) and which option repairs it. Changes nothing.',
    writes: false,
    input: input({ file: FILE, ticker: TICKER }, { timeframe: TIMEFRAME, ...READING }),
    options: READING_OPTIONS,
    positions: ['file', 'ticker', 'timeframe'],
  },
  {
    name: 'import',
    title: 'Import a vendor file into a master',
    description: 'Merges the bars of a vendor file into the master of an instrument, which is backed up first, and brings what is derived from it up to date. A person must agree to its dry run.',
    writes: true,
    input: input(
      { file: FILE, ticker: TICKER, timeframe: { ...TIMEFRAME, description: 'Timeframe of the bars in the file: 1s, 1m, 5m, 15m, 1h, 4h, 1D or 1W.' } },
      { ...READING, onConflict: oneOf('When a bar is there with other values. Default keep.', 'keep', 'replace', 'fail') },
    ),
    options: { ...READING_OPTIONS, onConflict: '--on-conflict' },
    positions: ['file', 'ticker', 'timeframe'],
  },
  {
    name: 'repair',
    title: 'Repair a CSV of bars',
    description: 'Repairs one CSV file in the ways that are named: takes out copies and unusable rows, sorts, renumbers. The file is backed up; rows taken out are kept beside it with the reason; rows that stay keep every byte. With no way named it says which would do something. It does not recompute checksums that do not hold: that would hide what was altered. A person must agree to its dry run.',
    writes: true,
    input: input({ file: FILE }, {
      dropDuplicates: wish('Take out rows of which every cell equals an earlier row.'),
      dropInvalid: wish('Take out rows that are no usable bar, empty lines and repeated headers.'),
      sort: wish('Sort by time; rows of one time keep their order.'),
      renumber: wish('Number file_seq from 1 on.'),
      zone: text('IANA zone of the local times in the file, needed to sort an hour that clocks repeat.'),
    }),
    options: { dropDuplicates: REPAIRS.duplicates, dropInvalid: REPAIRS.invalid, sort: REPAIRS.sort, renumber: REPAIRS.renumber, zone: '--tz' },
    positions: ['file'],
  },
] as const satisfies readonly Tool[];

/** The command line, without `--json`, that answers a call whose fields were checked against the tool's input. */
export function commandLineOf(tool: Tool, given: Given, dryRun: boolean): readonly string[] {
  const value = (field: string): string[] => {
    const said = given[field];
    return typeof said === 'string' || typeof said === 'number' ? [String(said)] : [];
  };
  const options = Object.entries(tool.options).flatMap(([field, option]) => (given[field] === true ? [option] : value(field).map((said) => `${option}=${said}`)));
  return [tool.name, ...tool.positions.flatMap(value), ...options, ...(dryRun ? ['--dry-run'] : [])];
}

/** Why a call cannot be answered, in words that say how to put it right; undefined when it can. */
export function faultIn({ name, input: { properties, required } }: Tool, given: Readonly<Record<string, unknown>>): string | undefined {
  const missing = required.find((field) => given[field] === undefined);
  if (missing !== undefined) return `${name} needs "${missing}": ${properties[missing]!.description}`;
  for (const [field, value] of Object.entries(given)) {
    const wanted = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (wanted === undefined) return `${name} takes no "${field}". It takes: ${Object.keys(properties).join(', ')}.`;
    const fault = value === undefined ? undefined : faultOf(wanted, value);
    if (fault !== undefined) return `"${field}" of ${name} ${fault}. ${wanted.description}`;
  }
  return undefined;
}

function faultOf(wanted: Field, value: unknown): string | undefined {
  if (wanted.type === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (wanted.type !== 'string') {
    if (typeof value !== 'number' || (wanted.type === 'integer' ? !Number.isInteger(value) : !Number.isFinite(value))) return `must be ${wanted.type === 'integer' ? 'a whole number' : 'a number'}`;
    if (value < (wanted.minimum ?? -Infinity) || value > (wanted.maximum ?? Infinity)) return `must be from ${wanted.minimum ?? '-∞'} to ${wanted.maximum ?? '∞'}`;
    return undefined;
  }
  if (typeof value !== 'string' || value === '') return 'must be a text that is not empty';
  if (wanted.enum !== undefined && !wanted.enum.includes(value)) return `must be one of ${wanted.enum.join(', ')}`;
  // A command line would take it for an option.
  return value.startsWith('-') ? 'may not begin with a dash; put ./ before the name of such a file' : undefined;
}
