import { Xxh64 } from './xxhash';
import type { Metadata } from './metadata';
import { BAR_BYTES, BAR_RTYPES, NO_SCHEMA, NO_STYPE, SCHEMAS, STYPES, TS_OUT_BYTES, UNDEFINED_TIME, type Schema } from './schema';

/** Writing DBN: for sample data and tests. */

/** One bar as DBN holds it: exact integers. */
export interface BarRecord {
  readonly publisher: number;
  readonly instrument: number;
  /** Start of the interval, unix ns. */
  readonly time: bigint;
  /** Prices in units of 1e-9. */
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly volume: bigint;
  /** When it was sent, unix ns; only where the header says `tsOut`. */
  readonly sent?: bigint;
}

/** A DBN header. Symbols longer than `symbolBytes` − 1 are cut. */
export function encodeMetadata(metadata: Metadata): Uint8Array {
  const body = new Growing();
  body.text(metadata.dataset, 16);
  body.u16(metadata.schema === null ? NO_SCHEMA : SCHEMAS.indexOf(metadata.schema));
  body.u64(metadata.start);
  body.u64(metadata.end ?? UNDEFINED_TIME);
  body.u64(metadata.limit ?? 0n);
  if (metadata.version === 1) body.u64(metadata.recordCount ?? UNDEFINED_TIME);
  body.u8(metadata.stypeIn === null ? NO_STYPE : STYPES.indexOf(metadata.stypeIn));
  body.u8(STYPES.indexOf(metadata.stypeOut));
  body.u8(metadata.tsOut ? 1 : 0);
  if (metadata.version > 1) body.u16(metadata.symbolBytes);
  body.zeros(metadata.version === 1 ? 47 : 53);
  body.u32(0);
  symbology(body, metadata);
  if (metadata.version === 3) body.zeros(-body.length & 7);
  const head = new Growing();
  head.bytes(Uint8Array.of(0x44, 0x42, 0x4e, metadata.version));
  head.u32(body.length);
  head.bytes(body.finish());
  return head.finish();
}

function symbology(body: Growing, metadata: Metadata): void {
  for (const texts of [metadata.symbols, metadata.partial, metadata.notFound]) {
    body.u32(texts.length);
    for (const text of texts) body.text(text, metadata.symbolBytes);
  }
  body.u32(metadata.mappings.length);
  for (const { rawSymbol, intervals } of metadata.mappings) {
    body.text(rawSymbol, metadata.symbolBytes);
    body.u32(intervals.length);
    for (const { start, end, symbol } of intervals) {
      body.u32(start);
      body.u32(end);
      body.text(symbol, metadata.symbolBytes);
    }
  }
}

/** Bars as records of a bar schema, one after the other. */
export function encodeBars(bars: readonly BarRecord[], schema: Schema, tsOut = false): Uint8Array {
  const size = BAR_BYTES + (tsOut ? TS_OUT_BYTES : 0);
  const bytes = new Uint8Array(bars.length * size);
  const view = new DataView(bytes.buffer);
  bars.forEach((bar, index) => {
    const at = index * size;
    view.setUint8(at, size / 4);
    view.setUint8(at + 1, BAR_RTYPES[schema]!);
    view.setUint16(at + 2, bar.publisher, true);
    view.setUint32(at + 4, bar.instrument, true);
    view.setBigUint64(at + 8, bar.time, true);
    [bar.open, bar.high, bar.low, bar.close].forEach((price, i) => { view.setBigInt64(at + 16 + 8 * i, price, true); });
    view.setBigUint64(at + 48, bar.volume, true);
    if (tsOut) view.setBigUint64(at + BAR_BYTES, bar.sent ?? UNDEFINED_TIME, true);
  });
  return bytes;
}

const LARGEST_BLOCK = 128 * 1024;

/** The bytes as one valid zstd frame with a checksum (RFC 8878), stored and not compressed: for where there is no compressor. */
export function storeZstd(content: Uint8Array): Uint8Array {
  const frame = new Growing();
  // Checksum flag; a window descriptor of 128 KiB.
  frame.bytes(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x38));
  for (let at = 0; at === 0 || at < content.length; at += LARGEST_BLOCK) {
    const block = content.subarray(at, at + LARGEST_BLOCK);
    const header = (block.length << 3) | (at + LARGEST_BLOCK >= content.length ? 1 : 0);
    frame.bytes(Uint8Array.of(header & 0xff, (header >> 8) & 0xff, header >> 16));
    frame.bytes(block);
  }
  const hash = new Xxh64();
  hash.update(content);
  frame.u32(hash.low());
  return frame.finish();
}

/** Bytes written one after the other, numbers little-endian. */
class Growing {
  #buffer = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): void { this.#view(1).setUint8(0, value); }
  u16(value: number): void { this.#view(2).setUint16(0, value, true); }
  u32(value: number): void { this.#view(4).setUint32(0, value, true); }
  u64(value: bigint): void { this.#view(8).setBigUint64(0, value, true); }
  zeros(count: number): void { this.#room(count); }
  bytes(bytes: Uint8Array): void { this.#room(bytes.length).set(bytes); }

  /** Padded with NUL to so many bytes, the last of which always is one. */
  text(text: string, size: number): void {
    this.#room(size).set(new TextEncoder().encode(text).subarray(0, size - 1));
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #view(bytes: number): DataView {
    const room = this.#room(bytes);
    return new DataView(room.buffer, room.byteOffset);
  }

  #room(bytes: number): Uint8Array {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(at, this.#length);
  }
}
