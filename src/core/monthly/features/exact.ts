/**
 * A sum carried in two doubles, the rounded sum and what rounding left out (Knuth's two-sum): values can be added and
 * taken away a million times without drift. Prices, ranges and volumes need far fewer than the 106 bits this keeps, so
 * their window sums are exact, and windows of the same values have the same sum to the last bit.
 */
export class ExactSum {
  /** The sum, correctly rounded. */
  value = 0;
  /** Exact sum minus `value`. */
  #rest = 0;

  add(term: number): void {
    const sum = this.value + term;
    const part = sum - this.value;
    const left = this.#rest + (this.value - (sum - part) + (term - part));
    this.value = sum + left;
    this.#rest = left - (this.value - sum);
  }

  clear(): void {
    this.value = 0;
    this.#rest = 0;
  }
}
