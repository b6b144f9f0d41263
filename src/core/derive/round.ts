/**
 * A number rounded to two decimals, halves to even, judged on its exact value as Python's `round` does: 0.125 is a half
 * and becomes 0.12; 1.005 is really a little less and becomes 1.00.
 */
export function roundToCents(value: number): number {
  // Only odd multiples of 1/8 are exact halves of a hundredth; everything else toFixed rounds on the exact value.
  const eighths = value * 8;
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return Number(value.toFixed(2));
  const below = Math.floor(value * 100);
  return (below % 2 === 0 ? below : below + 1) / 100;
}
