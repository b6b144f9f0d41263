/** A growing list of numbers, 8 bytes each. */
export class NumberList {
  #values = new Float64Array(64);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The values in rising order. The list must not be used afterwards: the memory is shared, not copied. */
  sorted(): Float64Array {
    return this.#values.subarray(0, this.#length).sort();
  }
}

/** Which numbers occur more than once: in the list itself, or, after a count, in what was counted. */
export class RepeatedNumbers {
  /** Rising, each once. */
  readonly #values: Float64Array;
  /** How often each was seen; 2 stands for more. */
  readonly #counts: Uint8Array;

  constructor(list: NumberList) {
    const sorted = list.sorted();
    const counts = new Uint8Array(sorted.length);
    let length = 0;
    for (const value of sorted) {
      if (length > 0 && sorted[length - 1] === value) {
        counts[length - 1] = 2;
      } else {
        sorted[length] = value;
        counts[length] = 1;
        length++;
      }
    }
    this.#values = sorted.subarray(0, length);
    this.#counts = counts.subarray(0, length);
  }

  any(): boolean {
    return this.#counts.includes(2);
  }

  repeats(value: number): boolean {
    const at = this.#find(value);
    return at >= 0 && this.#counts[at] === 2;
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
      const middle = (low + high) >> 1;
      const found = this.#values[middle]!;
      if (found === value) return middle;
      if (found < value) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
