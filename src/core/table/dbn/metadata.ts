import { Failure } from '../../base/failure';
import { NO_SCHEMA, NO_STYPE, SCHEMAS, STYPES, SYMBOL_BYTES_V1, UNDEFINED_TIME, type Schema, type SymbologyType, type Version } from './schema';

/** The header of a DBN file, of versions 1 to 3. */
export interface Metadata {
  readonly version: Version;
  /** Such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** null: records of several schemas. */
  readonly schema: Schema | null;
  /** Of what was asked for, unix ns; `end` is exclusive, null when open. */
  readonly start: bigint;
  readonly end: bigint | null;
  /** The most records that were asked for; null without a limit. */
  readonly limit: bigint | null;
  /** Records in the file, as version 1 tells; null when it does not. */
  readonly recordCount: bigint | null;
  readonly stypeIn: SymbologyType | null;
  readonly stypeOut: SymbologyType;
  /** Every record ends with the time it was sent (8 bytes more). */
  readonly tsOut: boolean;
  /** Bytes of each symbol in the header. */
  readonly symbolBytes: number;
  readonly symbols: readonly string[];
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly Mapping[];
}

/** What a symbol stood for, by date. */
export interface Mapping {
  readonly rawSymbol: string;
  readonly intervals: readonly MappingInterval[];
}

export interface MappingInterval {
  /** YYYYMMDD, UTC; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** In the symbology of `stypeOut`: an instrument id as text, usually. */
  readonly symbol: string;
}

/** Bytes before the part whose length the prelude tells: `DBN`, version, length. */
export const PRELUDE_BYTES = 8;
const RESERVED_V1 = 47;
const RESERVED = 53;

/**
 * @param bytes the header from the byte after the prelude on
 * @throws Failure `io` naming the byte at which it cannot be understood; `refused` for a schema or symbology that is not known
 */
export function readMetadata(version: Version, bytes: Uint8Array, file: string): Metadata {
  const cursor = new Cursor(bytes, file);
  const dataset = cursor.text(16);
  const schema = schemaOf(cursor.u16(), file);
  const [start, end, limit] = [cursor.u64(), cursor.u64(), cursor.u64()];
  const recordCount = version === 1 ? cursor.u64() : null;
  const [stypeIn, stypeOut] = [cursor.u8(), cursor.u8()];
  const tsOut = cursor.u8() !== 0;
  const symbolBytes = version === 1 ? SYMBOL_BYTES_V1 : cursor.u16();
  cursor.skip(version === 1 ? RESERVED_V1 : RESERVED);
  cursor.skip(cursor.u32());
  const texts = (): string[] => cursor.list(symbolBytes, () => cursor.text(symbolBytes));
  return {
    version,
    dataset,
    schema,
    start,
    end: end === UNDEFINED_TIME ? null : end,
    limit: limit === 0n ? null : limit,
    recordCount: recordCount === UNDEFINED_TIME ? null : recordCount,
    stypeIn: stypeIn === NO_STYPE ? null : symbologyOf(stypeIn, file),
    stypeOut: symbologyOf(stypeOut, file),
    tsOut,
    symbolBytes,
    symbols: texts(),
    partial: texts(),
    notFound: texts(),
    mappings: cursor.list(symbolBytes + 4, () => mapping(cursor, symbolBytes)),
  };
}

function mapping(cursor: Cursor, symbolBytes: number): Mapping {
  const rawSymbol = cursor.text(symbolBytes);
  const intervals = cursor.list(symbolBytes + 8, () => ({ start: cursor.u32(), end: cursor.u32(), symbol: cursor.text(symbolBytes) }));
  return { rawSymbol, intervals };
}

function schemaOf(id: number, file: string): Schema | null {
  return id === NO_SCHEMA ? null : (SCHEMAS[id] ?? unknown(`schema number ${id}`, file));
}

const symbologyOf = (id: number, file: string): SymbologyType => STYPES[id] ?? unknown(`symbology number ${id}`, file);

function unknown(what: string, file: string): never {
  throw new Failure('refused', {
    attempted: `read ${file}`,
    file,
    why: `its header names ${what}, which is not known.`,
    remedy: 'Download it as ohlcv-1s, ohlcv-1m, ohlcv-1h or ohlcv-1d.',
  });
}

/** Reads little-endian numbers and fixed texts one after the other; a header that ends too early is a Failure. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #at = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#file = file;
  }

  u8 = (): number => this.#view.getUint8(this.skip(1));
  u16 = (): number => this.#view.getUint16(this.skip(2), true);
  u32 = (): number => this.#view.getUint32(this.skip(4), true);
  u64 = (): bigint => this.#view.getBigUint64(this.skip(8), true);

  /** A text padded with NUL. */
  text(bytes: number): string {
    const at = this.skip(bytes);
    const field = this.#bytes.subarray(at, at + bytes);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  }

  /** A u32 count, then so many of something that has at least so many bytes. */
  list<T>(leastBytes: number, read: () => T): T[] {
    const at = this.#at;
    const count = this.u32();
    if (count * leastBytes > this.#bytes.length - this.#at) throw this.#damaged(at, `${count} entries are announced there, more than the header holds`);
    return Array.from({ length: count }, read);
  }

  /** @returns where it was before */
  skip(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#bytes.length) throw this.#damaged(at, `the header ends ${at + bytes - this.#bytes.length} bytes too early`);
    this.#at += bytes;
    return at;
  }

  #damaged(at: number, what: string): Failure {
    return new Failure('io', {
      attempted: `read ${this.#file}`,
      file: this.#file,
      why: `its DBN header is damaged at byte ${PRELUDE_BYTES + at}: ${what}.`,
      remedy: 'Download it again; nothing of it was used.',
    });
  }
}
