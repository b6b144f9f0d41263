import { Buffer } from 'node:buffer';
import { GAP_BYTES, STRETCH_BYTES, type Vouched } from './stretch';

/** What assembly/scan.ts exports. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly PLAN: { readonly value: number };
  readonly count: { readonly value: number };
  readonly isFull: { readonly value: number };
  input(): number;
  stretches(): number;
  gapTable(): number;
  gapCount(): number;
  begin(cut: number): void;
  scan(from: number, to: number, limit: number, place: number, last: number): number;
}

/** Bytes read at a time. */
const FEED = 256 * 1024;
/** The longest row that is looked at, and how far behind a range its last row may end. */
const LONGEST = 32 * 1024;
/** Bytes read beyond the end of what is scanned: sixteen at a time are looked at. */
const BEYOND = 64;

/**
 * The kernel at work on ranges of one file. Usage: `begin`, then fill `room()` with the bytes from `position` on and say
 * how many with `grown` until there is no more room, then take what was `vouched` for.
 */
export class Machine {
  readonly #kernel: Kernel;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #input: number;
  /** Place in the file of the first byte of the input; how many bytes there are. */
  #origin = 0;
  #filled = 0;
  #from = 0;
  #to = 0;
  #end = 0;
  #done = true;

  /** @param plan see plan.ts */
  constructor(module: WebAssembly.Module, plan: Uint8Array) {
    this.#kernel = new WebAssembly.Instance(module, {}).exports as Kernel;
    const { memory } = this.#kernel;
    this.#input = this.#kernel.input();
    const missing = this.#input + LONGEST + FEED + BEYOND - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    this.#memory = new Uint8Array(memory.buffer);
    this.#memory.set(plan, this.#kernel.PLAN.value);
  }

  /** @param from first place of the range in the file; `to`: the place after it; `bytes`: size of the file */
  begin(from: number, to: number, bytes: number): void {
    // The byte before the range tells whether a row starts with the range.
    this.#origin = from === 0 ? 0 : from - 1;
    this.#filled = 0;
    this.#from = from;
    this.#to = to;
    this.#end = Math.min(bytes, to + LONGEST);
    this.#done = false;
    this.#kernel.begin(Number(from > 0));
  }

  /** Place in the file of the bytes wanted next. */
  get position(): number {
    return this.#origin + this.#filled;
  }

  /** Where they go; undefined when the range is done. */
  room(): Buffer | undefined {
    if (this.#done) return undefined;
    return Buffer.from(this.#memory.buffer, this.#input + this.#filled, Math.min(FEED, this.#end - this.position));
  }

  /** `count` bytes of the room were filled; 0: there are no more. */
  grown(count: number): void {
    this.#filled += count;
    const isLast = count === 0 || this.position >= this.#end;
    let left = this.#scan(0, isLast);
    const isStuck = this.#filled - left > LONGEST;
    if (isStuck) left = this.#scan(left, true);
    this.#done = isLast || isStuck || left + this.#origin >= this.#to || this.#kernel.isFull.value !== 0;
    const input = this.#input;
    this.#memory.copyWithin(input, input + left, input + this.#filled);
    this.#origin += left;
    this.#filled -= left;
  }

  /** Scans the input from a byte on; returns the byte to go on with. */
  #scan(from: number, isLast: boolean): number {
    const input = this.#input;
    return this.#kernel.scan(input + from, input + this.#to - this.#origin, input + this.#filled, this.#origin + from - this.#from, Number(isLast)) - input;
  }

  vouched(): Vouched {
    const { buffer } = this.#memory;
    const part = (start: number, bytes: number): ArrayBuffer => buffer.slice(start, start + bytes);
    return {
      stretches: part(this.#kernel.stretches(), this.#kernel.count.value * STRETCH_BYTES),
      gaps: part(this.#kernel.gapTable(), this.#kernel.gapCount() * GAP_BYTES),
    };
  }
}
