/** Row of the first difference beyond 1e-9 (relative above 1), NaN differing from any number; −1 when there is none. */
export const firstDifference = (found: Float64Array, expected: Float64Array): number =>
  found.findIndex((value, row) => {
    const other = expected[row]!;
    return Number.isNaN(value) ? !Number.isNaN(other) : !(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other)));
  });
