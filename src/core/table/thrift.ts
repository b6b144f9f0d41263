/**
 * Reads Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), in
 * which Parquet writes its footer. It knows no schema: a struct comes out as its fields by id.
 */
export type Thrift = bigint | number | boolean | Buffer | readonly Thrift[] | Struct;

export class Struct {
  readonly #fields = new Map<number, Thrift>();

  set(id: number, value: Thrift): void {
    this.#fields.set(id, value);
  }

  /** A whole number; undefined when there is none. */
  number(id: number): number | undefined {
    const value = this.#fields.get(id);
    return typeof value === 'bigint' ? Number(value) : undefined;
  }

  text(id: number): string | undefined {
    return this.bytes(id)?.toString('utf8');
  }

  bytes(id: number): Buffer | undefined {
    const value = this.#fields.get(id);
    return Buffer.isBuffer(value) ? value : undefined;
  }

  flag(id: number): boolean {
    return this.#fields.get(id) === true;
  }

  struct(id: number): Struct | undefined {
    const value = this.#fields.get(id);
    return value instanceof Struct ? value : undefined;
  }

  /** The structs of a list; empty when there is none. */
  structs(id: number): Struct[] {
    return this.#list(id).filter((item) => item instanceof Struct);
  }

  texts(id: number): string[] {
    return this.#list(id).flatMap((item) => (Buffer.isBuffer(item) ? item.toString('utf8') : []));
  }

  #list(id: number): readonly Thrift[] {
    const value = this.#fields.get(id);
    return Array.isArray(value) ? (value as readonly Thrift[]) : [];
  }
}

/** @throws RangeError when the bytes end too early or hold what cannot be */
export const readStruct = (bytes: Buffer): Struct => new Reader(bytes).struct(0);

const [TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];
/** Deeper than any footer. */
const DEEPEST = 32;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(depth: number): Struct {
    if (depth > DEEPEST) throw new RangeError('nested too deep');
    const struct = new Struct();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return struct;
      const delta = head >> 4;
      id = delta === 0 ? Number(this.#zigzag()) : id + delta;
      struct.set(id, this.#value(head & 15, depth));
    }
  }

  #value(kind: number, depth: number): Thrift {
    if (kind === TRUE || kind === FALSE) return kind === TRUE;
    if (kind === BYTE) return this.#byte();
    if (kind === I16 || kind === I32 || kind === I64) return this.#zigzag();
    if (kind === DOUBLE) return this.#take(8).readDoubleLE();
    if (kind === BINARY) return this.#take(Number(this.#varint()));
    if (kind === LIST || kind === SET) return this.#list(depth);
    if (kind === STRUCT) return this.struct(depth + 1);
    throw new RangeError(`no type ${kind} is known here`);
  }

  #list(depth: number): Thrift[] {
    const head = this.#byte();
    const kind = head & 15;
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    if (size > this.#bytes.length) throw new RangeError('a list longer than the bytes');
    // In a list, a boolean is a byte of its own.
    return Array.from({ length: size }, () => (kind === TRUE || kind === FALSE ? this.#byte() === TRUE : this.#value(kind, depth)));
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number that does not end');
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Buffer {
    const from = this.#at;
    if (length > this.#bytes.length - from) throw new RangeError('the bytes end too early');
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}
