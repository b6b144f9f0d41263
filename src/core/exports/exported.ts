/**
 * The times exported so far, asked of each: is it new? Exact, without a set of every timestamp: while times rise, only
 * runs of equal steps are kept (24 bytes each); times that come after a later one are kept in a table (at most 16 bytes each
 * but for the moment in which it grows).
 */
export class ExportedTimes {
  #highest = -Infinity;
  /** Runs by their start: first time, step and how many. The step of a run of one is 0. */
  #starts = new Float64Array(64);
  #steps = new Float64Array(64);
  #counts = new Float64Array(64);
  #runs = 0;
  /** Where the latest run would go on. */
  #next = NaN;
  readonly #late = new NumberSet();

  /** Takes a time, unix ms. @returns false when it was taken before */
  add(time: number): boolean {
    if (time > this.#highest) {
      this.#highest = time;
      if (time === this.#next) {
        this.#counts[this.#runs - 1]!++;
        this.#next = time + this.#steps[this.#runs - 1]!;
      } else {
        this.#begin(time);
      }
      return true;
    }
    return !this.#isInRun(time) && this.#late.add(time);
  }

  /** A run of one takes any next time as its second; one of more has its step. */
  #begin(time: number): void {
    const last = this.#runs - 1;
    if (last >= 0 && this.#counts[last] === 1) {
      this.#steps[last] = time - this.#starts[last]!;
      this.#counts[last] = 2;
      this.#next = time + this.#steps[last];
      return;
    }
    if (this.#runs === this.#starts.length) this.#grow();
    this.#starts[this.#runs] = time;
    this.#steps[this.#runs] = 0;
    this.#counts[this.#runs] = 1;
    this.#runs++;
    this.#next = NaN;
  }

  #grow(): void {
    const doubled = (list: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(list.length * 2);
      larger.set(list);
      return larger;
    };
    [this.#starts, this.#steps, this.#counts] = [doubled(this.#starts), doubled(this.#steps), doubled(this.#counts)];
  }

  #isInRun(time: number): boolean {
    let low = 0;
    let high = this.#runs - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    const steps = (time - this.#starts[low]!) / (this.#steps[low]! || 1);
    return steps >= 0 && steps < this.#counts[low]! && Number.isInteger(steps);
  }
}

/** Whole numbers, open addressing, at most three quarters full. */
class NumberSet {
  #slots = new Float64Array(16).fill(NaN);
  #size = 0;

  /** @returns false when it is in already */
  add(value: number): boolean {
    if (4 * (this.#size + 1) > 3 * this.#slots.length) this.#grow();
    if (!place(this.#slots, value)) return false;
    this.#size++;
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2).fill(NaN);
    for (const value of this.#slots) if (!Number.isNaN(value)) place(larger, value);
    this.#slots = larger;
  }
}

function place(slots: Float64Array, value: number): boolean {
  const mask = slots.length - 1;
  let at = hash(value) & mask;
  for (let found = slots[at]!; !Number.isNaN(found); found = slots[at]!) {
    if (found === value) return false;
    at = (at + 1) & mask;
  }
  slots[at] = value;
  return true;
}

/** Times are multiples of a second or a minute: mixed, so that their low bits do not all fall together. */
function hash(value: number): number {
  let mixed = Math.imul(value | 0, 0x9e3779b1) ^ Math.imul((value / 2 ** 32) | 0, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
