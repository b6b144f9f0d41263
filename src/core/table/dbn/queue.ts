/** Bytes of a stream in order, waited for and taken in exact amounts. What was taken stays valid until the next `need`. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer = new Uint8Array(1 << 16);
  #start = 0;
  #end = 0;
  #ended = false;
  #taken = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes taken so far: the offset in the stream of the next one. */
  get position(): number {
    return this.#taken;
  }

  /** Bytes that can be taken now. */
  get available(): number {
    return this.#end - this.#start;
  }

  /** Waits until so many bytes can be taken; false when the stream ends before. */
  async need(bytes: number): Promise<boolean> {
    while (this.available < bytes && !this.#ended) {
      const next = await this.#source.next();
      if (next.done === true) this.#ended = true;
      else this.#append(next.value);
    }
    return this.available >= bytes;
  }

  /** The next bytes without taking them; at most those available. */
  peek(bytes: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + bytes));
  }

  take(bytes: number): Uint8Array {
    const taken = this.peek(bytes);
    this.#start += taken.length;
    this.#taken += taken.length;
    return taken;
  }

  /** Closes the source early. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #append(chunk: Uint8Array): void {
    const kept = this.available;
    if (kept + chunk.length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (kept + chunk.length));
      larger.set(this.peek(kept));
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#buffer.set(chunk, kept);
    this.#start = 0;
    this.#end = kept + chunk.length;
  }
}
