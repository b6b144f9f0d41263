/**
 * A number rounded to decimals, halves to even, judged on its exact value as Python's `round` does: 0.125 is a half
 * and becomes 0.12; 1.005 is really a little less and becomes 1.00.
 */
export function roundTo(value: number, decimals: 2 | 4): number {
  // Only odd multiples of 2 ** -(decimals + 1) are exact halves of the last decimal; all else toFixed rounds on the exact value.
  const parts = value * 2 ** (decimals + 1);
  if (!Number.isInteger(parts) || parts % 2 === 0) return Number(value.toFixed(decimals));
  const unit = 10 ** decimals;
  const below = Math.floor(value * unit);
  return (below % 2 === 0 ? below : below + 1) / unit;
}

export const roundToCents = (value: number): number => roundTo(value, 2);

/** How far a price is from another, in percent with two decimals. */
export const percentFrom = (price: number, base: number): number => roundToCents(((price - base) / base) * 100);
