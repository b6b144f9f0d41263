/** JSON made of records in order of their dates, laid out so that the records of some days can be replaced by themselves. */

export interface Layout {
  /** An object by date, or an array of records whose first member is `date`. */
  readonly brackets: '{}' | '[]';
  /** What stands on a record's first line before its date; no other line begins so. */
  readonly start: string;
}

/** Object by date, a line a day. */
export const BY_DATE: Layout = { brackets: '{}', start: '"' };
/** Object by date as `JSON.stringify(…, null, 2)` has it. */
export const BY_DATE_INDENTED: Layout = { brackets: '{}', start: '  "' };
/** Array, a line a record. */
export const LIST: Layout = { brackets: '[]', start: '{"date":"' };

/** Parts are gathered into pieces of about this many characters. */
const PIECE = 1 << 20;
const BETWEEN = Buffer.from(',\n');

/** The bytes, in parts, of a file of these records. */
export function layOut({ brackets }: Layout, records: Iterable<string>): Buffer[] {
  return enclosed(brackets, gathered(records));
}

/** The same file with the records dated `first` to `last` (`2025-07-28`, inclusive) replaced. */
export function replaceDays(old: Buffer, layout: Layout, first: string, last: string, records: Iterable<string>): Buffer[] {
  const [from, to] = [firstFrom(old, layout, first), firstFrom(old, layout, `${last}~`)];
  const before = old.subarray(2, Math.max(2, from - BETWEEN.length));
  const after = old.subarray(to, Math.max(to, old.length - 2));
  return enclosed(layout.brackets, [before, ...gathered(records), after].filter(({ length }) => length > 0));
}

/** How many records a file has, given in the parts it was laid out in: each begins with a record, a bracket or a comma. */
export function countRecords(parts: readonly Buffer[], { start }: Layout): number {
  let count = 0;
  for (const part of parts) {
    if (part.indexOf(start) === 0) count++;
    for (let at = part.indexOf(`\n${start}`); at >= 0; at = part.indexOf(`\n${start}`, at + 1)) count++;
  }
  return count;
}

function enclosed([open, close]: string, blocks: readonly Buffer[]): Buffer[] {
  if (blocks.length === 0) return [Buffer.from(`${open}${close}`)];
  return [Buffer.from(`${open}\n`), ...blocks.flatMap((block, at) => (at === 0 ? [block] : [BETWEEN, block])), Buffer.from(`\n${close}`)];
}

function gathered(records: Iterable<string>): Buffer[] {
  const pieces: Buffer[] = [];
  let piece: string[] = [];
  let length = 0;
  for (const record of records) {
    piece.push(record);
    length += record.length;
    if (length < PIECE) continue;
    pieces.push(Buffer.from(piece.join(',\n')));
    [piece, length] = [[], 0];
  }
  return piece.length === 0 ? pieces : [...pieces, Buffer.from(piece.join(',\n'))];
}

const DATE_LENGTH = 10;

/** Where the first record of a date or later begins, searched from the end; where the records end when there is none. */
function firstFrom(bytes: Buffer, { start }: Layout, date: string): number {
  const mark = `\n${start}`;
  let found = Math.max(2, bytes.length - 2 + BETWEEN.length);
  for (let at = bytes.lastIndexOf(mark); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(mark, at - 1)) {
    const dated = bytes.toString('latin1', at + mark.length, at + mark.length + DATE_LENGTH);
    if (dated < date) return found;
    found = at + 1;
  }
  return found;
}
