import { listOf, readStruct, writeStruct, type Struct } from './thrift';

/**
 * Parquet files put together from row groups that are there already, which are taken over byte for byte
 * (https://parquet.apache.org/docs/file-format): pages, then bloom filters, then the footer that tells where they are.
 */

const MAGIC = Buffer.from('PAR1');
/** The footer's length and the magic bytes. */
const END = 8;

/** A whole file in memory. */
export interface Packed {
  readonly bytes: Buffer;
  readonly footer: Struct;
}

/** @throws RangeError for bytes that are no Parquet file */
export function unpack(bytes: Buffer): Packed {
  const end = bytes.length - END;
  return { bytes, footer: readStruct(bytes.subarray(end - bytes.readUInt32LE(end), end)) };
}

export interface Group {
  readonly rows: number;
  /** Of the first column's values, which are instants in µs: the least and the greatest as unix ms. */
  readonly first: number;
  readonly last: number;
}

/** The row groups in the file's order; undefined when one has no statistics of its times. */
export function groupsOf({ footer }: Packed): Group[] | undefined {
  const groups = footer.structs(GROUPS).map((group) => {
    const statistics = group.structs(CHUNKS)[0]?.struct(COLUMN)?.struct(STATISTICS);
    const [least, most] = [statistics?.bytes(LEAST), statistics?.bytes(MOST)];
    return least?.length === 8 && most?.length === 8 ? { rows: rowsOf(group), first: millisecondsOf(least), last: millisecondsOf(most) } : undefined;
  });
  return groups.every((group) => group !== undefined) ? groups : undefined;
}

const rowsOf = (group: Struct): number => group.number(GROUP_ROWS) ?? 0;
const millisecondsOf = (bytes: Buffer): number => Number(bytes.readBigInt64LE()) / 1000;

/** Who wrote the file, as it says itself. */
export const writerOf = ({ footer }: Packed): string | undefined => footer.text(WRITER);

/** Fields of parquet.thrift. */
const [SCHEMA, ROWS, GROUPS, WRITER] = [2, 3, 4, 6];
const [CHUNKS, GROUP_ROWS, GROUP_OFFSET] = [1, 3, 5];
const COLUMN = 3;
const [STATISTICS, MOST, LEAST] = [12, 5, 6];
const [PAGES_SIZE, DATA_OFFSET, INDEX_OFFSET, DICTIONARY_OFFSET, BLOOM_OFFSET, BLOOM_SIZE] = [7, 9, 10, 11, 14, 15];

/**
 * The first row groups of one file followed by all of another, with the other's metadata: the bytes, in parts, that their
 * writer would have written for these rows in one go.
 * @throws RangeError when two writers or schemas would be mixed, or something would be lost
 */
export function graft(stock: Packed, kept: number, scion: Packed): Buffer[] {
  if (!isPlain(stock) || !isPlain(scion)) throw new RangeError('a Parquet file of an unknown layout');
  if (kindOf(stock) !== kindOf(scion)) throw new RangeError('Parquet files of two writers, or with other columns');
  const [before, after] = [stock.footer.structs(GROUPS).slice(0, kept), scion.footer.structs(GROUPS)];
  const [pages, blooms] = [pagesOf(stock, before), pagesOf(scion, after)];
  const [first, second] = [bloomsOf(stock, before), bloomsOf(scion, after)];
  const shift = pages.length;
  const end = MAGIC.length + pages.length + blooms.length;
  const groups = [...before.map((group) => moved(group, 0, end - first.from)), ...after.map((group) => moved(group, shift, end + first.bytes.length - second.from))];
  const rows = groups.reduce((sum, group) => sum + rowsOf(group), 0);
  const footer = writeStruct(scion.footer.with(ROWS, BigInt(rows)).with(GROUPS, listOf(groups)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return [MAGIC, pages, blooms, first.bytes, second.bytes, footer, length, MAGIC];
}

/** True when the footer can be written as it was read, and no index lies where it would be lost. */
function isPlain({ bytes, footer }: Packed): boolean {
  const written = writeStruct(footer);
  const chunks = footer.structs(GROUPS).flatMap((group) => group.structs(CHUNKS));
  // Fields from 4 on tell of page indexes and encryption.
  const indexed = chunks.some((chunk) => [4, 5, 6, 7, 8, 9].some((id) => chunk.has(id)));
  return !indexed && written.equals(bytes.subarray(bytes.length - END - written.length, bytes.length - END));
}

const kindOf = ({ footer }: Packed): string => [footer.text(WRITER) ?? '', ...footer.structs(SCHEMA).map((column) => writeStruct(column).toString('hex'))].join(' ');

const columnsOf = (groups: readonly Struct[]): Struct[] => groups.flatMap((group) => group.structs(CHUNKS)).flatMap((chunk) => chunk.struct(COLUMN) ?? []);

/** All pages of the leading row groups of a file. */
function pagesOf({ bytes }: Packed, leading: readonly Struct[]): Buffer {
  const ends = columnsOf(leading).map((column) => Math.min(column.number(DICTIONARY_OFFSET) ?? Infinity, column.number(DATA_OFFSET) ?? Infinity) + (column.number(PAGES_SIZE) ?? 0));
  return bytes.subarray(MAGIC.length, Math.max(MAGIC.length, ...ends));
}

/** The bloom filters of the leading row groups, one after the other, and where they stand in the file. */
function bloomsOf({ bytes }: Packed, leading: readonly Struct[]): { from: number; bytes: Buffer } {
  const blooms = columnsOf(leading).flatMap((column) => {
    const from = column.number(BLOOM_OFFSET);
    return from === undefined ? [] : { from, to: from + (column.number(BLOOM_SIZE) ?? 0) };
  });
  const [from, to] = [Math.min(...blooms.map((bloom) => bloom.from)), Math.max(...blooms.map((bloom) => bloom.to))];
  return blooms.length === 0 ? { from: 0, bytes: Buffer.alloc(0) } : { from, bytes: bytes.subarray(from, to) };
}

/** A row group whose pages and bloom filters stand some bytes further on. */
function moved(group: Struct, pages: number, blooms: number): Struct {
  const chunks = group.structs(CHUNKS).map((chunk) => {
    const column = chunk.struct(COLUMN);
    if (column === undefined) return chunk;
    return chunk.with(COLUMN, column.raised(BLOOM_OFFSET, blooms).raised(DATA_OFFSET, pages).raised(INDEX_OFFSET, pages).raised(DICTIONARY_OFFSET, pages));
  });
  return group.raised(GROUP_OFFSET, pages).with(CHUNKS, listOf(chunks));
}
