const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;

/** A growing list of numbers in blocks of half a megabyte: 8 bytes each, and no copy when it grows or is sorted. */
export class NumberList {
  readonly #blocks: Float64Array[] = [];
  length = 0;

  push(value: number): void {
    if (this.length === this.#blocks.length * BLOCK) this.#blocks.push(new Float64Array(BLOCK));
    this.set(this.length++, value);
  }

  at(index: number): number {
    return this.#blocks[index >> BLOCK_BITS]![index & (BLOCK - 1)]!;
  }

  set(index: number, value: number): void {
    this.#blocks[index >> BLOCK_BITS]![index & (BLOCK - 1)] = value;
  }

  /** Quicksort in place; of the two parts the smaller goes first, so that the stack stays short. */
  sort(from = 0, to = this.length - 1): void {
    while (from < to) {
      const split = this.#partition(from, to);
      if (split - from < to - split) {
        this.sort(from, split);
        from = split + 1;
      } else {
        this.sort(split + 1, to);
        to = split;
      }
    }
  }

  /** Hoare's partition about the middle value: everything up to the result is not above everything after it. */
  #partition(from: number, to: number): number {
    const pivot = this.at((from + to) >>> 1);
    let low = from - 1;
    let high = to + 1;
    for (;;) {
      do low++; while (this.at(low) < pivot);
      do high--; while (this.at(high) > pivot);
      if (low >= high) return high;
      const value = this.at(low);
      this.set(low, this.at(high));
      this.set(high, value);
    }
  }
}

/** Which numbers occur more than once: in the list itself, or, after a count, in what was counted. */
export class RepeatedNumbers {
  /** Rising, each once. */
  readonly #values: NumberList;
  /** How often each was seen; 2 stands for more. */
  readonly #counts: Uint8Array;

  /** @param list is taken over and sorted */
  constructor(list: NumberList) {
    list.sort();
    this.#counts = new Uint8Array(list.length);
    let length = 0;
    for (let i = 0; i < list.length; i++) {
      const value = list.at(i);
      if (length > 0 && list.at(length - 1) === value) {
        this.#counts[length - 1] = 2;
      } else {
        this.#counts[length] = 1;
        list.set(length++, value);
      }
    }
    list.length = length;
    this.#values = list;
  }

  any(): boolean {
    return this.#counts.includes(2);
  }

  /** How many different numbers there are; slots are below this. */
  get size(): number {
    return this.#values.length;
  }

  /** A small number that stands for a value that occurs more than once; -1 for any other value. */
  slotOf(value: number): number {
    const at = this.#find(value);
    return at >= 0 && this.#counts[at] === 2 ? at : -1;
  }

  /** From here on only what `count` is given counts. */
  startCount(): void {
    this.#counts.fill(0);
  }

  count(value: number): void {
    const at = this.#find(value);
    if (at >= 0 && this.#counts[at]! < 2) this.#counts[at]!++;
  }

  #find(value: number): number {
    let low = 0;
    let high = this.#values.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#values.at(middle);
      if (found === value) return middle;
      if (found < value) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
