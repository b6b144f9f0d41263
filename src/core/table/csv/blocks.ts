import { Buffer } from 'node:buffer';
import type { Source } from './source';

/** A source's bytes in order, block by block: while one is looked at, the next is read. */
export class Blocks {
  readonly #source: Source;
  /** Where the next but one goes. */
  #spare: Buffer;
  #position = 0;
  #coming: Promise<Buffer>;

  /** @param size bytes of a block at most */
  constructor(source: Source, size: number) {
    this.#source = source;
    this.#spare = Buffer.allocUnsafeSlow(size);
    this.#coming = this.#read(Buffer.allocUnsafeSlow(size));
  }

  /** @returns the next block, which stays as it is until the one after is asked for; empty at the end @throws Failure `io` */
  async next(): Promise<Buffer> {
    const block = await this.#coming;
    this.#position += block.length;
    this.#coming = this.#read(this.#spare);
    this.#spare = Buffer.from(block.buffer);
    return block;
  }

  #read(into: Buffer): Promise<Buffer> {
    const read = this.#source.read(into, this.#position).then((count) => into.subarray(0, count));
    // Told to whoever asks for it; nobody may.
    read.catch(() => undefined);
    return read;
  }
}
