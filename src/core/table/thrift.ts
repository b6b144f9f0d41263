/**
 * Reads and writes Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md),
 * in which Parquet writes its footer. It knows no schema: a struct comes out as its fields by id.
 */
export type Thrift = bigint | number | boolean | Buffer | List | Struct;

const [TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];

/** Values of one type of the protocol. */
interface List {
  readonly kind: number;
  readonly items: readonly Thrift[];
}

interface Field {
  /** Its type in the protocol. */
  readonly kind: number;
  readonly value: Thrift;
}

export class Struct {
  readonly #fields: Map<number, Field>;

  constructor(fields: Iterable<readonly [number, Field]> = []) {
    this.#fields = new Map(fields);
  }

  /** In the order in which they were read. */
  fields(): Iterable<readonly [id: number, field: Field]> {
    return this.#fields;
  }

  set(id: number, field: Field): void {
    this.#fields.set(id, field);
  }

  has(id: number): boolean {
    return this.#fields.has(id);
  }

  /** The same struct with another value in a field; without that field, the same. */
  with(id: number, value: Thrift): Struct {
    const field = this.#fields.get(id);
    return field === undefined ? this : new Struct([...this.#fields, [id, { ...field, value }]]);
  }

  /** The same struct with a number raised; without it, the same. */
  raised(id: number, by: number): Struct {
    const value = this.number(id);
    return value === undefined ? this : this.with(id, BigInt(value + by));
  }

  /** A whole number; undefined when there is none. */
  number(id: number): number | undefined {
    const value = this.#fields.get(id)?.value;
    return typeof value === 'bigint' ? Number(value) : undefined;
  }

  text(id: number): string | undefined {
    return this.bytes(id)?.toString('utf8');
  }

  bytes(id: number): Buffer | undefined {
    const value = this.#fields.get(id)?.value;
    return Buffer.isBuffer(value) ? value : undefined;
  }

  flag(id: number): boolean {
    return this.#fields.get(id)?.value === true;
  }

  struct(id: number): Struct | undefined {
    const value = this.#fields.get(id)?.value;
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
    const value = this.#fields.get(id)?.value;
    return typeof value === 'object' && 'items' in value ? value.items : [];
  }
}

export const listOf = (structs: readonly Struct[]): List => ({ kind: STRUCT, items: structs });

/** @throws RangeError when the bytes end too early or hold what cannot be */
export const readStruct = (bytes: Buffer): Struct => new Reader(bytes).struct(0);

/** The bytes of a struct. What was read is written as it was, if its writer chose the shortest form, as nearly all do. */
export function writeStruct(struct: Struct): Buffer {
  const bytes: number[] = [];
  writeFields(bytes, struct);
  return Buffer.from(bytes);
}

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
      const kind = head & 15;
      struct.set(id, { kind, value: this.#value(kind, depth) });
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

  #list(depth: number): List {
    const head = this.#byte();
    const kind = head & 15;
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    if (size > this.#bytes.length) throw new RangeError('a list longer than the bytes');
    // In a list, a boolean is a byte of its own.
    return { kind, items: Array.from({ length: size }, () => (kind === TRUE || kind === FALSE ? this.#byte() === TRUE : this.#value(kind, depth))) };
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 28n) {
      // Four bytes at a time fit a plain number, which is many times as quick.
      let [part, bits, more] = [0, 0, true];
      for (; bits < 28 && more; bits += 7) {
        const byte = this.#byte();
        part |= (byte & 127) << bits;
        more = byte > 127;
      }
      value |= BigInt(part) << shift;
      if (!more) return value;
    }
    throw new RangeError('a number that does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the bytes end too early');
    return byte;
  }

  #take(length: number): Buffer {
    const from = this.#at;
    if (length > this.#bytes.length - from) throw new RangeError('the bytes end too early');
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}

function writeFields(to: number[], struct: Struct): void {
  let before = 0;
  for (const [id, { kind, value }] of struct.fields()) {
    const delta = id - before;
    if (delta > 0 && delta < 16) to.push((delta << 4) | kind);
    else {
      to.push(kind);
      writeVarint(to, zigzag(BigInt(id)));
    }
    writeValue(to, kind, value);
    before = id;
  }
  to.push(0);
}

/** @param kind says a field's truth already, in a list it is told by a byte of its own */
function writeValue(to: number[], kind: number, value: Thrift): void {
  if (typeof value === 'bigint') writeVarint(to, zigzag(value));
  else if (typeof value === 'number') append(to, kind === DOUBLE ? doubleBytes(value) : [value]);
  else if (Buffer.isBuffer(value)) {
    writeVarint(to, BigInt(value.length));
    append(to, value);
  } else if (value instanceof Struct) writeFields(to, value);
  else if (typeof value === 'object') writeList(to, value);
}

function writeList(to: number[], { kind, items }: List): void {
  to.push((Math.min(items.length, 15) << 4) | kind);
  if (items.length >= 15) writeVarint(to, BigInt(items.length));
  for (const item of items) {
    if (typeof item === 'boolean') to.push(item ? TRUE : FALSE);
    else writeValue(to, kind, item);
  }
}

function append(to: number[], bytes: Iterable<number>): void {
  for (const byte of bytes) to.push(byte);
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

const zigzag = (value: bigint): bigint => (value < 0n ? -value * 2n - 1n : value * 2n);

function writeVarint(to: number[], value: bigint): void {
  for (; value > 127n; value >>= 7n) to.push(Number(value & 127n) | 128);
  to.push(Number(value));
}
