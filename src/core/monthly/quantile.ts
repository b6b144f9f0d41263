/**
 * Quantiles by selection, without sorting: the value at share·(n−1) of the sorted values, interpolated linearly.
 * @param values not empty, without NaN; they are reordered
 * @param shares ascending, 0 … 1
 */
export function quantiles(values: Float64Array, shares: readonly number[]): number[] {
  let settled = 0;
  return shares.map((share) => {
    const rank = share * (values.length - 1);
    const below = Math.floor(rank);
    select(values, settled, values.length - 1, below);
    settled = below;
    const low = values[below]!;
    if (below === rank) return low;
    return low + (rank - below) * (smallest(values, below + 1) - low);
  });
}

/** Puts the k-th smallest of values[low … high] at k, smaller ones before and larger ones after it (Hoare's quickselect). */
function select(values: Float64Array, low: number, high: number, k: number): void {
  while (low < high) {
    const pivot = median(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const moved = values[left]!;
      values[left++] = values[right]!;
      values[right--] = moved;
    }
    if (k <= right) high = right;
    else if (k >= left) low = left;
    else return;
  }
}

const median = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

function smallest(values: Float64Array, from: number): number {
  let least = values[from]!;
  for (let at = from + 1; at < values.length; at++) if (values[at]! < least) least = values[at]!;
  return least;
}

/** The numbers of a column, NaN left out, and what one look at them tells. Infinities count as numbers. */
export interface Survey {
  /** A copy, in the scratch. */
  readonly numbers: Float64Array;
  /** Infinity and −Infinity without any. */
  readonly min: number;
  readonly max: number;
}

/** @param scratch at least as long as the column: a month has 55 columns, and needs room for one */
export function survey(column: Float64Array, scratch: Float64Array): Survey {
  let [count, min, max] = [0, Infinity, -Infinity];
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (Number.isNaN(value)) continue;
    scratch[count++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { numbers: scratch.subarray(0, count), min, max };
}
