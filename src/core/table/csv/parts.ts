import type { Source } from './source';

/** Stretches of a source's bytes in any order, and line breaks between them; 16 bytes of memory a stretch, neighbours joined. */
export class Parts {
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  readonly #texts: Buffer[] = [];
  length = 0;
  /** Of all stretches. */
  bytes = 0;

  /** @param start offset in the source; `end`: exclusive */
  add(start: number, end: number): void {
    if (end === start) return;
    this.bytes += end - start;
    if (this.length > 0 && this.#ends[this.length - 1] === start) {
      this.#ends[this.length - 1] = end;
      return;
    }
    this.#push(start, end);
  }

  /** Bytes that are not in the source. */
  addText(text: Buffer): void {
    this.bytes += text.length;
    this.#texts.push(text);
    this.#push(-this.#texts.length, -this.#texts.length);
  }

  /** Fills `into` with the stretch at `index` from `offset` on; 0 at its end. */
  async read(index: number, offset: number, into: Buffer, pages: Pages): Promise<number> {
    const start = this.#starts[index]!;
    if (start < 0) return this.#texts[-start - 1]!.copy(into, 0, offset);
    const length = Math.min(into.length, this.#ends[index]! - start - offset);
    return length <= 0 ? 0 : pages.copy(into.subarray(0, length), start + offset);
  }

  #push(start: number, end: number): void {
    if (this.length === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    this.#starts[this.length] = start;
    this.#ends[this.length++] = end;
  }
}

function grown(list: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(list.length * 2);
  larger.set(list);
  return larger;
}

/** The stretches one after the other, as a source that is read once from front to back. Closing it leaves the first one open. */
export function sourceOfParts(source: Source, parts: Parts): Source {
  const pages = new Pages(source);
  let part = 0;
  let offset = 0;
  return {
    bytes: parts.bytes,
    async read(into) {
      let filled = 0;
      while (filled < into.length && part < parts.length) {
        const count = await parts.read(part, offset, into.subarray(filled), pages);
        filled += count;
        offset += count;
        if (count === 0) {
          part++;
          offset = 0;
        }
      }
      return filled;
    },
    close: () => Promise.resolve(),
  };
}

const PAGE = 64 * 1024;
const KEPT = 256;

/** The pages of a source that were read last (16 MB): stretches that lie near each other cost one read. */
class Pages {
  readonly #source: Source;
  readonly #pages = new Map<number, Buffer>();

  constructor(source: Source) {
    this.#source = source;
  }

  async copy(into: Buffer, position: number): Promise<number> {
    if (into.length >= PAGE) return this.#source.read(into, position);
    const number = Math.floor(position / PAGE);
    const page = this.#pages.get(number) ?? (await this.#load(number));
    return page.copy(into, 0, position - number * PAGE);
  }

  async #load(number: number): Promise<Buffer> {
    const [oldest] = this.#pages.keys();
    const dropped = oldest !== undefined && this.#pages.size >= KEPT ? this.#pages.get(oldest) : undefined;
    if (dropped !== undefined) this.#pages.delete(oldest!);
    const room = dropped?.length === PAGE ? dropped : Buffer.allocUnsafeSlow(PAGE);
    let filled = 0;
    for (;;) {
      const count = await this.#source.read(room.subarray(filled), number * PAGE + filled);
      filled += count;
      if (count === 0 || filled === PAGE) break;
    }
    const page = room.subarray(0, filled);
    this.#pages.set(number, page);
    return page;
  }
}
